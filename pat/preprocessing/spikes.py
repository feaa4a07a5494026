"""Cosmic rays: found by the modified z-score of the differences, replaced by their neighbours."""

import numpy as np

from pat.arrays import BoolArray, FloatArray
from pat.preprocessing.base import SameAxis

_WIDEST = 3  # channels of one hit on a detector; a band narrower than that is undersampled
_STANDS_OUT = 3.0  # a band's flank goes on outside its top, a spike's does not


class RemoveSpikes(SameAxis):
    """Replace cosmic-ray spikes of up to three channels by the mean of their neighbours.

    Parameters
    ----------
    threshold : float
        Modified z-score of a first difference above which it is an edge of a spike.
    window : int
        Channels on each side whose mean, spikes left out, takes the place of a spike.

    Notes
    -----
    Put it before smoothing and resampling, which widen spikes. The paper takes every
    difference beyond the threshold for a spike; on spectra of little noise that cuts the
    flanks of narrow bands as well. Here a spike must also fall as fast as it rose, within
    three channels, and stand three times as far above both its sides as the spectrum
    changes there. A spike in the first or last channel has one side only and stays.

    References
    ----------
    Whitaker and Hayes (2018). Chemometrics and Intelligent Laboratory Systems 179, 82-84.
    Iglewicz and Hoaglin (1993). How to Detect and Handle Outliers. ASQC Quality Press.
    """

    def __init__(self, threshold: float = 8.0, window: int = 5) -> None:
        self.threshold = threshold
        self.window = window

    def _check_settings(self, n_channels: int) -> None:
        if not self.threshold > 0 or self.window < 1:
            msg = (
                f"expected a threshold above 0 and a window of 1 or more channels; "
                f"got {self.threshold!r} and {self.window!r}"
            )
            raise ValueError(msg)

    def _treat(self, X: FloatArray) -> FloatArray:
        mask = spike_mask(X, threshold=self.threshold)
        return replace_by_neighbours(X, mask, window=self.window)


def modified_z_scores(values: FloatArray) -> FloatArray:
    """Return 0.6745·(value - median)/MAD along the last axis, MAD the median of |value - median|.

    Notes
    -----
    Where more than half of the values are equal the MAD is zero and the mean absolute
    deviation stands in for it, as (value - median)/(1.2533·mean|value - median|). Values
    all equal score zero.
    """
    deviation = values - np.median(values, axis=-1, keepdims=True)
    size = np.abs(deviation)
    mad = np.median(size, axis=-1, keepdims=True)
    scale = np.where(mad > 0, mad / 0.6745, 1.253314 * size.mean(axis=-1, keepdims=True))
    return np.divide(deviation, scale, out=np.zeros_like(values), where=scale > 0)


def spike_mask(spectra: FloatArray, *, threshold: float) -> BoolArray:
    """Return which channels of (n_spectra, n_channels) belong to a spike, up or down."""
    mask = np.zeros(spectra.shape, dtype=np.bool_)
    if spectra.shape[1] < 3:
        return mask
    scores = modified_z_scores(np.diff(spectra, axis=1))
    for sign in (1.0, -1.0):
        rising, falling = sign * scores > threshold, sign * scores < -threshold
        for row in np.flatnonzero(rising.any(axis=1) & falling.any(axis=1)):
            _mark_spikes(mask[row], sign * spectra[row], rising=rising[row], falling=falling[row])
    return mask


def replace_by_neighbours(spectra: FloatArray, mask: BoolArray, *, window: int) -> FloatArray:
    """Return spectra with masked channels replaced by the mean of unmasked ones around them.

    Where all within `window` channels are masked the window grows until one is not.
    """
    repaired = spectra.copy()
    for row in np.flatnonzero(mask.any(axis=1) & ~mask.all(axis=1)):
        sound = np.flatnonzero(~mask[row])
        for channel in np.flatnonzero(mask[row]):
            distance = np.abs(sound - channel)
            near = sound[distance <= max(window, distance.min())]
            repaired[row, channel] = spectra[row, near].mean()
    return repaired


def _mark_spikes(
    mask: BoolArray, spectrum: FloatArray, *, rising: BoolArray, falling: BoolArray
) -> None:
    falls = np.flatnonzero(falling)
    for before in np.flatnonzero(rising):
        ends = falls[(falls > before) & (falls <= before + _WIDEST)]
        if ends.size and _stands_out(spectrum, before=int(before), last=int(ends[-1])):
            mask[before + 1 : ends[-1] + 1] = True


def _stands_out(spectrum: FloatArray, *, before: int, last: int) -> bool:
    """Return whether channels before+1 to last rise far above how both sides change."""
    peak = spectrum[before + 1 : last + 1].max()
    reach = 2 * _WIDEST - 1
    left = spectrum[max(0, before - reach) : before]
    right = spectrum[last + 2 : last + 2 + reach]
    sides = ((spectrum[before], left), (spectrum[last + 1], right))
    return all(
        side.size == 0 or peak - foot > _STANDS_OUT * abs(foot - np.median(side))
        for foot, side in sides
    )
