"""What a nested search of one analyte has to train, and which rows each training predicts.

The plan has levels. At each of them a choice is made from held-out errors:

- the final level chooses the champion from the outer folds, all rows taking part;
- a nested level for each outer fold makes the same choice inside the fold's training rows,
  from inner folds, and its choice then predicts the outer fold: the honest error;
- a campaign level for each campaign, where there are three or more, does so with that whole
  campaign held out.

Levels share trainings: what the final level trains for an outer fold is what that fold's
nested choice is refitted on. Each distinct set of training rows is therefore trained once.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pat.arrays import BoolArray, FloatArray, IntArray
from pat.calibration.calibration_set import CalibrationSet
from pat.calibration.consensus import HeldRows
from pat.calibration.splitters import campaign_folds, inner_folds, require_groups
from pat.calibration.trainings import Trainings
from pat.errors import CalibrationError

#: Fewer assays than this teach nothing that could be validated.
MIN_ASSAYS = 8
#: Fewest rows that a fold may leave to learn from.
MIN_TRAINING_ROWS = 4


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One training of a plan and the rows it predicts."""

    training: int
    held: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """Where one choice is made, and what it then predicts.

    Parameters
    ----------
    parts : tuple of Part
        The folds whose pooled errors the choice is made from.
    refit : Part or None
        Trains on every row of the level and predicts what it holds out; None at the final
        level, which holds nothing out.
    """

    parts: tuple[Part, ...]
    refit: Part | None = None

    @property
    def trainings(self) -> tuple[int, ...]:
        """Every training that the level needs."""
        own = tuple(part.training for part in self.parts)
        return own if self.refit is None else (*own, self.refit.training)


@dataclass(frozen=True, slots=True, eq=False)
class AnalytePlan:
    """The trainings and levels of one analyte.

    Parameters
    ----------
    analyte : str
    targets : ndarray of shape (n_samples,)
        Reference values, NaN where there is none.
    group_codes : ndarray of int, shape (n_samples,)
        The group of each row as a number below `n_groups`.
    n_groups : int
    trainings : Trainings
    final : Level
    nested : tuple of Level
        One an outer fold; empty where the cultures are too few to nest.
    campaigns : tuple of Level
    """

    analyte: str
    targets: FloatArray
    group_codes: IntArray
    n_groups: int
    trainings: Trainings
    final: Level
    nested: tuple[Level, ...]
    campaigns: tuple[Level, ...]

    @property
    def levels(self) -> tuple[Level, ...]:
        """The final level, then the nested ones, then the campaigns'."""
        return (self.final, *self.nested, *self.campaigns)

    def counts(self, level: int) -> FloatArray:
        """Return how many held-out rows each group has at a level, (n_groups,)."""
        rows = np.concatenate([part.held for part in self.levels[level].parts])
        counts = np.bincount(self.group_codes[rows], minlength=self.n_groups)
        return counts.astype(np.float64)

    def held_rows(self, level: int) -> HeldRows:
        """Return the held-out rows of a level, fold after fold."""
        parts = self.levels[level].parts
        rows = np.concatenate([part.held for part in parts])
        return HeldRows(
            targets=self.targets[rows],
            codes=self.group_codes[rows],
            folds=np.repeat(np.arange(len(parts)), [part.held.size for part in parts]),
            counts=self.counts(level),
        )

    @property
    def kept(self) -> tuple[Part, ...]:
        """The parts whose predictions are kept: outer folds, then whole campaigns."""
        campaigns = tuple(level.refit for level in self.campaigns if level.refit is not None)
        return (*self.final.parts, *campaigns)


def why_untrainable(cal: CalibrationSet, analyte: str) -> str | None:
    """Return why an analyte cannot be trained, None if it can."""
    values = cal.values[analyte].dropna().to_numpy(dtype=np.float64)
    n_groups = len(set(cal.groups[cal.measured(analyte)]))
    if values.size < MIN_ASSAYS:
        return f"expected at least {MIN_ASSAYS} assays with spectra; got {values.size}"
    if np.ptp(values) <= 1e-12 * np.max(np.abs(values)):
        return f"expected values that differ; got {values[0]:g} in all {values.size} assays"
    if n_groups < 2:
        return "its assays are all of one culture, so none can be held out"
    return None


