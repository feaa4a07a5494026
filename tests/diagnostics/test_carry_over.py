"""Carry-over from the vessel before is measured, and nothing else is taken for it."""

import numpy as np
import pandas as pd
import pytest

from pat.diagnostics.carry_over import carry_over, vessel_before, visits

N_VESSELS, N_VISITS = 12, 14


def samples(share, *, seed=0, shrink=0.0, bias=0.3, noise=0.2):
    """Return held-out errors of a round of vessels, each holding a share of the one before."""
    rng = np.random.default_rng(seed)
    level = rng.normal(5, 1, N_VESSELS)[:, None] + rng.normal(0, 1.5, (N_VESSELS, N_VISITS))
    level += np.linspace(0, 4, N_VISITS)
    before = np.roll(level, 1, axis=0)
    assay = level + 0.1 * rng.normal(size=level.shape)
    read = level + share * (before - level) - shrink * (level - level.mean())
    read += rng.normal(0, bias, (N_VESSELS, 1)) + rng.normal(0, bias, N_VISITS)
    read += noise * rng.normal(size=level.shape)
    return pd.DataFrame(
        {
            "analyte": "glucose",
            "culture": np.repeat([f"V{k:02d}" for k in range(N_VESSELS)], N_VISITS),
            "visit": np.tile(np.arange(N_VISITS), N_VESSELS),
            "error": (read - assay).ravel(),
            "own": assay.ravel(),
            "before": (before + noise * rng.normal(size=level.shape)).ravel(),
        }
    )


def test_the_share_is_found_within_its_interval():
    shares = [carry_over(samples(0.08, seed=k)) for k in range(30)]

    assert np.mean([one.share for one in shares]) == pytest.approx(0.08, abs=0.008)
    inside = np.mean([one.low <= 0.08 <= one.high for one in shares])
    assert inside == pytest.approx(0.95, abs=0.12)  # three binomial standard errors at 30
    assert all(one.is_found for one in shares)
    assert "follow the vessel before" in shares[0].meaning


@pytest.mark.parametrize("shrink", [0.0, 0.1])
def test_biases_days_and_a_sensor_that_shrinks_are_no_carry_over(shrink):
    found = [carry_over(samples(0.0, seed=k, shrink=shrink)) for k in range(50)]

    # Nominal 1 %: four or more of fifty come up once in 600 times.
    assert sum(one.is_found for one in found) <= 3
    assert np.mean([one.share for one in found]) == pytest.approx(0.0, abs=0.006)


def test_two_analytes_tell_more_than_one():
    one = samples(0.05, seed=3)
    other = samples(0.05, seed=4).assign(analyte="lactate")
    other[["error", "own", "before"]] *= 1000.0  # in another unit

    alone, both = carry_over(one), carry_over(pd.concat([one, other], ignore_index=True))

    assert both.high - both.low < alone.high - alone.low
    assert both.share == pytest.approx(0.05, abs=0.02)


def test_few_samples_say_nothing():
    table = samples(0.1)

    assert carry_over(table[table["visit"] < 2]) is None
    assert carry_over(table[table["culture"] < "V04"]) is None


def test_the_vessel_before_is_by_time_then_by_place_and_by_probe():
    keys = pd.DataFrame(
        {
            "vessel": ["A", "B", "C", "A", "B", "B"],
            "position": [1, 2, 3, 1, 2, 2],
            "probe": ["p", "p", "q", "p", "p", "p"],
        }
    )

    found = vessel_before(keys, np.array([0.0, 0.0, 0.5, 1.0, 2.0, 2.5]))

    assert found.tolist() == [-1, 0, -1, 1, 3, -1]


def test_spectra_taken_at_once_have_no_order_without_places():
    keys = pd.DataFrame({"vessel": ["A", "B", "A", "B"]})

    assert vessel_before(keys, np.array([0.0, 0.0, 1.0, 1.0])).tolist() != [-1, 0, 1, 2]
    assert vessel_before(keys, np.array([0.0, 0.1, np.nan, 40.0])).tolist() == [-1, 0, -1, -1]


def test_visits_count_a_cultures_samples():
    assert visits(["A", "B", "A", "A"], np.array([3.0, 1.0, 1.0, 2.0])).tolist() == [2, 0, 0, 1]
