"""The right-hand side is the published sheet's, plus a lag phase and a late rise of ammonium."""

from dataclasses import replace
from math import exp

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pat.simulator.broth import osmolality, ph
from pat.simulator.events import DILUTED
from pat.simulator.kinetics import derivatives, rates
from pat.simulator.parameters import Parameters
from pat.simulator.state import GLUCOSE_G_PER_MMOL, LACTATE_G_PER_MMOL, Operation, State

P = Parameters()
USUAL = Operation(temperature_c=36.0, ph_set_point=7.05, productivity=1.5e-3)


def states() -> st.SearchStrategy[State]:
    """Return vessels between empty and overgrown."""
    greatest = {
        "viable": 25.0, "dead": 15.0, "lysed": 10.0, "glucose": 50.0, "lactate": 60.0,
        "glutamine": 8.0, "glutamate": 5.0, "ammonium": 12.0, "amino_acids": 40.0,
        "byproduct": 45.0, "product": 9.0, "salts": 300.0, "base": 20.0, "co2": 10.0,
        "oxidative": 1.0, "adaptation": 1.0, "contaminant": 0.0, "base_ml": 5.0, "co2_ml": 9e3,
    }  # fmt: skip
    values = {name: st.floats(0.0, top) for name, top in greatest.items()}
    return st.builds(State, **values, volume=st.floats(0.1, 0.25))


def sheet(s: State, *, temperature: float, productivity: float) -> dict[str, float]:
    """Return the rates as the sheet writes them, respiration whole and oxygen at its set-point.

    One block of formulas with its numbers in line, written from the sheet and not from the code.
    """
    x, xd, g, lac, q, e, a = (
        s.viable, s.dead, s.glucose, s.lactate, s.glutamine, s.glutamate, s.ammonium,
    )  # fmt: skip
    aa, inh, phi = s.amino_acids, s.byproduct, s.oxidative
    osm = s.salts + g + q + e + aa + 0.15 * lac + a + 1.9 * s.base + 0.25 * inh
    acid = 7.22 - 0.0105 * lac + 0.006 * a - 0.0011 * x - 0.028 * s.co2 + 0.016 * s.base
    ho = max(0.0, osm - 340)
    f_t = exp(-(((temperature - 37) / 4) ** 2))
    f_q, f_qd = 2.2 ** ((temperature - 37) / 10), 3.2 ** ((temperature - 37) / 10)
    f_ph = exp(-(((acid - 7.05) / 0.33) ** 2))
    f_o = 1 / (1 + (ho / 220) ** 2)

    def h(z: float, n: int) -> float:
        return z**n / (1 + z**n)

    mu = 0.0465 * f_t * f_ph * f_o * g / (1 + g) * (0.72 + 0.28 * q / (4 * 0.047 + q))
    mu *= aa / (2.5 + aa) * 70 / (70 + lac) * 18 / (18 + a) / (1 + (inh / 22) ** 3)
    kd = f_qd * (
        0.0006
        + 0.0060 * (h(lac / 80, 2) + h(a / 12, 2) + 1.6 * h(inh / 33, 3))
        + 0.0060 * (ho / 260) ** 2
    )
    kd += 0.9 * 0.018 * 0.12 / (0.12 + g) + 0.22 * 0.018 * 0.4 / (0.4 + aa) + 0.003 * (1 - f_ph)
    qg = (mu / 0.62 + 0.0155 * f_q) * g / (0.6 + g) * (1 + 0.006 * max(0, g - 15))
    ylac = (0.12 + (1.55 - 0.12) * (1 - phi)) * (1 + 1.8 * (acid - 7.05))
    ylac = min(2.0, max(0.02, ylac * (1 + 0.01 * max(0, g - 15))))
    qq = (mu / 1.1 + 0.0022 * q / (2.1 + q)) * q / (0.15 + q)
    late = -0.002 * (0.4 + 0.6 * phi) * phi * a / (1.5 + a)
    qp = productivity * f_q**0.35 * (1 + 0.085 * max(0, 37 - temperature))
    qp *= (0.55 + 0.45 * (1 - mu / 0.0465)) * aa / (2 + aa) * g / (0.3 + g)
    qp *= (1 + 0.001 * min(ho, 120)) / (1 + (a / 22) ** 3)
    return {
        "viable": (mu - kd) * x,
        "dead": kd * x - 0.004 * xd,
        "lysed": 0.004 * xd,
        "glucose": -qg * x,
        "lactate": (ylac * qg - 0.024 * phi * lac / (4 + lac) * f_q) * x,
        "glutamine": -qq * x - 0.003 * q,
        "glutamate": (0.45 * qq - 0.0012 * e / (1 + e)) * x,
        "ammonium": (0.72 * qq + 0.0007 * (0.4 + aa / 60) + late) * x + 0.003 * q,
        "amino_acids": -(0.4 * mu + 0.0175 * f_q) * aa / (0.4 + aa) * x,
        "byproduct": (0.30 * mu + 0.009) * x,
        "product": qp * x,
        "oxidative": (1 / (1 + exp((mu - 0.019) / 0.004)) - phi) / 16,
        "uptake of oxygen": (3.0 * mu + 0.16 * f_q) * x,
    }


