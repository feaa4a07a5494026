"""The online process values that were known when a spectrum was taken."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pat.alignment.matching import rows_by_vessel
from pat.alignment.timeline import (
    MICROSECONDS_PER_MIN,
    MISSING,
    describe_instant,
    instants,
    relative_vessels,
    shift_to_middle,
)
from pat.arrays import BoolArray, FloatArray, IntArray

#: Older values say nothing about a spectrum.
MAX_AGE_MIN = 30.0


def process_values(
    online: pd.DataFrame,
    keys: pd.DataFrame,
    *,
    names: Sequence[str],
    max_age_min: float = MAX_AGE_MIN,
) -> pd.DataFrame:
    """Return the newest online values not after each spectrum and not too old.

    Parameters
    ----------
    online : DataFrame
        vessel, time, elapsed_h, then one float column a tag; in any order of rows.
    keys : DataFrame (n_spectra)
        vessel, time, elapsed_h, optionally acquisition_s: the middle then counts.
    names : sequence of str
        Tags wanted; one that `online` does not have is NaN throughout.
    max_age_min : float
        Oldest value that still counts, itself allowed.

    Returns
    -------
    DataFrame (n_spectra x names)
        float64, NaN where there is none; a missing cell never hides an older value.
    """
    newest = _newest(online, keys, names=names)
    limit = max_age_min * MICROSECONDS_PER_MIN
    fresh = (newest.read_at != MISSING) & (newest.taken_at[:, None] - newest.read_at <= limit)
    values = np.where(fresh, newest.values, np.nan)
    return pd.DataFrame(values, columns=pd.Index(list(names), dtype="str"))


def process_gaps(
    online: pd.DataFrame,
    keys: pd.DataFrame,
    *,
    names: Sequence[str],
    max_age_min: float = MAX_AGE_MIN,
) -> tuple[str, ...]:
    """Return, for each spectrum, why a process value is missing; empty where none is.

    The parameters are those of `process_values`, and so is what counts as missing.
    """
    newest = _newest(online, keys, names=names)
    values = process_values(online, keys, names=names, max_age_min=max_age_min)
    reasons = [""] * len(keys)
    for row in np.flatnonzero(values.isna().any(axis=1)):
        reasons[row] = _gaps(
            newest, int(row), missing=list(values.columns[values.iloc[row].isna()])
        )
    return tuple(reasons)


@dataclass(frozen=True, slots=True, eq=False)
class _Newest:
    """The last reading of each tag before each spectrum, of whatever age.

    Parameters
    ----------
    names : tuple of str
    values : ndarray of shape (n_spectra, n_tags)
    read_at : ndarray of shape (n_spectra, n_tags)
        `MISSING` where the tag was never read before.
    taken_at : ndarray of shape (n_spectra,)
    is_relative : ndarray of bool, shape (n_spectra,)
        Whether the instants of the row count from inoculation.
    """

    names: tuple[str, ...]
    values: FloatArray
    read_at: IntArray
    taken_at: IntArray
    is_relative: BoolArray


def _newest(online: pd.DataFrame, keys: pd.DataFrame, *, names: Sequence[str]) -> _Newest:
    relative = relative_vessels(online) | relative_vessels(keys)
    taken_at = shift_to_middle(instants(keys, relative), keys)
    read_at = instants(online, relative)
    values = np.full((len(keys), len(names)), np.nan)
    when = np.full((len(keys), len(names)), MISSING, dtype=np.int64)
    spectra = rows_by_vessel(keys, taken_at != MISSING)
    readings = rows_by_vessel(online, read_at != MISSING)
    tags = [(column, name) for column, name in enumerate(names) if name in online]
    for vessel in spectra.keys() & readings.keys():
        rows = readings[vessel][np.argsort(read_at[readings[vessel]], kind="stable")]
        for column, name in tags:
            cells = online[name].to_numpy(dtype=np.float64)[rows]
            known, cells = rows[np.isfinite(cells)], cells[np.isfinite(cells)]
            last = np.searchsorted(read_at[known], taken_at[spectra[vessel]], side="right") - 1
            found = spectra[vessel][last >= 0]
            values[found, column] = cells[last[last >= 0]]
            when[found, column] = read_at[known][last[last >= 0]]
    is_relative = keys["vessel"].isin(relative).to_numpy(dtype=bool)
    return _Newest(
        names=tuple(names),
        values=values,
        read_at=when,
        taken_at=taken_at,
        is_relative=is_relative,
    )


def _gaps(newest: _Newest, row: int, *, missing: Sequence[str]) -> str:
    if newest.taken_at[row] == MISSING:
        return f"the spectrum has no time to look up {', '.join(missing)} at"
    columns = {name: column for column, name in enumerate(newest.names)}
    reasons = []
    for name in missing:
        read_at = int(newest.read_at[row, columns[name]])
        when = describe_instant(read_at, is_relative=bool(newest.is_relative[row]))
        reasons.append(f"no {name} yet" if read_at == MISSING else f"no {name} since {when}")
    return "; ".join(reasons)
