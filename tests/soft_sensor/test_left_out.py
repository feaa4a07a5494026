"""Limits of left-out cultures raise the false alarms that were asked for, T2 and Q together.

Oracle: simulated distances of cultures that hang together or not; T2 and Q that say the same.
"""

import numpy as np
import pytest

from pat.soft_sensor.left_out import LeftOut, distance_limits


def distances_of(rng, n_cultures, n_samples, *, between, alike):
    own = np.exp(between * rng.normal(size=(2, n_cultures, 1)))
    drawn = own * rng.chisquare(6, size=(2, n_cultures, n_samples))
    if alike:
        drawn[1] = drawn[0]
    return drawn.reshape(2, -1)


def limits_of(t2, q, n_cultures):
    n = t2.size
    left = LeftOut(
        sample=np.arange(n), fold=np.zeros(n, dtype=np.int64), shift=np.zeros(n),
        prediction=np.zeros(n), t2=t2[None], q=q[None], share=np.ones(1),
    )  # fmt: skip
    groups = np.repeat(np.arange(n_cultures), n // n_cultures).astype(object)
    nothing = np.empty((0, n))
    return distance_limits(left, groups, units=np.ones((2, 1)), beside=nothing)[0]


@pytest.mark.parametrize("n_cultures", [12, 24])
@pytest.mark.parametrize("between", [0.0, 0.4])
@pytest.mark.parametrize("alike", [False, True])
def test_t2_and_q_together_flag_one_in_twenty(n_cultures, between, alike):
    rng = np.random.default_rng(41)
    flagged = []
    for _ in range(150):
        t2, q = distances_of(rng, n_cultures, 14, between=between, alike=alike)
        limits = limits_of(t2, q, n_cultures)
        t2, q = distances_of(rng, 200, 1, between=between, alike=alike)
        flagged.append(np.mean((t2 > limits.t2) | (q > limits.q)))

    # The mean of 150 calibrations is known to half a point; the level errs to the safe side
    # where cultures do not differ.
    assert 0.03 <= np.mean(flagged) <= 0.065


def test_three_cultures_are_held_to_wider_limits_than_many():
    rng = np.random.default_rng(1)
    few = [limits_of(*rng.chisquare(6, size=(2, 6)), 3).t2 for _ in range(60)]
    many = [limits_of(*rng.chisquare(6, size=(2, 240)), 120).t2 for _ in range(10)]

    assert np.median(few) > 1.3 * np.median(many)


def test_a_model_that_leaves_nothing_has_no_limit_for_q():
    t2 = np.random.default_rng(2).chisquare(6, size=60)

    limits = limits_of(t2, np.zeros(60), 12)

    assert limits.q == 0.0
    assert np.mean(t2 > limits.t2) == pytest.approx(0.05, abs=0.04)
