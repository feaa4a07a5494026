"""Savitzky-Golay smoothing and derivatives in the unit of the axis."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.signal import savgol_filter
from scipy.sparse import block_diag, csr_array, diags_array, hstack, vstack

from pat.arrays import FloatArray
from pat.preprocessing.base import SameAxis
from pat.preprocessing.channels import channel_axis, contiguous_stretches, even_step


class SavitzkyGolay(SameAxis):
    """Smooth or differentiate each spectrum by local polynomials.

    Parameters
    ----------
    window_cm1 : float
        Width of the window in the axis' unit; the nearest odd number of channels is used.
    polyorder : int
        Order of the local polynomial.
    deriv : int
        Order of the derivative, in intensity per axis unit to that power; 0 smooths.
    axis : array of shape (n_channels,) or None
        Even within each contiguous stretch; None means channel numbers.

    Raises
    ------
    AxisError
        If the axis does not fit the spectra or is uneven: resample first.
    ValueError
        If the window holds no more channels than the polynomial has terms.

    References
    ----------
    Savitzky and Golay (1964). Analytical Chemistry 36, 1627-1639.
    """

    def __init__(
        self,
        window_cm1: float = 15.0,
        polyorder: int = 2,
        *,
        deriv: int = 0,
        axis: ArrayLike | None = None,
    ) -> None:
        self.window_cm1 = window_cm1
        self.polyorder = polyorder
        self.deriv = deriv
        self.axis = axis

    def _check_settings(self, n_channels: int) -> None:
        axis = channel_axis(self.axis, n_channels)
        if not 0 <= self.deriv <= self.polyorder:
            msg = f"expected 0 <= deriv <= polyorder ({self.polyorder}); got {self.deriv}"
            raise ValueError(msg)
        for stretch in contiguous_stretches(axis):
            window_channels(self.window_cm1, even_step(axis[stretch]), polyorder=self.polyorder)

    def _treat(self, X: FloatArray) -> FloatArray:
        self._check_settings(X.shape[1])
        return savitzky_golay(
            X,
            channel_axis(self.axis, X.shape[1]),
            window_cm1=self.window_cm1,
            polyorder=self.polyorder,
            deriv=self.deriv,
        )

    def weights(self, n_channels: int) -> csr_array:
        """Return the weights W (n_channels, n_channels): `X @ W.T` is what comes out."""
        self._check_settings(n_channels)
        return savitzky_golay_weights(
            channel_axis(self.axis, n_channels),
            window_cm1=self.window_cm1,
            polyorder=self.polyorder,
            deriv=self.deriv,
        )


def savitzky_golay(
    spectra: FloatArray, axis: FloatArray, *, window_cm1: float, polyorder: int, deriv: int = 0
) -> FloatArray:
    """Return smoothed or differentiated spectra of shape (n_spectra, n_channels).

    Notes
    -----
    Each contiguous stretch of the axis is filtered by itself: no window reaches across a
    gap. Within half a window of an end the polynomial of the outermost whole window is
    used. A stretch shorter than the window gets one polynomial, of at most one order less
    than it has channels; derivatives above that order are zero there.
    """
    treated = np.empty_like(spectra)
    if deriv > 0:
        spectra = spectra - spectra[:, :1]  # a dead spectrum then has exactly no slope
    for stretch in contiguous_stretches(axis):
        step = even_step(axis[stretch])
        window = window_channels(window_cm1, step, polyorder=polyorder)
        piece = spectra[:, stretch]
        if piece.shape[1] >= window:
            treated[:, stretch] = savgol_filter(piece, window, polyorder, deriv=deriv, delta=step)
        else:
            treated[:, stretch] = _whole_polynomial(
                piece, polyorder=polyorder, deriv=deriv, step=step
            )
    return treated


def savitzky_golay_weights(
    axis: FloatArray, *, window_cm1: float, polyorder: int, deriv: int = 0
) -> csr_array:
    """Return the weights W of shape (n_channels, n_channels) of the filter, `spectra @ W.T`."""
    blocks = []
    for stretch in contiguous_stretches(axis):
        size, step = stretch.stop - stretch.start, even_step(axis[stretch])
        window = window_channels(window_cm1, step, polyorder=polyorder)
        if size >= window:
            one = savgol_filter(np.eye(window), window, polyorder, deriv=deriv, delta=step).T
            blocks.append(_sliding(one, size))
        else:
            piece = np.eye(size)
            blocks.append(
                csr_array(_whole_polynomial(piece, polyorder=polyorder, deriv=deriv, step=step).T)
            )
    return csr_array(block_diag(blocks, format="csr"))


def _sliding(one: FloatArray, size: int) -> csr_array:
    """Return the weights on `size` channels from those on a single window."""
    window = len(one)
    half = window // 2
    beyond = csr_array((half, size - window))
    inner = diags_array(one[half], offsets=range(window), shape=(size - 2 * half, size))
    parts = (hstack([one[:half], beyond]), inner, hstack([beyond, one[half + 1 :]]))
    return csr_array(vstack(parts))


def window_channels(window_cm1: float, step: float, *, polyorder: int) -> int:
    """Return the odd number of channels nearest to a window of this width, of two the larger.

    Raises
    ------
    ValueError
        If a polynomial of this order would pass through every channel of the window.
    """
    n_channels = 2 * int(window_cm1 / abs(step) / 2.0 + 1e-9) + 1
    if n_channels <= polyorder:
        msg = (
            f"expected a window of more than {polyorder} channels for a polynomial of order "
            f"{polyorder}; got {window_cm1:g}, {n_channels} channels of {abs(step):g}"
        )
        raise ValueError(msg)
    return n_channels


def _whole_polynomial(piece: FloatArray, *, polyorder: int, deriv: int, step: float) -> FloatArray:
    n_channels = piece.shape[1]
    position = (np.arange(n_channels) - 0.5 * (n_channels - 1)) * step
    order = min(polyorder, n_channels - 1)
    coefficients = np.polynomial.polynomial.polyfit(position, piece.T, order)
    slopes = np.polynomial.polynomial.polyder(coefficients, deriv)
    return np.polynomial.polynomial.polyval(position, slopes)
