"""Matrices: what folded members multiply raw and filtered spectra with, member by member.

With y = M x filtered, y' = y - B'B y and s the scale, what enters the latent model is
z = s y' + o, centred. Scores are z R, and Q is the squared length of z - (z R) P'. Let U be an
orthonormal basis of all columns of R and P. Then with u = z U and p = scores (P'U)

    scores = u (U'R),    Q = |z|² - |u|² + |u - p|² = |z|² - p · (2 u - p),
    |z|² = s² |y|² - s² |B y|² + 2 s (o · y') + |o|²,

so that beside |y|² a few products of the raw spectrum with M'U, M'B and M'o say everything. All
that is subtracted is one inner product, of (-p, -s B y) and (2 u - p, s B y).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from pat.arrays import FloatArray
from pat.diagnostics import ScoreSpread
from pat.soft_sensor.folding.chain import Chain
from pat.soft_sensor.folding.few_rows import in_whole_tiles
from pat.soft_sensor.folding.head import FoldedMember, Head
from pat.soft_sensor.folding.layout import Layout

_NOTHING = 1e-13  # of a column's length: less of it outside a basis is rounding


@dataclass(frozen=True, eq=False)  # no slots: what is cached needs room
class Sizes:
    """How many columns of each kind there are: the most that a member has."""

    n_scores: int
    n_basis: int
    n_backgrounds: int

    @cached_property
    def n_taken(self) -> int:
        """Products with U and B."""
        return self.n_basis + self.n_backgrounds

    @cached_property
    def n_products(self) -> int:
        """Products with U, B, zeros, twice o, and what the scale is measured by."""
        return in_whole_tiles(self.n_taken + 2)

    @cached_property
    def taken_away(self) -> tuple[slice, slice]:
        """Where the outcome has the two whose inner product Q is short of |z|².

        Before them stand the scores and the value.
        """
        first = self.n_scores + 1
        second = first + self.n_taken
        return slice(first, second), slice(second, second + self.n_taken)

    @cached_property
    def whitened(self) -> slice:
        """Where the outcome has the scores whose squares make T2."""
        first = self.taken_away[1].stop
        return slice(first, first + self.n_scores)


@dataclass(frozen=True, slots=True, eq=False)
class Matrices:
    """Constants of folded members, padded with zeros to the same sizes.

    Parameters
    ----------
    sizes : Sizes
    functionals : ndarray of shape (width, n_members · n_products)
        Over the channels in use.
    at_zero : ndarray of shape (n_members, 1, n_taken)
        o U, which is u where the scale is zero, and zeros.
    outcome : ndarray of shape (n_members, n_taken, n_outcomes)
        From u and s B y to scores, value, what Q is short of |z|² by, and whitened scores.
    at_mean : ndarray of shape (n_members, 1, n_outcomes)
        What is to be added to them.
    of_added : ndarray of shape (n_members, n_scores, n_outcomes)
        What scores that process values add do to the outcome.
    gains, offsets : ndarray of shape (n_members, 1)
        Of the chain, and |o|².
    at_measure : ndarray of shape (n_members, 1)
        What is to be added to the product that a scale is measured by.
    reach : ndarray of shape (n_members, 1)
        How large its measure could be for a spectrum of unit length.
    rebuilding : ndarray of shape (n_members, n_scores + n_backgrounds + 1, n_places)
        P', B and o, for residuals channel by channel.
    """

    sizes: Sizes
    functionals: FloatArray
    at_zero: FloatArray
    outcome: FloatArray
    at_mean: FloatArray
    of_added: FloatArray
    gains: FloatArray
    offsets: FloatArray
    at_measure: FloatArray
    reach: FloatArray
    rebuilding: FloatArray


#: The last products of a member: with twice o, and what its scale is measured by.
OFFSET, MEASURE = -2, -1


def matrices(
    members: Sequence[FoldedMember], spreads: Sequence[ScoreSpread], where: Layout
) -> Matrices:
    """Return the constants of members whose features stand as `where` has them."""
    bases = [_basis(member.head) for member in members]
    n, sizes = len(members), _sizes(members, bases)
    n_outcomes = in_whole_tiles(sizes.whitened.stop)
    found = Matrices(
        sizes=sizes,
        functionals=np.zeros((n * sizes.n_products, where.width)).T,
        at_zero=np.zeros((n, 1, sizes.n_taken)),
        outcome=np.zeros((n, sizes.n_taken, n_outcomes)),
        at_mean=np.zeros((n, 1, n_outcomes)),
        of_added=np.zeros((n, sizes.n_scores, n_outcomes)),
        gains=np.array([[member.chain.gain] for member in members]),
        offsets=np.zeros((n, 1)),
        at_measure=np.zeros((n, 1)),
        reach=np.zeros((n, 1)),
        rebuilding=np.zeros((n, sizes.n_scores + sizes.n_backgrounds + 1, where.n_places)),
    )
    for number, (member, basis) in enumerate(zip(members, bases, strict=True)):
        _fill_functionals(found, number, member, basis, where)
        _fill_outcome(found, number, member.head, basis, spreads[number])
        _fill_rebuilding(found, number, member, where)
    return found


def _sizes(members: Sequence[FoldedMember], bases: Sequence[FloatArray]) -> Sizes:
    return Sizes(
        n_scores=max(member.head.rotations.shape[1] for member in members),
        n_basis=max(basis.shape[1] for basis in bases),
        n_backgrounds=max(len(member.chain.backgrounds) for member in members),
    )


def _basis(head: Head) -> FloatArray:
    """Return U, (n_features, n_basis): R's columns first, then what P and the value add."""
    rotations, _ = np.linalg.qr(_unit(head.rotations))
    rest = _unit(np.column_stack([head.loadings, head.coefficients]))
    for _ in range(2):  # once leaves rounding of the size of what was taken away
        rest = rest - rotations @ (rotations.T @ rest)
    added, lengths, _ = np.linalg.svd(rest, full_matrices=False)
    return np.column_stack([rotations, added[:, lengths > _NOTHING]])


