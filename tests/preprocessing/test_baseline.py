"""Baselines agree with their papers, mean the same on every axis and leave the bands."""

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning

from pat.errors import AxisError
from pat.preprocessing import (
    AirPLS,
    ArPLS,
    AsLS,
    AsPLS,
    PolynomialBaseline,
    RubberBand,
    stiffness_to_lambda,
    whittaker,
)
from tests.oracles import arpls_by_hand, asls_by_hand, lower_hull

WHITTAKERS = [ArPLS, AirPLS, AsLS, AsPLS]
AXIS = np.arange(400.0, 1801.0, 2.0)
FLUORESCENCE = 800.0 * np.exp(-((AXIS - 700.0) ** 2) / (2 * 600.0**2)) + 0.1 * AXIS
BANDS = sum(
    height * np.exp(-0.5 * ((AXIS - centre) / 9.0) ** 2)
    for centre, height in [(520, 60), (880, 100), (1003, 80), (1125, 120), (1450, 90)]
)


def noisy(rng, n=1):
    return FLUORESCENCE + BANDS + rng.normal(size=(n, AXIS.size))


@pytest.mark.parametrize("step", [0.5, 1.0, 4.0])
@pytest.mark.parametrize("stiffness", [100.0, 300.0])
def test_the_penalty_halves_a_wave_whose_period_is_the_stiffness(stiffness, step):
    # With asymmetry 1/2 the weights are 1/2 everywhere, so λ is in effect twice as large.
    period = stiffness * 2**0.25
    axis = np.arange(0.0, 20 * period, step)
    wave = np.sin(2 * np.pi * axis / period)

    corrected = AsLS(stiffness, axis, asymmetry=0.5).transform(wave[np.newaxis])[0]

    inner = slice(axis.size // 4, -axis.size // 4)
    left = corrected[inner] @ wave[inner] / (wave[inner] @ wave[inner])
    assert left == pytest.approx(0.5, abs=0.005)  # of ω⁴ for the exact (2 sin ω/2)⁴


def test_lambda_grows_with_the_fourth_power_of_the_channels():
    assert stiffness_to_lambda(2 * np.pi, step=1.0) == pytest.approx(1.0)
    assert stiffness_to_lambda(300.0, step=1.0) == pytest.approx(
        16.0 * stiffness_to_lambda(300.0, step=-2.0)
    )


@pytest.mark.parametrize("stiffness", [0.0, -5.0, np.nan])
def test_a_stiffness_must_be_above_zero(stiffness):
    with pytest.raises(ValueError, match="expected a stiffness above zero"):
        ArPLS(stiffness).fit(np.ones((1, 50)))


def test_arpls_is_its_papers():
    axis = AXIS[::4]
    y = noisy(np.random.default_rng(0))[0, ::4]

    actual = y - ArPLS(500.0, axis).transform(y[np.newaxis])[0]

    expected = arpls_by_hand(y, lam=(500.0 / (2 * np.pi * 8.0)) ** 4)
    assert actual == pytest.approx(expected, abs=0.02)  # both stop at a change of 1e-3


def test_asls_is_its_papers():
    axis = AXIS[::4]
    y = noisy(np.random.default_rng(1))[0, ::4]

    actual = y - AsLS(500.0, axis, asymmetry=0.02).transform(y[np.newaxis])[0]

    expected = asls_by_hand(y, lam=(500.0 / (2 * np.pi * 8.0)) ** 4, asymmetry=0.02)
    assert actual == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(
    "baseline,typical_error",
    [(ArPLS, 1.5), (AirPLS, 2.0), (AsPLS, 1.5), (AsLS, 8.0)],  # asLS lies below the noise
)
def test_one_stiffness_takes_the_fluorescence_off_on_every_axis(baseline, typical_error):
    for axis_step in (1.0, 3.0):
        axis = np.arange(400.0, 1800.0, axis_step)
        bands = np.interp(axis, AXIS, BANDS)
        y = np.interp(axis, AXIS, FLUORESCENCE) + bands
        y = y + np.random.default_rng(2).normal(size=axis.size)

        corrected = baseline(300.0, axis).transform(y[np.newaxis])[0]

        assert np.sqrt(np.mean((corrected - bands) ** 2)) < typical_error  # of 800; the noise is 1


def test_polynomial_and_rubber_band_take_a_background_of_their_own_kind_off():
    parabola = 500.0 - 0.3 * AXIS + 2e-4 * AXIS**2  # convex: a rubber band's ideal

    for step in (PolynomialBaseline(2, AXIS), RubberBand(AXIS)):
        corrected = step.transform((parabola + BANDS)[np.newaxis])[0]
        assert corrected == pytest.approx(BANDS, abs=1.5)


def test_the_rubber_band_is_the_lower_hull():
    axis = np.cumsum(np.random.default_rng(3).uniform(0.5, 2.0, 40))
    spectra = np.random.default_rng(4).normal(size=(5, 40))

    expected = np.array([y - lower_hull(y, axis) for y in spectra])

    assert RubberBand(axis).transform(spectra) == pytest.approx(expected, abs=1e-12)
    assert RubberBand(axis[::-1]).transform(spectra[:, ::-1]) == pytest.approx(
        expected[:, ::-1], abs=1e-12
    )


@pytest.mark.parametrize("baseline", [*WHITTAKERS, RubberBand])
@pytest.mark.parametrize("y", [np.full_like(AXIS, 0.1), np.zeros_like(AXIS), 3.0 + 0.1 * AXIS])
def test_a_straight_line_leaves_nothing(baseline, y):
    corrected = baseline(axis=AXIS).transform(y[np.newaxis])

    assert corrected == pytest.approx(np.zeros((1, AXIS.size)), abs=1e-7 * max(y.max(), 1e-9))


@pytest.mark.parametrize("baseline", WHITTAKERS)
def test_each_region_has_its_own_baseline(baseline):
    axis = np.r_[AXIS[:200], AXIS[:300] + 2000.0]
    X = np.hstack(
        [
            noisy(np.random.default_rng(5), 2)[:, :200],
            1e4 + noisy(np.random.default_rng(6), 2)[:, :300],
        ]
    )

    together = baseline(300.0, axis).transform(X)

    apart = [
        baseline(300.0, axis[part]).transform(X[:, part])
        for part in (slice(0, 200), slice(200, None))
    ]
    assert np.array_equal(together, np.hstack(apart))


@pytest.mark.parametrize("baseline", WHITTAKERS)
def test_an_uneven_axis_is_refused_with_what_to_do(baseline):
    with pytest.raises(AxisError, match="put Resample on a regular_grid before this step"):
        baseline(300.0, np.geomspace(400.0, 1800.0, 500)).fit(np.ones((1, 500)))


def test_a_baseline_that_still_moves_warns_once(monkeypatch):
    monkeypatch.setattr(whittaker, "MAX_REWEIGHTINGS", 2)
    monkeypatch.setattr("pat.preprocessing.baseline.MAX_REWEIGHTINGS", 2)
    X = noisy(np.random.default_rng(7), 3)

    with pytest.warns(ConvergenceWarning, match="ArPLS: the baseline of 3 of 3 spectra") as caught:
        ArPLS(300.0, AXIS).transform(X)

    assert len(caught) == 1


def test_a_negative_degree_is_refused():
    with pytest.raises(ValueError, match="expected a degree of zero or more; got -1"):
        PolynomialBaseline(-1).fit(np.ones((1, 50)))


def test_a_spectrum_seen_before_has_the_same_baseline_without_the_work(monkeypatch):
    axis = np.arange(400.0, 800.0)
    spectra = 100 + np.random.default_rng(8).normal(size=(3, axis.size)).cumsum(axis=1)
    first = ArPLS(200, axis).fit_transform(spectra)

    monkeypatch.setattr(ArPLS, "_fit_one", lambda *_: pytest.fail("it was computed again"))
    again = ArPLS(200, axis).fit_transform(spectra[::-1])

    np.testing.assert_array_equal(again[::-1], first)
    with pytest.raises(pytest.fail.Exception):
        ArPLS(300, axis).fit_transform(spectra)


def test_only_so_many_baselines_are_remembered(monkeypatch):
    monkeypatch.setattr(whittaker, "_MOST_KNOWN", 5)
    axis = np.arange(400.0, 500.0)

    ArPLS(50, axis).fit_transform(np.random.default_rng(9).normal(size=(20, axis.size)))

    assert len(whittaker._KNOWN) == 5
