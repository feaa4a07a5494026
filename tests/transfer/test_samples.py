"""Samples to measure on a new instrument are spread as Kennard and Stone say."""

import numpy as np
import pytest

from pat.errors import InputError
from pat.transfer.samples import kennard_stone


def textbook(points, n_samples):
    """Return the choice by every distance anew: slow, and as the paper words it."""
    pairs = [(np.linalg.norm(a - b), -i, -j) for i, a in enumerate(points)
             for j, b in enumerate(points) if i < j]  # fmt: skip
    _, first, second = max(pairs)
    chosen = [-first, -second]
    while len(chosen) < n_samples:
        others = [row for row in range(len(points)) if row not in chosen]
        apart = [min(np.linalg.norm(points[row] - points[c]) for c in chosen) for row in others]
        chosen.append(others[int(np.argmax(apart))])
    return chosen


def whitened_scores(spectra, n_directions):
    """Return scores of unit variance in the leading principal components."""
    covariance = np.cov(spectra, rowvar=False)
    sizes, directions = np.linalg.eigh(covariance)
    leading = np.argsort(sizes)[::-1][:n_directions]
    scores = (spectra - spectra.mean(axis=0)) @ directions[:, leading]
    return scores / scores.std(axis=0)


@pytest.mark.parametrize("seed", range(5))
def test_the_choice_is_the_textbooks(seed):
    rng = np.random.default_rng(seed)
    spectra = rng.normal(size=(25, 3)) @ rng.normal(size=(3, 40)) + 0.01 * rng.normal(size=(25, 40))

    chosen = kennard_stone(spectra, 8, n_directions=3)

    assert chosen.tolist() == textbook(whitened_scores(spectra, 3), 8)


def test_on_a_line_the_ends_come_first_and_then_what_is_farthest_from_both():
    spectra = np.array([[0.0], [1.0], [2.1], [5.0], [9.8], [10.0]])

    chosen = kennard_stone(spectra, 3)

    assert set(chosen[:2].tolist()) == {0, 5}
    assert chosen[2] == 3


@pytest.mark.parametrize("n", [0, 1, 7])
def test_a_number_of_samples_that_cannot_be_chosen_is_refused(n):
    with pytest.raises(InputError, match=f"got {n}"):
        kennard_stone(np.eye(6), n)
