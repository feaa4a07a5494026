"""Units of one dimension are converted, others refused; mol and mass need a molar mass."""

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pat.errors import InputError
from pat.readers.units import COMMON, convert, is_unit

GLUCOSE = 180.156


@pytest.mark.parametrize(
    ("value", "unit_from", "unit_to", "expected"),
    [
        (250.0, "mg/L", "g/L", 0.25),
        (0.25, "g/L", "mg/mL", 0.25),
        (3.0, "mM", "mmol/L", 3.0),
        (3.0, "mol/L", "mM", 3000.0),
        (12.0, "1e6/mL", "cells/mL", 12e6),
        (12.0, "1e6 cells/mL", "1e6/mL", 12.0),
        (12.0, "10^6 cells/mL", "1e6/mL", 12.0),
        (12.0, "x10^6/mL", "1/mL", 12e6),
        (37.0, "C", "degC", 37.0),
        (37.0, "degC", "K", 310.15),
        (98.0, "%", "1", 0.98),
        (290.0, "mOsm/kg", "Osm/kg", 0.29),
        (24.0, "h", "d", 1.0),
        (5.0, "µg/mL", "mg/L", 5.0),
        (5.0, "μg/mL", "ug/mL", 5.0),
    ],
)
def test_units_of_one_dimension_are_converted(value, unit_from, unit_to, expected):
    assert convert(value, unit_from, unit_to) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("value", "unit_from", "unit_to", "expected"),
    [
        (10.0, "mmol/L", "g/L", 10e-3 * GLUCOSE),
        (1.80156, "g/L", "mM", 10.0),
        (1.0, "umol/mL", "mg/L", GLUCOSE),
        (2.0, "mol", "kg", 2 * GLUCOSE / 1000),
    ],
)
def test_amounts_become_masses_with_a_molar_mass(value, unit_from, unit_to, expected):
    converted = convert(value, unit_from, unit_to, molar_mass=GLUCOSE)

    assert converted == pytest.approx(expected, rel=1e-12)


def test_amounts_do_not_become_masses_without_a_molar_mass():
    with pytest.raises(InputError, match="mmol/L cannot become g/L without molar_mass"):
        convert(1.0, "mmol/L", "g/L")


@pytest.mark.parametrize(
    ("unit_from", "unit_to"),
    [("g/L", "degC"), ("g/L", "g"), ("mOsm/kg", "mmol/kg"), ("U/L", "g/L"), ("IU/mL", "U/mL")],
)
def test_other_quantities_are_refused(unit_from, unit_to):
    with pytest.raises(InputError, match="do not measure the same"):
        convert(1.0, unit_from, unit_to, molar_mass=GLUCOSE)


def test_the_same_text_is_always_fine():
    assert convert(3.0, "arbitrary thing", "arbitrary thing") == 3.0


def test_an_unknown_unit_is_named():
    with pytest.raises(InputError, match="got 'bananas'"):
        convert(1.0, "bananas", "g/L")


@pytest.mark.parametrize(
    "text",
    ["", "bananas", "g/", "/L", "g//L", "(g/L", "g/L)", "9**9**9", "m^99999", "1e999 g",
     "__import__('os')", "g;L", "2 3"],
)  # fmt: skip
def test_what_is_no_unit_is_refused_at_once(text):
    started = time.process_time()

    assert not is_unit(text)
    assert time.process_time() - started < 5  # the first call imports pint


@pytest.mark.parametrize("text", sorted(COMMON))
def test_the_units_known_at_a_glance_are_known_to_the_converter_too(text):
    assert convert(1.0, text, f" {text}") == pytest.approx(1.0)


@given(
    st.floats(-1e6, 1e6),
    st.sampled_from(["g/L", "mg/L", "mmol/L", "mol/mL", "ug/mL", "g/dL"]),
    st.sampled_from(["g/L", "mg/L", "mmol/L", "mol/mL", "ug/mL", "g/dL"]),
)
def test_there_and_back_is_the_same(value, unit, other):
    there = convert(value, unit, other, molar_mass=GLUCOSE)

    assert convert(there, other, unit, molar_mass=GLUCOSE) == pytest.approx(value, rel=1e-9)


def test_arrays_are_converted_like_numbers():
    values = np.array([1.0, np.nan, 3.0])

    assert np.array_equal(
        convert(values, "g/L", "mg/L"), np.array([1000.0, np.nan, 3000.0]), equal_nan=True
    )
