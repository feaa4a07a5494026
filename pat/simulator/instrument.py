"""Spectrometers: how one measures the same culture differently from another."""

import hashlib
from dataclasses import dataclass

import numpy as np

from pat.arrays import FloatArray
from pat.errors import InputError

#: Centre and width (cm-1) of the sigmoid by which silicon goes blind behind a 785 nm laser.
DETECTOR_EDGE_CM1 = (2950.0, 170.0)
#: Electrons at water's 1640 cm-1 band at the reference settings (calibrated, not measured).
REFERENCE_ELECTRONS = 5e4
#: Electrons a count, and counts at full scale of one readout.
ELECTRONS_PER_COUNT = 4.0
FULL_SCALE_COUNTS = 65535

SHIFT_SD_CM1 = 0.35
STRETCH_SD = 1e-4
RESOLUTION_RANGE_CM1 = (0.0, 6.0)
RESPONSE_SD = 0.12  # log response, at the scale of the whole axis
N_RIPPLES = 60
RIPPLE_SD = 0.015  # log response, at a scale of 60 cm-1 (chosen: a sensor feels it on any other)


@dataclass(frozen=True, slots=True)
class Instrument:
    """One spectrometer.

    Parameters
    ----------
    name : str
    shift_cm1 : float
        What its axis reads too high, everywhere.
    stretch : float
        What its axis reads too high, as a share of the distance from 1000 cm-1.
    broadening_cm1 : float
        Full width at half maximum that it adds to the bands of the table.
    response : tuple of float
        Coefficients of the logarithm of its response: powers 1, 2, 3 of (shift - 1640) / 1500.
    ripple : tuple of float
        Heights of bumps of the logarithm of its response, evenly spaced from 100 to 3425 cm-1.
    """

    name: str
    shift_cm1: float = 0.0
    stretch: float = 0.0
    broadening_cm1: float = 0.0
    response: tuple[float, float, float] = (0.0, 0.0, 0.0)
    ripple: tuple[float, ...] = ()

    def true_shift(self, axis: FloatArray) -> FloatArray:
        """Return the true Raman shift of channels that its axis (n_channels,) names so."""
        shift: FloatArray = axis - self.shift_cm1 - self.stretch * (axis - 1000.0)
        return shift

    def throughput(self, axis: FloatArray) -> FloatArray:
        """Return its response on `axis` (n_channels,), 1 at 1640 cm-1 but for the ripple."""
        centre, width = DETECTOR_EDGE_CM1
        quantum = 1.0 / (1.0 + np.exp((axis - centre) / width))
        x = (axis - 1640.0) / 1500.0
        log_response = self.response[0] * x + self.response[1] * x**2 + self.response[2] * x**3
        positions = np.linspace(100.0, 3425.0, len(self.ripple))
        spacing = 3325.0 / max(len(self.ripple) - 1, 1)
        for position, height in zip(positions, self.ripple, strict=True):
            bump = np.exp(-0.5 * ((axis - position) / (0.5 * spacing)) ** 2)
            log_response = log_response + height * bump
        response: FloatArray = quantum * np.exp(log_response)
        return response


@dataclass(frozen=True, slots=True)
class Acquisition:
    """How a spectrum is taken; photons follow laser power and total exposure."""

    laser_mw: float = 300.0
    exposure_s: float = 10.0
    accumulations: int = 75

    def __post_init__(self) -> None:
        if self.laser_mw < 0 or self.exposure_s <= 0 or self.accumulations < 1:
            msg = (
                "expected a laser power of 0 mW or more, an exposure above 0 s and at least one "
                f"accumulation; got {self.laser_mw:g} mW, {self.exposure_s:g} s, "
                f"{self.accumulations}"
            )
            raise InputError(msg)

    @property
    def duration_s(self) -> float:
        """Time that one spectrum takes, in s."""
        return self.exposure_s * self.accumulations

    @property
    def electrons(self) -> float:
        """Electrons at water's 1640 cm-1 band in clear medium."""
        reference = Acquisition()
        share = self.laser_mw / reference.laser_mw * self.duration_s / reference.duration_s
        return REFERENCE_ELECTRONS * share

    @property
    def saturation(self) -> int:
        """Counts at full scale, summed over the accumulations."""
        return FULL_SCALE_COUNTS * self.accumulations


def instrument_named(name: str) -> Instrument:
    """Return the spectrometer of this name; the name alone decides what it is like.

    Raises
    ------
    InputError
        If the name is empty.
    """
    if not name.strip():
        msg = f"expected an instrument's name such as A or B; got {name!r}"
        raise InputError(msg)
    seed = int.from_bytes(hashlib.sha256(f"785 nm {name}".encode()).digest()[:8], "little")
    rng = np.random.default_rng(seed)
    shift, stretch = rng.standard_normal(2) * (SHIFT_SD_CM1, STRETCH_SD)
    broadening = rng.uniform(*RESOLUTION_RANGE_CM1)
    linear, square, cube = RESPONSE_SD * rng.standard_normal(3)
    ripple = RIPPLE_SD * rng.standard_normal(N_RIPPLES)
    return Instrument(
        name=name,
        shift_cm1=float(shift),
        stretch=float(stretch),
        broadening_cm1=float(broadening),
        response=(float(linear), float(square), float(cube)),
        ripple=tuple(float(height) for height in ripple),
    )
