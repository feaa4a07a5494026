"""Close-up: one spectrum beside the calibration's range, and what each channel adds to Q and T2."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from pat.arrays import FloatArray, IntArray
from pat.diagnostics import channel_residuals
from pat.diagnostics.latent import t2_by_channel
from pat.errors import SensorError
from pat.soft_sensor.calibration_spectra import stored_calibration
from pat.soft_sensor.members import Member, quiet, shares
from pat.soft_sensor.sensor import SoftSensor
from pat.spectra import AxisKind

#: Of the calibration spectra, in each channel, this share lies below and above the range shown.
OUTSIDE = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """A spectrum, and between what most of the calibration lies; each of shape (n_channels,)."""

    axis: FloatArray
    intensity: FloatArray
    low: FloatArray | None  # None: there is no calibration on this axis
    high: FloatArray | None


@dataclass(frozen=True, slots=True, eq=False)
class Contributions:
    """What each channel of the sensor's axis adds to Q and T2 of all members together.

    With `elsewhere` they sum to Q and T2 of the prediction. T2's may be negative.
    """

    axis: FloatArray
    q: FloatArray
    t2: FloatArray | None  # None: a latent model does not tell
    q_elsewhere: float  # of features that are no channels
    t2_elsewhere: float


@dataclass(frozen=True, slots=True, eq=False)
class CloseUp:
    """One spectrum as its sensor sees it; None with the reason in `missing`."""

    as_read: View
    preprocessed: View | None  # by the member that counts most
    contributions: Contributions | None
    missing: str = ""


def close_up(
    sensor: SoftSensor, axis: FloatArray, intensity: FloatArray, *, axis_kind: AxisKind
) -> CloseUp:
    """Return what a sensor sees of a spectrum of shape (n_channels,); never raises for one."""
    true = sensor.input_axis.true(axis)
    misfit = sensor.input_axis.misfit(true, axis_kind)
    if misfit is not None:
        return CloseUp(View(axis, intensity, None, None), None, None, misfit)
    with np.errstate(all="ignore"):
        spectrum = sensor.input_axis.fit(true)(intensity[None])[0]
    ranges = _calibration_ranges(sensor)
    as_read = View(sensor.axis, spectrum, ranges.low, ranges.high)
    finite = np.isfinite(spectrum)
    if not finite[sensor.input_axis.used].all():
        return CloseUp(as_read, None, None, "not finite in channels that the recipe reads")
    whole = np.where(finite, spectrum, sensor.mean_spectrum)
    try:
        with quiet(), np.errstate(all="ignore"):
            preprocessed = _preprocessed(_main(sensor), whole, ranges)
            added = _contributions(sensor, whole) if not sensor.process_names else None
    except ValueError as error:
        return CloseUp(as_read, None, None, f"cannot be preprocessed ({error})")
    if sensor.process_names:
        names = ", ".join(sensor.process_names)
        return CloseUp(as_read, preprocessed, None, f"contributions depend on {names} too")
    return CloseUp(as_read, preprocessed, added)


@dataclass(frozen=True, slots=True, eq=False)
class _Ranges:
    """Between what most of the calibration lies, as read and preprocessed; None: not stored."""

    low: FloatArray | None
    high: FloatArray | None
    low_preprocessed: FloatArray | None
    high_preprocessed: FloatArray | None


@lru_cache(maxsize=16)
def _calibration_ranges(sensor: SoftSensor) -> _Ranges:
    try:
        spectra = stored_calibration(sensor.contents, title=sensor.title).spectra
    except SensorError:
        return _Ranges(None, None, None, None)
    parts = _main(sensor).parts
    with quiet(), np.errstate(all="ignore"):
        preprocessed = parts.learned_rows(parts.rows(spectra))
    levels = (OUTSIDE, 1 - OUTSIDE)
    return _Ranges(
        *np.quantile(spectra, levels, axis=0), *np.quantile(preprocessed, levels, axis=0)
    )


def _main(sensor: SoftSensor) -> Member:
    """Return the member that counts most, the first of them."""
    return sensor.members[int(np.argmax(shares(sensor.members)))]


def _preprocessed(member: Member, spectrum: FloatArray, ranges: _Ranges) -> View | None:
    row = member.parts.learned_rows(member.parts.rows(spectrum[None]))[0]
    if row.size != member.axis.size:
        return None
    return View(member.axis, row, ranges.low_preprocessed, ranges.high_preprocessed)


def _contributions(sensor: SoftSensor, spectrum: FloatArray) -> Contributions:
    n = sensor.axis.size
    q, t2 = np.zeros(n + 1), np.zeros(n + 1)  # the last place is for what is elsewhere
    tells_t2 = True
    no_tags = np.empty((1, 0))
    for member, share in zip(sensor.members, shares(sensor.members), strict=True):
        parts = member.parts
        reading = parts.read(parts.rows(spectrum[None]), no_tags)
        places = _places(member, sensor.axis, reading.entered.shape[1])
        np.add.at(q, places, channel_residuals(parts, reading)[0] * share / member.q_unit)
        added = t2_by_channel(parts, reading, spread=member.spread)
        if added is None:
            tells_t2 = False
        else:
            np.add.at(t2, places, added[0] * share / member.t2_unit)
    return Contributions(
        axis=sensor.axis,
        q=q[:n],
        t2=t2[:n] if tells_t2 else None,
        q_elsewhere=float(q[n]),
        t2_elsewhere=float(t2[n]),
    )


def _places(member: Member, axis: FloatArray, n_features: int) -> IntArray:
    """Return the nearest channel of `axis` for each feature; one past the end where it is none."""
    places = np.full(n_features, axis.size, dtype=np.int64)
    order = np.argsort(axis)
    rising = axis[order]
    right = np.clip(np.searchsorted(rising, member.axis), 1, rising.size - 1)
    is_left = member.axis - rising[right - 1] < rising[right] - member.axis
    places[: member.axis.size] = order[np.where(is_left, right - 1, right)]
    return places
