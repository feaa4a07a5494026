"""Every coefficient of the culture has a unit, a source and a meaning."""

from dataclasses import fields

from pat.simulator.parameters import Parameters, parameter_table


def test_every_coefficient_of_every_group_is_in_the_table_once():
    parameters = Parameters()
    names = {
        (group.name, coefficient.name)
        for group in fields(parameters)
        for coefficient in fields(getattr(parameters, group.name))
    }
    table = parameter_table(parameters)
    assert set(zip(table["group"], table["name"], strict=True)) == names
    assert len(table) == len(names) > 100


def test_every_coefficient_tells_its_unit_source_and_meaning():
    table = parameter_table(Parameters())
    assert table[["unit", "source", "meaning"]].map(lambda text: len(text) > 0).all(axis=None)
    named = table["source"].isin(["tuned", "chosen"])
    assert set(table.loc[~named, "source"]) == {
        "Bioengineering 2018 5(1):25, table 2",
        "dry air",
        "stoichiometry",
    }


def test_literature_values_are_those_of_the_literature():
    # Kornecki and Strube 2018, table 2.
    nitrogen, growth = Parameters().nitrogen, Parameters().growth
    assert (growth.k_glucose, nitrogen.k_maintenance) == (1.0, 2.1)
    assert growth.k_glutamine == 4 * 0.047
