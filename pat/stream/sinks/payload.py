"""A prediction as JSON, the same to every reader."""

import json
import math
from datetime import datetime

from pat.readers.times import iso
from pat.stream.predictions import HEALTH_NAMES, Prediction
from pat.stream.vitals import Pulse

_FIELDS = (
    "id", "campaign", "vessel", "time", "elapsed_h", "sample", "kind", "analyte", "value",
    "lower", "upper", "unit", "quality", "reasons", "t2", "t2_limit", "q", "q_limit", "sensor",
    "sensor_digest", "spectrum_sha256", "source_file", "file_sha256", "received_at", "scored_at",
    "published_at",
)  # fmt: skip


def prediction_json(prediction: Prediction, *, outdated: str | None = None) -> str:
    """Return a prediction as one line of JSON; bad, with the reason, where it is outdated."""
    cells: dict[str, object] = {name: _cell(getattr(prediction, name)) for name in _FIELDS}
    cells["health"] = {name: _cell(getattr(prediction, name)) for name in HEALTH_NAMES}
    if outdated is not None:
        reasons = "; ".join(filter(None, (outdated, prediction.reasons)))
        cells |= {"quality": "bad", "reasons": reasons}
    return json.dumps(cells, allow_nan=False, ensure_ascii=False)


def pulse_json(pulse: Pulse) -> str:
    """Return a pulse as one line of JSON."""
    last = pulse.last_spectrum_at
    cells = {
        "state": "online",
        "at": iso(pulse.at),
        "beat": pulse.beat,
        "backlog": pulse.backlog,
        "last_spectrum_at": iso(last) if last else None,
    }
    return json.dumps(cells)


def _cell(value: object) -> object:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return iso(value) if isinstance(value, datetime) else value
