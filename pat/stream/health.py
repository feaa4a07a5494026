"""The state of spectrometer and probe, as one spectrum shows it beside a reference."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from scipy.ndimage import gaussian_filter1d

from pat.arrays import FloatArray
from pat.preprocessing.spikes import spike_mask
from pat.spectra import AxisKind

#: A shift is told only where spectrum and reference are this much alike.
ALIKE = 0.8
#: Largest shift looked for, in cm-1 of Raman shift.
LARGEST_SHIFT = 15.0

_SMOOTHING = 3.0  # standard deviation in cm-1, less than the width of any band
_SPIKE_THRESHOLD = 8.0
_MAD_TO_SD = 1.4826  # of normal noise
_MOST_AXES = 8  # of spectrometers that one stream remembers
_SQRT_6 = 6**0.5  # standard deviation of second differences of unit white noise


@dataclass(frozen=True, slots=True)
class Band:
    """A band of an internal standard, and what lies flat on both its sides, in cm-1."""

    top: tuple[float, float]
    left: tuple[float, float]
    right: tuple[float, float]


#: The sapphire window of the probe, and water's bending vibration.
SAPPHIRE = Band(top=(745.0, 755.0), left=(725.0, 735.0), right=(765.0, 775.0))
WATER = Band(top=(1625.0, 1655.0), left=(1550.0, 1570.0), right=(1710.0, 1730.0))


@dataclass(frozen=True, slots=True)
class Health:
    """What one spectrum shows; None where it cannot be told."""

    level: float  # median intensity
    noise: float  # standard deviation of the intensity
    saturated: int | None  # channels at full scale
    cosmic_rays: int  # channels hit
    water: float | None  # height of the band, relative to the reference's
    sapphire: float | None
    axis_shift: float | None  # of the bands against the reference's, in the axis' unit


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """A spectrum to hold others against: the mean of a sensor's calibration.

    Parameters
    ----------
    axis, intensity : ndarray of shape (n_channels,)
    axis_kind : AxisKind
    """

    axis: FloatArray
    intensity: FloatArray
    axis_kind: AxisKind
    _beside: "dict[bytes, Beside]" = field(default_factory=dict, repr=False)

    def beside(self, axis: FloatArray) -> "Beside":
        """Return what there is of it beside spectra on an axis, of which a stream has few."""
        key = axis.tobytes()
        if key not in self._beside:
            if len(self._beside) >= _MOST_AXES:
                self._beside.clear()
            self._beside[key] = _beside(axis, self)
        return self._beside[key]


@dataclass(frozen=True, slots=True, eq=False)
class Beside:
    """A reference seen on another axis; None where the two have too little in common."""

    heights: Mapping[Band, float | None]
    grid: FloatArray | None
    slopes: FloatArray  # of the reference on the grid, without the lags at both ends
    n_lags: int


def health_of(
    axis: FloatArray,
    intensity: FloatArray,
    *,
    axis_kind: AxisKind,
    reference: Reference | None,
    saturation: float | None,
) -> Health | None:
    """Return the health that a spectrum of shape (n_channels,) shows; None if it is not finite.

    Notes
    -----
    Noise is 1.4826 times the median absolute second difference over sqrt(6): bands much wider
    than a channel hardly count. Band heights are means over the top less the line through the
    means of both sides. The shift maximises the correlation of first differences, which know no
    baseline, and is refined by a parabola through the best and its neighbours.
    """
    if intensity.size < 3 or not np.all(np.isfinite(intensity)):
        return None
    is_comparable = (
        reference is not None
        and axis_kind is reference.axis_kind
        and axis_kind is AxisKind.RAMAN_SHIFT
    )
    other = reference if is_comparable else None
    return Health(
        level=float(np.median(intensity)),
        noise=noise_of(intensity),
        saturated=None if saturation is None else int(np.sum(intensity >= saturation)),
        cosmic_rays=int(spike_mask(intensity[np.newaxis], threshold=_SPIKE_THRESHOLD).sum()),
        water=None if other is None else _relative_height(axis, intensity, WATER, other),
        sapphire=None if other is None else _relative_height(axis, intensity, SAPPHIRE, other),
        axis_shift=None if other is None else axis_shift(axis, intensity, other),
    )


def noise_of(intensity: FloatArray) -> float:
    """Return the standard deviation of a spectrum's white noise."""
    second = np.abs(np.diff(intensity, n=2))
    return float(_MAD_TO_SD * np.median(second) / _SQRT_6)


