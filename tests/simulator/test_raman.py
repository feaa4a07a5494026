"""The forward model does to a spectrum what each condition says, and nothing else."""

import numpy as np
import pandas as pd
import pytest

from pat.errors import AxisError
from pat.simulator.components import default_axis, pure_spectra
from pat.simulator.conditions import conditions
from pat.simulator.disturbances import Disturbances
from pat.simulator.instrument import REFERENCE_ELECTRONS, Acquisition, Instrument
from pat.simulator.medium import MEDIUM_G_PER_L, medium_lot
from pat.simulator.raman import expected_electrons, optics
from tests.simulator.made_up import made_up_states

PLAIN = Instrument("plain")
AXIS = default_axis()
HOURS = np.array([0.0, 24.0, 48.0])


def quiet_conditions(**changes):
    lit = conditions(
        HOURS, vessel="V01", seed=1, lot=medium_lot("x"), disturbances=Disturbances.none(),
        acquisition=Acquisition(),
    )  # fmt: skip
    return lit.assign(**changes)


def electrons(states=None, **changes):
    states = made_up_states(HOURS) if states is None else states
    return expected_electrons(states, quiet_conditions(**changes), optics=optics(PLAIN))


def summit(spectrum, *, low, high):
    """Return where the parabola through the five highest channels has its summit."""
    inside = np.arange(*np.searchsorted(AXIS, (low, high)))
    top = inside[np.argmax(spectrum[inside])]
    channels = slice(top - 2, top + 3)
    bend, slope, _ = np.polyfit(AXIS[channels] - AXIS[top], np.log(spectrum[channels]), 2)
    return AXIS[top] - slope / (2.0 * bend)


def test_with_everything_off_a_spectrum_is_the_sum_of_its_components():
    states = made_up_states(HOURS)
    pure = pure_spectra(AXIS)
    expected = np.tile(pure.loc["water"].to_numpy(), (3, 1))
    grams = {
        "glucose": states["glucose_g_per_l"],
        "lactate": states["lactate_g_per_l"],
        "mab": states["titre_g_per_l"],
        "cells": states["tcd_1e6_per_ml"],
        "glutamine": states["glutamine_mmol_per_l"] * 0.14614,
        "glutamate": states["glutamate_mmol_per_l"] * 0.14612,
        "ammonium": states["ammonium_mmol_per_l"] * 0.01804,
    }
    for name, amount in grams.items():
        expected += np.outer(amount, pure.loc[name])
    for name, amount in MEDIUM_G_PER_L.items():
        expected += amount * pure.loc[name].to_numpy()

    actual = electrons(states)

    detector = REFERENCE_ELECTRONS * PLAIN.throughput(AXIS)
    assert actual == pytest.approx(expected * detector, rel=1e-9)


def test_turbidity_attenuates_the_sample_and_not_the_window():
    states = made_up_states(HOURS)
    clear = electrons(states)
    window = electrons(states, window=1.0) - clear

    murky = electrons(states, window=1.0, turbidity=0.01)

    through = np.exp(-0.01 * states["tcd_1e6_per_ml"].to_numpy())[:, np.newaxis]
    assert murky == pytest.approx(through * clear + window, rel=1e-9)


@pytest.mark.parametrize("shift", [-2.3, -0.5, 0.12, 0.5, 1.0, 3.4])
def test_a_shift_moves_a_band_by_so_much(shift):
    window = electrons(window=1.0) - electrons()
    moved = electrons(window=1.0, shift_cm1=shift) - electrons(shift_cm1=shift)

    by = summit(moved[0], low=410, high=426) - summit(window[0], low=410, high=426)
    # The band is no exact parabola, whose summit then errs by a hundredth of a channel.
    assert by == pytest.approx(shift, abs=0.02)


@pytest.mark.parametrize("shift", [-1.7, 0.37, 0.5])
def test_a_shift_agrees_with_an_instrument_whose_axis_is_off_by_as_much(shift):
    # The instrument's templates are computed where its channels really are: an exact answer.
    exact = expected_electrons(
        made_up_states(HOURS),
        quiet_conditions(window=1.0, **{"fluorescence.medium": 2.0}),
        optics=optics(Instrument("off", shift_cm1=shift)),
    )

    moved = electrons(window=1.0, shift_cm1=shift, **{"fluorescence.medium": 2.0})

    # 0.1 % of the sharpest bands, of which 5e4 electrons are the largest.
    assert moved == pytest.approx(exact, rel=1e-3, abs=50.0)


