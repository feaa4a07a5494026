"""What MLflow keeps of a training reads in the order in which a reviewer asks."""

import hashlib
from dataclasses import replace

import numpy as np
import pandas as pd

from pat.calibration.merit import sensor_share
from pat.report.facts import FurtherFigures, TrainingFacts
from pipelines.training_run import dataset, metrics, ranked
from tests.soft_sensor.sensors import make_calibration


def test_the_champion_is_on_top_though_another_has_a_smaller_rmsecv() -> None:
    search = pd.DataFrame(
        {
            "recipe": ["a", "b", "c", "d"],
            "model": "pls",
            "parameters": "",
            "rmsecv": [0.3, 0.2, np.nan, 0.21],
            "champion": [False, False, False, True],
            "failed": ["", "", "broke", ""],
        }
    )

    table = ranked(search)

    assert table["recipe"].to_list() == ["d", "b", "a", "c"]
    assert set(table) == set(search)


def test_what_is_undefined_has_no_metric() -> None:
    facts = TrainingFacts("titre", "g/L", rmsecv=0.2, rpd=np.inf)

    found = metrics(facts, FurtherFigures(fit_rmse=0.1, split=sensor_share(0.2, None)))

    assert found == {"cv/rmse": 0.2, "fit/rmse": 0.1}


def test_the_digest_of_one_campaign_is_its_own_and_of_many_that_of_all() -> None:
    cal = make_calibration()
    six = tuple((f"run{n}", f"{n}" * 64) for n in range(6))
    changed = (*six[:5], ("run5", "f" * 64))

    assert dataset(cal).digest == "0" * 64
    many = dataset(replace(cal, sources=six)).digest
    assert many == hashlib.sha256(" ".join(d for _, d in six).encode()).hexdigest()
    assert dataset(replace(cal, sources=changed)).digest[:36] != many[:36]


def test_an_analyte_may_be_called_as_a_column_of_the_samples() -> None:
    cal = make_calibration()
    odd = replace(cal, values=cal.values.rename(columns={"glucose": "culture"}))

    samples = dataset(odd).samples

    assert list(samples) == ["time", "elapsed_h", "sample", "culture"]
    assert samples["culture"].to_list() == cal.values["glucose"].to_list()
