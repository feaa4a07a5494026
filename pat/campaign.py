"""Campaign: what was run, measured and sampled, after a campaign folder was read."""

from dataclasses import dataclass, field

import pandas as pd

from pat.spectra import AxisKind, Spectra

#: Minutes between an assay and a spectrum that may still be paired.
DEFAULT_PAIR_WITHIN_MIN = 15.0


@dataclass(frozen=True, slots=True)
class Analyte:
    """What is measured by the reference method, and in which unit."""

    name: str
    unit: str
    range: tuple[float, float] | None = None  # plausible range; None: not stated
    method: str | None = None  # the method that counts where several were used
    molar_mass: float | None = None  # g/mol; None: mol cannot become mass
    sel: float | None = None  # reference-method standard deviation; None: from replicates


@dataclass(frozen=True, slots=True)
class OnlineTag:
    """An online process value."""

    name: str
    unit: str
    normal_range: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class CampaignInfo:
    """What campaign.toml says."""

    id: str
    description: str = ""
    axis_kind: AxisKind = AxisKind.RAMAN_SHIFT
    intensity: str = "counts"
    instrument: str | None = None
    laser_nm: float | None = None
    timezone: str | None = None  # IANA name; None: times carry their own offset
    saturation: float | None = None  # counts at full scale; None: saturation is not judged
    pair_within_min: float = DEFAULT_PAIR_WITHIN_MIN
    axis_correction: tuple[float, ...] | None = None  # true axis in powers of the named one
    clock_s: dict[str, float] = field(default_factory=dict)  # seconds added, by source
    analytes: dict[str, Analyte] = field(default_factory=dict)
    online: dict[str, OnlineTag] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Campaign:
    """A campaign in memory; clocks corrected, units converted, times in UTC.

    Parameters
    ----------
    info : CampaignInfo
    spectra : Spectra
        Every spectrum, the excluded ones too; `spectra.keys.excluded` holds the reason or NaN.
    assays : DataFrame
        Long, one row a cell that was measured: vessel, time (UTC), elapsed_h, sample, analyte,
        value (float64 in the analyte's unit, NaN where censored), censored ("<", ">" or NaN),
        limit (float64, the bound of a censored cell), method, replicate, excluded (reason or
        NaN), row (line of the file). Analytes that campaign.toml does not name are not here.
    vessels : DataFrame
        vessel, inoculated (UTC or NaT), group (the vessel itself where none is given), then one
        column a DoE factor. Every vessel of the campaign has a row.
    online : DataFrame
        vessel, time, elapsed_h, then one float64 column a tag. No rows where there is no file.
    events : DataFrame or None
        vessel, time, elapsed_h, kind, amount, unit; None where the campaign has no events file.
    warnings : tuple of str
        What deserves doubt but is no fault.
    digest : str
        SHA-256 over the contents of the folder's files.
    """

    info: CampaignInfo
    spectra: Spectra
    assays: pd.DataFrame
    vessels: pd.DataFrame
    online: pd.DataFrame
    events: pd.DataFrame | None
    warnings: tuple[str, ...]
    digest: str

    @property
    def id(self) -> str:
        """The campaign's id."""
        return self.info.id

    def culture(self, vessel: str) -> str:
        """Return the name of a vessel's culture, unique over campaigns."""
        return f"{self.id}/{vessel}"

    def group_of(self) -> dict[str, str]:
        """Return the unit of validation of each vessel, unique over campaigns."""
        return {
            str(vessel): f"{self.id}/{group}"
            for vessel, group in zip(self.vessels["vessel"], self.vessels["group"], strict=True)
        }
