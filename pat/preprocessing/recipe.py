"""Follow a recipe of preprocessing steps to the axis on which its model works."""

from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

import numpy as np
from sklearn.base import OneToOneFeatureMixin
from sklearn.pipeline import Pipeline

from pat.arrays import FloatArray
from pat.errors import AxisError
from pat.preprocessing.channels import checked_axis
from pat.spectra import describe_axis

Recipe: TypeAlias = Pipeline | Sequence[Any]


def axis_after(recipe: Recipe, axis: FloatArray) -> FloatArray:
    """Return the axis that spectra on `axis` (n_channels,) have where the model takes over.

    Parameters
    ----------
    recipe : Pipeline, or sequence of steps or of (name, step)
        Fitted or not. It is followed as far as its steps keep or change the axis; the first
        that does neither (PCA, a regressor) is the model, or begins it.

    Raises
    ------
    AxisError
        If a step was set up for another axis than the one that reaches it.
    """
    current = checked_axis(axis)
    for step in _steps(recipe):
        if not (hasattr(step, "axis_after") or isinstance(step, OneToOneFeatureMixin)):
            break
        _check_expected(step, current)
        if hasattr(step, "axis_after"):
            current = step.axis_after(current)
    return current


def _steps(recipe: Recipe) -> Iterator[Any]:
    steps = recipe.steps if isinstance(recipe, Pipeline) else recipe
    for item in steps:
        step = item[1] if isinstance(item, tuple) else item
        if isinstance(step, Pipeline):
            yield from _steps(step)
        elif step is not None and not isinstance(step, str):
            yield step


def _check_expected(step: Any, current: FloatArray) -> None:
    expected = getattr(step, "axis", None)
    if expected is None:
        return
    values = checked_axis(expected)
    if values.shape != current.shape or not np.allclose(values, current, rtol=1e-9, atol=0.0):
        msg = (
            f"{type(step).__name__}: expected spectra on {describe_axis(values)}; "
            f"got {describe_axis(current)} from the step before"
        )
        raise AxisError(msg)
