"""How each vessel's spectra go over time: their shapes, averaged in steps."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.utils.extmath import randomized_svd

from pat.arrays import BoolArray, FloatArray, IntArray
from pat.campaign import Campaign
from pat.preprocessing import savitzky_golay, snv
from pat.spectra import AxisKind

#: Steps that a campaign is divided into, at most.
MOST_STEPS = 40
#: Channels that slopes are drawn on, at most.
MOST_CHANNELS = 800
#: Scores that tell a vessel's course, and that a regression on them may use.
SCORES, MOST_SCORES = 8, 60

_WINDOW_CM1 = 25.0
_LEAST_WINDOW = 7  # channels


@dataclass(frozen=True, slots=True, eq=False)
class Courses:
    """States of the vessels over time.

    The shape of a spectrum is the spectrum less its mean over its standard deviation: without
    the gain, but with the fluorescence, by which vessels differ most.

    Parameters
    ----------
    vessels : tuple of str
    hours : ndarray of shape (n_steps,)
        Median time of the spectra in each step, in hours of culture or from the first spectrum.
    states : ndarray of shape (n_vessels, n_steps, n_scores)
        Principal scores of the mean shape; NaN where a vessel has no spectrum.
    """

    vessels: tuple[str, ...]
    hours: FloatArray
    states: FloatArray


def shared_hours(table: pd.DataFrame) -> FloatArray:
    """Return hours on a scale that all vessels share, (n_rows,), NaN where there is none.

    Hours of culture where every row of the table that has a time has them, else hours from
    the first row.
    """
    elapsed = table["elapsed_h"].to_numpy(dtype=np.float64)
    timed = table["time"].notna().to_numpy(dtype=bool)
    if not np.any(timed & np.isnan(elapsed)):
        return elapsed
    hours = (table["time"] - table["time"].min()).dt.total_seconds() / 3600
    return hours.to_numpy(dtype=np.float64)


def spectral_slopes(
    intensities: FloatArray, axis: FloatArray, *, axis_kind: AxisKind
) -> FloatArray:
    """Return first derivatives of unit spread, (n_spectra, n_grid), in which bands stand out.

    Drawn on an even grid, so that any axis will do.
    """
    rising = axis if axis[0] < axis[-1] else axis[::-1]
    ordered = intensities if axis[0] < axis[-1] else intensities[:, ::-1]
    grid = np.linspace(rising[0], rising[-1], min(axis.size, MOST_CHANNELS))
    drawn = np.array([np.interp(grid, rising, row) for row in ordered]).reshape(-1, grid.size)
    step = float(grid[1] - grid[0])
    wide = 0.0 if axis_kind is AxisKind.WAVELENGTH else _WINDOW_CM1
    window = max(wide, _LEAST_WINDOW * step)
    return snv(savitzky_golay(drawn, grid, window_cm1=window, polyorder=2, deriv=1))


def courses(campaign: Campaign, rows: BoolArray, channels: BoolArray) -> Courses | None:
    """Return the courses of the vessels over these spectra and channels.

    None where the spectra have no times, or vessels or steps are too few to say anything.
    """
    hours = shared_hours(campaign.spectra.keys)
    rows = rows & np.isfinite(hours)
    if rows.sum() < SCORES or channels.sum() < 2 * _LEAST_WINDOW:
        return None
    names = campaign.spectra.keys["vessel"].to_numpy(dtype=object)
    vessels = tuple(sorted(set(names[rows])))
    steps, of_step = _steps(hours[rows], names[rows], n_vessels=len(vessels))
    cells = _cell_means(
        campaign,
        np.flatnonzero(rows),
        vessel=np.searchsorted(np.array(vessels, dtype=object), names[rows]),
        step=of_step,
        channels=channels,
    )
    shapes = snv(np.array(list(cells.values())))
    states = np.full((len(vessels), steps.size, min(SCORES, len(cells))), np.nan)
    for cell, scores in zip(cells, _scores(shapes, states.shape[2]), strict=True):
        states[cell] = scores
    return Courses(vessels=vessels, hours=steps, states=states)


def _steps(
    hours: FloatArray, names: "np.ndarray[tuple[int], np.dtype[np.object_]]", *, n_vessels: int
) -> tuple[FloatArray, IntArray]:
    """Return the median hour of each step and the step of each spectrum.

    A step is as long as spectra of a vessel usually lie apart, or longer where that would make
    too many; steps that fewer than half the vessels reach are joined to the one before.
    """
    order = np.lexsort((hours, names))
    apart = np.diff(hours[order])[names[order][1:] == names[order][:-1]]
    apart = apart[apart > 0]
    span = float(np.ptp(hours))
    usual = float(np.median(apart)) if apart.size else span
    length = max(usual, span / MOST_STEPS, np.finfo(np.float64).tiny)
    step = np.rint((hours - hours.min()) / length).astype(np.int64)
    reached = [np.unique(names[step == s]).size for s in range(int(step.max()) + 1)]
    is_full = np.array(reached) >= n_vessels / 2
    number = np.maximum(np.cumsum(is_full) - 1, 0)[step]
    middle = [float(np.median(hours[number == n])) for n in range(int(number.max()) + 1)]
    return np.array(middle), number


def _cell_means(
    campaign: Campaign, rows: IntArray, *, vessel: IntArray, step: IntArray, channels: BoolArray
) -> dict[tuple[int, int], FloatArray]:
    """Return the mean spectrum of each vessel and step that has one."""
    order = np.lexsort((step, vessel))
    changes = np.flatnonzero(np.diff(vessel[order]) | np.diff(step[order])) + 1
    means: dict[tuple[int, int], FloatArray] = {}
    for cell in np.split(order, changes):
        mean = campaign.spectra.intensities[rows[cell]].mean(axis=0)[channels]
        means[int(vessel[cell[0]]), int(step[cell[0]])] = mean
    return means


def _scores(shapes: FloatArray, count: int) -> FloatArray:
    """Return the first principal scores; nearly, since all of them would take minutes."""
    centred = shapes - shapes.mean(axis=0)
    kept = min(count, *shapes.shape)
    left, sizes, _ = randomized_svd(centred, n_components=kept, random_state=0)
    return left * sizes
