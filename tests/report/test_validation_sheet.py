"""The sheet states each statistic once, with the numbers of the functions that stand behind it."""

import json

import numpy as np
import pandas as pd
import pytest

from pat.calibration.merit import bias_test, rmse, spread_of
from pat.report.validation_sheet import Background, validation_sheet


def samples(*, n_cultures=8, offset=0.0, seed=0):
    rng = np.random.default_rng(seed)
    culture = np.repeat([f"cho/V{k:02d}" for k in range(n_cultures)], 10)
    assay = rng.uniform(1, 6, culture.size)
    own = np.repeat(rng.normal(0, 0.1, n_cultures), 10)
    prediction = assay + own + offset + rng.normal(0, 0.1, culture.size)
    return pd.DataFrame(
        {
            "culture": culture,
            "assay": assay,
            "prediction": prediction,
            "lower": prediction - 0.4,
            "upper": prediction + 0.4,
        }
    )


def named(sheet):
    return {one.name: one for one in sheet.statistics}


def test_the_numbers_are_those_of_the_figures_of_merit():
    table = samples()
    errors = (table["prediction"] - table["assay"]).to_numpy()

    sheet = validation_sheet(table, unit="g/L", background=Background())

    assert sheet.rmsep == pytest.approx(rmse(errors))
    assert named(sheet)["RMSEP"].value == f"{rmse(errors):.3g} g/L"
    assert named(sheet)["bias"].value == f"{bias_test(errors, table['culture']).bias:+.3g}"
    assert set(named(sheet)) >= {
        "SEP", "limits of agreement", "slope and intercept", "RPD", "RER", "concordance (CCC)",
        "coverage", "between cultures", "linearity",
    }  # fmt: skip


def test_a_bias_of_one_campaign_is_called_one():
    sheet = validation_sheet(samples(offset=0.3), unit="g/L", background=Background(max_bias=0.1))

    assert "is not shown to lie within 0.1" in named(sheet)["bias"].meaning
    assert "do not follow" in named(sheet)["slope and intercept"].meaning


def test_what_is_known_beside_adds_its_lines_and_what_is_not_adds_none():
    table = samples()
    own = samples(seed=1)
    reference = spread_of((own["prediction"] - own["assay"]).to_numpy(), own["culture"])
    repeats = pd.DataFrame({"sample": np.repeat(["a", "b"], 3), "value": [1, 1.1, 0.9, 2, 2, 2.1]})
    full = Background(
        sel=0.05,
        calibration=table["assay"].to_numpy(),
        n_components=5,
        reference=reference,
        repeats=repeats,
    )
    further = {
        "error of the assay", "SEP against its validation", "repeatability", "sample sufficiency",
    }  # fmt: skip

    assert further <= set(named(validation_sheet(table, unit="g/L", background=full)))
    assert not further & set(named(validation_sheet(table, unit="g/L", background=Background())))


def test_one_culture_of_one_sample_still_has_a_sheet():
    sheet = validation_sheet(samples().head(1), unit="g/L", background=Background())

    assert named(sheet)["SEP"].value == "undefined"
    assert "cannot be tested" in named(sheet)["bias"].meaning


def test_the_worst_culture_comes_first_and_json_takes_it_all():
    table = samples()
    table.loc[table["culture"] == "cho/V03", "prediction"] += 1.0

    sheet = validation_sheet(table, unit="g/L", background=Background())

    assert sheet.by_culture["culture"][0] == "cho/V03"
    assert len(json.loads(json.dumps(sheet.as_json(), allow_nan=False))["by_culture"]) == 8


def test_every_line_has_a_meaning_and_what_can_have_an_interval_has_one():
    sheet = validation_sheet(
        samples(), unit="g/L", background=Background(repeats=samples()[["culture", "prediction"]]
        .set_axis(["sample", "value"], axis=1))
    )  # fmt: skip

    alone = {"limits of agreement"}  # an interval itself
    assert all(one.meaning for one in sheet.statistics)
    assert {one.name for one in sheet.statistics if not one.interval} == alone


def test_a_campaign_without_repeats_says_that_repeatability_was_not_measured():
    single = pd.DataFrame({"sample": ["a", "b"], "value": [1.0, 2.0]})
    sheet = validation_sheet(samples(), unit="g/L", background=Background(repeats=single))

    assert named(sheet)["repeatability"].value == "not measured"


def test_too_few_cultures_for_an_interval_are_said_so():
    sheet = validation_sheet(samples(n_cultures=3), unit="g/L", background=Background())

    assert named(sheet)["RMSEP"].interval == "too few cultures"
    assert sheet.rmsep_interval is None
