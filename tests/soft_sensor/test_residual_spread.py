"""What residuals of cultures are worth, and which way they lie.

Oracles: exact cases, and the variance of a mean over simulated cultures.
"""

import numpy as np
import pytest

from pat.soft_sensor.residual_spread import (
    Shares,
    effective_count,
    followed_share,
    interpolated_quantile,
    lopsidedness,
)


def shares_of(n_cultures, n_samples):
    n = n_cultures * n_samples
    return Shares.of(np.repeat(np.arange(n_cultures), n_samples).astype(object), np.arange(n))


def test_each_culture_and_each_of_its_samples_has_the_same_share():
    cultures = np.array(["a", "a", "a", "b"], dtype=object)

    shares = Shares.of(cultures, np.array([4, 4, 7, 9]))

    assert shares.weights == pytest.approx([1 / 8, 1 / 8, 1 / 4, 1 / 2])
    assert shares.n_cultures == 2


def test_cultures_of_one_mind_are_worth_one_each():
    values = np.repeat([0.1, 0.7, 0.4], 6)

    assert effective_count(values, shares_of(3, 6)) == pytest.approx(3.0)


def test_cultures_alike_are_worth_all_their_samples():
    assert effective_count(np.tile([0.1, 0.7, 0.4], 6), shares_of(6, 3)) == pytest.approx(18.0)


@pytest.mark.parametrize("correlation", [0.1, 0.5, 0.9])
def test_the_count_tells_how_far_a_mean_scatters(correlation):
    rng = np.random.default_rng(11)
    between = rng.normal(size=(2000, 30, 1)) * np.sqrt(correlation)
    drawn = between + rng.normal(size=(2000, 30, 8)) * np.sqrt(1 - correlation)

    variance_of_mean = drawn.mean(axis=(1, 2)).var()

    counts = [effective_count(one.ravel(), shares_of(30, 8)) for one in drawn[:200]]
    assert np.median(counts) == pytest.approx(1 / variance_of_mean, rel=0.1)


def test_where_nothing_is_known_a_third_of_the_width_follows_the_spectrum():
    shares = shares_of(2, 1)

    assert followed_share(np.zeros(2), np.ones(2), shares) == pytest.approx(1 / 3, abs=0.02)
    assert followed_share(np.ones(2), np.ones(2), shares) == pytest.approx(1 / 3, abs=0.02)


@pytest.mark.parametrize("truth", [0.0, 0.5, 1.0])
def test_the_followed_share_is_found(truth):
    rng = np.random.default_rng(13)
    strangeness = rng.chisquare(3, size=4000) / 3
    residuals = rng.normal(size=4000) * np.sqrt(1 - truth + truth * strangeness)

    assert followed_share(residuals, strangeness, shares_of(400, 10)) == pytest.approx(
        truth, abs=0.08
    )


def test_sides_are_the_root_mean_squares_where_there_are_many():
    rng = np.random.default_rng(5)
    residuals = np.where(rng.random(40_000) < 0.5, 1, -1) * np.abs(rng.normal(size=40_000))
    residuals[residuals > 0] *= 3

    above, below = lopsidedness(residuals, shares_of(4000, 10))

    assert above / below == pytest.approx(3.0, rel=0.05)
    assert (above + below) / 2 == pytest.approx(1.0)


def test_residuals_of_one_sign_alone_tell_nothing_of_the_other_side():
    assert lopsidedness(np.ones(12), shares_of(4, 3)) == (1.0, 1.0)


def test_the_level_k_of_n_is_the_kth_value():
    values = np.array([5.0, 1.0, 4.0, 2.0, 3.0])

    levels = [interpolated_quantile(values, np.full(5, 0.2), level=k / 5) for k in range(1, 6)]

    assert levels == pytest.approx([1.0, 2.0, 3.0, 4.0, 5.0])
    assert interpolated_quantile(values, np.full(5, 0.2), level=0.9) == pytest.approx(4.5)
