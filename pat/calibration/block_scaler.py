"""BlockScaler: gives a block of channels the total variance one, so that blocks can be joined."""

from typing import Self

import numpy as np
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from pat.arrays import FloatArray


class BlockScaler(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):
    """Centre the channels and divide all of them by one number: their joint spread.

    Attributes
    ----------
    mean_ : ndarray of shape (n_channels,)
    scale_ : float
        Root of the summed channel variances (divisor n); 1 for constant channels.

    References
    ----------
    Westerhuis, Kourti and MacGregor (1998). Journal of Chemometrics 12, 301-321.
    """

    def fit(self, X: FloatArray, y: object = None) -> Self:
        """Learn mean and spread; X has shape (n_samples, n_channels)."""
        X = validate_data(self, X, dtype=np.float64)
        self.mean_ = X.mean(axis=0)
        spread = float(np.sqrt(np.sum(X.var(axis=0))))
        self.scale_ = spread if spread > 0 else 1.0
        return self

    def transform(self, X: FloatArray) -> FloatArray:
        """Return X centred and scaled, same shape."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=np.float64, reset=False)
        scaled: FloatArray = (X - self.mean_) / self.scale_
        return scaled
