"""Members: the fitted pipelines of a sensor, scored together."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from pat.arrays import FloatArray
from pat.diagnostics import (
    Anatomy,
    ScoreSpread,
    anatomy,
    channel_residuals,
    distances,
    with_latent_beside,
)
from pat.preprocessing import axis_after

#: Rows that the linear algebra always sees at once, whatever was asked for: products of
#: matrices may differ in the last digit with the number of rows.
BLOCK = 16


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


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """What the members together make of n spectra.

    Parameters
    ----------
    values, t2, q : ndarray of shape (n_spectra,)
    contributions : ndarray of shape (n_spectra, n_features)
        What each channel adds to Q of the first member, on its axis.
    """

    values: FloatArray
    t2: FloatArray
    q: FloatArray
    contributions: FloatArray


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


def score(members: Sequence[Member], spectra: FloatArray, process: FloatArray) -> Scores:
    """Return value and distances of finite spectra (n <= BLOCK, n_channels), rows padded.

    Each number of a row depends on that row alone.
    """
    read = [_read_padded(member, spectra, process) for member in members]
    share = shares(members)
    return Scores(
        values=share @ np.stack([r.values for r in read]),
        t2=share @ np.stack([r.t2 for r in read]),
        q=share @ np.stack([r.q for r in read]),
        contributions=read[0].contributions,
    )


class quiet(warnings.catch_warnings):
    """Silences what a baseline that did not settle would print for each spectrum."""

    def __enter__(self) -> None:
        super().__enter__()
        warnings.simplefilter("ignore", ConvergenceWarning)
        warnings.simplefilter("ignore", RuntimeWarning)


def _read_padded(member: Member, spectra: FloatArray, process: FloatArray) -> Scores:
    rows, tags = _padded(member, spectra, process)
    with quiet():
        reading = member.parts.read(rows, tags)
        apart = distances(member.parts, reading, spread=member.spread)
        contributions = channel_residuals(member.parts, reading)
    asked_for = slice(len(spectra))
    return Scores(
        values=reading.values[asked_for],
        t2=apart.t2[asked_for] / member.t2_unit,
        q=apart.q[asked_for] / member.q_unit,
        contributions=contributions[asked_for],
    )


def _padded(
    member: Member, spectra: FloatArray, process: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return preprocessed rows and process values, the last row repeated up to BLOCK rows."""
    with quiet():
        rows = member.parts.rows(np.ascontiguousarray(spectra))
    missing = BLOCK - len(rows)
    if missing < 0:
        msg = f"expected at most {BLOCK} rows at once; got {len(rows)}"
        raise ValueError(msg)
    return (
        np.ascontiguousarray(np.pad(rows, ((0, missing), (0, 0)), mode="edge")),
        np.pad(process, ((0, missing), (0, 0)), mode="edge"),
    )
