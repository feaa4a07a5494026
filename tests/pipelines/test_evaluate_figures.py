"""Captions of an evaluation are sentences, and say what a figure leaves out."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from pat.readers.target_profile import Target
from pat.report.validation_sheet import Background, validation_sheet
from pat.soft_sensor.evaluation import evaluate
from pipelines.evaluate_figures import evaluation_figures
from tests.soft_sensor.sensors import make_run, plain_sensor


def captions(n_cultures: int) -> str:
    rng = np.random.default_rng(0)
    n = 2 * n_cultures
    assay = rng.uniform(1, 8, n)
    samples = pd.DataFrame(
        {
            "culture": [f"next/W{k // 2}" for k in range(n)],
            "elapsed_h": np.tile([2.0, 26.0], n_cultures),
            "assay": assay,
            "prediction": assay + rng.normal(0, 0.1, n),
            "lower": assay - 0.5,
            "upper": assay + 0.5,
            "quality": "good",
        }
    )
    evaluation = replace(evaluate(plain_sensor(), make_run()[0]), samples=samples)
    sheet = validation_sheet(samples, unit="g/L", background=Background())
    target = Target("glucose", "g/L", max_rmsep=0.3)
    figures = evaluation_figures(evaluation, sheet, target=target)
    assert all(caption.endswith(".") for caption in figures)
    return " ".join(figures)


@pytest.mark.parametrize("n_cultures, said", [(5, False), (60, True)])
def test_cultures_that_are_not_drawn_are_counted(n_cultures: int, said: bool) -> None:
    assert ("The 48 worst of 60 are shown." in captions(n_cultures)) is said


def test_a_dashed_line_is_explained() -> None:
    assert captions(5).count("Dashed: the RMSEP that was agreed on, 0.3 g/L.") == 2
