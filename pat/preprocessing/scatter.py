"""Scatter corrections: SNV by each spectrum's own spread, MSC and EMSC by a learnt reference."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from pat.arrays import FloatArray
from pat.preprocessing.base import SameAxis
from pat.preprocessing.channels import channel_axis

_ROUNDING = 64 * np.finfo(np.float64).eps


class SNV(SameAxis):
    """Standard normal variate: each spectrum less its mean, over its standard deviation.

    A constant spectrum becomes zeros; see `snv`.

    References
    ----------
    Barnes, Dhanoa and Lister (1989). Applied Spectroscopy 43, 772-777.
    """

    def _treat(self, X: FloatArray) -> FloatArray:
        return snv(X)


class EMSC(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):
    """Extended multiplicative scatter correction against the mean calibration spectrum.

    Parameters
    ----------
    degree : int
        Highest power of the axis in the additive background; 0 is plain MSC.
    axis : array of shape (n_channels,) or None
        None means channel numbers.

    Attributes
    ----------
    reference_ : ndarray of shape (n_channels,)
        Mean of the spectra it was fitted on.

    References
    ----------
    Martens and Stark (1991). Journal of Pharmaceutical and Biomedical Analysis 9, 625-635.
    """

    def __init__(self, degree: int = 2, axis: ArrayLike | None = None) -> None:
        self.degree = degree
        self.axis = axis

    def fit(self, X: FloatArray, y: object = None) -> Self:
        """Learn the reference; X has shape (n_spectra, n_channels)."""
        X = validate_data(self, X, dtype=np.float64)
        channel_axis(self.axis, X.shape[1])
        if self.degree < 0:
            msg = f"expected a degree of zero or more; got {self.degree}"
            raise ValueError(msg)
        self.reference_ = X.mean(axis=0)
        return self

    def transform(self, X: FloatArray) -> FloatArray:
        """Return X brought to the reference's offset, background and scale."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=np.float64, reset=False)
        return emsc(X, self.reference_, backgrounds=self.backgrounds(X.shape[1]))

    def backgrounds(self, n_channels: int) -> FloatArray:
        """Return the additive terms, (degree + 1, n_channels)."""
        return polynomial_terms(channel_axis(self.axis, n_channels), self.degree)


class MSC(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):
    """Multiplicative scatter correction against the mean calibration spectrum.

    Attributes
    ----------
    reference_ : ndarray of shape (n_channels,)
        Mean of the spectra it was fitted on.

    References
    ----------
    Geladi, MacDougall and Martens (1985). Applied Spectroscopy 39, 491-500.
    """

    def fit(self, X: FloatArray, y: object = None) -> Self:
        """Learn the reference; X has shape (n_spectra, n_channels)."""
        self.reference_ = validate_data(self, X, dtype=np.float64).mean(axis=0)
        return self

    def transform(self, X: FloatArray) -> FloatArray:
        """Return X brought to the reference's offset and scale."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=np.float64, reset=False)
        return emsc(X, self.reference_, backgrounds=self.backgrounds(X.shape[1]))

    def backgrounds(self, n_channels: int) -> FloatArray:
        """Return the one additive term, an offset, (1, n_channels)."""
        return np.ones((1, n_channels))


def snv(spectra: FloatArray) -> FloatArray:
    """Return each spectrum of (n_spectra, n_channels) with mean 0 and standard deviation 1.

    Notes
    -----
    The standard deviation is the sample's (n - 1). A spectrum constant but for rounding has
    none to divide by and becomes zeros: finite, and far from any calibration, so that the
    limits find it where no gate stood before.
    """
    centred = spectra - spectra.mean(axis=1, keepdims=True)
    spread = np.sqrt(np.sum(centred**2, axis=1) / max(spectra.shape[1] - 1, 1))
    constant = spread <= _ROUNDING * np.max(np.abs(spectra), axis=1)
    centred[constant] = 0.0
    return centred / np.where(constant, 1.0, spread)[:, np.newaxis]


def msc(spectra: FloatArray, reference: FloatArray) -> FloatArray:
    """Return spectra less their offset and over their slope against `reference`."""
    return emsc(spectra, reference, backgrounds=np.ones((1, reference.size)))


def emsc(spectra: FloatArray, reference: FloatArray, *, backgrounds: FloatArray) -> FloatArray:
    """Return spectra less their backgrounds and over their share of the reference.

    Parameters
    ----------
    spectra : ndarray of shape (n_spectra, n_channels)
    reference : ndarray of shape (n_channels,)
    backgrounds : ndarray of shape (n_backgrounds, n_channels)
        Additive terms; all of it they explain in a spectrum is taken away.

    Notes
    -----
    Each spectrum is modelled as b·reference + c·backgrounds + rest and becomes
    reference + rest/b, apart from the backgrounds' share in the reference itself, which is
    put back. Where b cannot be told from zero (a dead spectrum, or a reference that is all
    background) the spectrum is left unscaled: finite, and far from the reference.
    """
    terms = scatter_terms(reference, backgrounds)
    without = spectra - (spectra @ terms.basis.T) @ terms.basis
    if terms.share is None:
        return without + terms.kept
    share = without @ terms.share
    rounding = _ROUNDING * np.sqrt(np.sum(spectra**2, axis=1) * (terms.share @ terms.share))
    share[np.abs(share) <= rounding] = 1.0
    return without / share[:, np.newaxis] + terms.kept


@dataclass(frozen=True, slots=True, eq=False)
class ScatterTerms:
    """What EMSC makes of a reference and additive backgrounds.

    Parameters
    ----------
    basis : ndarray of shape (rank, n_channels)
        Orthonormal rows that span the backgrounds.
    share : ndarray of shape (n_channels,) or None
        Its product with a spectrum is the spectrum's share of the reference; None where the
        reference is all background.
    kept : ndarray of shape (n_channels,)
        The backgrounds' part of the reference.
    """

    basis: FloatArray
    share: FloatArray | None
    kept: FloatArray


def scatter_terms(reference: FloatArray, backgrounds: FloatArray) -> ScatterTerms:
    """Return the terms of EMSC; shapes (n_channels,) and (n_backgrounds, n_channels)."""
    basis = _orthonormal(backgrounds)
    feature = reference - (reference @ basis.T) @ basis
    norm = float(feature @ feature)
    nothing = norm <= _ROUNDING * float(reference @ reference)
    return ScatterTerms(basis, None if nothing else feature / norm, reference - feature)


def polynomial_terms(axis: FloatArray, degree: int) -> FloatArray:
    """Return the powers 0 to `degree` of the axis scaled to [-1, 1], shape (degree + 1, n)."""
    span = axis[-1] - axis[0]
    scaled = np.zeros_like(axis) if span == 0 else 2.0 * (axis - axis[0]) / span - 1.0
    return np.vander(scaled, degree + 1, increasing=True).T


def _orthonormal(rows: FloatArray) -> FloatArray:
    """Return an orthonormal basis of the span of `rows`, rank found by singular values."""
    _, sizes, basis = np.linalg.svd(rows, full_matrices=False)
    return basis[sizes > _ROUNDING * sizes[0]]
