"""The gates of a new instrument: its span of counts, and its light."""

from dataclasses import replace

import numpy as np

from pat.diagnostics.collection import own_probes, standards
from pat.soft_sensor import SoftSensor
from pat.soft_sensor.gates import GateSettings, LeastLight
from pat.soft_sensor.light import sound_light
from pat.spectra import Spectra
from pat.transfer.data import TransferData


def new_gates(data: TransferData, built: SoftSensor) -> GateSettings:
    """Return the gates of the new instrument: its span, and its light."""
    spectra = data.unlabelled
    if len(spectra) == 0:
        return built.gates
    span = float(np.median(np.ptp(spectra.intensities[:, built.input_axis.used], axis=1)))
    return replace(built.gates, usual_span=span, light=_light(spectra))


def _light(spectra: Spectra) -> tuple[LeastLight, ...]:
    shown = standards(
        spectra.intensities, spectra.axis, spectra.axis_kind, probes=own_probes(spectra.keys)
    )
    return tuple(sound_light(one) for one in shown)
