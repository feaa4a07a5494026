"""Layout: several sparse matrices as equal small blocks, fast and the same for any row.

Each channel out is a weighted sum of a few neighbouring channels in. The channels in use are cut
into windows that overlap, and each window feeds a few channels out through a small dense block,
so that one call multiplies all of them. Channels out stand in the order of the blocks, with zeros
between, which no norm and no inner product sees.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import csr_array

from pat.arrays import FloatArray, IntArray, runs
from pat.soft_sensor.folding.chain import Chain
from pat.soft_sensor.folding.few_rows import in_whole_tiles

_PER_BLOCK = range(6, 33)  # channels out of a block that are tried
_PHASES = 3  # channels from one start of the first block that is tried to the next
_TILE = 8  # numbers that a processor multiplies at once
_CALL = 60.0  # multiplications that calling for one block costs


@dataclass(frozen=True, eq=False)  # no slots: what is cached needs room
class Layout:
    """Where channels come from and go to.

    Parameters
    ----------
    pieces : tuple of slice
        Channels in use of a spectrum, in order.
    lead : int
        Zeros before them.
    stride : int
        Channels in use from one window to the next.
    blocks : ndarray of shape (n_blocks, n_filters, width, n_out)
    filters : tuple of int
        Which of them each member's matrix is; members of one matrix share it.
    places : tuple of ndarray of shape (n_features,)
        Where each member's features stand among its filter's n_blocks · n_out.
    """

    pieces: tuple[slice, ...]
    lead: int
    stride: int
    blocks: FloatArray
    filters: tuple[int, ...]
    places: tuple[IntArray, ...]

    @property
    def n_filters(self) -> int:
        """Number of different matrices."""
        return int(self.blocks.shape[1])

    @property
    def n_places(self) -> int:
        """Number of channels out, the zeros between included."""
        return int(self.blocks.shape[0] * self.blocks.shape[3])

    @cached_property
    def width(self) -> int:
        """Length of a spectrum's channels in use, with the zeros around them."""
        n_blocks, _, width, _ = self.blocks.shape
        n_in_use = sum(piece.stop - piece.start for piece in self.pieces)
        return in_whole_tiles(max((n_blocks - 1) * self.stride + width, self.lead + n_in_use))

    def write(self, spectra: FloatArray, *, out: FloatArray) -> None:
        """Write channels in use of spectra (n, n_channels) to the first rows of (n_rows, width)."""
        n, stop = len(spectra), self.lead
        for piece in self.pieces:
            start, stop = stop, stop + piece.stop - piece.start
            out[:n, start:stop] = spectra[:, piece]

    def spread_out(self, rows: FloatArray, member: int) -> FloatArray:
        """Return rows over a member's features (n, n_features) where the layout has them."""
        placed = np.zeros((len(rows), self.n_places))
        placed[:, self.places[member]] = rows
        return placed


@dataclass(frozen=True, slots=True, eq=False)
class _Filter:
    """A matrix over the channels in use, with the first and last that each feature reads."""

    matrix: csr_array
    centres: FloatArray
    first: IntArray
    last: IntArray


def layout(chains: Sequence[Chain]) -> Layout:
    """Return the layout of chains over the same channels."""
    used = np.zeros(chains[0].matrix.shape[1], dtype=np.bool_)
    for chain in chains:
        used[chain.matrix.indices] = True
        if chain.band is not None:
            used[chain.band != 0] = True
    numbers, apart = _distinct(chains)
    filters = [_filter(chain, np.flatnonzero(used)) for chain in apart]
    finest = max(one.matrix.shape[0] for one in filters) / max(int(used.sum()), 1)
    strides = sorted({max(1, round(n_out / finest)) for n_out in _PER_BLOCK})
    cuts = [
        _Cut(filters, stride, phase) for stride in strides for phase in range(0, stride, _PHASES)
    ]
    return min(cuts, key=lambda cut: cut.cost).layout(runs(used), numbers)


def _distinct(chains: Sequence[Chain]) -> tuple[tuple[int, ...], list[Chain]]:
    """Return which matrix each chain has, and a chain for each matrix."""
    numbers: list[int] = []
    apart: list[Chain] = []
    for chain in chains:
        same = [place for place, other in enumerate(apart) if _filters_alike(chain, other)]
        numbers.append(same[0] if same else len(apart))
        if not same:
            apart.append(chain)
    return tuple(numbers), apart


def _filters_alike(one: Chain, other: Chain) -> bool:
    a, b = one.matrix, other.matrix
    pairs = ((a.indptr, b.indptr), (a.indices, b.indices), (a.data, b.data))
    return all(np.array_equal(*pair) for pair in (*pairs, (one.centres, other.centres)))


class _Cut:
    """Filters cut into blocks, `stride` channels from one to the next, the first `phase` shorter.

    What is smoothed at an end reads a whole window; a first or last block of some length holds it.
    """

    def __init__(self, filters: Sequence[_Filter], stride: int, phase: int) -> None:
        self.filters = filters
        self.stride, self.phase = stride, phase
        self.numbers = [((one.centres + phase) // stride).astype(np.int64) for one in filters]
        starts = [number * stride - phase for number in self.numbers]
        pairs = list(zip(filters, starts, strict=True))
        self.lead = max(0, *(int((start - f.first).max()) for f, start in pairs))
        self.width = self.lead + 1 + max(0, *(int((f.last - start).max()) for f, start in pairs))
        self.n_blocks = max(int(number.max()) for number in self.numbers) + 1
        self.n_out = max(int(np.bincount(number).max()) for number in self.numbers)

    @property
    def cost(self) -> float:
        """Multiplications for a spectrum, about."""
        filled = _TILE * -(-self.n_out // _TILE)
        return self.n_blocks * (self.width * filled + _CALL)

    def layout(self, pieces: tuple[slice, ...], numbers: tuple[int, ...]) -> Layout:
        """Return the layout with its blocks filled, for members of numbered filters."""
        lead = self.lead + self.phase
        blocks = np.zeros((self.n_blocks, len(self.filters), self.width, self.n_out))
        places = []
        for order, (one, block_of) in enumerate(zip(self.filters, self.numbers, strict=True)):
            slots = _slots(block_of)
            entries = one.matrix.tocoo()
            feature, channel = entries.coords
            block = block_of[feature]
            inside = channel - block * self.stride + lead
            blocks[block, order, inside, slots[feature]] = entries.data
            places.append(block_of * self.n_out + slots)
        of_members = tuple(places[number] for number in numbers)
        return Layout(pieces, lead, self.stride, blocks, numbers, of_members)


def _filter(chain: Chain, channels: IntArray) -> _Filter:
    """Return a chain's matrix over the channels in use."""
    matrix = csr_array(chain.matrix[:, channels])
    matrix.sort_indices()
    centres = np.interp(chain.centres, channels, np.arange(channels.size))
    reads = np.diff(matrix.indptr) > 0
    first, last = (centres.astype(np.int64) for _ in range(2))
    first[reads] = matrix.indices[matrix.indptr[:-1][reads]]
    last[reads] = matrix.indices[matrix.indptr[1:][reads] - 1]
    return _Filter(matrix, centres, first, last)


def _slots(numbers: IntArray) -> IntArray:
    """Return how many features of the same block stand before each."""
    order = np.argsort(numbers, kind="stable")
    ordered = numbers[order]
    slots = np.empty_like(numbers)
    slots[order] = np.arange(numbers.size) - np.searchsorted(ordered, ordered)
    return slots
