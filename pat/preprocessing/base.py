"""What every step that treats each spectrum by itself has in common."""

from abc import abstractmethod
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.utils.validation import validate_data

from pat.arrays import FloatArray


class RowWise(TransformerMixin, BaseEstimator):
    """A step that changes each spectrum by itself and learns nothing from the others.

    `fit` only checks the settings against the number of channels, so `transform` may be
    called without it; what stands beside a spectrum never changes it.
    """

    def fit(self, X: FloatArray, y: object = None) -> Self:
        """Check the settings; X has shape (n_spectra, n_channels)."""
        X = validate_data(self, X, dtype=np.float64)
        self._check_settings(X.shape[1])
        return self

    def transform(self, X: FloatArray) -> FloatArray:
        """Return the treated spectra as float64; X is never written to."""
        X = validate_data(self, X, dtype=np.float64, reset=False)
        return self._treat(X)

    @abstractmethod
    def _treat(self, X: FloatArray) -> FloatArray: ...

    def _check_settings(self, n_channels: int) -> None:
        """Raise where the settings do not fit spectra of `n_channels` channels."""

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.requires_fit = False
        return tags


class SameAxis(OneToOneFeatureMixin, RowWise):
    """A row-wise step that leaves the axis as it is."""
