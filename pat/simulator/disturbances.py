"""What disturbs a spectrum, each effect with its size: 0 switches it off, by itself."""

from dataclasses import dataclass, fields, replace
from typing import Self

from pat.errors import InputError


@dataclass(frozen=True, slots=True)
class Disturbances:
    """Sizes of everything that stands between concentrations and counts.

    Background levels are in units of water's 1640 cm-1 band. `cv` are coefficients of variation,
    lognormal between vessels unless said otherwise; the chosen ones have no published estimate.
    """

    shot_noise: float = 1.0  # standard deviation as a share of Poisson's
    read_noise_e: float = 4.6  # electrons, each readout
    cosmic_rays_per_h: float = 0.4  # that survive the instrument's own filter
    gain_cv: float = 0.04  # between vessels (0.2: the clusters of some reactors)
    gain_drift_cv: float = 0.02  # AR(1) within a vessel
    turbidity: float = 0.010  # attenuation exponent for 1e6 cells/mL
    turbidity_cv: float = 0.25
    fluorescence_medium: float = 1.8
    bleaching: float = 0.20  # share of the medium's fluorescence that fades
    fluorescence_cells: float = 0.025  # for 1e6 cells/mL
    fluorescence_product: float = 0.45  # for 1 g/L of titre
    fluorescence_cv: float = 0.35
    fluorescence_wiggle: float = 0.003  # share, smooth in Raman shift and in time
    etalon: float = 0.003  # share, peak
    etalon_drift_rad: float = 0.5  # of its phase, AR(1) within a vessel
    shift_jitter_cm1: float = 0.12  # between spectra
    stretch_jitter: float = 2e-5  # between spectra, around 1000 cm-1
    fouling: float = 1.0  # of the probe, half reached about day 9; 1: a tenth of the light lost
    medium_lot_cv: float = 0.12  # salts and glow between lots of medium; the rest, 0.4 of it
    medium_preparation_cv: float = 0.02  # between vessels of one lot
    interferents_persistent: float = 0.06  # share of the medium's own, between vessels
    interferents_drift: float = 0.05  # share of the medium's own, AR(1) within a vessel
    window: float = 1.0  # sapphire and silica in the light path
    stitch: float = 0.0  # step of a two-range detector at 1850 cm-1, as a share
    nitrogen: float = 0.0  # headspace N2 at 2329 cm-1

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if not value >= 0 and field.name != "stitch":
                msg = f"expected a size of 0 (off) or more for {field.name}; got {value!r}"
                raise InputError(msg)

    @classmethod
    def none(cls) -> Self:
        """Return everything off: a spectrum is then the sum of its components."""
        return cls(**{field.name: 0.0 for field in fields(cls)})

    @classmethod
    def strong_fluorescence(cls) -> Self:
        """Return the background of heavily fluorescing cultures, which grows about eightfold."""
        return cls(fluorescence_medium=2.0, fluorescence_cells=0.05, fluorescence_product=2.7)

    def without(self, *names: str) -> Self:
        """Return these disturbances with the named ones off."""
        return replace(self, **dict.fromkeys(names, 0.0))
