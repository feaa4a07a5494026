"""Blocks: the rows of a recipe, its row-wise steps done once, its learning steps in the fold.

A recipe is a scikit-learn Pipeline of preprocessing steps. Its leading steps that learn
nothing (tag `requires_fit` false: crop, Savitzky-Golay, SNV, baselines) treat each spectrum
by itself and are computed once for all folds. From the first step that learns from other
spectra (the reference of MSC and EMSC, autoscaling) onwards, everything is fitted again in
each fold, on its training rows alone.
"""

from dataclasses import dataclass

import numpy as np
from sklearn.base import clone
from sklearn.pipeline import Pipeline
from sklearn.utils import get_tags

from pat.arrays import BoolArray, FloatArray
from pat.calibration.shared_rows import SharedRows
from pat.errors import CalibrationError


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """What a model is fitted to: preprocessed spectra and, where asked for, process values.

    Parameters
    ----------
    rows : ndarray of shape (n_samples, n_channels)
        Spectra after the row-wise steps.
    learned : Pipeline or None
        The steps that are fitted in each fold; None where the recipe has none.
    process : ndarray of shape (n_samples, n_tags) or None
        Process values as read, the second block; None for spectra alone.
    """

    rows: FloatArray
    learned: Pipeline | None = None
    process: FloatArray | None = None

    def spectra(self, train: BoolArray) -> FloatArray:
        """Return all rows after the learned steps, fitted on the rows of `train` alone.

        Raises
        ------
        CalibrationError
            If the steps leave NaN or infinite values.
        """
        if self.learned is None:
            return self.rows
        steps = clone(self.learned).fit(self.rows[train])
        return _finite(steps.transform(self.rows))


def split_recipe(recipe: Pipeline) -> tuple[Pipeline | None, Pipeline | None]:
    """Return the leading row-wise steps and the steps from the first that learns onwards."""
    steps = [(name, step) for name, step in recipe.steps if not is_passthrough(step)]
    learning = [position for position, (_, step) in enumerate(steps) if _learns(step)]
    first = learning[0] if learning else len(steps)
    row_wise = Pipeline(steps[:first]) if first else None
    learned = Pipeline(steps[first:]) if first < len(steps) else None
    return row_wise, learned


def prepare(
    recipe: Pipeline,
    intensities: FloatArray,
    *,
    process: FloatArray | None = None,
    shared: SharedRows | None = None,
) -> Block:
    """Return the block of a recipe over intensities (n_samples, n_channels).

    Recipes of one search may share what their first steps make of the same intensities.

    Raises
    ------
    CalibrationError
        If the row-wise steps leave NaN or infinite values.
    """
    row_wise, learned = split_recipe(recipe)
    steps = [] if row_wise is None else [step for _, step in row_wise.steps]
    rows = (shared or SharedRows()).after(steps, intensities)
    return Block(rows=_finite(rows), learned=learned, process=process)


def is_passthrough(step: object) -> bool:
    """Return whether a step of a Pipeline stands for nothing."""
    return step is None or (isinstance(step, str) and step == "passthrough")


def _finite(rows: FloatArray) -> FloatArray:
    """Return rows as they are, or raise CalibrationError where one is not finite."""
    rows = np.ascontiguousarray(rows, dtype=np.float64)
    broken = np.flatnonzero(~np.isfinite(rows).all(axis=1))
    if broken.size:
        msg = (
            f"expected finite values after preprocessing; got NaN or infinite in {broken.size} "
            f"of {len(rows)} spectra (first: row {broken[0]})"
        )
        raise CalibrationError(msg)
    return rows


def _learns(step: object) -> bool:
    """Return whether a step learns from the spectra it is fitted on."""
    return bool(get_tags(step).requires_fit)
