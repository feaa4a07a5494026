"""Carry-over in the round: a spectrum that holds something of the vessel before."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from pat.arrays import FloatArray, IntArray

#: A share is reported where chance would give it less often than this.
SIGNIFICANT = 0.01

_LEAST_CULTURES, _LEAST_SAMPLES = 5, 30


@dataclass(frozen=True, slots=True)
class CarryOver:
    """How much of the vessel before in the round a spectrum holds.

    Parameters
    ----------
    share : float
    low, high : float
        95 % interval.
    p_value : float
        One-sided: of so large a share by chance.
    n_cultures : int
    """

    share: float
    low: float
    high: float
    p_value: float
    n_cultures: int

    @property
    def is_found(self) -> bool:
        """Whether the share is more than chance explains."""
        return self.p_value <= SIGNIFICANT

    @property
    def meaning(self) -> str:
        """The finding in one sentence."""
        numbers = (
            f"{self.share:.1%} (95 % interval {self.low:.1%} to {self.high:.1%}, "
            f"{self.n_cultures} cultures, p = {self.p_value:.2g})"
        )
        if self.is_found:
            return f"held-out errors follow the vessel before in the round, by {numbers}"
        return f"held-out errors do not follow the vessel before in the round: {numbers}"


def vessel_before(keys: pd.DataFrame, hours: FloatArray) -> IntArray:
    """Return the spectrum that the same probe took before each, -1 where that is not known.

    Parameters
    ----------
    keys : DataFrame of n_spectra rows
        vessel; position and probe where they are known.
    hours : ndarray of shape (n_spectra,)
        When each was taken, on one scale; NaN where not known.

    Notes
    -----
    Spectra taken at once by several probes have no order, and so no vessel before, unless
    their places in the round are known. The one before is of another vessel and at most a day
    older.
    """
    before = np.full(len(keys), -1, dtype=np.int64)
    position = keys["position"] if "position" in keys else pd.Series(np.nan, index=keys.index)
    place = pd.to_numeric(position, errors="coerce").to_numpy(dtype=np.float64)
    probe = keys["probe"].astype("str") if "probe" in keys else pd.Series("", index=keys.index)
    vessel = keys["vessel"].to_numpy(dtype=object)
    for name in probe.unique():
        known = np.flatnonzero((probe == name).to_numpy() & np.isfinite(hours))
        order = known[np.lexsort((place[known], hours[known]))]
        one, other = order[:-1], order[1:]
        apart = hours[other] - hours[one]
        in_order = (apart > 0) | (place[other] > place[one])
        usable = in_order & (apart <= 24) & (vessel[one] != vessel[other])
        before[other[usable]] = one[usable]
    return before


def carry_over(samples: pd.DataFrame) -> CarryOver | None:
    """Return the share of the vessel before that held-out errors ask for; None if untold.

    Parameters
    ----------
    samples : DataFrame
        One row a sample and analyte: analyte, culture, visit (which sample of its culture),
        error (prediction less assay), own (assay) and before (value predicted for the vessel
        before in the round).

    Notes
    -----
    error = share (before - own) + what else there is. Of error and before, that part counts
    which neither the culture, the visit nor the own assay explain: a culture's bias, a day on
    which all read high, and a sensor that shrinks towards the mean are no carry-over, and the
    error of the own assay stands on both sides of the equation. Analytes are pooled, each in
    units of its own error; cultures are left out in turn for the interval.
    """
    columns = ["error", "own", "before"]
    table = samples[np.isfinite(samples[columns].to_numpy(dtype=np.float64)).all(axis=1)]
    parts = [_partialled(own) for _, own in table.groupby("analyte", sort=True) if len(own) > 4]
    if not parts:
        return None
    together = pd.concat(parts, ignore_index=True)
    cross = (together["error"] * together["before"]).groupby(together["culture"]).sum()
    square = (together["before"] ** 2).groupby(together["culture"]).sum()
    n_cultures = len(cross)
    if n_cultures < _LEAST_CULTURES or len(together) < _LEAST_SAMPLES or not square.sum() > 0:
        return None
    share = float(cross.sum() / square.sum())
    without = ((cross.sum() - cross) / (square.sum() - square)).to_numpy(dtype=np.float64)
    freedom = n_cultures - 1
    error = float(np.sqrt(freedom / n_cultures * np.sum((without - without.mean()) ** 2)))
    reach = float(stats.t.ppf(0.975, freedom)) * error
    p_value = float(stats.t.sf(share / error, freedom)) if error > 0 else 1.0
    return CarryOver(share, share - reach, share + reach, p_value, n_cultures)


def _partialled(own: pd.DataFrame) -> pd.DataFrame:
    """Return error and before less what culture, visit and assay explain, in units of the error."""
    design = np.hstack([_dummies(own["culture"]), _dummies(own["visit"]), own[["own"]].to_numpy()])
    both = own[["error", "before"]].to_numpy(dtype=np.float64)
    left = both - design @ np.linalg.lstsq(design, both, rcond=None)[0]
    size = float(np.std(left[:, 0])) or 1.0
    table = pd.DataFrame(left / size, columns=["error", "before"])
    return table.assign(culture=own["culture"].to_numpy())


def _dummies(labels: "pd.Series[str]") -> FloatArray:
    return pd.get_dummies(labels).to_numpy(dtype=np.float64)


def visits(cultures: Sequence[str], hours: FloatArray) -> IntArray:
    """Return which of its culture's samples each is in order of time, from 0, (n_samples,)."""
    table = pd.DataFrame({"culture": list(cultures), "hours": hours})
    return table.groupby("culture")["hours"].rank(method="dense").to_numpy(dtype=np.int64) - 1
