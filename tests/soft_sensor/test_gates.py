"""Gates stop a spectrum that no model should be asked about, and say why in words."""

import numpy as np
import pytest

from pat.soft_sensor.gates import (
    GateSettings,
    Window,
    dead,
    missing_process,
    not_finite,
    saturated,
)

AXIS = np.arange(400.0, 500.0, 10.0)
USED = (AXIS >= 430) & (AXIS <= 470)
WINDOW = Window(AXIS, USED, "cm-1")
SETTINGS = GateSettings(usual_span=100.0, saturation=1000.0)


@pytest.fixture
def spectrum():
    return np.linspace(500.0, 600.0, AXIS.size)


def test_a_sound_spectrum_passes_every_gate(spectrum):
    assert not_finite(spectrum, WINDOW) is None
    assert dead(spectrum, WINDOW, settings=SETTINGS) is None
    assert saturated(spectrum, WINDOW, settings=SETTINGS) is None
    assert missing_process(np.array([7.0]), ("ph",)) is None


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_channel_in_use_that_is_not_finite_is_named(spectrum, value):
    spectrum[[4, 5]] = value

    refusal = not_finite(spectrum, WINDOW)

    assert refusal.reason == "2 channels in use are NaN or infinite, the first at 440 cm-1"
    assert not refusal.computable


def test_channels_that_the_recipe_does_not_read_may_be_anything(spectrum):
    spectrum[0] = np.nan
    spectrum[-1] = 1e9

    assert not_finite(spectrum, WINDOW) is None
    assert saturated(spectrum, WINDOW, settings=SETTINGS) is None


def test_a_constant_spectrum_is_dead(spectrum):
    refusal = dead(np.full_like(spectrum, 3.0), WINDOW, settings=SETTINGS)

    assert refusal.reason == "dead: constant at 3"
    assert not refusal.computable


def test_a_spectrum_of_noise_alone_is_dead(spectrum):
    refusal = dead(500 + 0.001 * spectrum, WINDOW, settings=SETTINGS)

    assert refusal.reason == "dead: spans 0.0444, calibrated spectra about 100"


def test_where_calibrated_spectra_are_constant_only_constant_ones_are_dead(spectrum):
    flat = GateSettings(usual_span=0.0, saturation=None)

    assert dead(spectrum, WINDOW, settings=flat) is None
    assert dead(np.ones_like(spectrum), WINDOW, settings=flat) is not None


def test_a_spectrum_too_large_to_subtract_is_not_dead(spectrum):
    spectrum[4:6] = [1e308, -1e308]

    assert dead(spectrum, WINDOW, settings=SETTINGS) is None


def test_a_saturated_channel_in_use_is_named_and_a_value_still_computed(spectrum):
    spectrum[6] = 1000.0

    refusal = saturated(spectrum, WINDOW, settings=SETTINGS)

    assert refusal.reason == ("saturated: 1 channel in use at 1000 or above, the first at 460 cm-1")
    assert refusal.computable


def test_saturation_is_judged_only_where_the_campaign_states_it(spectrum):
    spectrum[6] = 1e9

    assert saturated(spectrum, WINDOW, settings=GateSettings(100.0, None)) is None


def test_a_missing_process_value_is_named():
    refusal = missing_process(np.array([7.0, np.nan, np.nan]), ("ph", "do", "temperature"))

    assert refusal.reason == "no do, temperature at most 30 min before the spectrum"
