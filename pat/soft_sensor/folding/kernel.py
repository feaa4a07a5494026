"""Kernel: value, scores, T2 and Q of several folded members from one pass over raw spectra."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pat.arrays import BoolArray, FloatArray, IntArray
from pat.diagnostics import ScoreSpread
from pat.soft_sensor.folding.few_rows import multiplied, multiplied_each, whole
from pat.soft_sensor.folding.head import FoldedMember
from pat.soft_sensor.folding.layout import layout
from pat.soft_sensor.folding.matrices import MEASURE, OFFSET, matrices
from pat.soft_sensor.folding.workspace import EVERY, Workspace

#: The most spectra of one pass: what becomes of them still lies in the processor's cache.
AT_ONCE = 128
_SAFE = 1e-9  # of what a spectrum could give: a scale below is left to the pipeline's own rules
_MOSTLY_MEAN = 0.01  # share of the squares below which a spread is summed without the mean
#: Share of the squares that Q is the difference of, below which it is summed channel by channel:
#: a difference would lose more than five of its digits.
_MOSTLY_EXPLAINED = 1e-5


@dataclass(slots=True, eq=False)  # frozen, making one takes a microsecond
class FoldedScores:
    """What folded members make of n spectra.

    Parameters
    ----------
    values, t2, q : ndarray of shape (n_members, n)
    latent : list of ndarray of shape (n, n_components)
        Scores of each member.
    sound : ndarray of bool, shape (n_members, n)
        False where a scale cannot be told from rounding, or a number is not finite.
    """

    values: FloatArray
    t2: FloatArray
    q: FloatArray
    latent: list[FloatArray]
    sound: BoolArray


@dataclass(slots=True, eq=False)
class _Pass:
    """What one pass over spectra gives; rows behind the last spectrum repeat the first.

    Parameters
    ----------
    filtered : ndarray of shape (n_filters, n_rows, n_places)
        Lasts until the thread's next pass.
    products : ndarray of shape (n_members, n_rows, n_products)
    squares, scale : ndarray of shape (n_members, n_rows)
        Of the filtered spectrum, and what it is multiplied by.
    safe : ndarray of bool, shape (n_members, n_rows)
    outcome : ndarray of shape (n_members, n_rows, n_outcomes)
    beside : ndarray of shape (n_members, n_rows) or None
        What process values add to Q; None where no member takes any.
    """

    filtered: FloatArray
    products: FloatArray
    squares: FloatArray
    scale: FloatArray
    safe: BoolArray
    outcome: FloatArray
    beside: FloatArray | None


class FoldedMembers:
    """Members as one stacked operator; each number of a row depends on that row alone.

    Parameters
    ----------
    members : sequence of FoldedMember
        Over the same channels.
    spreads : sequence of ScoreSpread
        Of each member's calibration.
    """

    def __init__(self, members: Sequence[FoldedMember], spreads: Sequence[ScoreSpread]) -> None:
        self._members = tuple(members)
        self._layout = layout([member.chain for member in members])
        filters = self._layout.filters
        self._filters = np.array(filters) if filters != tuple(range(len(filters))) else None
        self._is_spread = np.array([[member.chain.spread] for member in members])
        self._any_spread, self._all_spread = (
            bool(self._is_spread.any()),
            bool(self._is_spread.all()),
        )
        self._constants = matrices(self._members, spreads, self._layout)
        self._workspace = Workspace(self._layout)
        self._least = self._constants.reach * (_SAFE * EVERY**0.5)
        self._n_components = [spread.mean.size for spread in spreads]
        self._valued = [
            (number, member.head.valued)
            for number, member in enumerate(self._members)
            if member.head.valued is not None
        ]
        self._takes_process = any(member.head.process is not None for member in members)

    def score(self, spectra: FloatArray, process: FloatArray) -> FoldedScores:
        """Return the numbers of finite spectra (n, n_channels) and process (n, n_tags)."""
        n, sizes = len(spectra), self._constants.sizes
        one = self._pass(spectra, process)
        outcome = one.outcome[:, :n]
        values = outcome[..., sizes.n_scores]
        whitened = outcome[..., sizes.whitened]
        t2 = np.vecdot(whitened, whitened)
        q = self._q(one)[:, :n]
        if one.beside is not None:
            q += one.beside[:, :n]
        latent = [rows[:, :size] for rows, size in zip(outcome, self._n_components, strict=True)]
        for number, valued in self._valued:
            values[number] = valued(latent[number], process)
        sound = np.isfinite(values + t2 + q)
        sound &= one.safe[:, :n]
        return FoldedScores(values, t2, q, latent, sound)

    def contributions(self, spectrum: FloatArray, process: FloatArray) -> FloatArray:
        """Return what each feature of the first member adds to Q, (n_features,).

        Parameters
        ----------
        spectrum : ndarray of shape (1, n_channels)
        process : ndarray of shape (1, n_tags)
        """
        residuals = self._residuals(self._pass(spectrum, process), 0, np.array([0]))
        found: FloatArray = residuals[0, self._layout.places[0]] ** 2
        return found

    def _pass(self, spectra: FloatArray, process: FloatArray) -> _Pass:
        where, constants = self._layout, self._constants
        sizes = constants.sizes
        n, n_rows = len(spectra), whole(len(spectra))
        room = self._workspace.room(n_rows)
        where.write(spectra, out=room.used)
        if n < n_rows:
            room.used[n:] = room.used[0]
        np.matmul(room.windows, where.blocks, out=room.placed)
        squares = np.vecdot(room.filtered, room.filtered)
        if self._filters is not None:
            squares = squares.take(self._filters, axis=0)
        products = np.matmul(room.few, constants.functionals)
        products = products.reshape(n_rows, -1, sizes.n_products).swapaxes(0, 1)
        measures = self._measures(room.filtered, products, squares)
        safe = measures > self._least * np.sqrt(np.vecdot(room.some, room.some))
        scale = constants.gains / measures
        taken = scale[..., None] * products[..., : sizes.n_taken]
        taken += constants.at_zero
        outcome = multiplied_each(taken, constants.outcome)
        outcome += constants.at_mean
        beside = self._with_process(outcome, process) if self._takes_process else None
        return _Pass(room.filtered, products, squares, scale, safe, outcome, beside)

    def _measures(
        self, filtered: FloatArray, products: FloatArray, squares: FloatArray
    ) -> FloatArray:
        """Return what each member divides each spectrum by, (n_members, n_rows)."""
        constants = self._constants
        if not self._any_spread:
            return products[..., MEASURE] + constants.at_measure
        means = products[..., constants.sizes.n_basis]
        lengths = squares - means * means
        mostly_mean = lengths < _MOSTLY_MEAN * squares
        if np.count_nonzero(mostly_mean):
            self._sum_anew(lengths, mostly_mean & self._is_spread, filtered, means)
        measures: FloatArray = np.sqrt(lengths)
        if self._all_spread:
            return measures
        return np.where(self._is_spread, measures, products[..., MEASURE] + constants.at_measure)

    def _sum_anew(
        self, lengths: FloatArray, where: BoolArray, filtered: FloatArray, means: FloatArray
    ) -> None:
        """Write squares of filtered spectra less their mean, channel by channel, where asked."""
        n_scores = self._constants.sizes.n_scores
        for number, row in np.argwhere(where).tolist():
            mean = self._constants.rebuilding[number, n_scores]
            raw = filtered[self._layout.filters[number], row]
            left = raw - means[number, row] * mean
            lengths[number, row] = left @ left

    def _with_process(self, outcome: FloatArray, process: FloatArray) -> FloatArray:
        """Add what process values do to the outcome (n_members, n_rows, ...); return their Q."""
        n, n_rows = len(process), outcome.shape[1]
        sizes = self._constants.sizes
        added = np.zeros((*outcome.shape[:2], sizes.n_scores))
        apart = np.zeros(outcome.shape[:2])
        for number, member in enumerate(self._members):
            part = member.head.process
            if part is None:
                continue
            entered = part.entered(np.concatenate([process, np.repeat(process[:1], n_rows - n, 0)]))
            n_scores = part.rotations.shape[1]
            own = np.vecdot(entered[:, None, :], part.rotations.T)
            added[number, :, :n_scores] = own
            scores = outcome[number, :, :n_scores] + own
            left = entered - np.vecdot(scores[:, None], part.loadings)
            apart[number] = np.vecdot(left, left)
        outcome += multiplied_each(added, self._constants.of_added)
        return apart

    def _q(self, one: _Pass) -> FloatArray:
        """Return the spectrum's share of Q, (n_members, n_rows)."""
        constants, scale = self._constants, one.scale
        minus, plus = constants.sizes.taken_away
        squares = scale * scale * one.squares
        squares += constants.offsets
        q = squares + scale * one.products[..., OFFSET]
        q += np.vecdot(one.outcome[..., minus], one.outcome[..., plus])
        few_digits = q < _MOSTLY_EXPLAINED * squares
        if np.count_nonzero(few_digits):
            for number in np.flatnonzero(few_digits.any(axis=1)).tolist():
                rows = np.flatnonzero(few_digits[number])
                residuals = self._residuals(one, number, rows)
                q[number, rows] = np.vecdot(residuals, residuals)
        return q

    def _residuals(self, one: _Pass, number: int, rows: IntArray) -> FloatArray:
        """Return what one member leaves of some rows, (n, n_places) as the layout has it."""
        sizes, n = self._constants.sizes, len(rows)
        rows = np.concatenate([rows, np.repeat(rows[:1], whole(n) - n)])
        scale = one.scale[number, rows, None]
        scores = one.outcome[number, rows, : sizes.n_scores]
        backgrounds = one.products[number, rows, sizes.n_basis : sizes.n_taken]
        parts = np.hstack([scores / scale, backgrounds, -1 / scale])
        rebuilt = multiplied(parts, self._constants.rebuilding[number])
        filtered = one.filtered[self._layout.filters[number], rows]
        residuals: FloatArray = scale * (filtered - rebuilt)
        return residuals[:n]
