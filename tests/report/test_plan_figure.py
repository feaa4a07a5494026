"""The figure of a plan shows every campaign, the means, and what sets the lines apart."""

from contextlib import contextmanager
from itertools import product

import numpy as np
import pandas as pd
import pytest

from pat.report import plan_figure
from pat.report.plan_figure import line_names, planned_errors


def outcomes(*, exposures=(750.0,), vessels=(6, 12)) -> pd.DataFrame:
    rows = [
        {
            "analyte": analyte, "unit": "g/L", "vessels": n, "samples_per_day": 1.0,
            "exposure_s": exposure, "spikes": 0, "rmsep": (campaign + 100 / exposure) / n,
            "rmsep_spiked": 3 * (campaign + 100 / exposure) / n, "assay_error": 0.1,
        }
        for analyte, exposure, n, campaign in product(
            ("glucose", "titre"), exposures, vessels, (1, 2, 6)
        )
    ]  # fmt: skip
    return pd.DataFrame(rows)


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch):
    """Return a function that draws and gives the axes."""
    kept = []
    original = plan_figure.figure

    @contextmanager
    def keeping(*size):
        with original(*size) as (fig, axes):
            kept.append(fig)
            yield fig, axes

    monkeypatch.setattr(plan_figure, "figure", keeping)

    def draw(table: pd.DataFrame):
        planned_errors(table)
        return np.array(kept[-1].axes).reshape(2, -1)

    return draw


def test_the_diamonds_are_the_means_over_campaigns(drawn) -> None:
    table = outcomes(vessels=(12, 6))

    axes = drawn(table)

    dots, means, assay = axes[1][1].lines
    assert means.get_xdata().tolist() == [6, 12]
    expected = [np.mean([3 * (k + 100 / 750) / n for k in (1, 2, 6)]) for n in (6, 12)]
    assert means.get_ydata() == pytest.approx(expected)
    assert len(dots.get_ydata()) == 6
    assert assay.get_ydata()[0] == pytest.approx(0.1)


def test_every_panel_names_its_analyte_its_unit_and_its_vessels(drawn) -> None:
    axes = drawn(outcomes())

    assert [ax.get_title(loc="left") for ax in axes[0]] == [
        "glucose, on new cultures", "titre, on new cultures",
    ]  # fmt: skip
    assert all(ax.get_ylabel() == "error (g/L)" for ax in axes.flat)
    assert axes[1][0].get_xlabel() == "vessels in the campaign"
    assert all(ax.get_ylim()[0] == 0 for ax in axes.flat)
    ticks = axes[1][0].xaxis.get_major_locator()()
    assert list(ticks) == [6, 12]


def test_lines_are_named_by_what_differs() -> None:
    assert set(line_names(outcomes(exposures=(750.0, 150.0)))) == {
        "750 s exposure", "150 s exposure",
    }  # fmt: skip
    both = outcomes(exposures=(750.0, 150.0))
    both["spikes"] = np.where(both["vessels"] == 6, 3, 0)
    assert "150 s exposure, 3 spiked a vessel" in set(line_names(both))
    assert set(line_names(outcomes())) == {"sensor, mean over campaigns"}


def test_an_analyte_without_any_sensor_leaves_its_panel_empty() -> None:
    table = outcomes()
    none = table["analyte"] == "titre"
    table.loc[none, ["rmsep", "rmsep_spiked", "assay_error"]] = np.nan

    assert planned_errors(table).startswith(b"\x89PNG")


def test_a_single_size_of_campaign_can_be_drawn() -> None:
    assert planned_errors(outcomes(vessels=(24,))).startswith(b"\x89PNG")


def test_the_same_outcomes_give_the_same_figure() -> None:
    assert planned_errors(outcomes()) == planned_errors(outcomes())
