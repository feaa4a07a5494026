"""A layout holds every weight once, and its windows cover what a feature reads."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from pat.soft_sensor.folding.chain import Chain
from pat.soft_sensor.folding.layout import layout


def multiplied(where, member, spectra):
    """Return what the blocks make of spectra, window by window."""
    n_blocks, _, width, _ = where.blocks.shape
    used = np.zeros((len(spectra), where.width))
    where.write(spectra, out=used)
    windows = [used[:, b * where.stride : b * where.stride + width] for b in range(n_blocks)]
    blocks = [window @ where.blocks[b, where.filters[member]] for b, window in enumerate(windows)]
    return np.concatenate(blocks, axis=1)[:, where.places[member]]


def banded(n_features, n_channels, *, reach, seed):
    rng = np.random.default_rng(seed)
    centres = np.linspace(0, n_channels - 1, n_features)
    distance = np.abs(np.arange(n_channels) - centres[:, None])
    weights = np.where(distance <= reach, rng.normal(size=distance.shape), 0.0)
    return Chain(
        csr_array(weights), centres, np.empty((0, n_features)), np.zeros(n_features)
    ), weights


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(3, 90), min_size=1, max_size=3), st.integers(5, 120), st.integers(0, 9))
def test_blocks_multiply_as_the_matrices_do(sizes, n_channels, reach):
    made = [banded(size, n_channels, reach=reach + 1, seed=size) for size in sizes]
    spectra = np.random.default_rng(1).normal(size=(3, n_channels))

    where = layout([chain for chain, _ in made])

    for member, (_, weights) in enumerate(made):
        np.testing.assert_allclose(
            multiplied(where, member, spectra), spectra @ weights.T, atol=1e-12
        )


def test_channels_that_nobody_reads_are_left_out():
    chain, weights = banded(60, 200, reach=2, seed=0)
    weights[:, 80:150] = 0.0
    chain = Chain(csr_array(weights), chain.centres, chain.backgrounds, chain.offset)

    where = layout([chain])

    assert [(piece.start, piece.stop) for piece in where.pieces] == [(0, 80), (150, 200)]
    spectra = np.random.default_rng(1).normal(size=(2, 200))
    spectra[:, 100] = np.nan
    found = multiplied(where, 0, spectra)
    assert np.isfinite(found).all()
    assert found == pytest.approx(np.nan_to_num(spectra) @ weights.T)


def test_members_of_one_matrix_share_its_blocks():
    one, other = (banded(60, 80, reach=3, seed=seed)[0] for seed in (0, 1))
    again = banded(60, 80, reach=3, seed=0)[0]

    where = layout([one, other, again])

    assert where.n_filters == 2
    assert where.filters == (0, 1, 0)
