"""Kernel: value, scores, T2 and Q of several folded members from one pass over raw spectra."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pat.arrays import BoolArray, FloatArray, IntArray
from pat.diagnostics import ScoreSpread
from pat.soft_sensor.folding.head import FoldedMember
from pat.soft_sensor.folding.layout import layout
from pat.soft_sensor.folding.matrices import SHARE, VALUE, matrices

#: Spectra to score at once: what becomes of them still lies in the processor's cache.
AT_ONCE = 128
#: Rows that one multiplication of matrices sees, whatever was asked for: few for a handful of
#: spectra, many for more. OpenBLAS's kernels give the same digits for both, and for each row.
_FEW, _MANY = 4, 8
_SAFE = 1e-9  # of what a spectrum could give: a scale below is left to the pipeline's own rules
_MOSTLY_MEAN = 0.01  # share of the squares below which a spread is summed without the mean


@dataclass(frozen=True, slots=True, eq=False)
class Residuals:
    """What the first member leaves of n spectra, as the layout has it."""

    rows: FloatArray  # (n, n_places)
    scale: FloatArray  # (n,)
    places: IntArray  # (n_features,)

    def squared(self, row: int) -> FloatArray:
        """Return what each feature adds to Q of one spectrum, (n_features,)."""
        found: FloatArray = (self.scale[row] * self.rows[row, self.places]) ** 2
        return found


@dataclass(frozen=True, slots=True, eq=False)
class FoldedScores:
    """What folded members make of n spectra.

    Parameters
    ----------
    values, t2, q : ndarray of shape (n_members, n)
    latent : tuple of ndarray of shape (n, n_components)
        Scores of each member.
    residuals : Residuals
    sound : ndarray of bool, shape (n,)
        False where a scale cannot be told from rounding, or a number is not finite.
    """

    values: FloatArray
    t2: FloatArray
    q: FloatArray
    latent: tuple[FloatArray, ...]
    residuals: Residuals
    sound: BoolArray


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
        self._spreads = tuple(spreads)
        self._layout = layout([member.chain for member in members])
        self._constants = matrices(self._members, self._layout)
        self._takes_process = any(member.head.process is not None for member in members)

    def score(self, spectra: FloatArray, process: FloatArray) -> FoldedScores:
        """Return the numbers of finite spectra (n, n_channels) and process (n, n_tags)."""
        n, constants = len(spectra), self._constants
        at_once = _FEW if n <= _FEW else _MANY
        used = self._layout.channels_in_use(spectra, n_rows=n + -n % at_once)
        rows = self._filtered(used)
        products = _multiplied(rows, constants.functionals)
        measures, safe = self._measures(used, rows, products)
        scale = constants.gains / measures
        scores = scale[..., None] * products[..., : constants.n_scores]
        scores += constants.at_zero
        values = scale * products[..., VALUE] + constants.value_at_zero
        beside = self._with_process(scores[:, :n], products[:, :n], scale[:, :n], process)
        products[..., constants.constant] = -1.0 / scale
        rows -= _multiplied(products[..., : constants.constant + 1], constants.rebuilding)
        q = scale**2 * np.vecdot(rows, rows)
        if beside is not None:
            q[:, :n] += beside
        latent = [block[:, : s.mean.size] for block, s in zip(scores, self._spreads, strict=True)]
        t2 = np.empty_like(q)
        for number, (member, spread) in enumerate(zip(self._members, self._spreads, strict=True)):
            t2[number] = _t2(latent[number], spread)
            if member.head.valued is not None:
                values[number, :n] = member.head.valued(latent[number][:n], process)
        return FoldedScores(
            values=values[:, :n],
            t2=t2[:, :n],
            q=q[:, :n],
            latent=tuple(block[:n] for block in latent),
            residuals=Residuals(rows[0, :n], scale[0, :n], self._layout.places[0]),
            sound=np.all(safe & np.isfinite(values + t2 + q), axis=0)[:n],
        )

    def _with_process(
        self, scores: FloatArray, products: FloatArray, scale: FloatArray, process: FloatArray
    ) -> FloatArray | None:
        """Add process values to scores and products (n_members, n, ...); return their share of Q.

        None where no member takes any.
        """
        if not self._takes_process:
            return None
        apart = np.zeros(scale.shape)
        for number, member in enumerate(self._members):
            part = member.head.process
            if part is None:
                continue
            entered = part.entered(process)
            n_components = part.rotations.shape[1]
            added = np.vecdot(entered[:, None, :], part.rotations.T)
            scores[number, :, :n_components] += added
            products[number, :, :n_components] += added / scale[number][:, None]
            left = entered - np.vecdot(scores[number, :, None, :n_components], part.loadings)
            apart[number] = np.vecdot(left, left)
        return apart

    def _filtered(self, used: FloatArray) -> FloatArray:
        """Return every member's features (n_members, n, n_places) before scale and offset."""
        blocks, stride = self._layout.blocks, self._layout.stride
        n_blocks, n_members, width, n_out = blocks.shape
        n, item = len(used), used.itemsize
        at_once = _rows_at_once(n)
        row = used.strides[0]  # windows overlap, so they are views on the same numbers
        windows: FloatArray = np.ndarray(
            (n // at_once, n_blocks, 1, at_once, width),
            strides=(at_once * row, stride * item, 0, row, item),
            buffer=used,
        )
        rows = np.empty((n_members, n // at_once, at_once, n_blocks, n_out))
        np.matmul(windows, blocks, out=rows.transpose(1, 3, 0, 2, 4))
        return rows.reshape(n_members, n, n_blocks * n_out)

    def _measures(
        self, used: FloatArray, rows: FloatArray, products: FloatArray
    ) -> tuple[FloatArray, BoolArray]:
        """Return what each member divides each spectrum by, (n_members, n), and where it can."""
        constants = self._constants
        measures = np.ones(rows.shape[:2])
        for number, member in enumerate(self._members):
            chain = member.chain
            if chain.spread:
                means, mean = (
                    products[number, :, constants.n_scores],
                    constants.rebuilding[number, constants.n_scores],
                )
                measures[number] = _spread(rows[number], means, mean)
            elif chain.share is not None:
                measures[number] = products[number, :, SHARE]
            elif chain.band is not None:
                measures[number] = np.vecdot(used, constants.bands[number])
        return measures, measures > constants.reach * (_SAFE * np.sqrt(np.vecdot(used, used)))


def _rows_at_once(n: int) -> int:
    return _FEW if n <= _FEW else _MANY


def _multiplied(rows: FloatArray, matrix: FloatArray) -> FloatArray:
    """Return rows (n_members, n, k) times matrices (n_members, k, l), a few rows at a time."""
    n_members, n, width = rows.shape
    at_once = _rows_at_once(n)
    few = rows.reshape(n_members, n // at_once, at_once, width)
    return np.matmul(few, matrix[:, None]).reshape(n_members, n, matrix.shape[2])


def _spread(rows: FloatArray, means: FloatArray, mean: FloatArray) -> FloatArray:
    """Return the length of each row less its mean, where `means` are its products with `mean`."""
    squares = np.vecdot(rows, rows)
    centred = squares - means**2
    for row in np.flatnonzero(centred < _MOSTLY_MEAN * squares):
        left = rows[row] - means[row] * mean
        centred[row] = left @ left
    return np.sqrt(centred)


def _t2(scores: FloatArray, spread: ScoreSpread) -> FloatArray:
    centred = np.ascontiguousarray(scores - spread.mean)
    return np.vecdot(_multiplied(centred[None], spread.precision[None])[0], centred)