def _unit(columns: FloatArray) -> FloatArray:
    """Return columns of length one; a column of zeros stays."""
    lengths = np.linalg.norm(columns, axis=0)
    unit: FloatArray = columns / np.where(lengths > 0, lengths, 1.0)
    return unit


def _fill_functionals(
    found: Matrices, number: int, member: FoldedMember, basis: FloatArray, where: Layout
) -> None:
    """Write what multiplies raw spectra, and what they come to where the scale is zero."""
    chain, sizes = member.chain, found.sizes
    away, n_basis = chain.backgrounds, basis.shape[1]
    offset = chain.offset - member.head.mean
    columns = np.zeros((sizes.n_products, chain.matrix.shape[1]))
    columns[:n_basis] = _over_channels(basis.T - (basis.T @ away.T) @ away, chain)
    columns[sizes.n_basis : sizes.n_basis + len(away)] = _over_channels(away, chain)
    columns[OFFSET] = _over_channels(2 * (offset - (away @ offset) @ away)[None], chain)[0]
    _fill_measure(found, number, chain, columns[MEASURE])
    first = number * sizes.n_products
    where.write(columns, out=found.functionals.T[first : first + sizes.n_products])
    found.at_zero[number, 0, :n_basis] = offset @ basis
    found.offsets[number] = offset @ offset


def _fill_measure(found: Matrices, number: int, chain: Chain, column: FloatArray) -> None:
    """Write what one member's scale is measured by, and how far that reaches."""
    largest = float(np.linalg.norm(chain.matrix.data))
    if chain.spread:
        found.reach[number] = largest
    elif chain.share is not None:
        column[:] = _over_channels(chain.share[None], chain)[0]
        found.reach[number] = largest * np.linalg.norm(chain.share)
    elif chain.band is not None:
        column[:] = chain.band
        found.reach[number] = np.linalg.norm(chain.band)
    else:
        found.at_measure[number] = 1.0


def _over_channels(rows: FloatArray, chain: Chain) -> FloatArray:
    """Return functionals of the filtered spectrum (n, n_features) as of the raw one."""
    return np.asarray((chain.matrix.T @ rows.T).T)


def _fill_outcome(
    found: Matrices, number: int, head: Head, basis: FloatArray, spread: ScoreSpread
) -> None:
    """Write what one member makes of its u."""
    sizes, n, n_basis = found.sizes, head.rotations.shape[1], basis.shape[1]
    rotations, loadings = basis.T @ head.rotations, head.loadings.T @ basis
    sizes_of, vectors = np.linalg.eigh(spread.precision)
    whitening = vectors * np.sqrt(np.maximum(sizes_of, 0.0))
    minus, plus = sizes.taken_away
    added = found.of_added[number, :n]
    added[:, :n] = np.eye(n)
    for part in (minus, plus):
        added[:, part][:, :n_basis] = -loadings
    whitened = slice(sizes.whitened.start, sizes.whitened.start + n)
    added[:, whitened] = whitening
    found.outcome[number, sizes.n_basis :, minus][:, sizes.n_basis :] = -np.eye(sizes.n_backgrounds)
    found.outcome[number, :, plus] = np.diag(
        np.repeat([2.0, 1.0], [sizes.n_basis, sizes.n_backgrounds])
    )
    outcome = found.outcome[number, :n_basis]
    outcome += rotations @ added
    outcome[:, sizes.n_scores] = basis.T @ head.coefficients
    found.at_mean[number, 0, sizes.n_scores] = head.mean @ head.coefficients + head.intercept
    found.at_mean[number, 0, whitened] = -spread.mean @ whitening


def _fill_rebuilding(found: Matrices, number: int, member: FoldedMember, where: Layout) -> None:
    """Write what one member's residuals are computed with, channel by channel."""
    chain, head = member.chain, member.head
    n_scores, first = head.loadings.shape[1], found.sizes.n_scores
    rows = found.rebuilding[number]
    rows[:n_scores] = where.spread_out(head.loadings.T, number)
    rows[first : first + len(chain.backgrounds)] = where.spread_out(chain.backgrounds, number)
    rows[-1] = where.spread_out((chain.offset - head.mean)[None], number)[0]
