"""CalibrationSet: what sensors are trained on, from one campaign or several.

One row a sample: the mean of its paired spectra, the newest process values, and its assays.
Spectra of further campaigns are brought onto the axis of the first, their assays into its
units. Spectra that can teach nothing (dead, or not finite) are left out and listed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pat.alignment import Unpaired
from pat.arrays import BoolArray, FloatArray
from pat.campaign import Analyte, Campaign
from pat.errors import InputError
from pat.spectra import AxisCorrection, AxisKind


@dataclass(frozen=True, slots=True, eq=False)
class CalibrationSet:
    """Samples with their spectra and reference values.

    Parameters
    ----------
    axis : ndarray of shape (n_channels,)
    axis_kind : AxisKind
    intensities : ndarray of shape (n_samples, n_channels)
        Mean of the spectra paired with each sample, finite.
    process : DataFrame (n_samples x n_tags)
        The second block, finite; no columns where none was asked for.
    samples : DataFrame (n_samples)
        campaign, vessel, culture, group, time, elapsed_h, sample.
    values : DataFrame (n_samples x analytes)
        Reference values in the unit of `analytes`; NaN where there is none.
    readings : DataFrame (n_samples x analytes)
        How many replicates each value is the mean of.
    analytes : dict of str to Analyte
    unpaired : dict of analyte to tuple of Unpaired
        Assays that are not used, with the reason.
    unpaired_spectra : tuple of Unpaired
    censored, excluded : dict of analyte to int
    sel : dict of analyte to float or None
        Standard deviation of a single reading by the reference method; None where unknown.
    sources : tuple of (campaign id, digest)
    saturation : float or None
        Counts at full scale, the lowest that a campaign states; None where none does.
    warnings : tuple of str
        What deserves doubt.
    correction : AxisCorrection or None
        What made the axis out of the one that the first campaign's files name.
    """

    axis: FloatArray
    axis_kind: AxisKind
    intensities: FloatArray
    process: pd.DataFrame
    samples: pd.DataFrame
    values: pd.DataFrame
    readings: pd.DataFrame
    analytes: dict[str, Analyte]
    unpaired: dict[str, tuple[Unpaired, ...]]
    unpaired_spectra: tuple[Unpaired, ...]
    censored: dict[str, int]
    excluded: dict[str, int]
    sel: dict[str, float | None]
    sources: tuple[tuple[str, str], ...]
    saturation: float | None = None
    warnings: tuple[str, ...] = ()
    correction: AxisCorrection | None = None

    def __len__(self) -> int:
        return len(self.intensities)

    @property
    def cultures(self) -> NDArray[np.object_]:
        """`campaign/vessel` of each sample, (n_samples,)."""
        return self.samples["culture"].to_numpy(dtype=object)

    @property
    def groups(self) -> NDArray[np.object_]:
        """The unit of validation of each sample, (n_samples,)."""
        return self.samples["group"].to_numpy(dtype=object)

    @property
    def process_names(self) -> tuple[str, ...]:
        """Names of the process values in the second block."""
        return tuple(str(name) for name in self.process.columns)

    def measured(self, analyte: str) -> BoolArray:
        """Return which samples have a value of this analyte, (n_samples,)."""
        return self.values[analyte].notna().to_numpy(dtype=np.bool_)

    def value_sd(self, analyte: str) -> float | None:
        """Return the root mean square error of the values that `sel` explains.

        A mean of n readings has sel/√n. None where `sel` is unknown or nothing was measured.
        """
        sel = self.sel[analyte]
        readings = self.readings[analyte].to_numpy(dtype=np.float64)
        readings = readings[readings > 0]
        if sel is None or readings.size == 0:
            return None
        return float(sel * np.sqrt(np.mean(1 / readings)))

    def select(self, mask: BoolArray) -> Self:
        """Return the samples of `mask`; what was left out before stays listed."""
        rows = np.flatnonzero(mask)
        return replace(
            self,
            intensities=self.intensities[rows],
            process=self.process.iloc[rows].reset_index(drop=True),
            samples=self.samples.iloc[rows].reset_index(drop=True),
            values=self.values.iloc[rows].reset_index(drop=True),
            readings=self.readings.iloc[rows].reset_index(drop=True),
        )

    def holdout_mask(self, names: Sequence[str]) -> BoolArray:
        """Return which samples are named by VESSEL, CAMPAIGN/VESSEL or CAMPAIGN/*.

        Raises
        ------
        InputError
            If a name fits no sample, cuts inside a group, or nothing is left to train on.
        """
        mask = np.zeros(len(self), dtype=np.bool_)
        for name in names:
            mask |= self._named(name)
        cut = sorted(set(self.groups[mask]) & set(self.groups[~mask]))
        if cut:
            msg = f"expected a holdout of whole groups; got part of {', '.join(map(str, cut))}"
            raise InputError(msg)
        if mask.all() and len(self):
            msg = "expected a holdout that leaves cultures to train on; got all of them"
            raise InputError(msg)
        return mask

    def _named(self, name: str) -> BoolArray:
        campaign = self.samples["campaign"].to_numpy(dtype=object)
        vessel = self.samples["vessel"].to_numpy(dtype=object)
        mask: BoolArray = (self.cultures == name) | (vessel == name)
        if name.endswith("/*"):
            mask = campaign == name.removesuffix("/*")
        if not mask.any():
            known = sorted(set(self.cultures))
            shown = ", ".join(known[:8]) + (", ..." if len(known) > 8 else "")
            msg = (
                "expected a holdout as VESSEL, CAMPAIGN/VESSEL or CAMPAIGN/* out of "
                f"{shown}; got {name!r}"
            )
            raise InputError(msg)
        return mask


def known_analytes(
    campaigns: Sequence[Campaign], wanted: Sequence[str] | None
) -> dict[str, Analyte]:
    """Return the analytes to train, as the first campaign that names each describes it.

    Raises
    ------
    InputError
        If an analyte is wanted that no campaign names.
    """
    known: dict[str, Analyte] = {}
    for campaign in campaigns:
        for name, analyte in campaign.info.analytes.items():
            known.setdefault(name, analyte)
    if wanted is None:
        return known
    unknown = [name for name in wanted if name not in known]
    if unknown:
        msg = f"expected analytes out of {', '.join(known)}; got {', '.join(unknown)}"
        raise InputError(msg)
    return {name: known[name] for name in wanted}
