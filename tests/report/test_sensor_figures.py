"""Figures are SVG that parses, the same for the same data, and show every culture."""

from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

from pat.report import sensor_figures


@pytest.fixture
def heldout() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    n = 40
    assay = rng.uniform(1, 5, n)
    prediction = assay + rng.normal(0, 0.2, n)
    return pd.DataFrame(
        {
            "culture": [f"cho/V{1 + i % 4:02d}" for i in range(n)],
            "elapsed_h": np.repeat(np.arange(10) * 24.0, 4),
            "assay": assay,
            "prediction": prediction,
            "lower": prediction - 0.5,
            "upper": prediction + 0.5,
        }
    )


def words(svg: str) -> str:
    return " ".join(ElementTree.fromstring(svg).itertext())


def test_measured_against_predicted_names_every_culture_and_the_unit(heldout: pd.DataFrame) -> None:
    svg = sensor_figures.measured_against_predicted(heldout, title="glucose", unit="g/L")

    assert all(f"V{k:02d}" in words(svg) for k in range(1, 5))
    assert "assay (g/L)" in words(svg)


def test_the_same_data_give_the_same_svg(heldout: pd.DataFrame) -> None:
    first, second = (
        sensor_figures.residual_against_age(heldout, title="glucose", unit="g/L") for _ in range(2)
    )

    assert first == second


def test_the_share_of_spectra_outside_the_limits_is_written_out() -> None:
    t2, q = np.array([0.5, 2.0, 0.5, 0.5]), np.array([0.5, 0.5, 0.5, 0.5])

    svg = sensor_figures.t2_against_q(t2, q, t2_limit=1.0, q_limit=1.0, title="limits")

    assert "25% of the spectra outside" in words(svg)
    assert "mathdefault" not in svg


def test_a_culture_without_age_leaves_an_empty_plot_not_an_error(heldout: pd.DataFrame) -> None:
    svg = sensor_figures.residual_against_age(
        heldout.assign(elapsed_h=np.nan), title="glucose", unit="g/L"
    )

    assert "culture age (d)" in words(svg)


def test_candidates_show_the_best_setting_of_each_recipe_and_model() -> None:
    search = pd.DataFrame(
        {
            "recipe": ["a", "a", "b", "b"],
            "model": ["pls", "pls", "pls", "svr"],
            "rmsecv": [0.3, 0.2, np.nan, 0.4],
        }
    )

    text = words(sensor_figures.candidates_ranked(search, title="candidates", unit="g/L"))

    assert "a · pls" in text
    assert "b · svr" in text
    assert "b · pls" not in text


def test_the_chosen_number_of_components_is_written_beside_its_error() -> None:
    svg = sensor_figures.rmsecv_curve(
        {2: 0.8, 4: 0.25, 5: 0.3}, chosen=4, title="RMSECV", unit="g/L"
    )

    assert "4 components: 0.25" in words(svg)


@pytest.mark.parametrize("curve", [{}, {1: 0.4}])
def test_a_curve_of_one_point_or_none_is_drawn(curve: dict[int, float]) -> None:
    assert "components" in words(
        sensor_figures.rmsecv_curve(curve, chosen=None, title="RMSECV", unit="g/L")
    )


def test_a_trend_shows_predictions_interval_and_assays(heldout: pd.DataFrame) -> None:
    one = heldout[heldout["culture"] == "cho/V01"]

    text = words(sensor_figures.trend(one, title="glucose in $V01$ {", unit="g/L"))

    assert "95 % interval" in text
    assert "glucose in $V01$ {" in text


def test_the_best_the_worst_and_some_between_are_chosen(heldout: pd.DataFrame) -> None:
    off = heldout.assign(prediction=heldout["assay"] + heldout["culture"].str[-1].astype(int))

    assert list(sensor_figures.chosen_courses(off, most=2)) == ["cho/V01", "cho/V04"]
    assert list(sensor_figures.chosen_courses(off, most=9)) == [f"cho/V0{k}" for k in (1, 2, 3, 4)]
    assert sensor_figures.chosen_courses(off.assign(elapsed_h=np.nan)) == {}
