"""An instrument is what its name says, always the same, and none like another."""

import numpy as np
import pytest

from pat.errors import InputError
from pat.simulator.instrument import Acquisition, Instrument, instrument_named


def test_a_name_always_gives_the_same_instrument_and_another_name_another():
    assert instrument_named("B") == instrument_named("B")
    assert instrument_named("B") != instrument_named("A")


def test_instruments_spread_as_far_as_was_said():
    shifts = [instrument_named(f"I{k}").shift_cm1 for k in range(400)]
    stretches = [instrument_named(f"I{k}").stretch for k in range(400)]

    # Four standard errors of a standard deviation of 400 draws are 14 %.
    assert np.std(shifts) == pytest.approx(0.35, rel=0.14)
    assert np.std(stretches) == pytest.approx(1e-4, rel=0.14)


def test_an_axis_that_reads_high_names_a_lower_shift_by_its_number():
    spectrometer = Instrument("x", shift_cm1=0.5, stretch=1e-3)

    true = spectrometer.true_shift(np.array([1000.0, 2000.0]))

    assert true == pytest.approx([999.5, 1998.5])


def test_silicon_goes_blind_at_high_shifts():
    throughput = Instrument("x").throughput(np.array([1640.0, 2950.0, 3400.0]))

    assert throughput[0] == pytest.approx(1.0, abs=1e-3)
    assert throughput[1] == pytest.approx(0.5)
    assert throughput[2] < 0.08


@pytest.mark.parametrize(
    "longer", [Acquisition(300, 20, 75), Acquisition(300, 10, 150), Acquisition(600, 10, 75)]
)
def test_photons_follow_power_and_total_exposure(longer):
    assert longer.electrons == pytest.approx(2.0 * Acquisition().electrons)


def test_full_scale_is_summed_over_the_accumulations():
    assert Acquisition(accumulations=3).saturation == 3 * 65535


@pytest.mark.parametrize("settings", [{"laser_mw": -1}, {"exposure_s": 0}, {"accumulations": 0}])
def test_settings_that_cannot_be_are_refused(settings):
    with pytest.raises(InputError, match="expected a laser power"):
        Acquisition(**settings)


def test_an_instrument_has_a_name():
    with pytest.raises(InputError, match="expected an instrument's name"):
        instrument_named(" ")


def test_instruments_differ_by_ripples_of_one_or_two_percent():
    axis = np.arange(450.0, 1801.0)
    ratio = instrument_named("B").throughput(axis) / instrument_named("A").throughput(axis)

    smooth = np.polyval(np.polyfit(axis / 1000.0, np.log(ratio), 3), axis / 1000.0)
    ripple = np.log(ratio) - smooth
    assert 0.008 < ripple.std() < 0.04
