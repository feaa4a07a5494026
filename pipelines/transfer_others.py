"""A transferred sensor on the assayed samples of its instrument that were not used for it."""

from typing import Any

import numpy as np
import pandas as pd

from pat.arrays import IntArray
from pat.calibration.merit import coverage, rmse
from pat.soft_sensor import SoftSensor
from pat.spectra import Spectra
from pat.transfer import EVIDENCE_COLUMNS, TransferData

_KEYS = ["campaign", "vessel", "time", "elapsed_h", "sample"]


def predicted_others(made: SoftSensor, data: TransferData, rows: IntArray) -> pd.DataFrame:
    """Return one row a sample that is none of `rows`; `number` is its row of `data.new`."""
    n = 0 if data.new is None else len(data.new)
    rest = np.setdiff1d(np.arange(n), rows)
    if data.new is None or rest.size == 0:
        return pd.DataFrame(columns=[*EVIDENCE_COLUMNS, "quality", "number"])
    new = data.new.select(np.isin(np.arange(n), rest))
    spectra = Spectra(new.axis, new.intensities, new.samples[_KEYS], new.axis_kind)
    predicted = made.for_its_own_axis().predict(spectra)
    return new.samples[["culture", *_KEYS]].assign(
        assay=new.values[made.analyte.name].to_numpy(dtype=np.float64),
        prediction=predicted["value"].to_numpy(dtype=np.float64),
        lower=predicted["lower"].to_numpy(dtype=np.float64),
        upper=predicted["upper"].to_numpy(dtype=np.float64),
        fold=0,
        nested=np.nan,
        quality=predicted["quality"].to_numpy(dtype=object),
        number=rest,
    )


def tested_on_others(made: SoftSensor, data: TransferData, rows: IntArray) -> dict[str, Any] | None:
    """Print and return the errors on assayed samples that were not used; None without any."""
    return say_others(predicted_others(made, data, rows), unit=made.analyte.unit)


def say_others(others: pd.DataFrame, *, unit: str) -> dict[str, Any] | None:
    """Print and return the errors of `predicted_others`; None without any."""
    known = others[others["prediction"].notna()]
    if known.empty:
        return None
    assay, predicted, lower, upper = (
        known[name].to_numpy(dtype=np.float64) for name in ("assay", "prediction", "lower", "upper")
    )
    error = predicted - assay
    varied = error.size > 2 and np.ptp(assay) > 0 and np.ptp(predicted) > 0
    held = coverage(lower, upper, assay)
    facts = {
        "n": int(error.size),
        "rmsep": rmse(error),
        "bias": float(error.mean()),
        "r": float(np.corrcoef(predicted, assay)[0, 1]) if varied else None,
        "coverage_95": held,
        "share_good": float((others["quality"] == "good").mean()),
    }
    r = "undefined" if facts["r"] is None else f"{facts['r']:.3f}"
    inside = "none has an interval" if held is None else f"{held:.0%} inside their interval"
    print(
        f"on the {facts['n']} other assayed samples: RMSEP {facts['rmsep']:.3g} {unit}, bias "
        f"{facts['bias']:+.3g}, r {r}; {inside}, {facts['share_good']:.0%} good"
    )
    return facts
