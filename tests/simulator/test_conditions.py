"""Disturbances of a vessel have their sizes, and depend on nothing but seed, vessel and hour."""

import numpy as np
import pandas as pd
import pytest

from pat.errors import InputError
from pat.simulator.conditions import conditions
from pat.simulator.disturbances import Disturbances
from pat.simulator.instrument import Acquisition
from pat.simulator.medium import INTERFERENTS, MEDIUM_G_PER_L, lognormal, medium_lot
from pat.simulator.streams import autoregressive, stream

DAILY = 24.0 * np.arange(14.0)


def draw(vessel="V01", *, hours=DAILY, seed=1, disturbances=None, lot="x"):
    return conditions(
        hours, vessel=vessel, seed=seed, lot=medium_lot(lot),
        disturbances=disturbances or Disturbances(), acquisition=Acquisition(),
    )  # fmt: skip


def only(**sizes):
    return Disturbances(**(dict.fromkeys(Disturbances.__dataclass_fields__, 0.0) | sizes))


def test_the_same_seed_and_vessel_give_the_same_conditions_to_the_bit():
    pd.testing.assert_frame_equal(draw(), draw(), check_exact=True)


@pytest.mark.parametrize("other", [{"vessel": "V02"}, {"seed": 2}])
def test_another_vessel_or_seed_gives_others(other):
    assert not np.any(draw()["gain"] == draw(**other)["gain"])


def test_which_other_spectra_are_taken_changes_no_condition():
    dense = draw(hours=np.arange(0.0, 14 * 24.0, 4.0))

    sparse = draw(hours=DAILY)

    pd.testing.assert_frame_equal(
        dense.iloc[::6].reset_index(drop=True)[: len(DAILY)], sparse, check_exact=True
    )


def test_sizes_multiply_the_same_random_numbers():
    once = draw(disturbances=only(shift_jitter_cm1=0.1))
    twice = draw(disturbances=only(shift_jitter_cm1=0.2))

    assert twice["shift_cm1"].tolist() == pytest.approx((2.0 * once["shift_cm1"]).tolist())


@pytest.mark.parametrize(
    ("size", "column", "relative"),
    [
        ("gain_cv", "gain", True),
        ("gain_drift_cv", "gain", True),
        ("shift_jitter_cm1", "shift_cm1", False),
        ("stretch_jitter", "stretch", False),
        ("fluorescence_wiggle", "wiggle.03", False),
        ("medium_preparation_cv", "medium.sulfate", True),
        ("interferents_persistent", "medium.tyrosine", True),
        ("interferents_drift", "medium.tyrosine", True),
    ],
)
def test_a_disturbance_spreads_its_column_by_its_size(size, column, relative):
    amount = 0.04
    drawn = [
        draw(f"V{k}", hours=DAILY[:1], disturbances=only(**{size: amount}))[column][0]
        for k in range(500)
    ]

    spread = np.std(drawn) / (np.median(drawn) if relative else 1.0)
    # Four standard errors of a standard deviation of 500 draws are 13 %.
    assert spread == pytest.approx(amount, rel=0.13)


def test_with_everything_off_nothing_varies():
    calm = draw(disturbances=Disturbances.none())

    assert (calm == calm.iloc[0]).all(axis=None)
    assert calm["gain"][0] == 1.0
    held = {name: calm[f"medium.{name}"][0] for name in MEDIUM_G_PER_L}
    assert held == pytest.approx(MEDIUM_G_PER_L)


def test_the_mediums_fluorescence_bleaches_by_its_share():
    glow = draw(
        hours=np.array([0.0, 60.0, 5000.0]),
        disturbances=only(fluorescence_medium=2.0, bleaching=0.2),
    )["fluorescence.medium"]

    expected = [2.0, 2.0 * (1 - 0.2 * (1 - np.exp(-1.0))), 1.6]
    assert glow.tolist() == pytest.approx(expected, rel=1e-4)


def test_fouling_is_half_grown_on_day_nine_and_never_shrinks():
    film = draw(hours=np.arange(0.0, 1200.0, 24.0), disturbances=only(fouling=1.0))["fouling"]

    assert np.all(np.diff(film) > 0)
    assert film[9] / film.iloc[-1] == pytest.approx(0.5, rel=1e-3)


def test_an_interferent_is_never_below_nothing():
    wild = draw(disturbances=only(interferents_persistent=5.0))

    assert (wild[[f"medium.{name}" for name in INTERFERENTS]] >= 0).all(axis=None)


def test_lots_differ_and_a_lot_is_always_the_same():
    assert medium_lot("1") == medium_lot("1")
    ratios = [
        medium_lot(f"{k}").concentrations(0.12) / pd.Series(MEDIUM_G_PER_L) for k in range(500)
    ]
    spread = pd.DataFrame(ratios).std()
    assert spread["sulfate"] == pytest.approx(0.12, rel=0.15)
    assert spread["hepes"] == pytest.approx(0.4 * 0.12, rel=0.15)


def test_lognormal_factors_have_their_coefficient_of_variation():
    factors = lognormal(np.random.default_rng(1).standard_normal(200_000), 0.35)

    assert factors.std() / factors.mean() == pytest.approx(0.35, rel=0.02)
    assert np.median(factors) == pytest.approx(1.0, rel=0.01)


def test_a_drift_forgets_as_fast_as_was_said():
    normals = np.random.default_rng(2).standard_normal((100_000, 1))

    series = autoregressive(normals, correlation=0.8)[:, 0]

    assert series.std() == pytest.approx(1.0, rel=0.03)
    assert np.corrcoef(series[:-3], series[3:])[0, 1] == pytest.approx(0.8**3, abs=0.02)


def test_a_negative_seed_is_refused():
    with pytest.raises(InputError, match="expected a seed of 0 or more; got -1"):
        stream(-1, "anything")
