"""The table of predictions: its columns, and how it is filled."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

import numpy as np
import pandas as pd
from pandas.api.extensions import ExtensionArray

from pat.arrays import BoolArray, FloatArray
from pat.soft_sensor.interval import Interval
from pat.spectra import INSTRUMENT_KINDS, Spectra, spectra_sha256

#: Columns of every table of predictions, in order.
PREDICTION_COLUMNS = (
    "campaign", "vessel", "time", "elapsed_h", "sample", "kind", "analyte", "value", "lower",
    "upper", "unit", "quality", "reasons", "t2", "t2_limit", "q", "q_limit", "sensor",
    "sensor_digest", "spectrum_sha256", "source_file", "scored_at",
)  # fmt: skip

_TEXT = pd.StringDtype(na_value=np.nan)
_ROWS_AT_HAND = 1024  # of columns that say the same in each
_MOMENT = pd.DatetimeTZDtype("us", "UTC")
_FROM_KEYS = ("campaign", "vessel", "time", "elapsed_h", "sample", "kind", "source_file")


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """Spectra as a sensor sees them; NaN where a number cannot be computed.

    Parameters
    ----------
    quality, reasons : list of str
        One a spectrum; no reasons where it is good.
    value, t2, q : ndarray of shape (n_spectra,)
    """

    quality: list[str]
    reasons: list[str]
    value: FloatArray
    t2: FloatArray
    q: FloatArray


def joined(parts: Sequence[Scored]) -> Scored:
    """Return parts as one, in their order."""
    if len(parts) == 1:
        return parts[0]
    return Scored(
        quality=[quality for part in parts for quality in part.quality],
        reasons=[reasons for part in parts for reasons in part.reasons],
        value=np.concatenate([np.empty(0), *(part.value for part in parts)]),
        t2=np.concatenate([np.empty(0), *(part.t2 for part in parts)]),
        q=np.concatenate([np.empty(0), *(part.q for part in parts)]),
    )


@dataclass(frozen=True, eq=False)  # no slots: what is cached needs room
class Signature:
    """What is the same in all rows of one sensor."""

    analyte: str
    unit: str
    sensor: str
    sensor_digest: str
    t2_limit: float
    q_limit: float
    interval: Interval

    def columns(self, n: int) -> dict[str, ExtensionArray]:
        """Return the columns of text for n rows."""
        if n > _ROWS_AT_HAND:
            return self._text(n)
        return {name: column[:n] for name, column in self._at_hand.items()}

    @cached_property
    def _at_hand(self) -> dict[str, ExtensionArray]:
        return self._text(_ROWS_AT_HAND)

    def _text(self, n: int) -> dict[str, ExtensionArray]:
        names = ("analyte", "unit", "sensor", "sensor_digest")
        return {name: _text([getattr(self, name)] * n) for name in names}


def prediction_table(spectra: Spectra, scored: Scored, *, signature: Signature) -> pd.DataFrame:
    """Return the predictions of `spectra`, one row each in their order."""
    n = len(spectra)
    lower, upper = signature.interval.bounds(scored.value, t2=scored.t2, q=scored.q)
    columns: dict[str, object] = {name: spectra.keys[name].array for name in _FROM_KEYS}
    columns |= signature.columns(n)
    columns |= {
        "value": scored.value,
        "lower": lower,
        "upper": upper,
        "t2": scored.t2,
        "q": scored.q,
        "t2_limit": np.full(n, signature.t2_limit),
        "q_limit": np.full(n, signature.q_limit),
        "quality": _text(scored.quality),
        "reasons": _text(scored.reasons),
        "spectrum_sha256": _text(spectra_sha256(spectra.axis, spectra.intensities)),
        "scored_at": pd.array([datetime.now(UTC)], dtype=_MOMENT).repeat(n),
    }
    ordered = {name: columns[name] for name in PREDICTION_COLUMNS}
    return pd.DataFrame(ordered, index=pd.RangeIndex(n))


def predictable(spectra: Spectra) -> BoolArray:
    """Return which spectra are predicted: all but those of the instrument's own record."""
    instrument = [kind.value for kind in INSTRUMENT_KINDS]
    return ~spectra.keys["kind"].isin(instrument).to_numpy(dtype=np.bool_)


def _text(values: list[str]) -> ExtensionArray:
    return pd.array(values, dtype=_TEXT)
