"""Vessels and days differ by as much as was asked for, and each by itself can be switched off."""

from dataclasses import replace

import numpy as np
import pytest

from pat.simulator.parameters import Parameters
from pat.simulator.variation import BETWEEN_VESSELS, FROM_DAY_TO_DAY, individual, without_variation

P = Parameters()
QUIET_DAYS = replace(P, variation=replace(P.variation, **{s: 0.0 for s, *_ in FROM_DAY_TO_DAY}))
N = 600


def log_ratio(parameters: Parameters, group: str, name: str) -> float:
    return np.log(getattr(getattr(parameters, group), name) / getattr(getattr(P, group), name))


@pytest.mark.parametrize("spread, group, name", BETWEEN_VESSELS)
def test_vessels_spread_by_the_sd_of_the_log(spread, group, name):
    logs = [
        log_ratio(individual(QUIET_DAYS, vessel=f"{k}", days=1, seed=0).by_day[0], group, name)
        for k in range(N)
    ]
    sd = getattr(P.variation, spread)
    assert np.std(logs) == pytest.approx(sd, rel=4 / np.sqrt(2 * N))  # four standard errors
    assert abs(np.mean(logs)) < 4 * sd / np.sqrt(N)


def test_days_are_an_autoregression_of_the_first_order():
    days = individual(P, vessel="V01", days=4000, seed=0).by_day
    logs = np.array([log_ratio(day, "carbon", "lactate_uptake") for day in days])
    assert np.std(logs) == pytest.approx(0.06, rel=0.1)
    assert np.corrcoef(logs[1:], logs[:-1])[0, 1] == pytest.approx(0.6, abs=0.06)
    assert np.corrcoef(logs[2:], logs[:-2])[0, 1] == pytest.approx(0.36, abs=0.08)


def test_the_probes_error_starts_somewhere_and_drifts_by_the_day():
    probes = [individual(P, vessel=f"{k}", days=14, seed=0) for k in range(N)]
    assert np.std([p.probe_error(0.0) for p in probes]) == pytest.approx(0.02, rel=0.12)
    drift = [(p.probe_error(241.0) - p.probe_error(23.9)) / 10 for p in probes]
    assert np.std(drift) == pytest.approx(0.003, rel=0.12)


def test_coefficients_hold_from_midnight_and_the_last_day_to_the_end():
    own = individual(P, vessel="V01", days=3, seed=1)
    assert own.parameters(23.99) == own.by_day[0]
    assert own.parameters(24.0) == own.by_day[1]
    assert own.parameters(72.0) == own.by_day[2]


def test_one_source_off_leaves_the_others_as_they_were():
    off = replace(P, variation=replace(P.variation, mu_max=0.0))
    mine, theirs = (individual(p, vessel="V01", days=3, seed=1) for p in (P, off))
    assert mine.by_day[2].growth.mu_max != theirs.by_day[2].growth.mu_max
    assert mine.by_day[2].carbon == theirs.by_day[2].carbon
    assert mine.probe_offset == theirs.probe_offset


def test_without_variation_every_vessel_and_day_is_the_same():
    plain = without_variation(P)
    own = individual(plain, vessel="V01", days=5, seed=1)
    assert set(own.by_day) == {plain}
    assert own.probe_error(100.0) == 0.0
