"""PLS1 by the textbook, with what its intervals need; no more than the studies of trust use."""

import numpy as np

from pat.arrays import FloatArray


class PlainPLS:
    """NIPALS PLS1 on mean-centred spectra (n_samples, n_features).

    References
    ----------
    Martens and Næs (1989). Multivariate Calibration. Wiley, section 3.5.
    """

    def __init__(self, spectra: FloatArray, assay: FloatArray, n_components: int) -> None:
        self.mean, self.assay_mean = spectra.mean(axis=0), float(assay.mean())
        left, rest = spectra - self.mean, assay - self.assay_mean
        weights, loadings, scores, inner = [], [], [], []
        for _ in range(n_components):
            weight = left.T @ rest
            weight /= np.linalg.norm(weight)
            score = left @ weight
            size = score @ score
            loadings.append(left.T @ score / size)
            inner.append(float(score @ rest / size))
            left = left - np.outer(score, loadings[-1])
            rest = rest - inner[-1] * score
            weights.append(weight)
            scores.append(score)
        w, self.loadings = np.array(weights).T, np.array(loadings).T
        self.rotations = w @ np.linalg.inv(self.loadings.T @ w)
        self.inner = np.array(inner)
        self.scores = np.array(scores).T
        self.sizes = np.sum(self.scores**2, axis=0)
        self.sec = float(np.sqrt(rest @ rest / (len(assay) - n_components - 1)))

    def read(self, spectra: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return value, leverage (without 1/n) and Q of spectra, (n_spectra,) each."""
        centred = spectra - self.mean
        scores = centred @ self.rotations
        left = centred - scores @ self.loadings.T
        value = self.assay_mean + scores @ self.inner
        return value, np.sum(scores**2 / self.sizes, axis=1), np.sum(left**2, axis=1)
