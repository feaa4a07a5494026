"""Case: one analyte's plan and scores, and what each level of the plan chooses from them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from pat.arrays import FloatArray
from pat.calibration.calibration_set import CalibrationSet
from pat.calibration.candidate import Candidate
from pat.calibration.champion import Champion
from pat.calibration.consensus import (
    Blend,
    Choice,
    ConsensusRule,
    Entry,
    Rated,
    Strategy,
    by_strategy,
    preferred,
    rated_blends,
)
from pat.calibration.plan import AnalytePlan
from pat.calibration.selection import lowest_error
from pat.calibration.tasks import Scores

SAMPLE_COLUMNS = ("campaign", "vessel", "culture", "group", "time", "elapsed_h", "sample")


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """One analyte's plan and scores.

    Parameters
    ----------
    cal : CalibrationSet
    plan : AnalytePlan
    scores : sequence of Scores
    recipes : mapping of str to Pipeline
    rule : ConsensusRule
    """

    cal: CalibrationSet
    plan: AnalytePlan
    scores: Sequence[Scores]
    recipes: Mapping[str, Pipeline]
    rule: ConsensusRule

    def rated(self, level: int) -> list[Rated]:
        """Return the blends of a level with their errors there, the most preferred first."""
        counts = self.plan.counts(level)
        entries = [
            Entry(
                choice=(number, int(scores.chosen[level])),
                recipe=scores.recipe,
                family=scores.family.name,
                error=lowest_error(scores.errors[level], counts),
                predictions=scores.pooled[level],
            )
            for number, scores in enumerate(self.scores)
            if scores.chosen[level] >= 0
        ]
        return rated_blends(entries, self.plan.held_rows(level), self.rule)

    def chosen(self, rated: Sequence[Rated]) -> Rated | None:
        """Return what the rule prefers of a level's blends; None where every candidate failed."""
        return preferred(rated, self.rule)

    def by_strategy(self, rated: Sequence[Rated]) -> dict[Strategy, Rated]:
        """Return what each strategy alone would choose of a level's blends."""
        return by_strategy(rated, self.rule)

    def candidate(self, choice: Choice) -> Candidate:
        """Return the candidate that a choice stands for."""
        scores = self.scores[choice[0]]
        return Candidate(
            recipe=scores.recipe,
            steps=self.recipes[scores.recipe],
            family=scores.family,
            setting=scores.family.settings[choice[1]],
        )

    def champion(self, blend: Blend) -> Champion:
        """Return the champion that a blend stands for."""
        members = tuple(self.candidate(choice) for choice in blend.members)
        return Champion(blend.strategy, members, blend.weights)

    def kept(self, choice: Choice, part: int) -> FloatArray:
        """Return what a choice predicts for one of the plan's kept parts."""
        sizes = [held.held.size for held in self.plan.kept]
        start = sum(sizes[:part])
        return self.scores[choice[0]].kept[choice[1], start : start + sizes[part]]

    def blended(self, blend: Blend, part: int) -> FloatArray:
        """Return what a blend predicts for one of the plan's kept parts."""
        each = np.stack([self.kept(choice, part) for choice in blend.members])
        value: FloatArray = np.asarray(blend.weights) @ each
        return value

    def by_member(self, blend: Blend) -> FloatArray:
        """Return what each member predicts for all outer folds, (n_members, n_rows)."""
        parts = range(len(self.plan.final.parts))
        return np.stack(
            [np.concatenate([self.kept(one, part) for part in parts]) for one in blend.members]
        )

    def rows(self, blends: Sequence[Blend | None], *, first_part: int = 0) -> pd.DataFrame:
        """Return the held-out rows of the kept parts from `first_part`, each by its blend.

        No rows where a blend is missing: a part of them would flatter the whole.
        """
        made = [blend for blend in blends if blend is not None]
        if len(made) < len(blends):
            made = []
        tables = [
            self._part_rows(blend, part=first_part + fold, fold=fold + 1)
            for fold, blend in enumerate(made)
        ]
        return pd.concat(tables, ignore_index=True) if tables else self._part_rows(None)

    def _part_rows(self, blend: Blend | None, *, part: int = 0, fold: int = 0) -> pd.DataFrame:
        """Return the rows of one kept part as predicted by a blend; none without one."""
        rows = np.empty(0, dtype=np.int64) if blend is None else self.plan.kept[part].held
        samples = self.cal.samples[list(SAMPLE_COLUMNS)].iloc[rows].reset_index(drop=True)
        champion = None if blend is None else self.champion(blend)
        return pd.DataFrame(
            {
                "row": rows,
                "fold": np.full(rows.size, fold),
                **{name: samples[name] for name in SAMPLE_COLUMNS},
                "assay": self.plan.targets[rows],
                "prediction": np.empty(0) if blend is None else self.blended(blend, part),
                "recipe": "" if champion is None else champion.recipe,
                "model": "" if champion is None else champion.model,
                "parameters": "" if champion is None else champion.parameters,
            }
        )
