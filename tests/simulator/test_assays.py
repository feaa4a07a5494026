"""Assays have the errors of their methods and depend on no other assay."""

from dataclasses import replace

import numpy as np
import pytest

from pat.errors import InputError
from pat.simulator.assays import (
    DEFAULT_METHODS,
    AssayMethod,
    measured,
    methods,
    sample_assays,
)
from pat.simulator.design import Spike
from tests.simulator.made_up import made_up_culture, made_up_states

PLAIN = AssayMethod("glucose_g_per_l", "g/L")


def values_at(level, *, method, n=4000):
    states = made_up_states(np.arange(float(n))).assign(glucose_g_per_l=level)
    return measured(states, vessel="V01", methods={"glucose": method}, seed=1)


@pytest.mark.parametrize("level", [0.0, 1.0, 8.0])
def test_error_grows_with_the_value_above_a_constant_part(level):
    method = replace(PLAIN, proportional=0.03, constant=0.05, bias=0.5)
    lifted = values_at(level, method=method)["value"] - 1.5 * level

    expected = np.hypot(0.03 * level, 0.05)
    if level == 0.0:
        # Nothing below zero is reported: half of the errors are cut off.
        assert (lifted == 0.0).mean() == pytest.approx(0.5, abs=0.04)
    else:
        assert lifted.std() == pytest.approx(expected, rel=0.05)
        assert lifted.mean() == pytest.approx(0.0, abs=4 * expected / np.sqrt(4000))


def test_an_exact_method_reports_the_truth():
    exact = DEFAULT_METHODS["glucose"].exact()

    assert (values_at(1.23456, method=exact, n=5)["value"] == 1.23456).all()


def test_values_are_rounded_to_the_decimals_of_the_method():
    reported = values_at(1.0, method=replace(PLAIN, constant=0.1, decimals=1), n=50)["value"]

    assert np.array_equal(reported, reported.round(1))
    assert reported.nunique() > 2


def test_below_the_limit_a_cell_is_censored_and_carries_the_limit():
    low = values_at(0.1, method=replace(PLAIN, limit=0.3), n=3)
    high = values_at(0.4, method=replace(PLAIN, limit=0.3), n=3)

    assert (low["censored"] == "<").all()
    assert (low["limit"] == 0.3).all()
    assert low["value"].isna().all()
    assert high["censored"].isna().all()
    assert (high["value"] == 0.4).all()


def test_a_further_analyte_changes_no_other():
    culture = made_up_culture()
    few = sample_assays(culture, methods=methods(["glucose"]), seed=3)
    many = sample_assays(culture, methods=methods(["ammonium", "glucose", "vcd"]), seed=3)

    assert np.array_equal(many.loc[many["analyte"] == "glucose", "value"], few["value"])


def test_replicates_and_methods_err_independently():
    culture = made_up_culture()
    one, two = (
        sample_assays(culture, methods=DEFAULT_METHODS, seed=3, replicate=copy)["value"]
        for copy in (1, 2)
    )

    assert not np.array_equal(one, two)


def test_a_spiked_aliquot_holds_what_was_added():
    culture = made_up_culture()
    plan = replace(culture.plan, spikes=(Spike(24.0, 2.0, 1.0),))
    exact = {name: method.exact() for name, method in DEFAULT_METHODS.items()}

    assays = sample_assays(replace(culture, plan=plan), methods=exact, seed=1)

    wide = assays.pivot_table(index=["elapsed_h", "sample"], columns="analyte", values="value",
                              dropna=False)  # fmt: skip
    spiked = assays[assays["sample"].notna()].set_index("analyte")["value"]
    plain = assays[assays["sample"].isna() & (assays["elapsed_h"] == 24.0)]
    plain = plain.set_index("analyte")["value"]
    assert wide.index.get_level_values("sample").dropna().unique().tolist() == ["V01-spike-1"]
    assert spiked["glucose"] - plain["glucose"] == pytest.approx(2.0)
    assert spiked["lactate"] - plain["lactate"] == pytest.approx(1.0)
    assert spiked["titre"] == pytest.approx(plain["titre"])


def test_an_analyte_without_a_method_is_refused_by_name():
    with pytest.raises(InputError, match=r"got glucos$"):
        methods(["glucos"])
