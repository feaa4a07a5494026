"""A transferred sensor on the assayed samples of its instrument that were not used for it."""

from typing import Any

import numpy as np

from pat.arrays import IntArray
from pat.soft_sensor import SoftSensor
from pat.spectra import Spectra
from pat.transfer import TransferData


def tested_on_others(made: SoftSensor, data: TransferData, rows: IntArray) -> dict[str, Any] | None:
    """Print and return the errors on assayed samples that were not used; None without any."""
    if data.new is None:
        return None
    rest = np.setdiff1d(np.arange(len(data.new)), rows)
    if rest.size == 0:
        return None
    mask = np.zeros(len(data.new), dtype=np.bool_)
    mask[rest] = True
    new = data.new.select(mask)
    keys = new.samples[["campaign", "vessel", "time", "elapsed_h", "sample"]]
    predicted = made.predict(Spectra(new.axis, new.intensities, keys, new.axis_kind))
    values = predicted["value"].to_numpy(dtype=np.float64)
    wanted = new.values[made.analyte.name].to_numpy(dtype=np.float64)
    known = np.isfinite(values)
    error = values[known] - wanted[known]
    varied = known.sum() > 2 and np.ptp(wanted[known]) > 0 and np.ptp(values[known]) > 0
    inside = predicted["lower"].to_numpy()[known] <= wanted[known]
    inside &= wanted[known] <= predicted["upper"].to_numpy()[known]
    facts = {
        "n": int(known.sum()),
        "rmsep": float(np.sqrt(np.mean(error**2))),
        "bias": float(error.mean()),
        "r": float(np.corrcoef(values[known], wanted[known])[0, 1]) if varied else None,
        "coverage_95": float(inside.mean()),
        "share_good": float((predicted["quality"] == "good").mean()),
    }
    unit = made.analyte.unit
    r = "undefined" if facts["r"] is None else f"{facts['r']:.3f}"
    print(
        f"on the {facts['n']} other assayed samples: RMSEP {facts['rmsep']:.3g} {unit}, bias "
        f"{facts['bias']:+.3g}, r {r}; {facts['coverage_95']:.0%} inside their interval, "
        f"{facts['share_good']:.0%} good"
    )
    return facts
