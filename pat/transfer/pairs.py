"""Which new samples are samples of the old calibration, measured again."""

import numpy as np
import pandas as pd

from pat.arrays import FloatArray, IntArray

_KEYS = ("vessel", "time", "elapsed_h", "sample")


def same_samples(
    old: pd.DataFrame, old_assays: FloatArray, new: pd.DataFrame, new_assays: FloatArray
) -> IntArray:
    """Return for each new sample the old row that is the same sample, -1 where there is none.

    The same vessel, moment and assay: two campaigns may share the first two by chance.

    Parameters
    ----------
    old, new : DataFrame
        Keys of n_old and n_new samples.
    old_assays, new_assays : ndarray of shape (n_old,) and (n_new,)
    """
    keys = [name for name in _KEYS if name in old]
    known = {
        key: row for row, key in enumerate(_texts(old.assign(assay=old_assays), [*keys, "assay"]))
    }
    found = [known.get(key, -1) for key in _texts(new.assign(assay=new_assays), [*keys, "assay"])]
    return np.array(found, dtype=np.int64)


def _texts(samples: pd.DataFrame, keys: list[str]) -> list[tuple[str, ...]]:
    columns = [_cells(samples[name], name) for name in keys]
    return list(zip(*columns, strict=True))


def _cells(column: pd.Series, name: str) -> list[str]:
    if name == "time":
        times = pd.to_datetime(column, utc=True)
        return ["" if pd.isna(time) else str(int(time.value)) for time in times]
    if name in ("elapsed_h", "assay"):
        return ["" if pd.isna(number) else f"{float(number):.6g}" for number in column]
    return ["" if pd.isna(text) else str(text) for text in column]
