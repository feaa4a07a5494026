"""Spectra that hold too little of an internal standard, or too much of all, are told."""

import numpy as np
import pytest

from pat.diagnostics.collection import StandardBand, standard_size
from pat.soft_sensor.gates import GateSettings, LeastLight, Window
from pat.soft_sensor.light_gate import LightGate

SHIFTS = np.arange(1500.0, 1800.0, 2.0)
WATER = 100 * np.exp(-0.5 * ((SHIFTS - 1640) / 30) ** 2)
BAND = StandardBand("water 1640", 1550.0, 1750.0)
USUAL = float(standard_size(WATER[np.newaxis], SHIFTS, BAND)[0])
LIGHT = LeastLight(BAND, usual=USUAL, least=0.6 * USUAL, most=1.6 * USUAL)
LIT = GateSettings(usual_span=100.0, saturation=None, light=(LIGHT,))


def gate(axis, settings=LIT):
    return LightGate.of(Window(axis, np.ones(axis.size, dtype=bool), "cm-1"), settings=settings)


@pytest.mark.parametrize(
    ("share", "doubtful"), [(1.0, None), (0.65, None), (0.5, True), (0.2, False), (0.0, False)]
)
def test_little_of_the_internal_standard_is_uncertain_and_hardly_any_is_bad(share, doubtful):
    refusal = gate(SHIFTS).badly_collected(300 + share * WATER)

    assert (refusal and refusal.doubtful) == doubtful
    if refusal:
        assert refusal.computable
        assert f"band is {share:.0%} of its usual size, calibrated 60% or more" in refusal.reason


def test_a_cosmic_ray_at_the_foot_of_the_internal_standard_is_no_lack_of_light():
    lit = gate(SHIFTS)
    spectrum = 300 + WATER
    spectrum[SHIFTS == 1552] += 3000

    assert lit.badly_collected(spectrum) is None
    assert lit.badly_collected(spectrum - 0.7 * WATER) is not None


def test_too_much_light_is_told_only_where_every_standard_holds_too_much():
    other = StandardBand("sapphire 1720", 1710.0, 1730.0)
    sapphire = 40 * np.exp(-0.5 * ((SHIFTS - 1720) / 5) ** 2)
    usual = float(standard_size(sapphire[np.newaxis], SHIFTS, other)[0])
    lights = (LeastLight(BAND, USUAL, 0.6 * USUAL, 1.6 * USUAL),
              LeastLight(other, usual, 0.6 * usual, 1.6 * usual))  # fmt: skip
    settings = GateSettings(usual_span=100.0, saturation=None, light=lights)
    both = gate(SHIFTS, settings)
    spectra = 300 + np.array([WATER + sapphire, WATER + 3 * sapphire, 2.5 * (WATER + sapphire)])

    sizes = both.sizes(spectra)

    assert both.exceeds(sizes).tolist() == [False, False, True]
    words = both.exposed_otherwise(sizes[2])
    assert "water 1640 cm-1 2" in words
    assert "sapphire 1720 cm-1 2" in words


def test_light_is_not_judged_where_the_standard_is_not_covered():
    dark = gate(SHIFTS[:60])
    spectrum = np.full((1, 60), 300.0)

    assert dark.badly_collected(spectrum[0]) is None
    assert dark.standards == ()
    assert not dark.lacks(dark.sizes(spectrum)).any()
    assert not dark.exceeds(dark.sizes(spectrum)).any()


@pytest.mark.parametrize("axis", [SHIFTS, SHIFTS[::-1]], ids=["rising", "falling"])
def test_a_block_is_searched_for_little_light_as_each_spectrum_is(axis):
    lit = gate(axis)
    shares = np.r_[np.linspace(0, 1.2, 40), np.nan]
    spectra = 300 + shares[:, None] * WATER[:: -1 if axis[0] > axis[-1] else 1]

    lacks = lit.lacks(lit.sizes(spectra))

    refused = [lit.badly_collected(row) is not None for row in spectra]
    assert lacks[:-1].tolist() == refused[:-1]
    assert 0 < sum(refused) < 40
