"""Classical intervals beside the sensor's own, on the same held-out predictions."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from pat.arrays import FloatArray
from pat.calibration.intervals import e1655_error, faber_bro_error, u_deviation
from pat.calibration.merit import coverage
from pat.diagnostics import Role
from pat.soft_sensor import SoftSensor


@dataclass(frozen=True, slots=True)
class HeldInterval:
    """How often an interval holds held-out assays, and how wide it is.

    Parameters
    ----------
    name : str
    share : float
        Of the assays inside.
    width : float
        Mean half-width, in the analyte's unit.
    """

    name: str
    share: float
    width: float


def intervals_beside(
    sensor: SoftSensor, heldout: pd.DataFrame, *, fit_rmse: float, sel: float | None
) -> tuple[HeldInterval, ...]:
    """Return the sensor's own interval and the classical ones; none of a consensus.

    Parameters
    ----------
    sensor : SoftSensor
    heldout : DataFrame
        assay, prediction, lower, upper, and t2 and q of the left-out spectra.
    fit_rmse : float
        Error on the samples that the sensor was fitted to.
    sel : float or None
        Standard deviation of the assay itself; None: Faber and Bro's formula needs it.

    Notes
    -----
    The formulas are for one partial least squares model and its leverage.
    """
    parts = sensor.members[0].parts
    rows = heldout.dropna(subset=["assay", "prediction", "lower", "upper", "t2", "q"])
    n = len(rows)
    if len(sensor.members) > 1 or parts.role is not Role.PREDICTS or n == 0:
        return ()
    n_components = int(parts.latent.n_components)
    freedom = n - n_components - 1
    if freedom < 1:
        return ()
    t2, q = rows["t2"].to_numpy(dtype=np.float64), rows["q"].to_numpy(dtype=np.float64)
    assay, value = (rows[name].to_numpy(dtype=np.float64) for name in ("assay", "prediction"))
    leverage = t2 / (n - 1) + 1 / n
    sec = fit_rmse * np.sqrt(n / freedom)
    errors = {"ASTM E1655": e1655_error(leverage, sec=sec)}
    if q.mean() > 0:
        errors["U-deviation"] = u_deviation(
            leverage, q, mse_validation=float(np.mean((value - assay) ** 2)),
            q_validation=float(q.mean()), n_samples=n, n_components=n_components,
        )  # fmt: skip
    if sel is not None:
        errors["Faber-Bro (of the true value)"] = faber_bro_error(leverage, sec=sec, sel=sel)
    quantile = float(stats.t.ppf(0.5 + sensor.interval.confidence / 2, freedom))
    own = (rows["lower"].to_numpy(dtype=np.float64), rows["upper"].to_numpy(dtype=np.float64))
    return (
        _held("this one", *own, assay=assay),
        *(
            _held(name, value - quantile * error, value + quantile * error, assay=assay)
            for name, error in errors.items()
        ),
    )


def beside_words(found: tuple[HeldInterval, ...], unit: str) -> tuple[str, ...]:
    """Return what the intervals hold in one line; none where nothing was compared."""
    if not found:
        return ()
    listed = "; ".join(f"{one.name} {one.share:.1%} at ± {one.width:.3g} {unit}" for one in found)
    return (
        "held-out assays inside, and mean half-width (the sensor's own was set by these very "
        "assays), beside classical formulas, which take samples of a culture for independent: "
        f"{listed}",
    )


def _held(name: str, lower: FloatArray, upper: FloatArray, *, assay: FloatArray) -> HeldInterval:
    share = coverage(lower, upper, assay)
    return HeldInterval(name, share or 0.0, float(np.mean(upper - lower)) / 2)
