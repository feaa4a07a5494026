"""Whether a transfer is worth a new version: beside the sensor as it stands, on its own files."""

import numpy as np

from pat.arrays import FloatArray, IntArray
from pat.calibration.merit import rmse
from pat.transfer.choice import Choice, Rule
from pat.transfer.data import TransferData

#: The mean must beat the sensor as it stands by this factor to be worth a new version.
WORTH = 0.97


def errors_as_it_stands(data: TransferData, rows: IntArray) -> FloatArray:
    """Return the errors of the sensor, not transferred, on the transfer samples (n_rows,).

    It reads the axis as the files name it and the counts as they are, as `pat predict` would;
    NaN where it gives no value.
    """
    errors: FloatArray = data.as_it_stands[rows] - data.assays[rows]
    return errors


def is_worth_a_version(
    data: TransferData, rows: IntArray, choice: Choice, *, anew: FloatArray
) -> bool:
    """Return whether the samples speak for the mean and against the sensor as it stands.

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
    interval allows so many. A sensor whose level is unverified is no rival: a version that is
    no worse has its level tested.
    """
    errors = errors_as_it_stands(data, rows)
    if not np.isfinite(errors).all():
        return True
    if choice.rule is Rule.AGREED:
        allowed = data.sensor.interval.half_width / np.sqrt(errors.size)
        return bool(abs(np.mean(errors)) > allowed)
    ours, theirs = rmse(anew - data.assays[rows]), rmse(errors)
    return ours < (WORTH * theirs if data.sensor.gates.unverified is None else theirs / WORTH)
