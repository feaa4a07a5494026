"""What a model card says of calibration samples that stand out."""

import numpy as np

from pat.calibration import CalibrationSet
from pat.diagnostics import calibration_outliers
from pat.soft_sensor import SoftSensor
from pat.spectra import Spectra

_NAMED = 6


def outlier_notes(sensor: SoftSensor, cal: CalibrationSet) -> tuple[str, ...]:
    """Return a note that names the calibration samples that stand out; none where none does.

    They are judged by the first member's scores and the sensor's own residuals, and stay in.
    """
    kept = cal.select(cal.measured(sensor.analyte.name))
    keys = kept.samples[["campaign", "vessel", "time", "elapsed_h", "sample"]]
    spectra = Spectra(kept.axis, kept.intensities, keys, kept.axis_kind)
    value = sensor.predict(spectra, kept.process)["value"].to_numpy(dtype=np.float64)
    parts = sensor.members[0].parts
    process = kept.process.reindex(columns=list(sensor.process_names)).to_numpy(dtype=np.float64)
    reading = parts.read(parts.rows(kept.intensities), process)
    residual = value - kept.values[sensor.analyte.name].to_numpy(dtype=np.float64)
    sound = np.flatnonzero(np.isfinite(residual))
    found = calibration_outliers(reading.scores[sound], residual[sound])
    if not found:
        return ()
    named = [f"{_name(kept, int(sound[one.row]))} ({one.reason})" for one in found[:_NAMED]]
    rest = [f"{len(found) - _NAMED} more"] if len(found) > _NAMED else []
    noun = "sample stands" if len(found) == 1 else "samples stand"
    return (
        f"{len(found)} calibration {noun} out and stayed in: {'; '.join([*named, *rest])}; to "
        "leave one out, list it in exclude.csv with the reason",
    )


def _name(cal: CalibrationSet, row: int) -> str:
    sample = cal.samples.iloc[row]
    if isinstance(sample["sample"], str):
        return f"{sample['culture']} sample {sample['sample']}"
    if np.isfinite(sample["elapsed_h"]):
        return f"{sample['culture']} at {sample['elapsed_h']:.4g} h"
    return f"{sample['culture']} at {sample['time']}"
