"""Known bands tell whether an axis is right, and give a wrong one back; else they refuse."""

import dataclasses

import numpy as np
import pytest

from pat.diagnostics.axis_check import AxisVerdict, check_axis
from pat.diagnostics.axis_correction import campaign_axis_check, corrected_by
from pat.diagnostics.reference_bands import REFERENCE_BANDS, named_components, pattern
from pat.readers import read_campaign
from pat.simulator import CampaignSettings, design, simulate_campaign, simulate_cultures
from pat.simulator.instrument import instrument_named

AXIS = np.arange(300.0, 1900.0, 2.0)
MIXED = ("water", "sulfate", "acetate", "glucose")


def mixtures(shifts, *, n=60, seed=0, components=MIXED):
    """Return spectra of random mixtures whose channels have these true shifts."""
    rng = np.random.default_rng(seed)
    amounts = rng.uniform(0.2, 1.0, size=(n, len(components)))
    amounts[:, 0] = 8.0
    pure = np.array([pattern(name, shifts) for name in components])
    background = 40 + 0.01 * (1900 - shifts)
    return background + amounts @ (5 * pure) + 0.05 * rng.normal(size=(n, shifts.size))


def worst(check, true, axis=AXIS, *, between=(700.0, 1450.0)):
    inside = (true >= between[0]) & (true <= between[1])
    return float(np.abs(check.mended(axis) - true)[inside].max())


def test_a_right_axis_is_left_alone():
    check = check_axis(mixtures(AXIS), AXIS, MIXED)

    assert check.verdict is AxisVerdict.RIGHT
    np.testing.assert_array_equal(check.mended(AXIS), AXIS)


@pytest.mark.parametrize("offset", [-3.0, 1.2, 4.0])
def test_an_offset_is_read_from_the_bands_with_its_residuals(offset):
    check = check_axis(mixtures(AXIS - offset), AXIS, MIXED)

    assert check.verdict is AxisVerdict.OFF
    assert worst(check, AXIS - offset) < 0.4
    sulfate = next(band for band in check.bands if band.shift_cm1 == 981.0)
    assert sulfate.named_cm1 == pytest.approx(981.0 + offset, abs=0.3)
    assert sulfate.residual_cm1 == pytest.approx(0.0, abs=0.3)


def test_a_falling_axis_is_checked_alike():
    check = check_axis(mixtures(AXIS[::-1] - 2.0), AXIS[::-1], MIXED)

    assert worst(check, AXIS[::-1] - 2.0, AXIS[::-1]) < 0.4


@pytest.mark.parametrize(
    "coefficients", [(-110.0, 1.5, -1.5e-4), (60.0, 0.9, 5e-5), (200.0, 0.92, 0.0)]
)
def test_an_axis_that_is_wrong_by_hundreds_of_wavenumbers_is_given_back(coefficients):
    named = np.arange(150.0, 2300.0, 2.0)
    true = np.polynomial.polynomial.polyval(named, coefficients)

    check = check_axis(mixtures(true), named, MIXED)

    assert check.verdict is AxisVerdict.WRONG
    assert worst(check, true, named) < 1.5


@pytest.mark.parametrize("seed", range(3))
def test_nothing_is_proposed_where_no_known_band_is(seed):
    rng = np.random.default_rng(seed)
    centres = rng.uniform(350, 1850, size=20)
    strange = np.exp(-0.5 * ((AXIS - centres[:, None]) / 9) ** 2)
    spectra = 40 + rng.uniform(size=(60, 20)) @ strange + 0.02 * rng.normal(size=(60, AXIS.size))

    check = check_axis(spectra, AXIS, MIXED)

    assert check.verdict is AxisVerdict.UNKNOWN
    np.testing.assert_array_equal(check.mended(AXIS), AXIS)


def test_analytes_are_known_by_their_names():
    assert named_components(["Glucose_g_L", "magnesium_sulfate", "viability"]) == (
        "sulfate",
        "glucose",
    )
    assert set(named_components(["glutamine"])) == set()
    assert all(band.sd_cm1 > 0 for bands in REFERENCE_BANDS.values() for band in bands)


@pytest.mark.parametrize("name", ["A", "B"])
def test_the_offset_of_a_simulated_spectrometer_is_seen(name):
    cultures = simulate_cultures(design(4, days=4, seed=2), seed=2)
    settings = CampaignSettings(seed=2, instrument=name)
    campaign = simulate_campaign(cultures, settings=settings).campaign
    moved = dataclasses.replace(campaign.spectra, axis=campaign.spectra.axis + 2.0)

    check = campaign_axis_check(dataclasses.replace(campaign, spectra=moved))

    wanted = campaign.spectra.axis - instrument_named(name).shift_cm1
    assert check.verdict is AxisVerdict.OFF
    assert worst(check, wanted, moved.axis) < 0.7


def test_corrections_follow_one_another():
    first = check_axis(mixtures(AXIS - 3.0), AXIS, MIXED)

    both = corrected_by(first, before=(1.0, 1.0))

    assert both[0] == pytest.approx(first.coefficients[0] + first.coefficients[1])


def test_the_axis_of_a_real_plate_is_mended_without_a_label(shared_data):
    campaign = read_campaign(shared_data / "mixtures-plate")
    channel = np.arange(campaign.spectra.n_channels)
    # Measured beforehand on four bands, good over 400 to 1650.
    true = -13.9 + 2.3761 * channel - 3.803e-4 * channel**2

    check = campaign_axis_check(campaign)

    assert check.verdict is AxisVerdict.WRONG
    assert worst(check, true, campaign.spectra.axis, between=(850, 1650)) < 0.5
    assert worst(check, true, campaign.spectra.axis, between=(450, 1650)) < 2.0


def test_a_real_axis_that_reads_a_wavenumber_high_is_told(shared_data):
    check = campaign_axis_check(read_campaign(shared_data / "mixtures-785"))

    assert check.verdict is AxisVerdict.OFF
    assert check.mended(np.array([981.97]))[0] == pytest.approx(981.0, abs=0.3)
