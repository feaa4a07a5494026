"""Applicability: how far a spectrum lies from what a sensor was calibrated with."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from pat.arrays import BoolArray, FloatArray, IntArray
from pat.diagnostics.anatomy import Anatomy, Reading
from pat.diagnostics.distances import (
    ScoreSpread,
    hotelling_t2,
    q_contributions,
    score_spread,
    squared_residual,
)


@dataclass(frozen=True, slots=True, eq=False)
class Distances:
    """How far spectra lie from the calibration; each array has shape (n_spectra,)."""

    t2: FloatArray
    q: FloatArray


def distances(parts: Anatomy, reading: Reading, *, spread: ScoreSpread) -> Distances:
    """Return T2 and Q of the spectra that were read."""
    return Distances(
        t2=hotelling_t2(reading.scores, spread),
        q=squared_residual(reading.entered, parts.rebuilt(reading)),
    )


def calibration_spread(parts: Anatomy, spectra: FloatArray, process: FloatArray) -> ScoreSpread:
    """Return where the scores of the calibration lie: (n_samples, n_channels), (..., n_tags)."""
    return score_spread(parts.read(parts.rows(spectra), process).scores)


def channel_residuals(parts: Anatomy, reading: Reading) -> FloatArray:
    """Return what each feature that entered the latent model adds to Q, (n_spectra, n_features).

    The channels come first, on the axis that the preprocessing leaves; process values last.
    """
    return q_contributions(reading.entered, parts.rebuilt(reading))


def used_channels(parts: Anatomy, spectrum: FloatArray, *, scatter: float) -> BoolArray:
    """Return which input channels the preprocessing reads, bool of shape (n_channels,).

    Parameters
    ----------
    parts : Anatomy
    spectrum : ndarray of shape (n_channels,)
        A usual spectrum.
    scatter : float
        How far intensities usually lie apart.

    Notes
    -----
    Found by asking: channels are moved a little (too little to be taken for a cosmic ray) and
    far (a baseline looks away from what stands above it), in blocks, then one by one where a
    used block meets an unused one. So it holds for any recipe, whatever its steps are called.
    A hole narrower than a block counts as used.
    """
    probe = _Probe(parts, spectrum, scatter)
    edges = np.unique(np.linspace(0, spectrum.size, min(spectrum.size, _BLOCKS) + 1).astype(int))
    blocks = [np.arange(start, stop) for start, stop in pairwise(edges)]
    used_blocks = probe.matter(blocks)
    used = np.repeat(used_blocks, np.diff(edges))
    for block in _at_the_border(blocks, used_blocks):
        used[block] = probe.matter([np.array([channel]) for channel in block])
    return used


def _at_the_border(blocks: list[IntArray], used: BoolArray) -> list[IntArray]:
    """Return the used blocks that have an unused one, or an end of the axis, beside them."""
    beside = np.r_[False, used, False]
    inner = beside[:-2] & beside[2:]
    return [blocks[place] for place in np.flatnonzero(used & ~inner)]


_BLOCKS = 64
_NUDGES = (1e-3, -10.0, 10.0)  # of the scatter
_AT_ONCE = 64
_SAME_WITHIN = 1e-11  # relative: rounding, but no nudge


@dataclass(frozen=True, slots=True, eq=False)
class _Probe:
    """Asks whether moving some channels changes what comes out of the preprocessing."""

    parts: Anatomy
    spectrum: FloatArray
    scatter: float

    def matter(self, groups: list[IntArray]) -> BoolArray:
        """Return for each group of channels whether it matters, (n_groups,)."""
        found = np.zeros(len(groups), dtype=np.bool_)
        for nudge in _NUDGES:
            for places in _in_parts(np.flatnonzero(~found)):
                found[places] = self._changes([groups[place] for place in places], nudge)
        return found

    def _changes(self, groups: list[IntArray], nudge: float) -> BoolArray:
        """Return for each group whether moving it by about `nudge` scatters is seen."""
        rng = np.random.default_rng(0)
        moved = np.tile(self.spectrum, (len(groups) + 1, 1))
        for row, channels in enumerate(groups):
            moved[row, channels] += nudge * self.scatter * rng.uniform(0.5, 1.0, channels.size)
        out = self.parts.rows(moved)
        change = np.max(np.abs(out[:-1] - out[-1]), axis=1)
        seen: BoolArray = change > _SAME_WITHIN * np.max(np.abs(out[-1]))
        return seen


def _in_parts(places: IntArray) -> list[IntArray]:
    return [places[start : start + _AT_ONCE] for start in range(0, len(places), _AT_ONCE)]
