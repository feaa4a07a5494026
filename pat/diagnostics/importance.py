"""Importance: which channels a sensor reads."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from pat.arrays import FloatArray

_CHANNELS_AT_ONCE = 128  # bounds the memory of an identity matrix fed through a pipeline
_FEW = 4
_LIFT = 1e-3  # of the scatter: too small to be taken for a cosmic ray, far above rounding
_ADDITIVE_WITHIN = 1e-6  # relative; a curved model misses by orders of magnitude more


def vip(pls: Any) -> FloatArray:
    """Return the variable importance in projection of a fitted PLSRegression, (n_features,).

    Its mean square is one, so that a channel above one counts for more than the average.

    Notes
    -----
    VIP_j² = p Σ_a SS_a w_ja² / Σ_a SS_a, with w_a of unit length and SS_a = q_a² t_a't_a the
    sum of squares of y that component a explains.

    References
    ----------
    Wold, Johansson and Cocchi (1993), in: 3D QSAR in Drug Design, ESCOM, 523-550.
    """
    weights = pls.x_weights_ / np.linalg.norm(pls.x_weights_, axis=0)
    explained = np.sum(pls.y_loadings_**2, axis=0) * np.sum(pls.x_scores_**2, axis=0)
    total = float(explained.sum())
    if total <= 0:
        return np.zeros(len(weights))
    return np.sqrt(len(weights) * (weights**2 @ explained) / total)


@dataclass(frozen=True, slots=True, eq=False)
class LinearForm:
    """A value as offset + spectrum · coefficients."""

    coefficients: FloatArray  # (n_channels,), unit of the analyte per intensity
    offset: float

    def __call__(self, spectra: FloatArray) -> FloatArray:
        """Return the values of spectra (n_spectra, n_channels)."""
        return self.offset + spectra @ self.coefficients


def linear_form(
    predict: Callable[[FloatArray], FloatArray], spectra: FloatArray
) -> LinearForm | None:
    """Return the linear form that `predict` is, or None where it is not linear.

    Parameters
    ----------
    predict : callable
        From (n, n_channels) to (n,).
    spectra : ndarray of shape (n_spectra, n_channels)
        Spectra of the kind it is made for; the form must return what `predict` returns there,
        and halfway between them.

    Notes
    -----
    The coefficients are read off by lifting one channel at a time a little above the mean
    spectrum, so a recipe needs to say nothing about its own linearity.
    """
    few = spectra[:: max(1, len(spectra) // _FEW)]  # enough to find most curves out
    if not (_is_straight(predict, few) and _is_straight(predict, spectra)):
        return None
    mean = spectra.mean(axis=0)
    lift = _LIFT * float(np.std(spectra - mean)) or 1.0
    offset = float(predict(mean[None, :])[0])
    coefficients = np.empty(mean.size)
    for start in range(0, mean.size, _CHANNELS_AT_ONCE):
        channels = np.arange(start, min(start + _CHANNELS_AT_ONCE, mean.size))
        lifted = np.tile(mean, (channels.size, 1))
        lifted[np.arange(channels.size), channels] += lift
        coefficients[channels] = (predict(lifted) - offset) / lift
    form = LinearForm(coefficients, offset - float(mean @ coefficients))
    return form if _agrees(form, predict, spectra) else None


def _is_straight(predict: Callable[[FloatArray], FloatArray], spectra: FloatArray) -> bool:
    """Return whether halfway between two spectra the value is halfway too."""
    there, back = predict(spectra), predict(spectra[::-1])
    halfway = predict(0.5 * (spectra + spectra[::-1]))
    return _same(halfway, 0.5 * (there + back), scale=there)


def _agrees(
    form: LinearForm, predict: Callable[[FloatArray], FloatArray], spectra: FloatArray
) -> bool:
    expected = predict(spectra)
    return _same(form(spectra), expected, scale=expected)


def _same(values: FloatArray, expected: FloatArray, *, scale: FloatArray) -> bool:
    size = float(np.max(np.abs(scale))) + float(np.ptp(scale))
    return bool(np.max(np.abs(values - expected)) <= _ADDITIVE_WITHIN * size)


def selectivity_ratio(coefficients: FloatArray, spectra: FloatArray) -> FloatArray:
    """Return the variance of each channel that goes with the prediction over the rest of it.

    Parameters
    ----------
    coefficients : ndarray of shape (n_features,)
    spectra : ndarray of shape (n_samples, n_features)
        Preprocessed calibration spectra.

    Notes
    -----
    Target projection: the spectra are projected on the regression vector, and the variance
    of each channel is split into what that one direction explains and what it leaves. A large
    coefficient may serve to take an interferent away; a large ratio means the channel itself
    goes up and down with the value.

    References
    ----------
    Rajalahti et al. (2009). Chemometrics and Intelligent Laboratory Systems 95, 35-48.
    """
    centred = spectra - spectra.mean(axis=0)
    scores = centred @ coefficients
    square = float(scores @ scores)
    total = np.sum(centred**2, axis=0)
    if square == 0:
        return np.zeros(coefficients.size)
    explained = (scores @ centred) ** 2 / square
    rest = np.maximum(total - explained, np.finfo(np.float64).eps * total)
    return np.divide(explained, rest, out=np.zeros_like(total), where=rest > 0)


def boosting_contributions(model: Any, inputs: FloatArray) -> FloatArray:
    """Return the mean absolute contribution of each input of boosted trees, (n_inputs,).

    Parameters
    ----------
    model : fitted LGBMRegressor
        Its own tree SHAP: the contributions of a prediction and the mean sum to it exactly.
    inputs : ndarray of shape (n_samples, n_inputs)

    References
    ----------
    Lundberg et al. (2020). Nature Machine Intelligence 2, 56-67.
    """
    each = model.booster_.predict(inputs, pred_contrib=True, num_threads=1)
    return np.asarray(np.mean(np.abs(each[:, :-1]), axis=0), dtype=np.float64)
