"""What the page is told of predictions, scans and the predictor, as JSON types."""

from collections.abc import Sequence

from pat.readers.times import iso
from pat.stream.predictions import HEALTH_NAMES, Prediction, Tag
from pat.stream.vitals import Pulse
from pat.stream.web.trend import seconds_of, shown

Cells = dict[str, object]


def tag_cells(
    tag: Tag,
    prediction: Prediction,
    outdated: str | None,
    points: Sequence[Sequence[float | None]],
) -> Cells:
    """Return the newest value of one tag and what is new of its trend."""
    reasons = [each for each in (outdated, prediction.reasons) if each]
    return {
        "id": prediction.id,
        "campaign": tag.campaign,
        "vessel": tag.vessel,
        "analyte": tag.analyte,
        "unit": prediction.unit or "",
        "value": shown(prediction.value),
        "lower": shown(prediction.lower),
        "upper": shown(prediction.upper),
        "quality": "bad" if outdated else prediction.quality,
        "outdated": outdated,
        "reasons": "; ".join(reasons),
        "time": None if prediction.time is None else iso(prediction.time),
        "at_s": seconds_of(prediction),
        "elapsed_h": shown(prediction.elapsed_h),
        "sensor": prediction.sensor or "",
        "digest": prediction.sensor_digest,
        "points": points,
    }


def scan_cells(prediction: Prediction) -> Cells:
    """Return the newest scan of one vessel: when it came, and what it shows of the probe."""
    came = prediction.received_at
    health = {name: shown(getattr(prediction, name)) for name in HEALTH_NAMES}
    return {
        "campaign": prediction.campaign or "",
        "vessel": prediction.vessel or "",
        "came_s": None if came is None else round(came.timestamp()),
        "file": prediction.source_file or "",
        "health": health,
    }


def bad_cells(prediction: Prediction) -> Cells:
    """Return a row that belongs to no vessel, or came late, and is bad."""
    return {
        "vessel": prediction.vessel or "",
        "analyte": prediction.analyte,
        "time": None if prediction.time is None else iso(prediction.time),
        "reasons": prediction.reasons or "",
        "file": prediction.source_file or "",
        "came": None if prediction.received_at is None else iso(prediction.received_at),
    }


def pulse_cells(pulse: Pulse | None) -> Cells | None:
    """Return how the predictor fares; None before its first beat."""
    if pulse is None:
        return None
    last = pulse.last_spectrum_at
    return {
        "beat": pulse.beat,
        "at": iso(pulse.at),
        "backlog": pulse.backlog,
        "last_spectrum_at": None if last is None else iso(last),
        "down": [each.name for each in pulse.sinks if not each.is_up],
    }
