"""Whether a transfer is worth a new version: beside the sensor as it stands, on its own files."""

import numpy as np

from pat.arrays import FloatArray, IntArray
from pat.calibration.merit import rmse
from pat.transfer.choice import Choice, Rule
from pat.transfer.data import TransferData
from pat.transfer.folds import left_out_together

#: The mean must beat the sensor as it stands by this factor to be worth a new version.
WORTH = 0.97
_AS_WELL = "the sensor as it is predicts these samples as well"


def errors_as_it_stands(data: TransferData, rows: IntArray) -> FloatArray:
    """Return the errors of the sensor, not transferred, on the transfer samples (n_rows,).

    It reads the axis as the files name it and the counts as they are, as `pat predict` would;
    NaN where it gives no value.
    """
    errors: FloatArray = data.as_it_stands[rows] - data.assays[rows]
    return errors


def why_not_worth(data: TransferData, rows: IntArray, choice: Choice, *, anew: FloatArray) -> str:
    """Return in words why the samples do not speak for the mean; empty where they do.

    Parameters
    ----------
    data : TransferData
    rows : ndarray of int, shape (n_rows,)
    choice : Choice
    anew : ndarray of shape (n_rows,)
        As `predicted_anew` returns it: what was chosen by the samples has luck in its error.

    Notes
    -----
    Where nothing was chosen, the sensor must miss the samples by more, on average, than its
    interval allows so many. Else the mean must beat the mean assay of the other samples, and
    the sensor as it stands; one whose level is unverified need only be matched, since a
    version that is no worse has its level tested.
    """
    errors = errors_as_it_stands(data, rows)
    reads_all = bool(np.isfinite(errors).all())
    if choice.rule is Rule.AGREED:
        allowed = data.sensor.interval.half_width / np.sqrt(errors.size)
        return _AS_WELL if reads_all and abs(np.mean(errors)) <= allowed else ""
    ours = rmse(anew - data.assays[rows])
    if ours >= WORTH * rmse(_guessed(data, rows) - data.assays[rows]):
        return "the mean assay of the other samples predicts these as well"
    tested = data.sensor.gates.unverified is None
    rival = rmse(errors) * (WORTH if tested else 1 / WORTH) if reads_all else np.inf
    return "" if ours < rival else _AS_WELL


def _guessed(data: TransferData, rows: IntArray) -> FloatArray:
    """Return the mean assay of the samples that are not left out together with each."""
    assert data.new is not None
    together, assays = left_out_together(data.new.groups[rows]), data.assays[rows]
    return np.array([assays[together != group].mean() for group in together.tolist()])
