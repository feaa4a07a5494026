"""From the scores of all candidates to the result of one analyte."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from pat.arrays import FloatArray
from pat.calibration.calibration_set import CalibrationSet
from pat.calibration.candidate import Candidate
from pat.calibration.families import PLSFamily
from pat.calibration.merit import bias, culture_interval, q2, rmse, rpd
from pat.calibration.nulls import null_predictions
from pat.calibration.plan import AnalytePlan
from pat.calibration.result import SearchResult, Skipped
from pat.calibration.selection import choose, mean_squared_error, standard_error
from pat.calibration.tasks import Scores

Choice = tuple[int, int]  # which scores, which setting of their family

SAMPLE_COLUMNS = ("campaign", "vessel", "culture", "group", "time", "elapsed_h", "sample")


@dataclass(frozen=True, slots=True, eq=False)
class _Case:
    """One analyte's plan, scores and choices."""

    cal: CalibrationSet
    plan: AnalytePlan
    scores: Sequence[Scores]
    recipes: Mapping[str, Pipeline]

    def choice(self, level: int) -> Choice | None:
        """Return what is chosen at a level, None where every candidate failed."""
        return choose([s.errors[level] for s in self.scores], self.plan.counts(level))

    def candidate(self, choice: Choice) -> Candidate:
        """Return the candidate that a choice stands for."""
        scores = self.scores[choice[0]]
        setting = scores.family.settings[choice[1]]
        return Candidate(
            recipe=scores.recipe,
            steps=self.recipes[scores.recipe],
            family=scores.family,
            setting=setting,
        )

    def kept(self, choice: Choice, part: int) -> FloatArray:
        """Return what a choice predicts for one of the plan's kept parts."""
        sizes = [held.held.size for held in self.plan.kept]
        start = sum(sizes[:part])
        return self.scores[choice[0]].kept[choice[1], start : start + sizes[part]]


def search_result(
    cal: CalibrationSet,
    plan: AnalytePlan,
    scores: Sequence[Scores],
    *,
    recipes: Mapping[str, Pipeline],
    published: bool,
) -> SearchResult | Skipped:
    """Return the champion of one analyte and its figures; `published`: folds are resamples."""
    case = _Case(cal=cal, plan=plan, scores=scores, recipes=recipes)
    champion = case.choice(0)
    if champion is None:
        reasons = [s.failed for s in scores if s.failed is not None]
        return Skipped(plan.analyte, f"every candidate failed ({(*reasons, 'NaN')[0]})")
    n_outer = len(plan.final.parts)
    nested = [case.choice(1 + fold) for fold in range(len(plan.nested))]
    campaigns = [
        case.choice(1 + len(plan.nested) + number) for number in range(len(plan.campaigns))
    ]
    heldout = _rows(case, [champion] * n_outer)
    nested_rows = _rows(case, nested)
    measured, predicted = heldout["assay"].to_numpy(), heldout["prediction"].to_numpy()
    groups = heldout["group"].to_numpy(dtype=object)
    best_resampled = _best_resampled(case) if published else None
    return SearchResult(
        analyte=plan.analyte,
        champion=case.candidate(champion),
        table=_table(case, champion, nested),
        heldout=heldout.drop(columns=["recipe", "model", "parameters"]),
        nested=nested_rows,
        rmsecv=rmse(predicted - measured),
        rmsecv_interval=culture_interval(predicted - measured, groups),
        nested_rmse=_rmse(nested_rows),
        q2=q2(measured, predicted),
        bias=bias(predicted - measured),
        rpd=rpd(measured, predicted),
        rmsecv_by_components=_by_components(case, champion),
        nulls=_nulls(cal, plan),
        n_samples=int(np.isfinite(plan.targets).sum()),
        n_groups=len(np.unique(plan.group_codes[np.isfinite(plan.targets)])),
        resample_rmse=None if best_resampled is None else best_resampled[0],
        resample_candidate=None if best_resampled is None else case.candidate(best_resampled[1]),
        nested_resample_rmse=_mean_of_folds(nested_rows) if published else None,
        leave_campaign_out=_rmse(_rows(case, campaigns, first_part=n_outer)),
        notes=_notes(plan, nested),
    )


