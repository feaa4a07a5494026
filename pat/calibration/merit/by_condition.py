"""The error by how cultures were run: along each factor of the design."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from pat.arrays import BoolArray, FloatArray

#: A factor of numbers with more values than this is cut into thirds.
_MOST_LEVELS = 4
_THIRDS = ("low", "middle", "high")
_FEWEST_CULTURES = 2  # of a level, so that it is more than one culture


@dataclass(frozen=True, slots=True)
class ConditionLevel:
    """Figures of the cultures run at one level of a factor."""

    name: str
    n_cultures: int
    rmse: float
    bias: float  # mean of the cultures' mean errors


@dataclass(frozen=True, slots=True)
class Condition:
    """How the error goes along a factor of the design.

    Attributes
    ----------
    factor : str
    levels : tuple of ConditionLevel
    p_value : float or None
        Of the cultures' mean errors differing between levels; None where it cannot be tested.
    """

    factor: str
    levels: tuple[ConditionLevel, ...]
    p_value: float | None


def levels_of(values: pd.Series) -> pd.Series:
    """Return the level of each culture: its value, or the third that it lies in."""
    numbers = pd.to_numeric(values, errors="coerce")
    if numbers.notna().sum() < values.notna().sum() or numbers.nunique() <= _MOST_LEVELS:
        shown = values.map(lambda value: f"{value:g}" if isinstance(value, float) else str(value))
        return shown.where(values.notna())
    bounds = np.nanquantile(numbers, [1 / 3, 2 / 3])
    third = np.searchsorted(bounds, numbers.to_numpy(dtype=np.float64), side="left")
    spans = [
        f"{name} ({numbers[third == place].min():.3g} to {numbers[third == place].max():.3g})"
        if np.any(third == place)
        else name
        for place, name in enumerate(_THIRDS)
    ]
    named = pd.Series([spans[place] for place in third], index=values.index)
    return named.where(numbers.notna())


def error_by_condition(
    errors: FloatArray, cultures: Sequence[str], factors: pd.DataFrame
) -> tuple[Condition, ...]:
    """Return the error at each level of every factor that varies.

    Parameters
    ----------
    errors : ndarray of shape (n_samples,)
        Prediction minus assay.
    cultures : sequence of n_samples str
    factors : DataFrame, one row a culture (its index), one column a factor

    Notes
    -----
    The test is Kruskal and Wallis's on the cultures' mean errors: a culture counts once, and
    few cultures with one odd among them do not make a difference.
    """
    table = pd.DataFrame({"culture": list(cultures), "error": errors, "square": errors**2})
    own = table.groupby("culture").agg(
        mean=("error", "mean"), square=("square", "sum"), size=("error", "size")
    )
    found = []
    for factor in factors.columns:
        level = levels_of(factors[factor].reindex(own.index)).dropna()
        counts = level.value_counts()
        named = [one for one in _in_order(level) if counts[one] >= _FEWEST_CULTURES]
        groups = [own.loc[level.index[level == one]] for one in named]
        if len(groups) > 1:
            levels = tuple(_level(one, group) for one, group in zip(named, groups, strict=True))
            means = [group["mean"].to_numpy(dtype=np.float64) for group in groups]
            found.append(Condition(str(factor), levels, _p_value(means)))
    return tuple(found)


def condition_folds(cultures: Sequence[str], level: pd.Series) -> dict[str, BoolArray]:
    """Return for each level the samples whose cultures were run at it, (n_samples,)."""
    of_sample = level.reindex(list(cultures)).to_numpy(dtype=object)
    return {one: of_sample == one for one in _in_order(level.dropna())}


def _level(name: str, own: pd.DataFrame) -> ConditionLevel:
    return ConditionLevel(
        name=name,
        n_cultures=len(own),
        rmse=float(np.sqrt(own["square"].sum() / own["size"].sum())),
        bias=float(own["mean"].mean()),
    )


def _in_order(level: pd.Series) -> list[str]:
    """Return the levels, thirds from low to high."""
    ranks = {name: place for place, name in enumerate(_THIRDS)}
    return sorted(
        map(str, set(level)), key=lambda one: (ranks.get(one.split(" ")[0], len(ranks)), one)
    )


def _p_value(groups: Sequence[FloatArray]) -> float | None:
    together = np.concatenate(groups)
    if np.ptp(together) == 0:
        return None
    return float(stats.kruskal(*groups).pvalue)
