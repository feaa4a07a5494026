"""Matrices: what folded members multiply filtered spectra with, stacked member by member."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pat.arrays import FloatArray
from pat.soft_sensor.folding.chain import Chain
from pat.soft_sensor.folding.head import FoldedMember
from pat.soft_sensor.folding.layout import Layout


@dataclass(frozen=True, slots=True, eq=False)
class Matrices:
    """Constants of folded members, padded with zeros to the same sizes.

    Parameters
    ----------
    functionals : ndarray of shape (n_members, n_places, n_scores + n_backgrounds + 3)
        Column by column in memory. Rotations, backgrounds, a column of zeros, the reference's
        share and the value's coefficients; rotations and coefficients do not see the
        backgrounds.
    rebuilding : ndarray of shape (n_members, n_scores + n_backgrounds + 1, n_places)
        Loadings, backgrounds, and what the scale does not touch.
    gains : ndarray of shape (n_members, 1)
    at_zero : ndarray of shape (n_members, 1, n_scores)
        Scores where the scale is zero.
    value_at_zero : ndarray of shape (n_members, 1)
    bands : ndarray of shape (n_members, n_in_use)
        Of the internal standards, over the channels in use; zeros where there is none.
    reach : ndarray of shape (n_members, 1)
        How large a scale's measure could be for a spectrum of unit length.
    n_scores : int
        The most scores a member has.
    """

    functionals: FloatArray
    rebuilding: FloatArray
    gains: FloatArray
    at_zero: FloatArray
    value_at_zero: FloatArray
    bands: FloatArray
    reach: FloatArray
    n_scores: int

    @property
    def constant(self) -> int:
        """The column of zeros, and the row of `rebuilding` that belongs there."""
        return int(self.rebuilding.shape[1]) - 1


#: Functionals behind those: the reference's share and the value.
SHARE, VALUE = -2, -1


def matrices(members: Sequence[FoldedMember], where: Layout) -> Matrices:
    """Return the constants of members whose features stand as `where` has them."""
    n, n_scores = len(members), max(member.head.rotations.shape[1] for member in members)
    n_rows = n_scores + max(len(member.chain.backgrounds) for member in members) + 1
    n_places = where.blocks.shape[0] * where.blocks.shape[3]
    found = Matrices(
        functionals=np.zeros((n, n_rows + 2, n_places)).swapaxes(1, 2),
        rebuilding=np.zeros((n, n_rows, n_places)),
        gains=np.array([[member.chain.gain] for member in members]),
        at_zero=np.zeros((n, 1, n_scores)),
        value_at_zero=np.zeros((n, 1)),
        bands=np.zeros((n, where.width)),
        reach=np.zeros((n, 1)),
        n_scores=n_scores,
    )
    for number, member in enumerate(members):
        _fill(found, number, member, where)
        _fill_scale(found, number, member.chain, where)
    return found


def _fill(found: Matrices, number: int, member: FoldedMember, where: Layout) -> None:
    """Write one member's functionals and what its spectra are rebuilt from."""
    chain, head = member.chain, member.head
    basis, first = chain.backgrounds, found.n_scores
    offset, n_scores = chain.offset - head.mean, head.rotations.shape[1]
    at_zero = offset @ head.rotations

    def place(rows: FloatArray) -> FloatArray:
        return where.spread_out(rows, number)

    rotations = head.rotations.T - (head.rotations.T @ basis.T) @ basis
    coefficients = head.coefficients - (basis @ head.coefficients) @ basis
    functionals, rebuilding = found.functionals[number], found.rebuilding[number]
    functionals[:, :n_scores] = place(rotations).T
    functionals[:, first : first + len(basis)] = place(basis).T
    functionals[:, VALUE] = place(coefficients[None])[0]
    rebuilding[:n_scores] = place(head.loadings.T)
    rebuilding[first : first + len(basis)] = place(basis)
    rebuilding[found.constant] = place((offset - head.loadings @ at_zero)[None])[0]
    found.at_zero[number, 0, :n_scores] = at_zero
    found.value_at_zero[number] = chain.offset @ head.coefficients + head.intercept


def _fill_scale(found: Matrices, number: int, chain: Chain, where: Layout) -> None:
    """Write what one member's scale is measured by."""
    largest = float(np.sqrt(np.sum(chain.matrix.data**2)))
    if chain.band is not None:
        found.bands[number] = where.channels_in_use(chain.band[None], n_rows=1)[0]
        found.reach[number] = np.linalg.norm(chain.band)
    if chain.share is not None:
        found.functionals[number, :, SHARE] = where.spread_out(chain.share[None], number)[0]
        found.reach[number] = largest * np.linalg.norm(chain.share)
    if chain.spread:
        found.reach[number] = largest
