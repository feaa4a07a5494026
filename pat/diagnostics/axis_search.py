"""Finds an axis that is far off, from the bands of what is known to be in the samples."""

from collections.abc import Sequence

import numpy as np
from numpy.polynomial import Polynomial
from scipy.optimize import differential_evolution

from pat.arrays import FloatArray
from pat.diagnostics.axis_evidence import Evidence, evidence

#: How far off an axis is looked for, in cm-1.
FARTHEST = 350.0

_STEP = 6.5  # cm-1 a channel that the search works with
_NAMED_SCALES = (10.0, 50.0)
_WATER_SCALES = (26.0, 150.0)
_NODES = (0.08, 0.25, 0.42)  # quantiles of the channels where the parabola is moved
_SLOPES = (0.3, 3.0)  # of the true shift over the named one
_GENERATIONS, _POPULATION = 60, 15


def searched_axis(
    intensities: FloatArray, axis: FloatArray, components: Sequence[str], *, seed: int = 0
) -> Polynomial:
    """Return the parabola that turns the named axis into the one that fits best.

    Parameters
    ----------
    intensities : ndarray of shape (n_spectra, n_channels)
        Finite.
    axis : ndarray of shape (n_channels,)
        As named, rising.
    components : sequence of str
        Of the table of reference bands.

    Notes
    -----
    The fit of an axis is the mean squared correlation of the components' bands, placed by it,
    with the space that the filtered spectra span: no label is needed, only that the components
    vary. Differential evolution searches the corrections at three points of the axis.
    """
    coarseness = max(1, round(_STEP / float(np.median(np.diff(axis)))))
    fine = evidence(intensities, axis, scales_cm1=_NAMED_SCALES, coarseness=coarseness)
    wide = evidence(intensities, axis, scales_cm1=_WATER_SCALES, coarseness=coarseness)
    nodes = np.quantile(axis, _NODES)

    def misfit(moves: FloatArray) -> float:
        return -axis_fit(Polynomial.fit(nodes, nodes + moves, 2), fine, wide, components)

    found = differential_evolution(
        misfit,
        [(-FARTHEST, FARTHEST)] * len(nodes),
        seed=seed,
        popsize=_POPULATION,
        maxiter=_GENERATIONS,
        tol=1e-4,
        polish=False,
    )
    return Polynomial.fit(nodes, nodes + found.x, 2).convert()


def axis_fit(
    mended: Polynomial, fine: Evidence, wide: Evidence, components: Sequence[str]
) -> float:
    """Return the mean squared correlation of the components' bands, 0 where the axis folds."""
    shifts = mended(fine.axis)
    slopes = np.diff(shifts) / np.diff(fine.axis)
    if slopes.min() < _SLOPES[0] or slopes.max() > _SLOPES[1]:
        return 0.0
    named = [name for name in components if name != "water"]
    fits = [*fine.correlations(shifts, named) ** 2]
    if "water" in components:
        fits += [*wide.correlations(shifts, ["water"]) ** 2]
    return float(np.mean(fits))
