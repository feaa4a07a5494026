"""Gates stop a spectrum that no model should be asked about, and say why in words."""

import numpy as np
import pytest

from pat.diagnostics.collection import StandardBand, standard_size
from pat.soft_sensor.gates import (
    GateSettings,
    LeastLight,
    Window,
    badly_collected,
    dead,
    exposed_otherwise,
    has_too_much_light,
    lacks_light,
    light_sizes,
    light_sums,
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


SHIFTS = np.arange(1500.0, 1800.0, 2.0)
WATER = 100 * np.exp(-0.5 * ((SHIFTS - 1640) / 30) ** 2)
BAND = StandardBand("water 1640", 1550.0, 1750.0)
USUAL = float(standard_size(WATER[np.newaxis], SHIFTS, BAND)[0])
LIGHT = LeastLight(BAND, usual=USUAL, least=0.6 * USUAL)
LIT = GateSettings(usual_span=100.0, saturation=None, light=(LIGHT,))


@pytest.mark.parametrize(
    ("share", "doubtful"), [(1.0, None), (0.65, None), (0.5, True), (0.2, False), (0.0, False)]
)
def test_little_of_the_internal_standard_is_uncertain_and_hardly_any_is_bad(share, doubtful):
    window = Window(SHIFTS, np.ones(SHIFTS.size, dtype=bool), "cm-1")

    refusal = badly_collected(300 + share * WATER, window, settings=LIT)

    assert (refusal and refusal.doubtful) == doubtful
    if refusal:
        assert refusal.computable
        assert f"band is {share:.0%} of its usual size, calibrated 60% or more" in refusal.reason


def test_a_cosmic_ray_at_the_foot_of_the_internal_standard_is_no_lack_of_light():
    window = Window(SHIFTS, np.ones(SHIFTS.size, dtype=bool), "cm-1")
    spectrum = 300 + WATER
    spectrum[SHIFTS == 1552] += 3000

    assert badly_collected(spectrum, window, settings=LIT) is None
    assert badly_collected(spectrum - 0.7 * WATER, window, settings=LIT) is not None


def test_too_much_light_is_told_only_where_every_standard_holds_too_much():
    other = StandardBand("sapphire 1720", 1710.0, 1730.0)
    sapphire = 40 * np.exp(-0.5 * ((SHIFTS - 1720) / 5) ** 2)
    usual = float(standard_size(sapphire[np.newaxis], SHIFTS, other)[0])
    lights = (LeastLight(BAND, USUAL, 0.6 * USUAL, 1.6 * USUAL),
              LeastLight(other, usual, 0.6 * usual, 1.6 * usual))  # fmt: skip
    settings = GateSettings(usual_span=100.0, saturation=None, light=lights)
    window = Window(SHIFTS, np.ones(SHIFTS.size, dtype=bool), "cm-1")
    sums = light_sums(window, settings=settings)
    spectra = 300 + np.array([WATER + sapphire, WATER + 3 * sapphire, 2.5 * (WATER + sapphire)])

    sizes = light_sizes(spectra, sums)

    assert has_too_much_light(sizes, sums).tolist() == [False, False, True]
    words = exposed_otherwise(sizes[2], settings=settings, window=window)
    assert "water 1640 cm-1 2" in words
    assert "sapphire 1720 cm-1 2" in words
    assert not has_too_much_light(sizes[:, :0], ()).any()


def test_light_is_not_judged_where_the_standard_is_not_covered():
    window = Window(SHIFTS[:60], np.ones(60, dtype=bool), "cm-1")

    assert badly_collected(np.full(60, 300.0), window, settings=LIT) is None
    assert light_sums(window, settings=LIT) == ()


@pytest.mark.parametrize("axis", [SHIFTS, SHIFTS[::-1]], ids=["rising", "falling"])
def test_a_block_is_searched_for_little_light_as_each_spectrum_is(axis):
    window = Window(axis, np.ones(axis.size, dtype=bool), "cm-1")
    shares = np.r_[np.linspace(0, 1.2, 40), np.nan]
    spectra = 300 + shares[:, None] * WATER[:: -1 if axis[0] > axis[-1] else 1]

    sums = light_sums(window, settings=LIT)
    lacks = lacks_light(light_sizes(spectra, sums), sums)

    refused = [badly_collected(row, window, settings=LIT) is not None for row in spectra]
    assert lacks[:-1].tolist() == refused[:-1]
    assert 0 < sum(refused) < 40
