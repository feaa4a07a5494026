"""Tables of a search: every candidate, every strategy, and RMSECV by component count."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pandas as pd

from pat.arrays import FloatArray
from pat.calibration.case import Case
from pat.calibration.consensus import Choice, Rated, Strategy
from pat.calibration.families import PLSFamily
from pat.calibration.merit import rmse
from pat.calibration.selection import mean_squared_error, standard_error
from pat.calibration.tasks import Scores

_GIVEN_UP = "given up after the first folds, far behind PLS"
_NOT_FINITE = "no finite prediction in some fold: too few samples for it, or a step that breaks"


def by_components(case: Case, choice: Choice) -> pd.DataFrame:
    """Return RMSECV against component count of PLS over the recipe of a choice."""
    chosen = case.scores[choice[0]]
    same = [s for s in case.scores if s.recipe == chosen.recipe]
    curves = sorted(
        (s for s in same if isinstance(s.family, PLSFamily)), key=lambda s: 0 not in s.tried
    )
    curve = chosen if isinstance(chosen.family, PLSFamily) else curves[0]
    error, spread = _rmsecv(case, curve)
    counts = [setting["n_components"] for setting in curve.family.settings]
    table = pd.DataFrame({"n_components": counts, "rmsecv": error, "rmsecv_se": spread})
    return table.dropna(subset=["rmsecv"]).reset_index(drop=True)


def candidate_table(case: Case, best: Rated, nested: Sequence[Rated | None]) -> pd.DataFrame:
    """Return one row a candidate that was tried at the final level, or chosen by a fold."""
    times = Counter(choice for one in nested if one is not None for choice in one.blend.members)
    share = dict(zip(best.blend.members, best.blend.weights, strict=True))
    tables = []
    for number, scores in enumerate(case.scores):
        error, spread = _rmsecv(case, scores)
        settings = range(len(error))
        reason = _GIVEN_UP if 0 in scores.given_up else scores.failed or _NOT_FINITE
        candidates = [case.candidate((number, setting)) for setting in settings]
        table = pd.DataFrame(
            {
                "recipe": scores.recipe,
                "model": scores.family.name,
                "parameters": [candidate.parameters for candidate in candidates],
                "rmsecv": error,
                "rmsecv_se": spread,
                "chosen_by_folds": [times[number, setting] for setting in settings],
                "champion": [(number, setting) in share for setting in settings],
                "share": [share.get((number, setting), 0.0) for setting in settings],
                "failed": pd.Series(reason, settings).where(~np.isfinite(error)),
                "remark": scores.remark,
            }
        )
        if scores.failed is None and 0 not in (*scores.tried, *scores.given_up):
            table = table[table["chosen_by_folds"] > 0]
        tables.append(table)
    return pd.concat(tables, ignore_index=True).astype({"failed": "str", "remark": "str"})


def strategy_table(
    case: Case, rated: Sequence[Sequence[Rated]], best: Rated, nested: Sequence[Rated | None]
) -> pd.DataFrame:
    """Return one row a strategy that could choose at the final level.

    Parameters
    ----------
    case : Case
    rated : sequence of sequence of Rated
        The blends of the final level, then those of each nested level.
    best : Rated
        The champion.
    nested : sequence of Rated or None
        What each nested level chose.
    """
    alone = [case.by_strategy(own) for own in rated]
    times = Counter(one.blend.strategy for one in nested if one is not None)
    return pd.DataFrame(
        {
            "strategy": [str(strategy) for strategy in alone[0]],
            "members": [len(own.blend.members) for own in alone[0].values()],
            "rmsecv": [np.sqrt(own.error) for own in alone[0].values()],
            "nested_rmse": [_nested_rmse(case, strategy, alone[1:]) for strategy in alone[0]],
            "chosen_by_folds": [times[strategy] for strategy in alone[0]],
            "champion": [strategy == best.blend.strategy for strategy in alone[0]],
        }
    )


def _nested_rmse(case: Case, strategy: Strategy, alone: Sequence[dict[Strategy, Rated]]) -> float:
    """Return the nested RMSE of a strategy by itself, NaN where some fold cannot follow it."""
    if not alone or any(strategy not in own for own in alone):
        return np.nan
    rows = case.rows([own[strategy].blend for own in alone])
    return rmse((rows["prediction"] - rows["assay"]).to_numpy(dtype=np.float64))


def _rmsecv(case: Case, scores: Scores) -> tuple[FloatArray, FloatArray]:
    """Return RMSECV and its standard error for each setting at the final level."""
    sums, counts = scores.errors[0], case.plan.counts(0)
    error = np.sqrt(mean_squared_error(sums, counts))
    return error, standard_error(sums, counts) / (2 * np.maximum(error, np.finfo(float).tiny))
