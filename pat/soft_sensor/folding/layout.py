"""Layout: sparse matrices of several members as equal small blocks, fast and the same for any row.

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

_PER_BLOCK = range(6, 33)  # channels out of a block that are tried
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
    blocks : ndarray of shape (n_blocks, n_members, width, n_out)
    places : tuple of ndarray of shape (n_features,)
        Where each member's features stand among its n_blocks · n_out.
    """

    pieces: tuple[slice, ...]
    lead: int
    stride: int
    blocks: FloatArray
    places: tuple[IntArray, ...]

    @cached_property
    def width(self) -> int:
        """Length of a spectrum's channels in use, with the zeros around them."""
        n_blocks, _, width, _ = self.blocks.shape
        n_in_use = sum(piece.stop - piece.start for piece in self.pieces)
        return max((n_blocks - 1) * self.stride + width, self.lead + n_in_use)

    def channels_in_use(self, spectra: FloatArray, *, n_rows: int) -> FloatArray:
        """Return spectra (n, n_channels) as the windows run over them, (n_rows, width).

        The first spectrum is repeated behind the last.
        """
        used = np.empty((n_rows, self.width))
        n, stop = len(spectra), self.lead
        used[:, :stop] = 0.0
        for piece in self.pieces:
            start, stop = stop, stop + piece.stop - piece.start
            used[:n, start:stop] = spectra[:, piece]
        used[:, stop:] = 0.0
        used[n:] = used[:1]
        return used

    def spread_out(self, rows: FloatArray, member: int) -> FloatArray:
        """Return rows over a member's features (n, n_features) where the layout has them."""
        n_blocks, _, _, n_out = self.blocks.shape
        placed = np.zeros((len(rows), n_blocks * n_out))
        placed[:, self.places[member]] = rows
        return placed


@dataclass(frozen=True, slots=True, eq=False)
class _Member:
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
    members = [_member(chain, np.flatnonzero(used)) for chain in chains]
    finest = max(member.matrix.shape[0] for member in members) / max(int(used.sum()), 1)
    strides = sorted({max(1, round(n_out / finest)) for n_out in _PER_BLOCK})
    cuts = [_Cut(members, stride) for stride in strides]
    return min(cuts, key=lambda cut: cut.cost).layout(runs(used))


class _Cut:
    """Members cut into blocks, `stride` channels from one to the next."""

    def __init__(self, members: Sequence[_Member], stride: int) -> None:
        self.members = members
        self.stride = stride
        self.numbers = [(member.centres // stride).astype(np.int64) for member in members]
        starts = [number * stride for number in self.numbers]
        pairs = list(zip(members, starts, strict=True))
        self.lead = max(0, *(int((start - m.first).max()) for m, start in pairs))
        self.width = self.lead + 1 + max(0, *(int((m.last - start).max()) for m, start in pairs))
        self.n_blocks = max(int(number.max()) for number in self.numbers) + 1
        self.n_out = max(int(np.bincount(number).max()) for number in self.numbers)

    @property
    def cost(self) -> float:
        """Multiplications for a spectrum, about."""
        filled = _TILE * -(-self.n_out // _TILE)
        return self.n_blocks * (self.width * filled + _CALL)

    def layout(self, pieces: tuple[slice, ...]) -> Layout:
        """Return the layout with its blocks filled."""
        blocks = np.zeros((self.n_blocks, len(self.members), self.width, self.n_out))
        places = []
        for order, (member, numbers) in enumerate(zip(self.members, self.numbers, strict=True)):
            slots = _slots(numbers)
            entries = member.matrix.tocoo()
            feature, channel = entries.coords
            block = numbers[feature]
            inside = channel - block * self.stride + self.lead
            blocks[block, order, inside, slots[feature]] = entries.data
            places.append(numbers * self.n_out + slots)
        return Layout(pieces, self.lead, self.stride, blocks, tuple(places))


def _member(chain: Chain, channels: IntArray) -> _Member:
    """Return a chain's matrix over the channels in use."""
    matrix = csr_array(chain.matrix[:, channels])
    matrix.sort_indices()
    centres = np.interp(chain.centres, channels, np.arange(channels.size))
    reads = np.diff(matrix.indptr) > 0
    first, last = (centres.astype(np.int64) for _ in range(2))
    first[reads] = matrix.indices[matrix.indptr[:-1][reads]]
    last[reads] = matrix.indices[matrix.indptr[1:][reads] - 1]
    return _Member(matrix, centres, first, last)


def _slots(numbers: IntArray) -> IntArray:
    """Return how many features of the same block stand before each."""
    order = np.argsort(numbers, kind="stable")
    ordered = numbers[order]
    slots = np.empty_like(numbers)
    slots[order] = np.arange(numbers.size) - np.searchsorted(ordered, ordered)
    return slots