def band_height(axis: FloatArray, intensity: FloatArray, band: Band) -> float | None:
    """Return a band's height above the line through its sides; None where the axis lacks it."""
    places, means = [], []
    for low, high in (band.left, band.top, band.right):
        inside = (axis >= low) & (axis <= high)
        if not inside.any():
            return None
        places.append(float(axis[inside].mean()))
        means.append(float(intensity[inside].mean()))
    left, top, right = places
    share = (top - left) / (right - left)
    return means[1] - (means[0] + share * (means[2] - means[0]))


def axis_shift(axis: FloatArray, intensity: FloatArray, reference: Reference) -> float | None:
    """Return by how much a spectrum's bands lie above the reference's, in the axis' unit.

    None where the two overlap too little or are not alike.
    """
    beside = reference.beside(axis)
    if beside.grid is None:
        return None
    step = beside.grid[1] - beside.grid[0]
    likeness = sliding_correlation(_slopes(beside.grid, axis, intensity), beside.slopes)
    best = int(np.argmax(likeness))
    if likeness[best] < ALIKE or best in (0, likeness.size - 1):
        return None
    before, at, after = likeness[best - 1 : best + 2]
    bend = before - 2 * at + after
    inside = 0.5 * (before - after) / bend if bend < 0 else 0.0
    return float((best - beside.n_lags + inside) * step)


def _relative_height(
    axis: FloatArray, intensity: FloatArray, band: Band, reference: Reference
) -> float | None:
    here = band_height(axis, intensity, band)
    there = reference.beside(axis).heights[band]
    if here is None or there is None or there <= 0:
        return None
    return here / there


def _beside(axis: FloatArray, reference: Reference) -> Beside:
    heights = {
        band: band_height(reference.axis, reference.intensity, band) for band in (SAPPHIRE, WATER)
    }
    grid = _grid(axis, reference.axis)
    nothing = Beside(heights, None, np.empty(0), 0)
    if grid is None:
        return nothing
    n_lags = int(np.ceil(LARGEST_SHIFT / (grid[1] - grid[0])))
    if grid.size < 8 * n_lags:
        return nothing
    slopes = _slopes(grid, reference.axis, reference.intensity)
    return Beside(heights, grid, slopes[n_lags:-n_lags], n_lags)


def _grid(axis: FloatArray, other: FloatArray) -> FloatArray | None:
    """Return an even axis over what both have; None where that is nothing."""
    low, high = max(axis.min(), other.min()), min(axis.max(), other.max())
    step = float(np.median(np.abs(np.diff(other))))
    if not step > 0 or high - low < 2 * step:
        return None
    return np.arange(low, high, step)


def sliding_correlation(signal: FloatArray, pattern: FloatArray) -> FloatArray:
    """Return the correlation of a pattern with each stretch of a longer signal; 0 where flat."""
    n = pattern.size
    centred = pattern - pattern.mean()
    products = np.lib.stride_tricks.sliding_window_view(signal, n) @ centred
    sums = np.cumsum(np.r_[0.0, signal])
    squares = np.cumsum(np.r_[0.0, signal**2])
    spread = (squares[n:] - squares[:-n]) - (sums[n:] - sums[:-n]) ** 2 / n
    size = np.sqrt(np.maximum(spread, 0.0)) * np.linalg.norm(centred)
    return np.divide(products, size, out=np.zeros_like(products), where=size > 0)


def _slopes(grid: FloatArray, axis: FloatArray, intensity: FloatArray) -> FloatArray:
    """Return first differences on an even grid, smoothed against the noise they bring."""
    order = slice(None) if axis[0] < axis[-1] else slice(None, None, -1)
    even = np.interp(grid, axis[order], intensity[order])
    return np.diff(gaussian_filter1d(even, _SMOOTHING / (grid[1] - grid[0])))