def as_in_the_sheet() -> Parameters:
    """Return the sheet's coefficients, without what was added or tuned since."""
    return replace(
        P,
        growth=replace(P.growth, mu_max=0.0465),
        environment=replace(P.environment, growth_width_c=4.0),
        carbon=replace(P.carbon, maintenance=0.0155, overflow=1.55),
        nitrogen=replace(
            P.nitrogen,
            ammonium_uptake=0.002,
            deamination=0.0,
            ammonium_per_lysed=0.0,
            ammonium_rich=0.0007 / 60,
        ),
        broth=replace(P.broth, base_gain=0.0),
        gas=replace(P.gas, kla=1e6),
    )


@given(states(), st.floats(32.0, 37.0))
def test_without_the_additions_the_balances_are_those_of_the_sheet(state, temperature):
    adapted = state._replace(adaptation=1.0)
    operation = USUAL._replace(temperature_c=temperature)
    expected = sheet(adapted, temperature=temperature, productivity=operation.productivity)

    slope = derivatives(adapted, operation=operation, parameters=as_in_the_sheet())
    uptake = rates(adapted, operation=operation, parameters=as_in_the_sheet()).oxygen.uptake

    actual = slope._asdict() | {"uptake of oxygen": uptake}
    for name, value in expected.items():
        assert actual[name] == pytest.approx(value, rel=1e-9, abs=1e-12), name


@given(states(), st.floats(30.0, 37.5), st.floats(0.05, 1.0), st.floats(0.02, 1.0))
def test_what_is_used_up_is_never_taken_further(state, temperature, respiration, transfer):
    operation = USUAL._replace(
        temperature_c=temperature, respiration=respiration, transfer=transfer
    )
    for name in ("viable", "dead", "glucose", "lactate", "glutamine", "glutamate", "ammonium",
                 "amino_acids", "product", "base", "co2"):  # fmt: skip
        empty = state._replace(**{name: 0.0})
        slope = derivatives(empty, operation=operation, parameters=P)
        assert getattr(slope, name) >= 0.0, name


@given(states())
def test_cells_that_die_are_counted_as_dead_and_then_as_lysed(state):
    operation = USUAL._replace(ph_set_point=6.0)  # no base, hence no dilution
    slope = derivatives(state, operation=operation, parameters=P)
    grown = rates(state, operation=operation, parameters=P).growth * state.viable
    assert slope.viable + slope.dead + slope.lysed == pytest.approx(grown, rel=1e-9, abs=1e-12)


@given(states())
def test_a_foreign_organism_takes_glucose_on_top_of_the_cells(state):
    foreign = state._replace(contaminant=2.0)
    operation = USUAL._replace(contaminant_limit=4.0, ph_set_point=6.0)
    alone = derivatives(state, operation=operation, parameters=P)
    together = derivatives(foreign, operation=operation, parameters=P)
    taken = 2.0 * state.glucose / (P.contamination.k_glucose + state.glucose)
    if rates(foreign, operation=operation, parameters=P).oxygen.fit == 1.0:
        assert alone.glucose - together.glucose == pytest.approx(taken, abs=1e-9)
        assert together.lactate - alone.lactate == pytest.approx(taken * 0.5, abs=1e-9)


def a_state(**changes: float) -> State:
    """Return a culture at mid-run."""
    usual = dict.fromkeys(State._fields, 0.0) | {
        "viable": 12.0, "dead": 1.0, "glucose": 20.0, "lactate": 15.0, "glutamine": 0.5,
        "glutamate": 2.0, "ammonium": 4.0, "amino_acids": 12.0, "byproduct": 8.0, "salts": 220.0,
        "co2": 3.0, "oxidative": 0.5, "adaptation": 1.0, "volume": 0.19,
    }  # fmt: skip
    return State(**(usual | changes))


