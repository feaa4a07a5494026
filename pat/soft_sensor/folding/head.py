"""Head: a latent model as plain matrices, and how the value comes from scores or spectrum."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from sklearn.linear_model import BayesianRidge, ElasticNet, Lasso, LinearRegression, Ridge
from sklearn.pipeline import Pipeline
from sklearn.svm import SVR

from pat.arrays import FloatArray
from pat.diagnostics import Anatomy, Role
from pat.diagnostics.latent import Matrices, latent_matrices
from pat.soft_sensor.folding.chain import Chain, folded_chain

_LINEAR = (Ridge, LinearRegression, ElasticNet, Lasso, BayesianRidge)

#: Rows that a regressor that might tell how many there are always sees at once.
BLOCK = 16

#: From scores (n, n_components) and process values (n, n_tags) to values (n,).
Valued = Callable[[FloatArray, FloatArray], FloatArray]


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """What follows the preprocessing: t = (z - mean) R, residual z - mean - t P'.

    Parameters
    ----------
    mean : ndarray of shape (n_features,)
    rotations, loadings : ndarray of shape (n_features, n_components)
        R and P.
    coefficients : ndarray of shape (n_features,)
        The value is `z @ coefficients + intercept` where `valued` is None.
    intercept : float
    valued : callable or None
        The value from the scores.
    process : ProcessPart or None
        Process values that enter the latent model beside the spectrum.
    """

    mean: FloatArray
    rotations: FloatArray
    loadings: FloatArray
    coefficients: FloatArray
    intercept: float
    valued: Valued | None
    process: "ProcessPart | None" = None


@dataclass(frozen=True, slots=True, eq=False)
class ProcessPart:
    """The rows of a latent model that belong to process values.

    Parameters
    ----------
    entered : callable
        From process values (n, n_tags) to what enters the model, centred.
    rotations, loadings : ndarray of shape (n_tags, n_components)
    """

    entered: Callable[[FloatArray], FloatArray]
    rotations: FloatArray
    loadings: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class FoldedMember:
    """A member as matrices: `chain` brings a spectrum to where `head` takes over."""

    chain: Chain
    head: Head


def folded_member(parts: Anatomy, n_channels: int) -> FoldedMember | None:
    """Return a taken-apart pipeline as matrices, None where it cannot be folded."""
    steps = [*_steps(parts.row_wise), *_steps(parts.learned)]
    chain = folded_chain(steps, n_channels)
    latent = latent_matrices(parts.latent)
    if chain is None or latent is None:
        return None
    head = _head(parts, latent, n_features=chain.matrix.shape[0])
    return None if head is None else FoldedMember(_weighted(chain, parts), head)


def _steps(steps: Pipeline | None) -> list[Any]:
    return [] if steps is None else [step for _, step in steps.steps]


def _weighted(chain: Chain, parts: Anatomy) -> Chain:
    """Return the chain with the weight that a joining PLS gives the spectrum's block."""
    if parts.role is not Role.PREDICTS or not parts.takes_process:
        return chain
    weight = parts.weights[0]
    return replace(chain, offset=chain.offset * weight, gain=chain.gain * weight)


def _head(parts: Anatomy, latent: Matrices, *, n_features: int) -> Head | None:
    if parts.role is Role.PREDICTS:
        return _predicting(parts, latent, n_features=n_features)
    if len(latent[0]) != n_features:
        return None
    nothing = np.zeros(n_features)
    if parts.role is Role.FEEDS:
        valued = parts.fed if _is_row_by_row(parts.regressor) else partial(_in_blocks, parts.fed)
        return Head(*latent, coefficients=nothing, intercept=0.0, valued=valued)
    linear = _linear_model(parts.regressor)
    if parts.takes_process or linear is None or np.size(linear.coef_) != n_features:
        return None
    coefficients = np.ravel(linear.coef_)
    return Head(
        *latent,
        coefficients=coefficients,
        intercept=float(np.ravel(linear.intercept_)[0]),
        valued=None,
    )


def _is_row_by_row(regressor: Any) -> bool:
    """Return whether a regressor gives a row the same digits whatever stands beside it."""
    steps = (
        [step for _, step in regressor.steps] if isinstance(regressor, Pipeline) else [regressor]
    )
    model = getattr(steps[-1], "regressor_", steps[-1])
    return len(steps) == 1 and (hasattr(model, "booster_") or type(model) is SVR)


def _in_blocks(valued: Valued, scores: FloatArray, process: FloatArray) -> FloatArray:
    """Return values of scores and process values, always so many rows at once."""
    found = []
    for start in range(0, len(scores), BLOCK):
        missing = max(0, start + BLOCK - len(scores))
        padded = [
            np.pad(block[start : start + BLOCK], ((0, missing), (0, 0)), mode="edge")
            for block in (scores, process)
        ]
        found.append(valued(*padded)[: BLOCK - missing])
    return np.concatenate(found)


def _linear_model(regressor: Any) -> Any:
    """Return the linear model that a regressor is, None where it is another."""
    if isinstance(regressor, Pipeline) and len(regressor) == 1:
        regressor = regressor[0]
    return regressor if type(regressor) in _LINEAR else None


def _predicting(parts: Anatomy, latent: Matrices, *, n_features: int) -> Head | None:
    """Return the head of a PLS, whose value comes from its scores."""
    pls = parts.latent
    mean, rotations, loadings = latent
    if np.shape(pls.y_loadings_)[0] != 1:
        return None
    answers = np.ravel(pls.y_loadings_) * float(np.ravel(pls._y_std)[0])
    intercept = float(np.ravel(pls.intercept_)[0])

    if not parts.takes_process:
        return Head(
            *latent, rotations @ answers, intercept - float(mean @ rotations @ answers), None
        )

    def valued(scores: FloatArray, tags: FloatArray) -> FloatArray:
        del tags  # in the scores already
        return np.vecdot(scores, answers) + intercept

    rest = mean[n_features:]
    process = ProcessPart(
        entered=lambda tags: parts.process_block(tags) - rest,
        rotations=rotations[n_features:],
        loadings=loadings[n_features:],
    )
    return Head(
        mean=mean[:n_features],
        rotations=rotations[:n_features],
        loadings=loadings[:n_features],
        coefficients=np.zeros(n_features),
        intercept=0.0,
        valued=valued,
        process=process,
    )
