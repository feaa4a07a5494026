"""Figures are readable on paper: no text below seven points on a printed page of A4."""

import re

import numpy as np
import pandas as pd
import pytest

from pat.calibration.learning_curve import LearningCurve
from pat.calibration.merit import accuracy_by_level
from pat.calibration.sample_space.region_scan import RegionScan
from pat.report import sensor_figures, specificity_figures, validation_figures
from pat.report.learning_figure import learning_figure
from pat.report.page import page
from pat.report.specificity_figures import Line

SMALLEST, POINTS_A_MM = 7.0, 72 / 25.4
AXIS = np.linspace(450.0, 1800.0, 200)
LINE = Line(AXIS, np.sin(AXIS / 50), "line")
LONG = (
    "lactate dehydrogenase activity in the supernatant after centrifugation, by an enzymatic assay"
)


def samples(n_cultures: int = 60) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    n = 3 * n_cultures
    assay = rng.uniform(1, 5, n)
    return pd.DataFrame(
        {
            "culture": [f"cho/V{i % n_cultures:02d}" for i in range(n)],
            "elapsed_h": np.arange(n) * 2.0,
            "assay": assay,
            "prediction": assay + rng.normal(0, 0.2, n),
            "lower": assay - 0.5,
            "upper": assay + 0.5,
        }
    )


def figures(title: str) -> dict[str, str]:
    table = samples()
    candidates = pd.DataFrame(
        {
            "recipe": [f"450-1800 + 2800-3050, arPLS 400, d1 {i}, SNV" for i in range(60)],
            "model": ["pls", "ridge", "svr"] * 20,
            "rmsecv": np.linspace(0.2, 0.4, 60),
        }
    )
    scan = RegionScan(AXIS[:-1:20], AXIS[19::20], np.ones(10), 0.5)
    errors = (table["prediction"] - table["assay"]).to_numpy()
    levels = accuracy_by_level(
        table["assay"].to_numpy(), (table["assay"] + errors).to_numpy(),
        table["culture"].to_numpy(dtype=object),
    )  # fmt: skip
    curve = LearningCurve(12, np.array([6, 9, 11]), np.ones((12, 3)) / [4, 6, 8], np.ones(12))
    said = {"title": title, "unit": "g/L"}
    return {
        "measured": sensor_figures.measured_against_predicted(samples(24), **said),
        "components": sensor_figures.rmsecv_curve({1: 0.5, 2: 0.3}, chosen=2, **said),
        "distances": sensor_figures.t2_against_q(
            np.geomspace(0.1, 2, 9), np.geomspace(0.1, 2, 9), t2_limit=1, q_limit=1, title=title
        ),
        "ages": sensor_figures.residual_against_age(table, **said),
        "trend": sensor_figures.trend(table, **said),
        "candidates": sensor_figures.candidates_ranked(candidates, **said),
        "importance": specificity_figures.importance(
            [LINE], band=None, panels={"VIP": LINE, "selectivity ratio": LINE}, title=title,
            axis_label="Raman shift (cm-1)",
        ),
        "pure": specificity_figures.vector_against_pure(
            LINE, LINE, spectrum=LINE, axis_label="Raman shift (cm-1)", title=title
        ),
        "regions": specificity_figures.regions(scan, spectrum=LINE, axis_label="x", **said),
        "cultures": validation_figures.errors_by_culture(table, largest=0.3, **said),
        "levels": validation_figures.accuracy_profile(levels, table, **said),
        "learning": learning_figure(curve, **said),
    }  # fmt: skip


@pytest.fixture(scope="module")
def drawn() -> dict[str, str]:
    return figures("glucose: title")


def print_scale(svg: str) -> float:
    """Return by how much a figure is shrunk to fit the page that its style describes."""
    css = page("", ())
    margins = re.search(r"size: A4; margin: (\d+)mm (\d+)mm", css)
    tallest = re.search(r"figure img \{ max-height: (\d+)cm", css)
    width, height = (float(x) for x in re.findall(r'(?:width|height)="([\d.]+)pt"', svg)[:2])
    assert margins
    assert tallest
    fits = (210 - 2 * int(margins[2])) * POINTS_A_MM
    return min(1.0, fits / width, 10 * int(tallest[1]) * POINTS_A_MM / height)


def test_no_text_is_smaller_than_seven_points_in_print(drawn: dict[str, str]) -> None:
    for name, svg in drawn.items():
        sizes = [float(size) for size in re.findall(r"font: (?:bold )?([\d.]+)px", svg)]
        sizes += [float(size) for size in re.findall(r"font-size: ([\d.]+)px", svg)]
        assert sizes, name
        assert min(sizes) * print_scale(svg) >= SMALLEST, name


def test_a_long_title_goes_on_in_the_next_line(drawn: dict[str, str]) -> None:
    for name, svg in figures(LONG).items():
        assert LONG not in svg, name
        assert "lactate dehydrogenase" in svg, name
        assert "lactate dehydrogenase" not in drawn[name], name
