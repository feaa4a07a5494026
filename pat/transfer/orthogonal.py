"""Methods that take out of all spectra the directions in which the instruments differ."""

from collections.abc import Callable

from sklearn.pipeline import Pipeline

from pat.arrays import FloatArray
from pat.preprocessing.instrument_map import Projection
from pat.transfer.methods import FEWEST_PAIRS, Samples, bias_corrected, joint_fit
from pat.transfer.standardise import difference_directions, virtual_standards

_SHARE = 0.3  # weight of the new samples beside the old ones


def orthogonalised(n_directions: int) -> Callable[[Pipeline, Samples], Pipeline | None]:
    """Return the fit after the directions in which pairs differ were taken out (EPO)."""

    def fit(rest: Pipeline, samples: Samples) -> Pipeline | None:
        paired = samples.partner >= 0
        if paired.sum() < FEWEST_PAIRS:
            return None
        new, old = samples.new[paired], samples.old[samples.partner[paired]]
        inside, step = _without(samples, difference_directions(new, old, n_directions))
        return _behind(step, joint_fit(rest, inside, inside.old, inside.old_y, _SHARE, 0))

    return fit


def against_virtual_standards(
    n_directions: int,
) -> Callable[[Pipeline, Samples], Pipeline | None]:
    """Return the fit as EPO does it, the partners made up from the assays; then the bias (DOP).

    References
    ----------
    Zeaiter, Roger and Bellon-Maurel (2006). Chemometrics and Intelligent Laboratory Systems 80,
    227-235.
    """

    def fit(rest: Pipeline, samples: Samples) -> Pipeline | None:
        standards = virtual_standards(samples.old, samples.old_y, samples.new_y)
        directions = difference_directions(samples.new, standards, n_directions)
        inside, step = _without(samples, directions)
        return _behind(step, bias_corrected(rest, inside))

    return fit


def _without(samples: Samples, directions: FloatArray) -> tuple[Samples, Projection]:
    """Return the samples without some directions, and the step that takes them out."""
    step = Projection(directions).fit(samples.new)
    old, new = step.transform(samples.old), step.transform(samples.new)
    return Samples(old, samples.old_y, new, samples.new_y, samples.partner), step


def _behind(step: Projection, fitted: Pipeline | None) -> Pipeline | None:
    return None if fitted is None else Pipeline([("epo", step), *fitted.steps])