def _rows(case: _Case, choices: Sequence[Choice | None], *, first_part: int = 0) -> pd.DataFrame:
    """Return the held-out rows of the kept parts from `first_part`, each by its choice.

    No rows where a choice is missing: a part of them would flatter the whole.
    """
    made = [choice for choice in choices if choice is not None]
    if len(made) < len(choices):
        made = []
    tables = [
        _part_rows(case, choice, part=first_part + fold, fold=fold + 1)
        for fold, choice in enumerate(made)
    ]
    return pd.concat(tables, ignore_index=True) if tables else _part_rows(case, None)


def _part_rows(case: _Case, choice: Choice | None, *, part: int = 0, fold: int = 0) -> pd.DataFrame:
    """Return the rows of one kept part as predicted by a choice; none without one."""
    rows = np.empty(0, dtype=np.int64) if choice is None else case.plan.kept[part].held
    samples = case.cal.samples[list(SAMPLE_COLUMNS)].iloc[rows].reset_index(drop=True)
    candidate = None if choice is None else case.candidate(choice)
    return pd.DataFrame(
        {
            "row": rows,
            "fold": np.full(rows.size, fold),
            **{name: samples[name] for name in SAMPLE_COLUMNS},
            "assay": case.plan.targets[rows],
            "prediction": np.empty(0) if choice is None else case.kept(choice, part),
            "recipe": "" if candidate is None else candidate.recipe,
            "model": "" if candidate is None else candidate.model,
            "parameters": "" if candidate is None else candidate.parameters,
        }
    )


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


def _best_resampled(case: _Case) -> tuple[float, Choice] | None:
    """Return the smallest mean over folds of the folds' RMSE that a PLS reaches."""
    best: tuple[float, Choice] | None = None
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
                best = (float(means[setting]), (number, int(setting)))
    return best


def _nulls(cal: CalibrationSet, plan: AnalytePlan) -> dict[str, float]:
    """Return the RMSE of each null model over the outer folds."""
    folds = []
    for part in plan.final.parts:
        held = np.zeros(len(cal), dtype=np.bool_)
        held[part.held] = True
        folds.append(held)
    predictions = null_predictions(cal, plan.analyte, folds)
    found = {}
    for name, by_fold in predictions.items():
        errors = (by_fold - plan.targets)[np.array(folds)]
        found[name] = float(np.sqrt(np.mean(errors**2)))
    return found


def _by_components(case: _Case, champion: Choice) -> pd.DataFrame:
    """Return RMSECV against component count of PLS over the champion's recipe."""
    chosen = case.scores[champion[0]]
    same = [s for s in case.scores if s.recipe == chosen.recipe]
    curves = [s for s in same if isinstance(s.family, PLSFamily)]
    curve = chosen if isinstance(chosen.family, PLSFamily) else curves[0]
    error, spread = _rmsecv(case, curve)
    counts = [setting["n_components"] for setting in curve.family.settings]
    table = pd.DataFrame({"n_components": counts, "rmsecv": error, "rmsecv_se": spread})
    return table.dropna(subset=["rmsecv"]).reset_index(drop=True)


def _table(case: _Case, champion: Choice, nested: Sequence[Choice | None]) -> pd.DataFrame:
    """Return one row a candidate that was tried at the final level, or chosen by a fold."""
    times = Counter(nested)
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
                "champion": [(number, setting) == champion for setting in settings],
                "failed": pd.Series(reason, settings).where(~np.isfinite(error)),
                "remark": scores.remark,
            }
        )
        if scores.failed is None and 0 not in (*scores.tried, *scores.given_up):
            table = table[table["chosen_by_folds"] > 0]
        tables.append(table)
    return pd.concat(tables, ignore_index=True).astype({"failed": "str", "remark": "str"})


_GIVEN_UP = "given up after the first folds, far behind PLS"
_NOT_FINITE = "no finite prediction in some fold: too few samples for it, or a step that breaks"


def _rmsecv(case: _Case, scores: Scores) -> tuple[FloatArray, FloatArray]:
    """Return RMSECV and its standard error for each setting at the final level."""
    sums, counts = scores.errors[0], case.plan.counts(0)
    error = np.sqrt(mean_squared_error(sums, counts))
    return error, standard_error(sums, counts) / (2 * np.maximum(error, np.finfo(float).tiny))


def _notes(plan: AnalytePlan, nested: Sequence[Choice | None]) -> tuple[str, ...]:
    if not plan.nested:
        return (
            "too few cultures to choose inside a training set: no nested error, and RMSECV is "
            "optimistic by an unknown amount; three cultures or more are needed",
        )
    if None in nested:
        return ("in some outer fold every candidate failed, so there is no nested error",)
    return ()
