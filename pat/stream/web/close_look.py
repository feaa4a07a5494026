"""One scored spectrum for the page: beside the calibration's range, and by channel."""

import threading

import numpy as np

from pat.arrays import FloatArray, IntArray
from pat.errors import StoreError
from pat.readers.times import iso
from pat.soft_sensor import SoftSensor
from pat.soft_sensor.close_up import CloseUp, Contributions, View, close_up
from pat.stream.scored_spectra import ScoredSpectra, ScoredSpectrum
from pat.stream.web.history import History
from pat.stream.web.sensors import KnownSensors
from pat.stream.web.trend import shown

#: Points of a drawn spectrum, about one for each pixel that it has.
N_POINTS = 1000

_SMOOTH = 9  # channels; what stands out from them is narrower than a band
Cells = dict[str, object]


class CloseLook:
    """Finds a row's spectrum and its sensor, and has the one look at the other.

    Parameters
    ----------
    history : History
    sensors : KnownSensors
    spectra : ScoredSpectra or None
        None: spectra are not found again.
    """

    def __init__(
        self, history: History, *, sensors: KnownSensors, spectra: ScoredSpectra | None
    ) -> None:
        self._history = history
        self._sensors = sensors
        self._spectra = spectra
        self._one_at_a_time = threading.Lock()  # readers of the page share what it may cost

    def cells(self, number: int) -> Cells | None:
        """Return what is to be seen of one prediction's spectrum; None without such a row."""
        row = self._history.row(number)
        if row is None:
            return None
        told: Cells = {
            "id": number,
            "file": row.source_file or "",
            "time": None if row.time is None else iso(row.time),
            "elapsed_h": shown(row.elapsed_h),
            "quality": row.quality,
            "reasons": row.reasons or "",
            "sensor": row.sensor or "",
            "digest": row.sensor_digest,
            "q_limit": shown(row.q_limit),
            "t2_limit": shown(row.t2_limit),
        }
        if self._spectra is None:
            return {**told, "missing": "spectra are not kept where these came from"}
        with self._one_at_a_time:
            try:
                spectrum = self._spectra.find(row.source_file or "", sha256=row.spectrum_sha256)
            except StoreError as error:
                return {**told, "missing": str(error)}
            return {**told, **_seen(self._sensors.get(row.sensor_digest), spectrum)}


def _seen(sensor: SoftSensor | None, spectrum: ScoredSpectrum) -> Cells:
    if sensor is None:
        as_read = View(spectrum.axis, spectrum.intensity, None, None)
        words = "its sensor is not in use any more, so it is shown without the calibration"
        return _close_up_cells(CloseUp(as_read, None, None, words), unit="")
    kind = spectrum.axis_kind
    found = close_up(sensor, spectrum.axis, spectrum.intensity, axis_kind=kind)
    return _close_up_cells(found, unit=sensor.input_axis.unit)


def _close_up_cells(found: CloseUp, *, unit: str) -> Cells:
    return {
        "axis_unit": unit,
        "as_read": _view_cells(found.as_read),
        "preprocessed": None if found.preprocessed is None else _view_cells(found.preprocessed),
        "contributions": None
        if found.contributions is None
        else _contribution_cells(found.contributions),
        "missing": found.missing,
    }


def _view_cells(view: View) -> list[list[float | None]]:
    """Return axis, intensity and the calibration's range, the axis rising, in few points."""
    order = np.argsort(view.axis)
    places = order[_outstanding(view.intensity[order])]
    columns = (view.axis, view.intensity, view.low, view.high)
    return [[] if column is None else _rounded(column[places]) for column in columns]


def _outstanding(intensity: FloatArray) -> IntArray:
    """Return of every few neighbours the one that stands out most: a spike is not thinned away."""
    n_together = -(-intensity.size // N_POINTS)
    if n_together == 1:
        return np.arange(intensity.size)
    starts = np.arange(0, intensity.size, n_together)
    smooth = np.convolve(intensity, np.ones(_SMOOTH) / _SMOOTH, mode="same")
    apart = np.nan_to_num(np.abs(intensity - smooth), nan=np.inf)
    return np.array([start + int(np.argmax(apart[start : start + n_together])) for start in starts])


def _contribution_cells(found: Contributions) -> Cells:
    order = np.argsort(found.axis)
    inside = order[(found.q[order] != 0) | (found.t2 is not None and found.t2[order] != 0)]
    return {
        "axis": _rounded(found.axis[inside]),
        "q": _rounded(found.q[inside]),
        "t2": None if found.t2 is None else _rounded(found.t2[inside]),
    }


def _rounded(numbers: FloatArray) -> list[float | None]:
    return [shown(float(number)) for number in numbers]
