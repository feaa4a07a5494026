"""What is dropped becomes rows: every file, once, whatever the others are."""

from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.stream.drop import TEN, MeanSensor, Stream, drop_hourly


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "cho-7"
    path.mkdir()
    return path


def test_a_folder_is_scored_row_by_row(folder: Path) -> None:
    drop_hourly(folder, 40)

    table = Stream(folder, sensors=(MeanSensor("glucose"), MeanSensor("lactate"))).run().table()

    assert len(table) == 80
    assert table["time"].sort_values().tolist() == sorted(
        2 * [TEN + timedelta(hours=hour) for hour in range(40)]
    )
    hours = (pd.to_datetime(table["time"]) - TEN) / pd.Timedelta(hours=1)
    np.testing.assert_allclose(table["value"], hours + 1)
    assert set(table["campaign"]) == {"cho-7"}
    assert set(table["quality"]) == {"good"}
