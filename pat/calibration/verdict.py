"""From the scores of all candidates to the result of one analyte."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pat.calibration.beside_nulls import null_errors, null_rmse, null_tests
from pat.calibration.candidate import Candidate
from pat.calibration.case import Case
from pat.calibration.consensus import Blend, Rated
from pat.calibration.families import PLSFamily
from pat.calibration.merit import bias, culture_interval, q2, rmse, rpd
from pat.calibration.plan import AnalytePlan
from pat.calibration.result import SearchResult, Skipped
from pat.calibration.search_tables import by_components, candidate_table, strategy_table
from pat.calibration.tasks import Scores


def search_result(case: Case, *, published: bool) -> SearchResult | Skipped:
    """Return the champion of one analyte and its figures; `published`: folds are resamples."""
    plan = case.plan
    rated = [case.rated(level) for level in range(len(plan.levels))]
    chosen = [case.chosen(own) for own in rated]
    best = chosen[0]
    if best is None:
        reasons = [s.failed for s in case.scores if s.failed is not None]
        return Skipped(plan.analyte, f"every candidate failed ({(*reasons, 'NaN')[0]})")
    n_outer, n_nested = len(plan.final.parts), len(plan.nested)
    nested, campaigns = chosen[1 : 1 + n_nested], chosen[1 + n_nested :]
    heldout = case.rows([best.blend] * n_outer)
    nested_rows = case.rows(_blends(nested))
    measured, predicted = heldout["assay"].to_numpy(), heldout["prediction"].to_numpy()
    groups = heldout["group"].to_numpy(dtype=object)
    best_resampled = _best_resampled(case) if published else None
    guessed = null_errors(case)
    return SearchResult(
        analyte=plan.analyte,
        champion=case.champion(best.blend),
        table=candidate_table(case, best, nested),
        strategies=strategy_table(case, rated[: 1 + n_nested], best, nested),
        heldout=heldout.drop(columns=["recipe", "model", "parameters"]),
        by_member=case.by_member(best.blend),
        nested=nested_rows,
        rmsecv=rmse(predicted - measured),
        rmsecv_interval=culture_interval(predicted - measured, groups),
        nested_rmse=_rmse(nested_rows),
        q2=q2(measured, predicted),
        bias=bias(predicted - measured),
        rpd=rpd(measured, predicted),
        rmsecv_by_components=by_components(case, best.blend.members[0]),
        nulls=null_rmse(guessed),
        null_tests=null_tests(guessed, nested_rows),
        n_samples=int(np.isfinite(plan.targets).sum()),
        n_groups=len(np.unique(plan.group_codes[np.isfinite(plan.targets)])),
        resample_rmse=None if best_resampled is None else best_resampled[0],
        resample_candidate=None if best_resampled is None else best_resampled[1],
        nested_resample_rmse=_mean_of_folds(nested_rows) if published else None,
        leave_campaign_out=_rmse(case.rows(_blends(campaigns), first_part=n_outer)),
        notes=(*_notes(plan, nested), *_failures(case.scores)),
    )


def _blends(rated: Sequence[Rated | None]) -> list[Blend | None]:
    return [None if one is None else one.blend for one in rated]


def _rmse(rows: pd.DataFrame) -> float | None:
    if rows.empty:
        return None
    return rmse((rows["prediction"] - rows["assay"]).to_numpy(dtype=np.float64))


def _mean_of_folds(rows: pd.DataFrame) -> float | None:
    """Return the mean of the folds' own RMSEs, None without rows."""
    if rows.empty:
        return None
    squared = (rows["prediction"] - rows["assay"]) ** 2
    return float(np.sqrt(squared.groupby(rows["fold"]).mean()).mean())


def _best_resampled(case: Case) -> tuple[float, Candidate] | None:
    """Return the smallest mean over folds of the folds' RMSE that a PLS reaches."""
    best: tuple[float, Candidate] | None = None
    for number, scores in enumerate(case.scores):
        if not isinstance(scores.family, PLSFamily):
            continue
        start, per_fold = 0, []
        for part in case.plan.final.parts:
            predicted = scores.kept[:, start : start + part.held.size]
            squared = (predicted - case.plan.targets[part.held]) ** 2
            per_fold.append(np.sqrt(squared.mean(axis=1)))
            start += part.held.size
        means = np.mean(per_fold, axis=0)
        for setting in np.flatnonzero(np.isfinite(means)):
            if best is None or means[setting] < best[0]:
                best = (float(means[setting]), case.candidate((number, int(setting))))
    return best


def _failures(scores: Sequence[Scores]) -> tuple[str, ...]:
    """Return how many recipes and models failed, with the reason of the first."""
    reasons = {(one.recipe, one.family.name): one.failed for one in scores if one.failed}
    scored = {(one.recipe, one.family.name) for one in scores if not one.failed}
    failed = [pair for pair in reasons if pair not in scored]
    if not failed:
        return ()
    recipe, model = failed[0]
    return (
        f"{len(failed)} of {len(scored) + len(failed)} recipes with their models failed and take "
        f"no part, such as {model} on {recipe} ({reasons[failed[0]]}); search.json names them all",
    )


def _notes(plan: AnalytePlan, nested: Sequence[Rated | None]) -> tuple[str, ...]:
    if not plan.nested:
        return (
            "too few cultures to choose inside a training set: no nested error, and RMSECV is "
            "optimistic by an unknown amount; three cultures or more are needed",
        )
    if None in nested:
        return ("in some outer fold every candidate failed, so there is no nested error",)
    return ()
