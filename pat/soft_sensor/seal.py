"""Seals a sensor again after parts of it were changed: golden set and digest follow."""

from dataclasses import replace

import numpy as np

from pat.arrays import FloatArray
from pat.diagnostics.domain import Domain
from pat.soft_sensor.document import digest, document
from pat.soft_sensor.domain_file import packed_domain
from pat.soft_sensor.folder import CARD, DOMAIN, GOLDEN
from pat.soft_sensor.gates import GateSettings
from pat.soft_sensor.golden import as_csv, golden_table
from pat.soft_sensor.interval import Interval
from pat.soft_sensor.quality import DistanceLimits
from pat.soft_sensor.sensor import SoftSensor


def resealed(
    sensor: SoftSensor,
    spectra: FloatArray,
    *,
    targets: FloatArray,
    gates: GateSettings | None = None,
    limits: DistanceLimits | None = None,
    interval: Interval | None = None,
    calibrated_range: tuple[float, float] | None = None,
) -> SoftSensor:
    """Return a sensor of spectra alone with other gates, limits, interval or range, as a new one.

    It has no card: the old one tells of the sensor before.

    Parameters
    ----------
    sensor : SoftSensor
    spectra : ndarray of shape (n_samples, n_channels)
        Its calibration, which the golden set is taken from.
    targets : ndarray of shape (n_samples,)
    gates, limits, interval, calibrated_range
        What changes; None: it stays.
    """
    changed = replace(
        sensor,
        gates=gates or sensor.gates,
        limits=limits or sensor.limits,
        interval=interval or sensor.interval,
        calibrated_range=calibrated_range or sensor.calibrated_range,
    )
    process = np.empty((len(spectra), 0))
    golden = golden_table(changed, spectra, process=process, targets=targets)
    contents = {**changed.contents, GOLDEN: as_csv(golden)}
    contents.pop(CARD, None)
    return _sealed(replace(changed, contents=contents))


def with_domain(sensor: SoftSensor, domain: Domain) -> SoftSensor:
    """Return a sensor that judges whole spectra by another applicability domain."""
    contents = {**sensor.contents, DOMAIN: packed_domain(domain)}
    return _sealed(replace(sensor, domain=domain, contents=contents))


def without_domain(sensor: SoftSensor) -> SoftSensor:
    """Return a sensor that judges by T2 and Q alone."""
    contents = {name: stored for name, stored in sensor.contents.items() if name != DOMAIN}
    return _sealed(replace(sensor, domain=None, contents=contents))


def with_card(sensor: SoftSensor, card: str) -> SoftSensor:
    """Return a sensor that carries its model card, in markdown, wherever it goes."""
    return _sealed(replace(sensor, contents={**sensor.contents, CARD: card.encode()}))


def _sealed(sensor: SoftSensor) -> SoftSensor:
    return replace(sensor, digest=digest(document(sensor)))
