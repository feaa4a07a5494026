"""Whether spectra were well collected: bands that every good spectrum holds, as a measure of light.

Water's bending band and the sapphire of an immersed probe are internal standards: their size
tells how much of the sample's light was collected, whatever the analytes do. A spectrum that
holds much less of one than is usual was badly collected.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.ndimage import median_filter

from pat.arrays import BoolArray, FloatArray, IntArray
from pat.preprocessing.internal_standard import local_baseline
from pat.spectra import AxisKind

#: A spectrum is badly collected that holds less than this share of the usual light. Between
#: them turbidity, fouling and the probes of a station leave 70 % or more in sound cultures.
LEAST_SHARE = 0.6
#: A vessel with its own probe is held against itself, down to this share of the campaign's.
LEAST_SHARE_OF_PROBE = 1 / 3
#: Moments from which on a vessel tells what its own probe collects.
OWN_PROBE_FROM = 8

_SHOWN_FROM = 8.0  # times the noise of its size, in the median spectrum
_STEADY = 0.25  # robust relative spread of a band that can serve as a standard
_MIDDLE = (0.25, 0.75)  # part of the band that its maximum lies in
_MAD_TO_SD = 1.4826
_FEWEST_CHANNELS = 8
_SPIKE = 5  # channels of the running median that takes cosmic rays away
_SECOND_DIFFERENCE_SD = float(np.sqrt(6.0))  # of white noise of standard deviation 1


@dataclass(frozen=True, slots=True)
class StandardBand:
    """A band that every good spectrum holds, its feet included, in cm-1."""

    name: str
    low: float
    high: float

    def mask(self, axis: FloatArray) -> BoolArray:
        """Return which channels of `axis` lie in the band, (n_channels,)."""
        inside: BoolArray = (axis >= self.low) & (axis <= self.high)
        return inside

    def lies_on(self, axis: FloatArray) -> bool:
        """Return whether an axis covers the band with enough channels to measure it."""
        inside = self.mask(axis)
        step = 1.5 * float(np.median(np.abs(np.diff(axis)))) if axis.size > 1 else 0.0
        covered = axis.min() <= self.low + step and axis.max() >= self.high - step
        return bool(covered and inside.sum() >= _FEWEST_CHANNELS)


#: Positions: water's bending mode; the sapphire window's lattice modes (Porto and Krishnan
#: (1967), Journal of Chemical Physics 47, 1009-1012: 418 and 751 are the strongest).
STANDARD_BANDS = (
    StandardBand("water 1640", 1550.0, 1750.0),
    StandardBand("sapphire 418", 406.0, 430.0),
    StandardBand("sapphire 751", 736.0, 766.0),
)


@dataclass(frozen=True, slots=True, eq=False)
class Collected:
    """How much of one internal standard each spectrum holds.

    Parameters
    ----------
    band : StandardBand
    sizes : ndarray of shape (n_spectra,)
        `standard_size`; NaN where the band holds a channel that is not finite.
    usual : float
        Median.
    badly : ndarray of bool, shape (n_spectra,)
        Which were badly collected.
    """

    band: StandardBand
    sizes: FloatArray
    usual: float
    badly: BoolArray

    @property
    def lowest_good(self) -> float:
        """The smallest size that was well collected."""
        return float(self.sizes[~self.badly & np.isfinite(self.sizes)].min())

    @property
    def highest_usual(self) -> float:
        """The size that one in a hundred well collected spectra passes; a cosmic ray might."""
        return float(np.quantile(self.sizes[~self.badly & np.isfinite(self.sizes)], 0.99))

    def reason(self, rows: IntArray) -> str:
        """Return in words how little light these spectra hold."""
        low, high = np.min(self.sizes[rows]), np.max(self.sizes[rows])
        shares = " to ".join(dict.fromkeys(f"{size / self.usual:.0%}" for size in (low, high)))
        return f"the {self.band.name} cm-1 band is {shares} of its usual size: too little light"


def standards(
    intensities: FloatArray, axis: FloatArray, kind: AxisKind, *, probes: NDArray[np.object_]
) -> tuple[Collected, ...]:
    """Return the internal standards that these spectra show, with what each spectrum holds.

    Parameters
    ----------
    intensities : ndarray of shape (n_spectra, n_channels)
    axis : ndarray of shape (n_channels,)
    kind : AxisKind
        Only a Raman axis has these standards.
    probes : array of shape (n_spectra,)
        Spectra of one probe (`own_probes`) are held against its own usual size, since probes
        differ; empty text where the probe is not known.

    Notes
    -----
    A band is shown where the median spectrum has its maximum in the band's middle and its area
    stands above the noise, and where most spectra agree on its size. So a wrong axis, a band
    that an analyte hides, or a set without water judges nothing.
    """
    if kind != AxisKind.RAMAN_SHIFT or len(intensities) == 0:
        return ()
    found = (
        _collected(intensities, axis, band, probes) for band in STANDARD_BANDS if band.lies_on(axis)
    )
    return tuple(one for one in found if one is not None)


def own_probes(keys: pd.DataFrame) -> NDArray[np.object_]:
    """Return the vessel of each spectrum whose vessel was looked at often, else empty text.

    A culture is followed with one probe over many moments; scans of one sample say nothing of
    a probe, and are all good or all bad together.
    """
    moments = keys.groupby("vessel")[["time", "elapsed_h", "sample"]].nunique().max(axis=1)
    often = set(moments.index[moments >= OWN_PROBE_FROM])
    vessels = keys["vessel"].where(keys["vessel"].isin(often)).fillna("")
    return vessels.to_numpy(dtype=object)


def standard_size(intensities: FloatArray, axis: FloatArray, band: StandardBand) -> FloatArray:
    """Return the area of a band in each spectrum (n_spectra, n_channels), NaN where broken.

    Notes
    -----
    Least squares of a hump, a raised cosine from foot to foot, beside a straight line. The plain
    area above a line through the feet takes that line from a few channels: in simulated spectra
    its noise is 1.7 times as large for sapphire's narrow bands (2.5 and 3.1 % instead of 1.4 and
    1.9 % of the band).
    """
    inside = band.mask(axis)
    within = np.ascontiguousarray(intensities[:, inside])
    with np.errstate(all="ignore"):
        size = np.vecdot(within, size_weights(axis[inside], band))
    return np.where(np.isfinite(size), size, np.nan)


def size_weights(inside: FloatArray, band: StandardBand) -> FloatArray:
    """Return the weights of a band's channels (n_inside,) whose sum is its size."""
    place = inside - (band.low + band.high) / 2
    width = band.high - band.low
    hump = (1 + np.cos(2 * np.pi * place / width)) / 2
    fit = np.linalg.pinv(np.column_stack([hump, np.ones_like(place), place / width]))
    weights: FloatArray = fit[0] * width / 2
    return weights


