"""The table of predictions: its columns, and how it is filled."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import pandas as pd

from pat.arrays import BoolArray
from pat.soft_sensor.quality import Judgement
from pat.spectra import INSTRUMENT_KINDS, Spectra

#: Columns of every table of predictions, in order.
PREDICTION_COLUMNS = (
    "campaign", "vessel", "time", "elapsed_h", "sample", "kind", "analyte", "value", "lower",
    "upper", "unit", "quality", "reasons", "t2", "t2_limit", "q", "q_limit", "sensor",
    "sensor_digest", "spectrum_sha256", "source_file", "scored_at",
)  # fmt: skip

_FROM_KEYS = ("campaign", "vessel", "time", "elapsed_h", "sample", "kind", "source_file")


@dataclass(frozen=True, slots=True)
class ScoredRow:
    """One spectrum as a sensor sees it; NaN where a number cannot be computed."""

    judgement: Judgement
    value: float = np.nan
    t2: float = np.nan
    q: float = np.nan


@dataclass(frozen=True, slots=True)
class Signature:
    """What is the same in all rows of one sensor."""

    analyte: str
    unit: str
    sensor: str
    sensor_digest: str
    t2_limit: float
    q_limit: float
    half_width: float


def prediction_table(
    spectra: Spectra, rows: Sequence[ScoredRow], *, signature: Signature
) -> pd.DataFrame:
    """Return the predictions of `spectra`, one row each in their order."""
    n = len(spectra)
    value = np.array([row.value for row in rows], dtype=np.float64)
    columns: dict[str, object] = {name: spectra.keys[name] for name in _FROM_KEYS}
    columns |= {
        "value": value,
        "lower": value - signature.half_width,
        "upper": value + signature.half_width,
        "t2": np.array([row.t2 for row in rows], dtype=np.float64),
        "q": np.array([row.q for row in rows], dtype=np.float64),
        "t2_limit": np.full(n, signature.t2_limit),
        "q_limit": np.full(n, signature.q_limit),
        "quality": _text([row.judgement.quality.value for row in rows]),
        "reasons": _text([row.judgement.text for row in rows]),
        "analyte": _text([signature.analyte] * n),
        "unit": _text([signature.unit] * n),
        "sensor": _text([signature.sensor] * n),
        "sensor_digest": _text([signature.sensor_digest] * n),
        "spectrum_sha256": _text([spectra.sha256(row) for row in range(n)]),
        "scored_at": pd.Series([datetime.now(UTC)] * n, dtype="datetime64[us, UTC]"),
    }
    return pd.DataFrame(columns, index=range(n))[list(PREDICTION_COLUMNS)]


def predictable(spectra: Spectra) -> BoolArray:
    """Return which spectra are predicted: all but those of the instrument's own record."""
    instrument = [kind.value for kind in INSTRUMENT_KINDS]
    return ~spectra.keys["kind"].isin(instrument).to_numpy(dtype=np.bool_)


def _text(values: list[str]) -> pd.Series:
    return pd.Series(values, dtype="str")
