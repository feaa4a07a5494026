"""The figures of an evaluation, in the order in which a reviewer asks."""

import numpy as np
import pandas as pd

from pat.readers.target_profile import Target
from pat.report import sensor_figures, validation_figures
from pat.report.validation_sheet import ValidationSheet
from pat.soft_sensor.evaluation import Evaluation

_AGAINST = "Every sample: the value against the assay, which agree on the line."
_BY_CULTURE = (
    "Errors by culture, the worst on top: a point is a sample, the bar the mean of the culture."
)
_BY_LEVEL = (
    "Accuracy by level: the bar is the bias, the band is expected to hold 90 % of errors there."
)
_DISTANCES = (
    "How far the spectra lie from the calibration, along the model (T²) and beside it (Q): beyond "
    "a dashed limit a value is called uncertain."
)


def evaluation_figures(
    evaluation: Evaluation, sheet: ValidationSheet, *, target: Target | None
) -> dict[str, str]:
    """Return the figures of an evaluation as SVG text by their captions."""
    sensor, samples = evaluation.sensor, evaluation.compared
    name, unit = sensor.analyte.name, sensor.analyte.unit
    largest = None if target is None else target.max_rmsep
    agreed = (
        "" if largest is None else f" Dashed: the RMSEP that was agreed on, {largest:g} {unit}."
    )
    figures = {
        _AGAINST: sensor_figures.measured_against_predicted(
            samples, title=f"{name}: predictions against assays", unit=unit, label="predicted"
        ),
        _BY_CULTURE + _shown(samples) + agreed: validation_figures.errors_by_culture(
            samples, title=f"{name}: errors by culture", unit=unit, largest=largest
        ),
        _BY_LEVEL + agreed: (
            validation_figures.accuracy_profile(
                sheet.levels, samples, title=f"{name}: accuracy by level", unit=unit,
                largest=largest,
            )
        ),
    }  # fmt: skip
    distances = evaluation.predictions.dropna(subset=["t2", "q"])
    if len(distances):
        figures[_DISTANCES] = sensor_figures.t2_against_q(
            distances["t2"].to_numpy(dtype=np.float64),
            distances["q"].to_numpy(dtype=np.float64),
            t2_limit=sensor.limits.t2,
            q_limit=sensor.limits.q,
            title=f"{name}: distance from the calibration",
        )
    return figures | {
        f"{culture}: predictions with their 95 % interval, and the assays.": sensor_figures.trend(
            own, title=f"{name} in {culture}", unit=unit, label="predicted"
        )
        for culture, own in sensor_figures.chosen_courses(samples).items()
    }


def _shown(samples: pd.DataFrame) -> str:
    """Return how many cultures are drawn, where that is not all of them."""
    most, n_cultures = validation_figures.MOST_CULTURES, samples["culture"].nunique()
    return f" The {most} worst of {n_cultures} are shown." if n_cultures > most else ""
