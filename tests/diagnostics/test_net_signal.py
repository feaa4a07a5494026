"""The net analyte signal is what is left of a pure spectrum when the others are projected out."""

import numpy as np
import pytest

from pat.diagnostics.net_signal import net_signal

PURE = np.random.default_rng(0).uniform(size=(3, 40))


def test_a_model_of_known_components_has_the_signal_that_projection_leaves():
    # Classical least squares knows all pure spectra: its vector is a row of the pseudo-inverse.
    vector = np.linalg.pinv(PURE).T[0]
    others = PURE[1:].T
    left = PURE[0] - others @ np.linalg.lstsq(others, PURE[0], rcond=None)[0]

    found = net_signal(vector, PURE[0])

    assert found.sensitivity == pytest.approx(np.linalg.norm(left))
    assert found.selectivity == pytest.approx(np.linalg.norm(left) / np.linalg.norm(PURE[0]))
    assert found.recovery == pytest.approx(1.0)


def test_a_spectrum_that_nothing_overlaps_is_read_whole():
    band = np.eye(1, 10)[0] * 3.0

    found = net_signal(band / 9.0, band)

    assert (found.sensitivity, found.selectivity, found.recovery) == pytest.approx((3.0, 1.0, 1.0))


def test_a_model_that_misses_half_of_an_addition_sees_the_same_share_of_the_spectrum():
    vector = np.linalg.pinv(PURE).T[0]

    found = net_signal(0.5 * vector, PURE[0])

    assert found.recovery == pytest.approx(0.5)
    assert found.selectivity == pytest.approx(net_signal(vector, PURE[0]).selectivity)


def test_a_model_that_does_not_see_the_analyte_has_no_selectivity_however_weak_its_spectrum():
    blind = np.linalg.pinv(PURE).T[1]  # of another component, which this one does not move

    found = net_signal(blind, 1e-3 * PURE[0])

    assert found.selectivity == pytest.approx(0.0, abs=1e-9)
    assert found.recovery == pytest.approx(0.0, abs=1e-9)


def test_nothing_has_no_signal():
    assert net_signal(np.zeros(4), np.ones(4)) is None
    assert net_signal(np.ones(4), np.zeros(4)) is None
