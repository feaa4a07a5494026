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


@given(st.floats(6.8, 7.3))
def test_a_fresh_broth_starts_at_or_below_the_upper_edge(target):
    fresh = State(*[0.0] * len(State._fields))
    gassed = fresh._replace(co2=co2_at_start(fresh, target=target, broth=BROTH))
    assert ph(gassed, broth=BROTH) == pytest.approx(min(7.22, target + BROTH.dead_band))