def test_a_stretch_moves_bands_by_their_distance_from_1000_cm1():
    stretched = electrons(stretch=5e-4)
    exact = expected_electrons(
        made_up_states(HOURS), quiet_conditions(), optics=optics(Instrument("x", stretch=5e-4))
    )

    assert stretched == pytest.approx(exact, rel=2e-3)


def test_an_etalon_multiplies_with_a_fringe_of_its_depth():
    ratio = electrons(etalon=0.01, etalon_rad=1.0) / electrons()

    assert ratio.max() == pytest.approx(1.01, abs=1e-4)
    assert ratio.min() == pytest.approx(0.99, abs=1e-4)
    turns = np.flatnonzero(np.diff(np.sign(ratio[0] - 1.0)))
    assert np.diff(AXIS[turns]).mean() == pytest.approx(55.0, abs=1.0)


def test_light_scales_with_gain_power_and_exposure():
    plain = electrons()

    assert electrons(gain=1.3) == pytest.approx(1.3 * plain)
    assert electrons(laser_mw=150.0) == pytest.approx(0.5 * plain)
    assert electrons(exposure_s=5.0, accumulations=300) == pytest.approx(2.0 * plain)
    assert np.all(electrons(laser_mw=0.0) == 0.0)


def test_fouling_takes_a_tenth_of_the_light_and_adds_a_film():
    changed = electrons(fouling=1.0)
    lost = 0.9 * electrons()

    film = changed - lost
    assert np.all(film > 0)
    phe, beside = np.searchsorted(AXIS, (1003.0, 1030.0))
    assert film[0, phe] > film[0, beside]


@pytest.mark.parametrize(("source", "tilt"), [("medium", 2.2), ("cells", 1.7), ("product", 1.45)])
def test_each_fluorescence_falls_along_the_axis_as_was_measured(source, tilt):
    states = made_up_states(HOURS).assign(tcd_1e6_per_ml=2.0, titre_g_per_l=2.0)

    glow = electrons(states, **{f"fluorescence.{source}": 1.0}) - electrons(states)

    glow /= PLAIN.throughput(AXIS)
    low, high = np.searchsorted(AXIS, (500.0, 1800.0))
    assert glow[0, low] / glow[0, high] == pytest.approx(tilt, rel=1e-6)


def test_badly_collected_light_is_a_fraction_of_the_samples():
    window = electrons(window=1.0) - electrons()

    bad = electrons(window=1.0, collected=0.25)

    assert bad - window == pytest.approx(0.25 * electrons(), rel=1e-9)


def test_stitch_and_nitrogen_are_there_when_asked_for():
    step = electrons(stitch=0.02) / electrons()
    nitrogen = electrons(nitrogen=0.1) - electrons()

    assert np.all(step[:, AXIS <= 1850] == 1.0)
    assert step[:, AXIS > 1850] == pytest.approx(1.02)
    assert AXIS[np.argmax(nitrogen[0])] == pytest.approx(2329.0)


@pytest.mark.parametrize("axis", [[100.0, 101.0, 103.0], [103.0, 102.0, 101.0], [100.0]])
def test_an_axis_that_does_not_rise_evenly_is_refused(axis):
    with pytest.raises(AxisError, match="rises in even steps"):
        optics(PLAIN, np.array(axis))


def test_a_coarser_axis_gives_the_same_light_at_its_channels():
    coarse = optics(PLAIN, np.arange(400.0, 1800.0, 2.0))

    light = expected_electrons(made_up_states(HOURS), quiet_conditions(window=1.0), optics=coarse)

    fine = electrons(window=1.0)[:, np.searchsorted(AXIS, coarse.axis)]
    assert light == pytest.approx(fine, rel=1e-9)


def test_states_are_not_written_to():
    states, lit = made_up_states(HOURS), quiet_conditions(shift_cm1=0.3)
    states_before, lit_before = states.copy(), lit.copy()

    expected_electrons(states, lit, optics=optics(PLAIN))

    pd.testing.assert_frame_equal(states, states_before)
    pd.testing.assert_frame_equal(lit, lit_before)
