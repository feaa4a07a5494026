"""pH control pushes to one side only, and rests inside its dead band."""

from math import exp, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pat.simulator.broth import base_rate, co2_at_start, co2_rate, ph, softplus
from pat.simulator.state import State
from pat.simulator.station_parameters import Broth

BROTH = Broth()


@given(st.floats(-0.2, 0.2))
def test_softplus_is_its_textbook_formula(x):
    assert softplus(x, width=0.01) == pytest.approx(0.01 * log(1.0 + exp(x / 0.01)), abs=1e-12)


def test_softplus_of_much_is_much():
    assert softplus(50.0, width=0.01) == 50.0


@pytest.mark.parametrize("reading, base, co2", [(7.05, 0, 0), (6.9, 4.0, 0), (7.2, 0, 8.0)])
def test_base_is_added_below_the_band_and_co2_above_it(reading, base, co2):
    # 0.1 outside the band at gains of 40 and 80 a unit; inside, the rounded edges leak a little.
    assert base_rate(reading, set_point=7.05, broth=BROTH) == pytest.approx(base, abs=0.02)
    assert co2_rate(reading, set_point=7.05, broth=BROTH) == pytest.approx(co2, abs=0.02)


@given(st.floats(6.8, 7.05))
def test_control_of_a_fresh_broth_is_at_rest(set_point):
    fresh = State(*[0.0] * len(State._fields))
    co2 = co2_at_start(fresh, target=set_point, broth=BROTH)
    reading = ph(fresh._replace(co2=co2), broth=BROTH)
    assert set_point + 0.05 < reading < set_point + 0.12
    coming = co2_rate(reading, set_point=set_point, broth=BROTH)
    # The rounded edge of the band lets in a little more where the need is small.
    assert coming == pytest.approx(co2 / BROTH.co2_h, rel=0.1)


def test_a_broth_that_is_too_acid_starts_without_co2():
    fresh = State(*[0.0] * len(State._fields))
    assert co2_at_start(fresh, target=7.3, broth=BROTH) == 0.0
