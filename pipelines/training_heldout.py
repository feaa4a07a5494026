"""Every held-out sample of a training as a table: what anyone can recompute its errors from."""

import numpy as np
import pandas as pd

from pat.arrays import BoolArray, FloatArray
from pat.calibration import SearchResult
from pat.soft_sensor import SoftSensor
from pat.soft_sensor.left_out_spectra import left_out_distances


def heldout_table(result: SearchResult, sensor: SoftSensor, *, measured: BoolArray) -> pd.DataFrame:
    """Return one row a held-out sample, so that anyone can recompute RMSECV in a spreadsheet.

    `measured` tells which samples of the calibration set have an assay. `nested` is what the
    fold's own choice predicts, from which the nested error follows.
    """
    rows = result.heldout
    lower, upper = _bounds(rows, sensor, measured=measured)
    keys = ["culture", "campaign", "vessel", "time", "elapsed_h", "sample", "assay", "prediction"]
    table = rows[[*keys, "fold"]].copy()
    table.insert(len(keys), "lower", lower)
    table.insert(len(keys) + 1, "upper", upper)
    nested = result.nested.set_index(["fold", "row"])["prediction"]
    places = pd.MultiIndex.from_frame(rows[["fold", "row"]])
    table["nested"] = nested.reindex(places).to_numpy(dtype=np.float64)
    return table


def heldout_distances(
    rows: pd.DataFrame, sensor: SoftSensor, *, measured: BoolArray
) -> pd.DataFrame:
    """Return mean t2 and q of the left-out spectra of each held-out row of a search."""
    number = (np.cumsum(measured) - 1)[rows["row"].to_numpy(dtype=np.int64)]
    return left_out_distances(sensor, number).set_axis(rows.index, axis=0)


def _bounds(
    rows: pd.DataFrame, sensor: SoftSensor, *, measured: BoolArray
) -> tuple[FloatArray, FloatArray]:
    """Return the bounds of held-out predictions, by the distances of their left-out spectra."""
    apart = heldout_distances(rows, sensor, measured=measured)
    return sensor.interval.bounds(
        rows["prediction"].to_numpy(dtype=np.float64),
        t2=apart["t2"].to_numpy(dtype=np.float64),
        q=apart["q"].to_numpy(dtype=np.float64),
    )


def honest(heldout: pd.DataFrame) -> pd.DataFrame:
    """Return held-out rows as each fold's own choice predicts them, with bounds about that."""
    moved = (heldout["nested"] - heldout["prediction"]).fillna(0.0)
    columns = ("prediction", "lower", "upper")
    return heldout.assign(**{name: heldout[name] + moved for name in columns})


def is_nested(heldout: pd.DataFrame) -> bool:
    """Return whether the choice of the sensor was repeated inside the folds."""
    return bool(heldout["nested"].notna().any())
