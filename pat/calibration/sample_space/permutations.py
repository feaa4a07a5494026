"""The y-permutation test: how low RMSECV falls where spectra and assays do not belong together.

Whole cultures are permuted (does the sensor know this culture?), since samples of one culture
are alike: the assays of the cultures are laid over the samples in another order of cultures.
Or, within each culture, what the course of time leaves unexplained is moved along (does it know
more than the course of time?). What is chosen by RMSECV is chosen again in every permutation,
so the test pays for the choice.

References
----------
Westerhuis et al. (2008). Metabolomics 4, 81-89.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pat.arrays import BoolArray, FloatArray, IntArray
from pat.calibration.blocks import Block
from pat.calibration.sample_space.held_out import SampleSpacePLS
from pat.calibration.trainings import Trainings

#: Permutations worked on together, which bounds the memory of their predictions.
AT_ONCE = 40


@dataclass(frozen=True, slots=True, eq=False)
class PermutationTest:
    """RMSECV with the assays where they belong, and with cultures permuted.

    Parameters
    ----------
    rmsecv : float
        The lowest over recipes and component counts.
    permuted : ndarray of shape (n_permutations,)
        The same of each permutation.
    """

    rmsecv: float
    permuted: FloatArray

    @property
    def p_value(self) -> float:
        """Share of permutations, the true order among them, that do as well as the true one."""
        as_low = np.count_nonzero(self.permuted <= self.rmsecv)
        return (1 + as_low) / (1 + self.permuted.size)

    @property
    def usual(self) -> float:
        """The median RMSECV of the permutations."""
        return float(np.median(self.permuted))


def permutation_test(
    blocks: Iterable[Block],
    targets: FloatArray,
    *,
    folds: Sequence[BoolArray],
    n_components: int,
    permuted: FloatArray,
) -> PermutationTest:
    """Return the test of PLS over one recipe or several.

    Parameters
    ----------
    blocks : iterable of Block
        One a recipe, all of the same samples.
    targets : ndarray of shape (n_samples,)
        Finite: leave out samples without an assay first.
    folds : sequence of ndarray of bool, shape (n_samples,)
        The rows that each fold holds out; together every row once.
    n_components : int
        PLS with 1 to this many.
    permuted : ndarray of shape (n_permutations, n_samples)
        Targets in another order: `targets[culture_orders(...)]` or `moved_within_cultures`.
    """
    held = np.array(folds)
    shuffled = np.vstack([targets, permuted])
    lowest = np.full(len(shuffled), np.inf)
    for block in blocks:
        for start in range(0, len(shuffled), AT_ONCE):
            some = slice(start, start + AT_ONCE)
            errors = _lowest_errors(block, shuffled[some], held, n_components)
            lowest[some] = np.minimum(lowest[some], errors)
    return PermutationTest(rmsecv=float(lowest[0]), permuted=lowest[1:])


def culture_orders(
    groups: NDArray[np.object_], *, n_permutations: int, rng: np.random.Generator
) -> IntArray:
    """Return rows whose assays each sample takes, (n_permutations, n_samples).

    Samples are read culture by culture, the assays in another order of cultures: where all
    have as many samples, each culture takes the course of another.
    """
    members = [np.flatnonzero(groups == name) for name in np.unique(groups)]
    places = np.concatenate(members)
    orders = np.empty((n_permutations, len(groups)), dtype=np.int64)
    for order in orders:
        order[places] = np.concatenate([members[g] for g in rng.permutation(len(members))])
    return orders


def moved_within_cultures(
    targets: FloatArray,
    expected: FloatArray,
    *,
    groups: NDArray[np.object_],
    order: FloatArray,
    n_permutations: int,
    rng: np.random.Generator,
) -> FloatArray:
    """Return targets whose departure from what is expected is moved along, in each culture.

    Parameters
    ----------
    targets, expected : ndarray of shape (n_samples,)
        `expected` is what culture age alone says of each sample.
    groups : ndarray of shape (n_samples,)
    order : ndarray of shape (n_samples,)
        Culture age.
    n_permutations : int
    rng : numpy.random.Generator

    Returns
    -------
    ndarray of shape (n_permutations, n_samples)

    Notes
    -----
    Departures are moved round by a random number of samples rather than shuffled: those of
    neighbours are alike, and a shuffle would make targets that nothing smooth could follow.

    References
    ----------
    Freedman and Lane (1983). Journal of Business and Economic Statistics 1, 292-298.
    """
    left = targets - expected
    moved = np.tile(left, (n_permutations, 1))
    for name in np.unique(groups):
        rows = np.flatnonzero(groups == name)
        rows = rows[np.argsort(order[rows], kind="stable")]
        steps = rng.integers(rows.size, size=n_permutations)
        places = (np.arange(rows.size) + steps[:, None]) % rows.size
        moved[:, rows] = left[rows][places]
    result: FloatArray = expected + moved
    return result


def _lowest_errors(
    block: Block, targets: FloatArray, held: BoolArray, n_components: int
) -> FloatArray:
    """Return the lowest RMSECV over component counts of each row of targets."""
    trainings = Trainings(
        targets=np.repeat(targets, len(held), axis=0), rows=np.tile(~held, (len(targets), 1))
    )
    found = SampleSpacePLS(n_components).held_out(block, trainings)
    by_fold = found.reshape(len(targets), len(held), n_components, -1)
    squared = (by_fold - targets[:, None, None, :]) ** 2
    squared = np.where(held[:, None, :], squared, 0.0)
    mean: FloatArray = squared.sum(axis=(1, 3)) / held.sum()
    return np.sqrt(np.nanmin(mean, axis=1))
