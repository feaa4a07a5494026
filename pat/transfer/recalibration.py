"""A recipe and a method together: what `build_sensor` fits to a transfer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, clone
from sklearn.pipeline import Pipeline

from pat.arrays import FloatArray, IntArray
from pat.diagnostics import leading_row_wise
from pat.transfer.methods import Method, Samples


@dataclass(frozen=True, slots=True, eq=False)
class Recipe:
    """A pipeline taken apart: row-wise steps, and what follows them.

    Parameters
    ----------
    name : str
    lead : Pipeline or None
        Leading steps that treat each spectrum by itself; None where there are none.
    rest : Pipeline
        Unfitted; its last step is the model.
    own : bool
        Whether it is one of the sensor that is transferred.
    """

    name: str
    lead: Pipeline | None
    rest: Pipeline
    own: bool = False

    def rows(self, spectra: FloatArray) -> FloatArray:
        """Return spectra (n, n_channels) after the row-wise steps."""
        if self.lead is None:
            return spectra
        treated: FloatArray = np.asarray(self.lead.transform(spectra), dtype=np.float64)
        return treated


def recipe_of(name: str, pipeline: Any, spectra: FloatArray, *, own: bool = False) -> Recipe:
    """Return a pipeline taken apart, its row-wise steps checked on `spectra`."""
    whole = pipeline if isinstance(pipeline, Pipeline) else Pipeline([("model", pipeline)])
    count = min(leading_row_wise(whole), len(whole) - 1)
    steps = clone(Pipeline(whole.steps))
    lead = steps[:count].fit(spectra[:2]) if count else None
    return Recipe(name, lead, steps[count:], own)


class Recalibration(BaseEstimator):
    """Fits a method to the old calibration, which comes first, and the transfer samples after it.

    `fit` returns the plain fitted pipeline, row-wise steps included.

    Parameters
    ----------
    recipe : Recipe
    method : Method
    n_old : int
        How many of the first rows are the old calibration.
    partners : mapping of bytes to int
        Row of the old calibration that is the same sample as a transfer sample, by the bytes
        of its spectrum.
    """

    def __init__(
        self, recipe: Recipe, method: Method, n_old: int, partners: Mapping[bytes, int]
    ) -> None:
        self.recipe = recipe
        self.method = method
        self.n_old = n_old
        self.partners = partners

    def __sklearn_clone__(self) -> "Recalibration":
        return self  # nothing is learnt in place, and the recipe holds no spectra

    def fit(self, X: FloatArray, y: FloatArray) -> Pipeline:
        """Return the pipeline fitted to spectra (n_old + n_transfer, n_channels)."""
        rows = self.recipe.rows(X)
        n_old = self.n_old
        samples = Samples(
            rows[:n_old], y[:n_old], rows[n_old:], y[n_old:], partner_rows(X[n_old:], self.partners)
        )
        rest = self.method.fit(self.recipe.rest, samples)
        if rest is None:
            rest = clone(self.recipe.rest).fit(samples.old, samples.old_y)
        lead = [] if self.recipe.lead is None else self.recipe.lead.steps
        return Pipeline([*lead, *rest.steps])


def partner_rows(spectra: FloatArray, partners: Mapping[bytes, int]) -> IntArray:
    """Return the old row of each spectrum (n, n_channels), -1 where it has none."""
    return np.array([partners.get(row.tobytes(), -1) for row in spectra], dtype=np.int64)
