"""Scatter corrections undo what they model, agree with the textbook and survive dead spectra."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pat.preprocessing import EMSC, MSC, SNV, emsc, snv
from pat.preprocessing.scatter import polynomial_terms
from tests.oracles import emsc_by_hand, snv_by_hand

AXIS = np.linspace(400.0, 1800.0, 150)
RNG = np.random.default_rng(11)
SPECTRA = 50.0 + 10 * RNG.normal(size=(12, 1)) + RNG.gamma(2.0, 20.0, size=(12, AXIS.size))


def test_snv_is_the_textbooks():
    assert SNV().transform(SPECTRA) == pytest.approx(np.array([snv_by_hand(x) for x in SPECTRA]))


@settings(max_examples=50)
@given(offset=st.floats(-1e4, 1e4), gain=st.floats(1e-3, 1e3))
def test_snv_and_fitted_corrections_forget_offset_and_gain(offset, gain):
    scattered = offset + gain * SPECTRA

    for step in (SNV(), MSC().fit(SPECTRA), EMSC(2, AXIS).fit(SPECTRA)):
        treated = step.transform(SPECTRA)
        assert step.transform(scattered) == pytest.approx(treated, abs=1e-6 * np.abs(treated).max())


@pytest.mark.parametrize("value", [0.0, 0.1, -3.0, 1e9, 1e-300])
def test_a_dead_spectrum_becomes_zeros_under_snv(value):
    X = np.vstack([SPECTRA[0], np.full(AXIS.size, value)])

    treated = snv(X)

    assert np.array_equal(treated[1], np.zeros(AXIS.size))
    assert treated[0] == pytest.approx(snv_by_hand(SPECTRA[0]))


@pytest.mark.parametrize("degree", [0, 1, 2, 4])
def test_emsc_is_the_least_squares_of_the_textbook(degree):
    backgrounds = [AXIS**k / 1e3**k for k in range(degree + 1)]
    reference = SPECTRA.mean(axis=0)

    actual = EMSC(degree, AXIS).fit(SPECTRA).transform(SPECTRA)

    expected = [emsc_by_hand(x, reference, backgrounds) for x in SPECTRA]
    assert actual == pytest.approx(np.array(expected), rel=1e-8, abs=1e-8)


def test_msc_is_emsc_without_slope():
    assert MSC().fit_transform(SPECTRA) == pytest.approx(EMSC(0).fit_transform(SPECTRA))


def test_emsc_recovers_the_reference_from_under_a_curved_background():
    reference = SPECTRA.mean(axis=0)
    background = 300.0 - 0.4 * AXIS + 2e-4 * AXIS**2
    step = EMSC(2, AXIS).fit(SPECTRA)

    assert step.transform([3.0 * reference + background])[0] == pytest.approx(reference)


def test_the_reference_is_learnt_in_fit_alone():
    step = MSC().fit(SPECTRA[:4])
    before = step.reference_.copy()
    step.transform(1e3 * SPECTRA)

    assert np.array_equal(step.reference_, before)
    assert before == pytest.approx(SPECTRA[:4].mean(axis=0))


@pytest.mark.parametrize("value", [0.0, 0.1, 1e6])
def test_a_dead_spectrum_stays_finite_and_far_from_the_reference(value):
    step = MSC().fit(SPECTRA)

    dead = step.transform(np.full((1, AXIS.size), value))[0]

    assert dead == pytest.approx(np.full(AXIS.size, step.reference_.mean()))


def test_a_reference_that_is_all_background_scales_nothing():
    line = 3.0 + 0.01 * AXIS
    backgrounds = polynomial_terms(AXIS, 1)

    treated = emsc(SPECTRA, line, backgrounds=backgrounds)

    rest = np.linalg.lstsq(backgrounds.T, SPECTRA.T, rcond=None)[0]
    assert treated == pytest.approx(SPECTRA - rest.T @ backgrounds + line)


def test_a_negative_degree_is_refused():
    with pytest.raises(ValueError, match="expected a degree of zero or more; got -1"):
        EMSC(-1).fit(SPECTRA)
