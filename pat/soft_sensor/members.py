"""Members: the fitted pipelines of a sensor, each with its measure of distance."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from pat.arrays import FloatArray
from pat.diagnostics import Anatomy, ScoreSpread, anatomy, with_latent_beside
from pat.preprocessing import axis_after


@dataclass(frozen=True, slots=True, eq=False)
class Member:
    """One fitted pipeline and the measure of distance that goes with it.

    Parameters
    ----------
    pipeline : estimator
        As fitted; what is stored.
    parts : Anatomy
        The same, taken apart.
    spread : ScoreSpread
        Of the calibration's scores.
    axis : ndarray of shape (n_features,)
        The axis after preprocessing; empty where it is not known.
    t2_unit, q_unit : float
        What its T2 and Q are divided by before the members' mean is taken; 1 where it stands
        alone, else its mean over left-out cultures.
    weight : float
        How much it counts beside the other members, above zero (`shares`).
    """

    pipeline: Any
    parts: Anatomy
    spread: ScoreSpread
    axis: FloatArray
    t2_unit: float = 1.0
    q_unit: float = 1.0
    weight: float = 1.0


def dissected(pipeline: Any, spectra: FloatArray) -> Anatomy:
    """Return the parts of a fitted pipeline, with a latent model beside where it has none."""
    return with_latent_beside(anatomy(pipeline), spectra)


def dissected_with(pipeline: Any, latent: Any) -> Anatomy:
    """Return the parts of a fitted pipeline with the latent model that was stored beside it."""
    return with_latent_beside(anatomy(pipeline), np.empty((0, 0)), latent=latent)


def latent_beside(pipeline: Any, parts: Anatomy) -> Any:
    """Return the latent model to store beside a pipeline; None where it has its own."""
    return parts.latent if anatomy(pipeline).latent is None else None


def preprocessed_axis(pipeline: Any, parts: Anatomy, axis: FloatArray) -> FloatArray:
    """Return the axis on which Q's residual lies; empty where the recipe does not tell."""
    steps = [*(parts.row_wise or ()), *(parts.learned or ())]
    if not hasattr(pipeline, "steps"):
        return axis
    after = axis_after(steps, axis)
    n_features = int(getattr(parts.latent, "n_features_in_", after.size))
    return after if after.size <= n_features else np.empty(0)


def shares(members: Sequence[Member]) -> FloatArray:
    """Return the share of each member in the sensor's value, (n_members,), summing to one."""
    weights = np.array([member.weight for member in members])
    share: FloatArray = weights / weights.sum()
    return share


def equal_or_weighted(weights: Sequence[float] | None, n_members: int) -> FloatArray:
    """Return the share of each of n members by their weights, (n_members,), summing to one."""
    given = np.ones(n_members) if weights is None else np.asarray(weights, dtype=np.float64)
    if given.shape != (n_members,) or not np.all(np.isfinite(given) & (given > 0)):
        msg = f"expected a weight above zero for each of {n_members} members; got {weights}"
        raise ValueError(msg)
    share: FloatArray = given / given.sum()
    return share


class quiet(warnings.catch_warnings):
    """Silences what a baseline that did not settle, or few samples, would print for each fit."""

    def __enter__(self) -> None:
        super().__enter__()
        warnings.simplefilter("ignore", ConvergenceWarning)
        warnings.simplefilter("ignore", RuntimeWarning)
        # fewer samples than components: the surplus ones stay zero
        warnings.filterwarnings("ignore", "y residual is constant", UserWarning)
