"""Limits of detection of a sensor, from the noise of single spectra."""

import numpy as np

from pat.arrays import BoolArray
from pat.calibration.merit import (
    DetectionLimits,
    Repeatability,
    detection_limits,
    repeatability,
)
from pat.diagnostics.noise import channel_noise, value_noise
from pat.soft_sensor import SoftSensor
from pat.spectra import INSTRUMENT_KINDS, Spectra
from pipelines.pure_library import predict_with
from pipelines.sensor_reading import SensorReading

_NOISY, _DRAWS = 12, 6  # spectra that noise is added to, and how often
_ENOUGH_REPEATS = 12  # degrees of freedom: the noise is then known to a fifth
_MOST_REPEATED = 400  # spectra


def detection_evidence(
    reading: SensorReading | None, sensor: SoftSensor, spectra: Spectra, *, recovery: float = 1.0
) -> tuple[DetectionLimits | None, str]:
    """Return the limits of detection and where their noise comes from; None where not known.

    The noise of a value is that of repeated spectra where there are enough: they hold all that
    differs between two looks at one sample, which noise added to channels does not. It counts as
    the amount that moves the value by as much: over `recovery`, what is found of an addition.
    """
    if reading is None or not reading.vectors or sensor.process_names:
        return None, ""
    sound = np.isfinite(spectra.intensities).all(axis=1) & (np.ptp(spectra.intensities, axis=1) > 0)
    again = _repeated(sensor, spectra, sound)
    if again is not None and again.freedom >= _ENOUGH_REPEATS and again.sd > 0:
        noise, noise_from = again.sd, f"from repeated spectra of {again.n_samples} samples"
    elif sound.sum() >= _NOISY:
        noise = _of_channels(sensor, spectra, sound)
        noise_from = "estimated from neighbouring channels and added to spectra"
    else:
        return None, ""
    if not np.isfinite(noise):
        return None, ""
    limits = detection_limits(
        reading.leverage(),
        reading.calibration.assays,
        noise=noise / recovery,
        sel=sensor.analyte.sel,
    )
    return limits, noise_from


def _repeated(sensor: SoftSensor, spectra: Spectra, sound: BoolArray) -> Repeatability | None:
    """Return how far values of repeated spectra of a sample scatter; None without repeats."""
    keys = spectra.keys
    named = keys["sample"].notna() | keys["time"].notna() | keys["elapsed_h"].notna()
    counts = sound & named & ~keys["kind"].isin([kind.value for kind in INSTRUMENT_KINDS])
    if "excluded" in keys:
        counts &= keys["excluded"].isna()
    moment = keys["time"].astype("str").where(keys["time"].notna(), keys["elapsed_h"])
    moment = keys["sample"].where(keys["sample"].notna(), moment).astype("str")
    sample = (keys["vessel"].astype("str") + "/" + moment)[counts]
    sample = sample[sample.duplicated(keep=False)].sort_values(kind="stable")[:_MOST_REPEATED]
    if sample.empty:
        return None
    rows = sample.index.to_numpy(dtype=np.int64)
    values = predict_with(sensor, spectra.axis)(spectra.intensities[rows])
    known = np.isfinite(values)
    if not known.any():
        return None
    return repeatability(values[known], sample.to_numpy(dtype=object)[known])


def _of_channels(sensor: SoftSensor, spectra: Spectra, sound: BoolArray) -> float:
    intensities = spectra.intensities[sound]
    chosen = np.linspace(0, len(intensities) - 1, _NOISY).round().astype(np.int64)
    return value_noise(
        predict_with(sensor, spectra.axis), intensities[chosen], channel_noise(intensities),
        rng=np.random.default_rng(0), draws=_DRAWS,
    )  # fmt: skip
