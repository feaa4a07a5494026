"""Moving an alias, with the evidence beside it and the history kept."""

import io
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

import numpy as np
import pandas as pd

from pat.calibration.merit import PairedTest, paired_by_culture, rmse
from pat.errors import InputError, SensorError
from pat.registry.tracking import Tracking, store_errors
from pat.registry.versions import SensorVersion, get_version, version_with_alias
from pat.report.facts import PROMOTION_MARGIN

_KEY = ("campaign", "vessel", "time", "elapsed_h", "sample")


@dataclass(frozen=True, slots=True)
class Comparison:
    """Champion and challenger on the samples that both held out."""

    n_samples: int
    n_cultures: int
    rmse_challenger: float
    rmse_champion: float
    test: PairedTest


@dataclass(frozen=True, slots=True)
class Margin:
    """The nested error beside what culture age alone reaches."""

    nested_rmse: float | None
    culture_age_rmse: float | None

    @property
    def is_met(self) -> bool:
        """Whether the sensor clearly knows more than the calendar; no calendar, no hurdle."""
        if self.culture_age_rmse is None:
            return True
        return (
            self.nested_rmse is not None
            and self.nested_rmse <= PROMOTION_MARGIN * self.culture_age_rmse
        )


@dataclass(frozen=True, slots=True)
class Promotion:
    """One move of an alias."""

    alias: str
    from_version: int | None
    to_version: int
    by: str
    why: str
    waived: str | None
    at: str


def margin(version: SensorVersion, tracking: Tracking) -> Margin:
    """Return the promotion margin of a version, from its run."""
    with store_errors(tracking.uri):
        metrics = tracking.client.get_run(version.run_id).data.metrics
    return Margin(metrics.get("nested/rmse"), metrics.get("null/culture_age"))


def compare(
    challenger: SensorVersion, champion: SensorVersion, tracking: Tracking
) -> Comparison | None:
    """Return both sensors' held-out errors on the samples they share; None where there are none."""
    ours, theirs = _heldout(challenger, tracking), _heldout(champion, tracking)
    both = ours.merge(theirs, on=["culture", *_KEY], suffixes=("", "_champion"))
    both = both.dropna(subset=["prediction", "prediction_champion", "assay"])
    if both.empty:
        return None
    error = (both["prediction"] - both["assay"]).to_numpy(np.float64)
    error_champion = (both["prediction_champion"] - both["assay"]).to_numpy(np.float64)
    cultures = both["culture"].to_numpy(str)
    return Comparison(
        n_samples=len(both),
        n_cultures=int(np.unique(cultures).size),
        rmse_challenger=rmse(error),
        rmse_champion=rmse(error_champion),
        test=paired_by_culture(error, error_champion, cultures, rng=np.random.default_rng(0)),
    )


def promote(
    name: str,
    version: int,
    *,
    alias: str,
    by: str,
    why: str,
    waive: str | None,
    tracking: Tracking,
) -> Promotion:
    """Give `alias` to a version and record who did it and why.

    Raises
    ------
    InputError
        If who or why is empty.
    SensorError
        If there is no such version, or the margin of the culture-age null is not met and nobody
        waives it. An older version needs no margin again: rolling back is always possible.
    """
    if not by.strip() or not why.strip() or (waive is not None and not waive.strip()):
        msg = "expected who promotes (--by), why (--why) and any waiver in words; got an empty text"
        raise InputError(msg)
    target = get_version(name, version, tracking)
    current = version_with_alias(name, alias, tracking)
    was_here = any(p.to_version == version and p.alias == alias for p in history(name, tracking))
    found = margin(target, tracking)
    if not (found.is_met or waive is not None or was_here):
        raise SensorError(_refusal(name, version, found))
    move = Promotion(
        alias=alias,
        from_version=current.version if current else None,
        to_version=version,
        by=by,
        why=why,
        waived=waive,
        at=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%fZ}",
    )
    _record(name, move, tracking)
    return move


def history(name: str, tracking: Tracking) -> list[Promotion]:
    """Return every promotion of a registered sensor, oldest first."""
    with store_errors(tracking.uri):
        tags = tracking.client.get_registered_model(name).tags
    moves = [json.loads(text) for key, text in tags.items() if key.startswith("promotion.")]
    return sorted((Promotion(**move) for move in moves), key=lambda move: move.at)


def _record(name: str, move: Promotion, tracking: Tracking) -> None:
    """Write the record first: a move nobody can explain must not exist."""
    client = tracking.client
    key = f"promotion.{move.at}"
    with store_errors(tracking.uri):
        client.set_registered_model_tag(name, key, json.dumps(asdict(move)))
        try:
            client.set_registered_model_alias(name, move.alias, str(move.to_version))
        except Exception:
            client.delete_registered_model_tag(name, key)
            raise
        if move.waived is not None:
            client.set_model_version_tag(name, str(move.to_version), "waived", move.waived)


def _heldout(version: SensorVersion, tracking: Tracking) -> pd.DataFrame:
    import mlflow.artifacts

    with store_errors(tracking.uri):
        text = mlflow.artifacts.load_text(f"runs:/{version.run_id}/heldout.csv")
    names = ["culture", *_KEY]
    dtypes = dict.fromkeys(set(names) - {"elapsed_h"}, "str")
    rows = pd.read_csv(io.StringIO(text), dtype=dtypes, keep_default_na=False, na_values=[""])
    # With published resamples a sample is held out, and predicted, more than once.
    return rows.groupby(names, dropna=False, as_index=False)[["assay", "prediction"]].mean()


def _refusal(name: str, version: int, found: Margin) -> str:
    nested = "unknown" if found.nested_rmse is None else f"{found.nested_rmse:.3g}"
    return (
        f"{name} version {version} is not promoted: its nested error {nested} is above "
        f"{PROMOTION_MARGIN:g} times that of guessing from culture age "
        f"({found.culture_age_rmse:.3g}), so it may read the calendar rather than the analyte. "
        f"Improve the sensor, or say why it is good enough: --waive WHY"
    )
