"""The gas that is blown in carries the oxygen that is taken up."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pat.simulator.gas import dissolved_oxygen, gas_flows
from pat.simulator.station_parameters import Gas

GAS = Gas()
demands = st.floats(0.0, 30.0)
klas = st.floats(0.5, 60.0)


@given(demands, klas)
def test_what_is_transferred_is_what_is_taken_up(demand, kla):
    oxygen = dissolved_oxygen(demand, kla=kla, k_do=8.0, gas=GAS)
    saturated = GAS.solubility * oxygen.fraction / GAS.air_o2
    dissolved = GAS.solubility * oxygen.do_percent / 100.0
    assert kla * (saturated - dissolved) == pytest.approx(oxygen.uptake, rel=1e-9, abs=1e-9)


@given(demands, klas)
def test_the_set_point_is_held_until_the_gas_is_pure_oxygen(demand, kla):
    oxygen = dissolved_oxygen(demand, kla=kla, k_do=8.0, gas=GAS)
    if oxygen.fraction < 1.0:
        assert (oxygen.do_percent, oxygen.fit, oxygen.uptake) == (40.0, 1.0, demand)
    assert oxygen.do_percent >= 0.0
    assert 0.0 <= oxygen.fit <= 1.0
    assert oxygen.uptake <= demand


def test_at_no_transfer_to_speak_of_there_is_no_oxygen():
    oxygen = dissolved_oxygen(5.0, kla=0.5, k_do=8.0, gas=GAS)
    assert (oxygen.do_percent, oxygen.fit) == (0.0, 0.0)


@pytest.mark.parametrize("do", [1.0, 8.0, 39.999])
def test_short_of_oxygen_the_cells_are_as_well_as_a_saturation_law_says(do):
    # Solve the balance at pure oxygen for the demand that leaves this much.
    demand = 20.0 * GAS.solubility * (1.0 / GAS.air_o2 - do / 100.0)
    oxygen = dissolved_oxygen(demand, kla=20.0, k_do=8.0, gas=GAS)
    assert oxygen.do_percent == pytest.approx(do)
    assert oxygen.fit == pytest.approx(do / (do + 8.0) * 48.0 / 40.0)


@given(st.floats(0.0, 1.0), st.floats(0.0, 0.3))
def test_four_flows_add_up_to_the_total_and_hold_the_shares_asked_for(o2, co2):
    flows = gas_flows(o2, co2_fraction=co2, gas=GAS)
    assert min(flows) >= 0.0
    assert sum(flows) == pytest.approx(GAS.flow)
    assume(o2 + co2 <= 1.0)
    assert flows.o2 + GAS.air_o2 * flows.air == pytest.approx(o2 * GAS.flow, abs=1e-9)
    assert flows.co2 == pytest.approx(co2 * GAS.flow, abs=1e-9)