def analyte_plan(
    cal: CalibrationSet,
    analyte: str,
    *,
    outer: Sequence[BoolArray] | None = None,
    n_outer: int = 10,
    n_inner: int = 10,
    seed: int = 0,
) -> AnalytePlan:
    """Return the plan of one analyte.

    Parameters
    ----------
    cal : CalibrationSet
    analyte : str
    outer : sequence of masks of held-out rows, optional
        Published resamples; grouped folds where left out.
    n_outer, n_inner : int
        Grouped folds outside and inside, where the cultures are too many to be left out one
        by one.
    seed : int

    Raises
    ------
    CalibrationError
        If there is one culture only, or a fold leaves too few rows to learn from.
    """
    known = cal.measured(analyte)
    groups = cal.groups
    require_groups(len(np.unique(groups[known])))
    if outer is None:
        outer = inner_folds(groups, known, n_folds=n_outer, seed=seed)
    plan = _Drafting(known=known, groups=groups, n_inner=n_inner, seed=seed)
    held = [fold & known for fold in outer if np.any(fold & known)]
    final = Level(parts=tuple(plan.part(known & ~fold, fold) for fold in held))
    nested = plan.levels(held)
    campaigns = campaign_folds(cal.samples["campaign"].to_numpy(dtype=object)[known])
    whole = [_lifted(fold, known) for fold in campaigns]
    names, codes = np.unique(groups, return_inverse=True)
    targets = cal.values[analyte].to_numpy(dtype=np.float64)
    last = plan.levels(whole)
    rows = np.array(plan.rows)
    return AnalytePlan(
        analyte=analyte,
        targets=targets,
        group_codes=codes.astype(np.int64),
        n_groups=len(names),
        campaigns=last,
        final=final,
        nested=nested,
        trainings=Trainings(targets=np.tile(targets, (len(rows), 1)), rows=rows),
    )


class _Drafting:
    """Numbers the distinct training sets while the levels are drawn up."""

    def __init__(
        self, *, known: BoolArray, groups: NDArray[np.object_], n_inner: int, seed: int
    ) -> None:
        self.known = known
        self.groups = groups
        self.n_inner = n_inner
        self.seed = seed
        self.rows: list[BoolArray] = []
        self._numbers: dict[bytes, int] = {}

    def part(self, train: BoolArray, held: BoolArray) -> Part:
        """Return the part that trains on `train` and predicts `held`."""
        if train.sum() < MIN_TRAINING_ROWS:
            msg = (
                f"expected at least {MIN_TRAINING_ROWS} assays left to learn from in every "
                f"fold; got {int(train.sum())}: one culture holds nearly all of them"
            )
            raise CalibrationError(msg)
        number = self._numbers.setdefault(train.tobytes(), len(self.rows))
        if number == len(self.rows):
            self.rows.append(train)
        return Part(training=number, held=np.flatnonzero(held))

    def levels(self, held: Sequence[BoolArray]) -> tuple[Level, ...]:
        """Return a level for each held-out set, none where one leaves too little to nest."""
        trains = [self.known & ~fold for fold in held]
        inner = [self._inner(train) for train in trains]
        if any(not folds for folds in inner):
            return ()
        return tuple(
            Level(
                parts=tuple(self.part(train & ~fold, fold) for fold in folds),
                refit=self.part(train, out),
            )
            for train, folds, out in zip(trains, inner, held, strict=True)
        )

    def _inner(self, train: BoolArray) -> list[BoolArray]:
        """Return the inner folds of a training set, none where they leave too few rows."""
        if len(np.unique(self.groups[train])) < 2:
            return []
        folds = inner_folds(self.groups, train, n_folds=self.n_inner, seed=self.seed)
        fewest = min(int((train & ~fold).sum()) for fold in folds)
        return folds if fewest >= MIN_TRAINING_ROWS else []


def _lifted(mask: BoolArray, onto: BoolArray) -> BoolArray:
    """Return a mask over the true rows of `onto` as one over all rows."""
    whole = np.zeros_like(onto)
    whole[np.flatnonzero(onto)[mask]] = True
    return whole
