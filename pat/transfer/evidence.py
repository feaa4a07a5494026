"""What may prove a transferred sensor: assayed samples of vessels that its fit has not seen."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pat.arrays import BoolArray, FloatArray, IntArray
from pat.calibration.nulls import null_predictions
from pat.soft_sensor import SoftSensor
from pat.soft_sensor.interval import residual_interval
from pat.soft_sensor.left_out_spectra import left_out_distances
from pat.transfer.choice import Choice
from pat.transfer.data import TransferData
from pat.transfer.folds import left_out_together
from pat.transfer.sets import chosen_samples, joint_set

_KEYS = ["culture", "campaign", "vessel", "time", "elapsed_h", "sample"]
EVIDENCE_COLUMNS = (*_KEYS, "assay", "prediction", "lower", "upper", "fold", "nested")


def independent(data: TransferData) -> BoolArray:
    """Return which assayed samples (n_new,) are of a vessel that the old calibration lacks.

    It has the vessel where it names the culture, where a sample of it was measured on both
    instruments, or where it learnt from another sample of it: leaving out the new spectrum
    leaves what is known of that vessel in the fit.
    """
    assert data.new is not None
    new = data.new
    known = np.isin(new.cultures.astype(str), data.old.samples["culture"].to_numpy(dtype=str))
    known |= data.partners(np.arange(len(new))) >= 0
    groups = {*new.groups[known].tolist(), *data.known_groups}
    return ~np.isin(new.groups.astype(str), sorted(groups))


def untouched(data: TransferData, rows: IntArray) -> BoolArray:
    """Return which assayed samples (n_new,) are of a vessel of which nothing was fitted."""
    assert data.new is not None
    groups = data.new.groups.astype(str)
    return independent(data) & ~np.isin(groups, groups[rows])


def held_out_samples(
    data: TransferData, rows: IntArray, choice: Choice, *, anew: FloatArray, made: SoftSensor
) -> pd.DataFrame:
    """Return one row a transfer sample, as it is predicted where it is left out.

    Parameters
    ----------
    data : TransferData
    rows : ndarray of int, shape (n_rows,)
        The transfer samples.
    choice : Choice
    anew : ndarray of shape (n_rows,)
        As `predicted_anew` returns it.
    made : SoftSensor
        The transferred sensor.

    Returns
    -------
    DataFrame
        `EVIDENCE_COLUMNS`: `prediction` by the chosen mean fitted without the sample, `nested`
        by a mean that was also chosen without it, and bounds about the former.

    Notes
    -----
    The bounds are those of an interval that the other samples' residuals set, since the own
    residual would else widen the interval that is to hold it.
    """
    assert data.new is not None
    new = chosen_samples(data.new, rows)
    assay = data.assays[rows]
    together = left_out_together(new.groups)
    mean = np.mean([one.predictions for one in choice.members], axis=0)
    apart = left_out_distances(made, len(data.old.assays) + np.arange(len(new)))
    t2, q = (apart[name].to_numpy(dtype=np.float64) for name in ("t2", "q"))
    below, above = _reach(anew - assay, together, t2=t2, q=q)
    fold = {group: number for number, group in enumerate(dict.fromkeys(together.tolist()), 1)}
    return new.samples[_KEYS].assign(
        assay=assay,
        prediction=mean,
        lower=mean - below,
        upper=mean + above,
        fold=[fold[group] for group in together.tolist()],
        nested=anew,
    )


def guess_predictions(data: TransferData, rows: IntArray) -> dict[str, FloatArray]:
    """Return what each null model says of the transfer samples (n_rows,), each left out.

    It learns from the assays of both instruments.
    """
    assert data.new is not None
    new = chosen_samples(data.new, rows)
    together = left_out_together(new.groups)
    joint = joint_set(data, new, together)
    n_old = len(data.old.assays)
    folds = [
        np.r_[np.zeros(n_old, dtype=np.bool_), together == group]
        for group in dict.fromkeys(together.tolist())
    ]
    found = null_predictions(joint, data.sensor.analyte.name, folds)
    return {name: np.nansum(by_fold, axis=0)[n_old:] for name, by_fold in found.items()}


def _reach(
    residuals: FloatArray, groups: NDArray[np.object_], *, t2: FloatArray, q: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return how far bounds lie below and above, by the residuals of the other groups.

    NaN where fewer than two other groups are left to tell.
    """
    below, above = np.full(residuals.size, np.nan), np.full(residuals.size, np.nan)
    samples = np.arange(residuals.size)
    for group in dict.fromkeys(groups.tolist()):
        out = groups == group
        if len(set(groups[~out].tolist())) < 2:
            continue
        found = residual_interval(
            residuals[~out], groups[~out], samples[~out], t2=t2[~out], q=q[~out]
        )
        lower, upper = found.bounds(np.zeros(int(out.sum())), t2=t2[out], q=q[out])
        below[out], above[out] = -lower, upper
    return below, above
