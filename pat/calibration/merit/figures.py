"""Plain figures of merit, pooled over all samples; None where a figure is not defined.

An error is prediction minus assay.
"""

import numpy as np

from pat.arrays import FloatArray


def rmse(errors: FloatArray) -> float:
    """Return the root of the mean squared error, in the unit of the analyte.

    Raises
    ------
    ValueError
        If there is no error, or one is not finite.
    """
    return float(np.sqrt(np.mean(checked_errors(errors) ** 2)))


def bias(errors: FloatArray) -> float:
    """Return the mean error, in the unit of the analyte."""
    return float(np.mean(checked_errors(errors)))


def sep(errors: FloatArray) -> float | None:
    """Return the standard deviation (n - 1) of the errors about the bias; None for one sample."""
    errors = checked_errors(errors)
    return None if errors.size < 2 else float(np.std(errors, ddof=1))


def r2(measured: FloatArray, predicted: FloatArray) -> float | None:
    """Return the squared correlation of measured and predicted; None where one is constant.

    Notes
    -----
    It forgives offset and slope; `q2` does not.
    """
    measured, predicted = checked_pair(measured, predicted)
    if is_constant(measured) or is_constant(predicted):
        return None
    return float(np.corrcoef(measured, predicted)[0, 1] ** 2)


def q2(measured: FloatArray, predicted: FloatArray) -> float | None:
    """Return 1 - Σ(predicted - measured)²/Σ(measured - mean)² of held-out predictions.

    Negative where the mean of these very samples would have been the better guess; None
    where all measured values are equal.
    """
    measured, predicted = checked_pair(measured, predicted)
    if is_constant(measured):
        return None
    total = np.sum((measured - measured.mean()) ** 2)
    return float(1.0 - np.sum((predicted - measured) ** 2) / total)


def slope(measured: FloatArray, predicted: FloatArray) -> float | None:
    """Return the slope of the regression of predicted on measured; None for constant measured.

    Notes
    -----
    This is the line through a plot with the assay on the abscissa. A sound model that knows
    a share r² of the variance has a slope of about r², below 1; ISO 12099 regresses the
    other way round, where the same model has a slope of about 1.
    """
    measured, predicted = checked_pair(measured, predicted)
    if is_constant(measured):
        return None
    centred = measured - measured.mean()
    return float(centred @ predicted / (centred @ centred))


def rpd(measured: FloatArray, predicted: FloatArray) -> float | None:
    """Return the standard deviation (n - 1) of measured over `sep`; None where that is zero."""
    measured, predicted = checked_pair(measured, predicted)
    spread = sep(predicted - measured)
    return None if not spread else float(np.std(measured, ddof=1) / spread)


def rer(measured: FloatArray, predicted: FloatArray) -> float | None:
    """Return the range of measured over `sep`; None where that is zero."""
    measured, predicted = checked_pair(measured, predicted)
    spread = sep(predicted - measured)
    return None if not spread else float(np.ptp(measured) / spread)


def rpiq(measured: FloatArray, predicted: FloatArray) -> float | None:
    """Return the interquartile range of measured over `sep`; None where that is zero."""
    measured, predicted = checked_pair(measured, predicted)
    spread = sep(predicted - measured)
    return None if not spread else float(np.subtract(*np.quantile(measured, [0.75, 0.25])) / spread)


def ccc(measured: FloatArray, predicted: FloatArray) -> float | None:
    """Return Lin's concordance: the correlation, less what bias and slope cost.

    None where both are constant.

    References
    ----------
    Lin (1989). Biometrics 45, 255-268.
    """
    measured, predicted = checked_pair(measured, predicted)
    apart = np.var(measured) + np.var(predicted) + (measured.mean() - predicted.mean()) ** 2
    if apart == 0:
        return None
    shared = np.mean((measured - measured.mean()) * (predicted - predicted.mean()))
    return float(2 * shared / apart)


def coverage(lower: FloatArray, upper: FloatArray, measured: FloatArray) -> float | None:
    """Return the share of measured values inside [lower, upper].

    Samples without an interval or a value (NaN) are left out; None where none is left.
    """
    lower, upper, measured = (np.asarray(v, dtype=np.float64) for v in (lower, upper, measured))
    whole = ~(np.isnan(lower) | np.isnan(upper) | np.isnan(measured))
    if not whole.any():
        return None
    inside = (lower <= measured) & (measured <= upper)
    return float(np.mean(inside[whole]))


def checked_errors(errors: FloatArray) -> FloatArray:
    """Return `errors` as float64, or raise ValueError where they are none or not finite."""
    errors = np.asarray(errors, dtype=np.float64)
    if errors.ndim != 1 or errors.size == 0 or not np.all(np.isfinite(errors)):
        msg = (
            f"expected one finite error a sample; got shape {errors.shape}, "
            f"{np.count_nonzero(~np.isfinite(errors))} of them not finite"
        )
        raise ValueError(msg)
    return errors


def is_constant(values: FloatArray) -> bool:
    """Return whether all values are equal."""
    return bool(np.ptp(values) == 0)


def checked_pair(measured: FloatArray, predicted: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return both as float64, or raise ValueError where they do not fit or are not finite."""
    measured = np.asarray(measured, dtype=np.float64)
    predicted = np.asarray(predicted, dtype=np.float64)
    if measured.shape != predicted.shape:
        msg = f"expected as many predictions as assays; got {predicted.shape}, {measured.shape}"
        raise ValueError(msg)
    checked_errors(predicted - measured)
    return measured, predicted
