"""The figures of an evaluation, in the order in which a reviewer asks."""

import numpy as np

from pat.readers.target_profile import Target
from pat.report import sensor_figures, validation_figures
from pat.report.validation_sheet import ValidationSheet
from pat.soft_sensor.evaluation import Evaluation


def evaluation_figures(
    evaluation: Evaluation, sheet: ValidationSheet, *, target: Target | None
) -> dict[str, str]:
    """Return the figures of an evaluation as SVG text by their captions."""
    sensor, samples = evaluation.sensor, evaluation.compared
    name, unit = sensor.analyte.name, sensor.analyte.unit
    largest = None if target is None else target.max_rmsep
    figures = {
        "predictions against assays": sensor_figures.measured_against_predicted(
            samples, title=f"{name}: predictions against assays", unit=unit, label="predicted"
        ),
        "errors by culture, the worst on top": validation_figures.errors_by_culture(
            samples, title=f"{name}: errors by culture", unit=unit, largest=largest
        ),
        "accuracy profile: bias (bar) and the band that holds 90 % of errors, by level": (
            validation_figures.accuracy_profile(
                sheet.levels, samples, title=f"{name}: accuracy by level", unit=unit,
                largest=largest,
            )
        ),
    }  # fmt: skip
    distances = evaluation.predictions.dropna(subset=["t2", "q"])
    if len(distances):
        figures["how far the spectra lie from the calibration"] = sensor_figures.t2_against_q(
            distances["t2"].to_numpy(dtype=np.float64),
            distances["q"].to_numpy(dtype=np.float64),
            t2_limit=sensor.limits.t2,
            q_limit=sensor.limits.q,
            title=f"{name}: distance from the calibration",
        )
    return figures | {
        f"{culture} in time": sensor_figures.trend(
            own, title=f"{name} in {culture}", unit=unit, label="predicted"
        )
        for culture, own in sensor_figures.chosen_courses(samples).items()
    }
