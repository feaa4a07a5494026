"""The records of a search: what a job is to compute, and what it brings back."""

from dataclasses import dataclass, field

from sklearn.pipeline import Pipeline

from pat.arrays import FloatArray, IntArray
from pat.calibration.families import Family


@dataclass(frozen=True, slots=True)
class Screening:
    """Where the families that cost most are tried, decided by inner folds alone.

    Parameters
    ----------
    n_recipes : int
        Screened families run on this many recipes a level: the best there for linear models.
    race_folds : int
        After so many folds of a level a raced family is judged.
    race_ratio : float
        It is given up there if its RMSE is above this many times the best linear model's.
    """

    n_recipes: int = 2
    race_folds: int = 2
    race_ratio: float = 1.5


@dataclass(frozen=True, slots=True, eq=False)
class Wanted:
    """What to compute for one analyte: level numbers, and what linear models reached there.

    Parameters
    ----------
    levels : tuple of int
    reference : ndarray of shape (n_levels, n_groups) or None
        Mean squared error of the level's best linear model in each group; None: no race.
    """

    levels: tuple[int, ...]
    reference: FloatArray | None = None


@dataclass(frozen=True, slots=True, eq=False)
class RecipeTask:
    """One recipe and the families to score over it; `wanted` has an entry an analyte.

    `simplicity` counts the standard errors by which a simpler setting may be worse.
    """

    name: str
    steps: Pipeline
    families: tuple[Family, ...]
    wanted: tuple[Wanted, ...]
    screening: Screening = field(default_factory=Screening)
    simplicity: float = 1.0

    @property
    def size(self) -> int:
        """How much work it is, roughly: levels to score and settings to try at each."""
        n_settings = sum(len(family.settings) for family in self.families)
        return n_settings * sum(len(want.levels) for want in self.wanted)


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """What one family reached over one recipe for one analyte.

    Parameters
    ----------
    recipe : str
    family : Family
    errors : ndarray of shape (n_levels, n_settings, n_groups)
        Summed squared errors, NaN where a setting failed or was not tried.
    kept : ndarray of shape (n_settings, n_kept)
        Predictions of the plan's kept parts, one after another, NaN where not computed.
    chosen : ndarray of int, shape (n_levels,)
        The setting that its level's folds choose; -1 where none was tried or all failed.
    pooled : tuple of ndarray
        What the chosen setting predicts for the level's held-out rows, fold after fold;
        empty where there is none.
    tried, given_up : tuple of int
        The levels at which it was scored, and those at which it lost its race.
    failed : str or None
        Why nothing could be computed.
    remark : str or None
        The first warning that the recipe gave: a result that deserves doubt; or that PLS
        went another way than over a Gram matrix.
    """

    recipe: str
    family: Family
    errors: FloatArray
    kept: FloatArray
    chosen: IntArray
    pooled: tuple[FloatArray, ...]
    tried: tuple[int, ...] = ()
    given_up: tuple[int, ...] = ()
    failed: str | None = None
    remark: str | None = None
