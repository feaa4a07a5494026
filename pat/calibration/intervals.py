"""Classical standard errors of a prediction, to hold the sensor's own interval against.

Each is for PLS on mean-centred data; the interval is the value plus and minus Student's t
quantile times what is returned. They take samples as independent, which those of a culture are
not.
"""

import numpy as np

from pat.arrays import FloatArray


def e1655_error(leverage: FloatArray, *, sec: float) -> FloatArray:
    """Return the standard error of predictions (n,) by ASTM E1655.

    Parameters
    ----------
    leverage : ndarray of shape (n,)
        t'(T'T)⁻¹t + 1/n_samples.
    sec : float
        Standard error of calibration: squared residuals over n_samples - n_components - 1.
    """
    return sec * np.sqrt(1.0 + leverage)


def u_deviation(
    leverage: FloatArray,
    q: FloatArray,
    *,
    mse_validation: float,
    q_validation: float,
    n_samples: int,
    n_components: int,
) -> FloatArray:
    """Return the U-deviation of predictions (n,): it grows with the spectrum's own residual.

    Parameters
    ----------
    leverage : ndarray of shape (n,)
        With 1/n_samples, as above.
    q : ndarray of shape (n,)
        Squared residual of each spectrum.
    mse_validation, q_validation : float
        Mean squared error and mean Q of validation samples.

    References
    ----------
    Martens and Martens (2001). Multivariate Analysis of Quality. Wiley. De Vries and Ter Braak
    (1995). Chemometrics and Intelligent Laboratory Systems 30, 239-245.
    """
    share = 1.0 - (n_components + 1) / n_samples
    return np.sqrt(mse_validation * share * (leverage + q / q_validation))


def faber_bro_error(leverage: FloatArray, *, sec: float, sel: float) -> FloatArray:
    """Return the standard error of predictions (n,) of the true value, the assay's own taken off.

    Parameters
    ----------
    leverage : ndarray of shape (n,)
    sec : float
    sel : float
        Standard deviation of the reference method. Where it explains all of `sec`, what is left
        is 0.

    References
    ----------
    Faber and Bro (2002). Chemometrics and Intelligent Laboratory Systems 61, 133-149.
    """
    return np.sqrt(np.maximum(sec**2 * (1.0 + leverage) - sel**2, 0.0))