def size_without_spikes(
    intensities: FloatArray, axis: FloatArray, band: StandardBand
) -> FloatArray:
    """Return the size of a band in each spectrum, or that without cosmic rays if it is larger.

    A cosmic ray at a foot of the band lifts the line below it, and looks like a lack of light.
    """
    inside = band.mask(axis)
    within, around = intensities[:, inside], axis[inside]
    calm = median_filter(within, size=(1, _SPIKE))
    return np.fmax(standard_size(within, around, band), standard_size(calm, around, band))


def standard_sizes(
    intensities: FloatArray, axis: FloatArray, bands: Sequence[StandardBand]
) -> FloatArray:
    """Return the area of bands in each spectrum, (n_spectra, n_bands); NaN off the axis."""
    sizes = np.full((len(intensities), len(bands)), np.nan)
    for number, band in enumerate(bands):
        if band.lies_on(axis):
            sizes[:, number] = standard_size(intensities, axis, band)
    return sizes


def _collected(
    intensities: FloatArray, axis: FloatArray, band: StandardBand, probes: NDArray[np.object_]
) -> Collected | None:
    """Return what each spectrum holds of a band; None where it is no standard of these."""
    sizes = standard_size(intensities, axis, band)
    known = np.isfinite(sizes)
    if not known.any():
        return None
    usual = float(np.median(sizes[known]))
    inside = band.mask(axis)
    middle = np.median(intensities[known][:, inside], axis=0)
    if not _is_shown(middle, axis[inside], sizes[known], band):
        return None
    least = LEAST_SHARE * _own_usual(sizes, probes, usual=usual)
    short = np.flatnonzero(known & (sizes < least))
    sizes[short] = size_without_spikes(intensities[short], axis, band)
    return Collected(band, sizes, usual, badly=known & (sizes < least))


def _own_usual(sizes: FloatArray, probes: NDArray[np.object_], *, usual: float) -> FloatArray:
    """Return what each spectrum is held against, (n_spectra,)."""
    against = np.full(sizes.size, usual)
    floor = LEAST_SHARE_OF_PROBE / LEAST_SHARE * usual
    for probe in set(probes.tolist()) - {""}:
        own = (probes == probe) & np.isfinite(sizes)
        if own.any():
            against[own] = np.clip(np.median(sizes[own]), floor, usual)
    return against


def _is_shown(middle: FloatArray, axis: FloatArray, sizes: FloatArray, band: StandardBand) -> bool:
    """Return whether a median spectrum (n_channels,) shows a band that can serve as a standard."""
    usual = float(np.median(sizes))
    spread = _MAD_TO_SD * float(np.median(np.abs(sizes - usual)))
    if usual <= 0 or spread > _STEADY * usual:
        return False
    above = middle - local_baseline(middle[np.newaxis], axis)[0]
    place = float(abs(axis[np.argmax(_smoothed(above))] - axis[0]) / abs(axis[-1] - axis[0]))
    noise = _MAD_TO_SD * np.median(np.abs(np.diff(middle, 2))) / _SECOND_DIFFERENCE_SD
    size_noise = noise * np.linalg.norm(size_weights(axis, band))
    return bool(_MIDDLE[0] <= place <= _MIDDLE[1] and usual > _SHOWN_FROM * size_noise)


def _smoothed(values: FloatArray) -> FloatArray:
    width = max(1, values.size // 10)
    return np.convolve(values, np.full(width, 1 / width), mode="same")
