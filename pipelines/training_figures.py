"""The figures of one trained sensor, in the order in which a reviewer asks."""

import io
import re

import numpy as np
import pandas as pd

from pat.calibration import SearchResult
from pat.calibration.learning_curve import LearningCurve
from pat.report import sensor_figures
from pat.report.learning_figure import learning_figure
from pat.soft_sensor import LEFT_OUT, SoftSensor
from pipelines.reading_figures import importance_figure, region_figure
from pipelines.sensor_reading import sensor_reading


def training_figures(
    result: SearchResult,
    sensor: SoftSensor,
    *,
    heldout: pd.DataFrame,
    axis_label: str,
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
            title=f"{analyte}: RMSECV of PLS, {result.champion.members[0].recipe}",
            unit=unit,
        ),
        "4-t2-against-q": _distances(sensor),
        "6-candidates": sensor_figures.candidates_ranked(
            result.table, title=f"{analyte}: best setting of each recipe and model", unit=unit
        ),
    }
    figures |= _over_the_axis(sensor, axis_label)
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


def _distances(sensor: SoftSensor) -> str:
    left_out = pd.read_csv(io.BytesIO(sensor.contents[LEFT_OUT]))
    return sensor_figures.t2_against_q(
        left_out["t2"].to_numpy(dtype=np.float64),
        left_out["q"].to_numpy(dtype=np.float64),
        t2_limit=sensor.limits.t2,
        q_limit=sensor.limits.q,
        title=f"{sensor.analyte.name}: distance of left-out spectra",
    )


def _over_the_axis(sensor: SoftSensor, axis_label: str) -> dict[str, str]:
    """Return what the heaviest linear member reads, and the error by region; nothing without one.

    The report of `pat evaluate` shows all members, which takes seconds.
    """
    reading = sensor_reading(sensor)
    if reading.main is None:
        return {}
    figures = {
        "3-regression-vector": importance_figure([reading.main], sensor, axis_label=axis_label)
    }
    regions = region_figure(reading, axis_label=axis_label)
    return figures if regions is None else {**figures, "8-regions": regions}


def _trends(heldout: pd.DataFrame, *, analyte: str, unit: str) -> dict[str, str]:
    return {
        f"7-trend-{number}-{_file_name(culture)}": sensor_figures.trend(
            own, title=f"{analyte} in {culture}, held out", unit=unit
        )
        for number, (culture, own) in enumerate(
            sensor_figures.chosen_courses(heldout).items(), start=1
        )
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
