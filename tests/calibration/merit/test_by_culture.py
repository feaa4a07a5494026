"""Intervals cover what they promise and the paired test errs as often as it says."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from pat.calibration.merit import culture_interval, paired_by_culture, rmse
from tests.oracles import jackknife_log_mse, sign_flip_by_hand


def cultures_with_errors(rng, n_cultures, *, culture_share, sizes=(3, 21)):
    """Return held-out errors of variance 1, a share of it common to each culture."""
    size = rng.integers(*sizes, n_cultures)
    culture = np.repeat(np.arange(n_cultures), size)
    common = rng.normal(0.0, culture_share**0.5, n_cultures)[culture]
    return common + rng.normal(0.0, (1 - culture_share) ** 0.5, culture.size), culture


def percentile_bootstrap(rng, errors, culture, n_resamples=200):
    squares, sizes = np.bincount(culture, weights=errors**2), np.bincount(culture)
    drawn = rng.integers(0, sizes.size, (n_resamples, sizes.size))
    mse = squares[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)
    return np.sqrt(np.quantile(mse, [0.025, 0.975]))


def coverages(n_cultures, *, culture_share, n_campaigns=1500):
    """Return how often the jackknife and the bootstrap cover the true RMSE of 1."""
    rng = np.random.default_rng([n_cultures, int(100 * culture_share)])
    hits = np.zeros(2)
    for _ in range(n_campaigns):
        errors, culture = cultures_with_errors(rng, n_cultures, culture_share=culture_share)
        for k, (low, high) in enumerate(
            (culture_interval(errors, culture), percentile_bootstrap(rng, errors, culture))
        ):
            hits[k] += low <= 1.0 <= high
    return hits / n_campaigns


# Over 8,000 campaigns it covered 95.2, 95.4 and 94.9 % of 8, 12 and 24 cultures, and 93.4, 93.5
# and 93.6 % with a common share of 0.3; four standard errors of 1,500 are 2.3 and 2.6 points.
@pytest.mark.parametrize("n_cultures", [8, 12, 24])
@pytest.mark.parametrize("culture_share,least", [(0.0, 0.93), (0.3, 0.905)])
def test_the_interval_covers_near_its_95_percent_where_a_bootstrap_does_not(
    n_cultures, culture_share, least
):
    jackknife, bootstrap = coverages(n_cultures, culture_share=culture_share)

    assert least <= jackknife <= 0.98
    assert bootstrap < jackknife - 0.015


@pytest.mark.parametrize("n_cultures", [5, 9])
def test_with_equal_cultures_it_is_the_textbook_jackknife(n_cultures):
    rng = np.random.default_rng(n_cultures)
    culture = np.repeat([f"ambr/V{k:02d}" for k in range(n_cultures)], 7)
    errors = rng.normal(size=culture.size)

    expected = jackknife_log_mse(errors, culture, stats.t.ppf(0.95, df=n_cultures - 1))

    assert culture_interval(errors, culture, confidence=0.90) == pytest.approx(expected)


def test_unequal_cultures_count_as_fewer():
    # Sizes 1, 1, 1, 1, 4: (Σn)²/Σn² = 64/20 = 3.2 cultures.
    culture = np.array([0, 1, 2, 3, 4, 4, 4, 4])
    errors = np.array([1.0, -2.0, 0.5, 1.5, 1.0, -1.0, 2.0, -0.5])

    expected = jackknife_log_mse(errors, culture, stats.t.ppf(0.975, df=2.2))

    assert culture_interval(errors, culture) == pytest.approx(expected)


@settings(max_examples=60)
@given(scale=st.floats(1e-6, 1e6), seed=st.integers(0, 50), n_cultures=st.integers(5, 12))
def test_the_interval_holds_the_rmse_and_moves_with_the_unit(scale, seed, n_cultures):
    errors, culture = cultures_with_errors(
        np.random.default_rng(seed), n_cultures, culture_share=0.5, sizes=(1, 9)
    )

    low, high = culture_interval(errors, culture)

    assert low < rmse(errors) < high
    assert culture_interval(scale * errors, culture) == pytest.approx((scale * low, scale * high))


def test_order_and_names_of_cultures_do_not_matter():
    errors, culture = cultures_with_errors(np.random.default_rng(1), 8, culture_share=0.3)
    shuffled = np.random.default_rng(2).permutation(errors.size)
    named = np.array([f"V{9 - k}" for k in culture], dtype=object)

    assert culture_interval(errors[shuffled], named[shuffled]) == pytest.approx(
        culture_interval(errors, culture)
    )


def test_few_cultures_have_no_interval():
    assert culture_interval(np.ones(8), np.repeat(np.arange(4), 2)) is None
    assert culture_interval(np.ones(1), ["V01"]) is None


def test_errors_in_one_culture_alone_have_no_interval_and_none_at_all_a_point():
    culture = np.arange(6)

    assert culture_interval(np.array([1.0, 0, 0, 0, 0, 0]), culture) is None
    assert culture_interval(np.zeros(6), culture) == (0.0, 0.0)


@pytest.mark.parametrize("confidence", [0.0, 1.0, 95])
def test_confidence_is_a_share(confidence):
    with pytest.raises(ValueError, match=r"confidence must lie inside \(0, 1\)"):
        culture_interval(np.ones(10), np.arange(10), confidence=confidence)


def test_each_error_needs_its_culture():
    with pytest.raises(ValueError, match="expected one culture a sample"):
        culture_interval(np.ones(10), np.arange(9))


@pytest.mark.parametrize("n_cultures", [1, 2, 5, 9])
def test_with_few_cultures_every_swap_is_counted(n_cultures):
    rng = np.random.default_rng(n_cultures)
    culture = np.r_[np.arange(n_cultures), rng.integers(0, n_cultures, 20)]
    a, b = rng.normal(size=(2, culture.size)) * [[1.0], [1.3]]

    test = paired_by_culture(a, b, culture, rng=rng)

    assert test.p_value == pytest.approx(sign_flip_by_hand(a, b, culture))
    assert (test.rmse_a, test.rmse_b) == (rmse(a), rmse(b))
    assert (test.n_cultures, test.n_samples) == (n_cultures, culture.size)


def test_random_flips_come_near_the_exact_answer(monkeypatch):
    rng = np.random.default_rng(3)
    a, culture = cultures_with_errors(rng, 12, culture_share=0.5)
    b = a + rng.normal(0.0, 0.4, a.size)
    exact = paired_by_culture(a, b, culture, rng=rng).p_value

    monkeypatch.setattr("pat.calibration.merit.by_culture._EXACT_UP_TO", 3)
    drawn = paired_by_culture(a, b, culture, rng=rng).p_value

    assert drawn == pytest.approx(exact, abs=4 * (exact * (1 - exact) / 9999) ** 0.5 + 1e-4)
    assert drawn != exact


def test_two_sensors_of_one_skill_are_told_apart_once_in_twenty():
    # The culture's own bias is common to both, and the differences of one culture go together:
    # flipping samples instead of cultures would raise several times as many alarms.
    rng = np.random.default_rng(4)
    p_values = []
    for _ in range(1500):
        own = [cultures_with_errors(rng, 9, culture_share=0.8, sizes=(10, 11)) for _ in range(2)]
        test = paired_by_culture(own[0][0], own[1][0], own[0][1], rng=rng)
        p_values.append(test.p_value)

    # Exact up to the steps of 1/256; 0.022 is four binomial standard errors.
    assert np.mean(np.array(p_values) <= 0.05) == pytest.approx(0.05, abs=0.022)


def test_a_clearly_better_sensor_is_found_and_the_order_does_not_matter():
    rng = np.random.default_rng(5)
    a, culture = cultures_with_errors(rng, 10, culture_share=0.2)
    b, _ = 2.0 * rng.normal(size=a.size), None

    forth = paired_by_culture(a, b, culture, rng=rng)
    back = paired_by_culture(b, a, culture, rng=rng)

    assert forth.p_value == back.p_value < 0.01
    assert forth.meaning.startswith("the first has the smaller error, more clearly than chance")
    assert back.meaning.startswith("the second has the smaller error, more clearly than chance")


@pytest.mark.parametrize(
    "a,b,n_cultures,words",
    [
        ([1.0, 1.0, 1.0], [2.0, 2.0, 2.0], 3, "so few cultures cannot tell it from chance"),
        ([1.0], [2.0], 1, "1 against 2 on 1 culture (p = 1, at best 1)"),
        ([1.0] * 6, [1.0] * 6, 6, "both have the same error: 1 against 1 on 6 cultures"),
        ([1.0, 2.1] * 4, [2.0, 1.0] * 4, 8, "no difference beyond what chance explains"),
    ],
)
def test_the_outcome_is_said_in_one_sentence(a, b, n_cultures, words):
    test = paired_by_culture(
        np.array(a), np.array(b), np.arange(n_cultures), rng=np.random.default_rng(0)
    )

    assert words in test.meaning


def test_the_errors_must_be_of_the_same_samples():
    with pytest.raises(ValueError, match="expected errors on the same samples; got 3 and 4"):
        paired_by_culture(np.ones(3), np.ones(4), np.arange(3), rng=np.random.default_rng(0))