def test_growth_is_as_slow_as_the_lag_phase_says():
    fresh = rates(a_state(adaptation=0.3), operation=USUAL, parameters=P).growth
    adapted = rates(a_state(), operation=USUAL, parameters=P).growth
    assert fresh == pytest.approx(0.3 * adapted)


def test_cells_without_lactate_release_ammonium():
    late = a_state(glutamine=0.0, oxidative=1.0, viable=15.0)
    with_lactate = rates(late._replace(lactate=20.0), operation=USUAL, parameters=P)
    without = rates(late._replace(lactate=0.0), operation=USUAL, parameters=P)
    assert with_lactate.ammonium < 0.0 < without.ammonium


def test_less_respiration_means_less_growth_and_oxygen_and_more_lactate():
    whole = rates(a_state(), operation=USUAL, parameters=P)
    lame = rates(a_state(), operation=USUAL._replace(respiration=0.3), parameters=P)
    assert lame.growth < whole.growth
    assert lame.oxygen.uptake < 0.35 * whole.oxygen.uptake
    assert lame.lactate > whole.lactate


def test_want_of_oxygen_slows_growth_and_kills():
    poor = USUAL._replace(transfer=0.02)
    starved = rates(a_state(), operation=poor, parameters=P)
    fine = rates(a_state(), operation=USUAL, parameters=P)
    assert starved.oxygen.do_percent < 5.0
    assert starved.growth == pytest.approx(P.growth.anoxic_share * fine.growth, rel=0.2)
    assert starved.death > fine.death
    assert starved.lactate > fine.lactate
    assert starved.oxygen.uptake == pytest.approx(
        0.02 * 20.0 * 0.21 / 0.2095
    )  # all that kLa carries


def test_the_ph_probe_misleads_control_but_not_the_cells():
    honest = derivatives(a_state(co2=6.0), operation=USUAL, parameters=P)
    reads_high = USUAL._replace(probe_error=0.2)
    misled = derivatives(a_state(co2=6.0), operation=reads_high, parameters=P)
    assert misled.base < honest.base
    assert misled.co2 > honest.co2
    cells = [rates(a_state(), operation=o, parameters=P) for o in (USUAL, reads_high)]
    assert cells[0] == cells[1]


def test_osmolality_and_ph_of_the_fresh_medium_are_those_of_a_medium():
    fresh = a_state(viable=0.5, lactate=1.5, glucose=33.0, glutamine=5.0, amino_acids=24.0,
                    ammonium=0.5, byproduct=0.0, co2=6.0, oxidative=0.0)  # fmt: skip
    assert 270 < osmolality(fresh, broth=P.broth) < 300
    assert 6.9 < ph(fresh, broth=P.broth) < 7.2


@given(states())
def test_base_thins_all_that_is_dissolved_or_suspended(state):
    without = derivatives(state, operation=USUAL._replace(ph_set_point=6.0), parameters=P)
    with_base = derivatives(state, operation=USUAL._replace(ph_set_point=7.5), parameters=P)
    dilution = with_base.base_ml / 1000.0 / state.volume
    assert with_base.volume == pytest.approx(dilution * state.volume)
    for name in sorted(set(DILUTED) - {"base", "contaminant"}):
        thinned = getattr(without, name) - dilution * getattr(state, name)
        assert getattr(with_base, name) == pytest.approx(thinned, rel=1e-9, abs=1e-12), name
    added = P.broth.base_stock * dilution
    assert with_base.base == pytest.approx(added - dilution * state.base)


def test_burst_cells_release_ammonium():
    only_dead = a_state(viable=0.0, dead=10.0, glutamine=0.0)
    slope = derivatives(only_dead, operation=USUAL._replace(ph_set_point=6.0), parameters=P)
    assert slope.ammonium == pytest.approx(0.15 * 0.0040 * 10.0)


def test_glucose_and_lactate_have_the_mass_of_their_atoms():
    carbon, hydrogen, oxygen = 12.011, 1.008, 15.999
    glucose = 6 * carbon + 12 * hydrogen + 6 * oxygen
    lactate = 3 * carbon + 5 * hydrogen + 3 * oxygen
    assert pytest.approx(glucose / 1000.0, rel=1e-4) == GLUCOSE_G_PER_MMOL
    assert pytest.approx(lactate / 1000.0, rel=1e-4) == LACTATE_G_PER_MMOL
