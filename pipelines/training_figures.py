"""The figures of one trained sensor, in the order in which a reviewer asks."""

import re
from collections.abc import Mapping

import numpy as np
import pandas as pd

from pat.calibration import SearchResult
from pat.calibration.learning_curve import LearningCurve
from pat.report import sensor_figures
from pat.report.learning_figure import learning_figure
from pat.report.specificity import Specificity
from pat.soft_sensor import SoftSensor
from pat.soft_sensor.left_out_spectra import left_out_spectra
from pipelines.reading_figures import AGAINST_PURE, IMPORTANCE, REGIONS

#: Files of the figures that a report shows where it says what the sensor reads.
_OVER_THE_AXIS = {
    IMPORTANCE: "3-regression-vector",
    AGAINST_PURE: "3-vector-against-pure",
    REGIONS: "8-regions",
}
_CAPTIONS = {
    "1-measured-against-predicted": (
        "Every held-out sample: the value against the assay, which agree on the line. The sensor "
        "learnt from none of these cultures."
    ),
    "4-t2-against-q": (
        "How far spectra of left-out cultures lie from the calibration, along the model (T²) and "
        "beside it (Q): beyond a dashed limit a value is called uncertain."
    ),
    "5-residual-against-age": (
        "Held-out errors over culture age: a mean of the day away from zero is a bias of that "
        "stage."
    ),
    "6-candidates": (
        "The best candidates of the search by cross-validated error; where the bars hardly "
        "differ, which of them leads is chance."
    ),
    "9-learning-curve": (
        "Error on new cultures by how many were learnt from, and what more of them would buy."
    ),
}


def training_figures(
    result: SearchResult,
    sensor: SoftSensor,
    *,
    heldout: pd.DataFrame,
    reads: Specificity,
    learning: LearningCurve | None = None,
) -> dict[str, str]:
    """Return every figure as SVG text under the name of its file."""
    unit, analyte = sensor.analyte.unit, sensor.analyte.name
    figures = {
        "1-measured-against-predicted": sensor_figures.measured_against_predicted(
            heldout, title=f"{analyte}: cultures held out", unit=unit
        ),
        "2-rmsecv-by-components": sensor_figures.rmsecv_curve(
            _by_components(result),
            chosen=_n_components(result),
            title=f"{analyte}: RMSECV by components",
            unit=unit,
        ),
        "4-t2-against-q": _distances(sensor),
        "6-candidates": sensor_figures.candidates_ranked(
            result.table, title=f"{analyte}: best setting of each recipe and model", unit=unit
        ),
    }
    figures |= {_OVER_THE_AXIS[caption]: svg for caption, svg in reads.figures.items()}
    if learning is not None:
        figures["9-learning-curve"] = learning_figure(
            learning, title=f"{analyte}: what more cultures would buy", unit=unit
        )
    if heldout["elapsed_h"].notna().any():
        figures["5-residual-against-age"] = sensor_figures.residual_against_age(
            heldout, title=f"{analyte}: residual against culture age", unit=unit
        )
        figures |= _trends(heldout, analyte=analyte, unit=unit)
    return dict(sorted(figures.items()))


def captioned(
    figures: Mapping[str, str], *, result: SearchResult, heldout: pd.DataFrame
) -> dict[str, str]:
    """Return the figures that stand at the end of a report by their captions."""
    recipe = result.champion.members[0].recipe
    captions = {
        **_CAPTIONS,
        "2-rmsecv-by-components": (
            "Cross-validated error of partial least squares by the number of components, on "
            f"{recipe}; the number that was taken is marked."
        ),
        **{
            name: f"{culture}, held out: predictions with their 95 % interval, and the assays."
            for name, culture in _trend_names(heldout).items()
        },
    }
    return {captions[name]: svg for name, svg in figures.items() if name in captions}


def _distances(sensor: SoftSensor) -> str:
    left_out = left_out_spectra(sensor)
    return sensor_figures.t2_against_q(
        left_out["t2"].to_numpy(dtype=np.float64),
        left_out["q"].to_numpy(dtype=np.float64),
        t2_limit=sensor.limits.t2,
        q_limit=sensor.limits.q,
        title=f"{sensor.analyte.name}: distance of left-out spectra",
    )


def _trends(heldout: pd.DataFrame, *, analyte: str, unit: str) -> dict[str, str]:
    courses = sensor_figures.chosen_courses(heldout)
    return {
        name: sensor_figures.trend(
            courses[culture], title=f"{analyte} in {culture}, held out", unit=unit
        )
        for name, culture in _trend_names(heldout).items()
    }


def _trend_names(heldout: pd.DataFrame) -> dict[str, str]:
    """Return the cultures whose courses are drawn, the best first, by the names of their files."""
    chosen = sensor_figures.chosen_courses(heldout)
    return {
        f"7-trend-{number}-{_file_name(culture)}": culture
        for number, culture in enumerate(chosen, start=1)
    }


def _file_name(culture: str) -> str:
    """Return a culture's name with only the signs that every file system takes."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", culture)


def _by_components(result: SearchResult) -> dict[int, float]:
    curve = result.rmsecv_by_components
    return dict(zip(curve["n_components"].astype(int), curve["rmsecv"], strict=True))


def _n_components(result: SearchResult) -> int | None:
    count = result.champion.members[0].setting.get("n_components")
    return int(count) if count is not None else None
