"""A sensor gets the newest process value not after its spectrum, or is told since when none."""

import logging
from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pat.alignment.process import process_values
from pat.campaign import CampaignInfo
from pat.spectra import complete_keys
from pat.stream.online_values import OnlineValues
from tests.stream.drop import TEN

INFO = CampaignInfo(id="cho")


def keys(*minutes: float, vessel: str = "V01") -> pd.DataFrame:
    times = [TEN + timedelta(minutes=minute) for minute in minutes]
    return complete_keys(pd.DataFrame({"vessel": [vessel] * len(times), "time": times}))


def row(minute: float, *cells: object, vessel: str = "V01") -> str:
    time = (TEN + timedelta(minutes=minute)).isoformat()
    return ",".join(map(str, (vessel, time, *cells))) + "\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "online.csv"


def test_values_appended_while_it_runs_are_found(path: Path) -> None:
    online = OnlineValues(path, names=("ph",), settle_s=0.0)
    online.refresh(INFO)
    before, why = online.at(keys(0), names=("ph",))
    path.write_text("vessel,time,ph,do\n" + row(-10, 7.1, 40) + row(5, 7.3, 41))
    online.refresh(INFO)
    with path.open("a") as file:
        file.write(row(-2, 7.2, 42) + row(-1, 6.0, 40, vessel="V02"))
    online.refresh(INFO)

    values, gaps = online.at(keys(0, 5, 36), names=("ph",))

    assert np.isnan(before.loc[0, "ph"])
    assert why == ("no ph yet",)
    np.testing.assert_array_equal(values["ph"], [7.2, 7.3, np.nan])
    assert gaps == ("", "", "no ph since 2024-05-01T10:05Z")


def test_it_agrees_with_the_whole_file_read_at_once(path: Path) -> None:
    rng = np.random.default_rng(7)
    minutes = rng.permutation(600)
    readings = [(float(m), rng.normal(7, 0.1), f"V{rng.integers(3)}") for m in minutes]
    text = [row(m, repr(v) if rng.random() < 0.9 else "", vessel=x) for m, v, x in readings]
    cells = [float(line.strip().split(",")[2] or "nan") for line in text]
    whole = pd.DataFrame(
        {
            "vessel": [vessel for *_, vessel in readings],
            "time": pd.to_datetime([TEN + timedelta(minutes=m) for m, *_ in readings], utc=True),
            "elapsed_h": np.nan,
            "ph": cells,
        }
    )
    online = OnlineValues(path, names=("ph",), settle_s=0.0)
    path.write_text("vessel,time,ph\n")
    for start in range(0, 600, 37):
        with path.open("a") as file:
            file.write("".join(text[start : start + 37]))
        online.refresh(INFO)

    for vessel in ("V0", "V1", "V2", "V9"):
        asked = keys(*rng.uniform(-10, 700, 50), vessel=vessel)
        expected = process_values(whole, asked, names=["ph"])
        pd.testing.assert_frame_equal(online.at(asked, names=("ph",))[0], expected)


def test_hours_of_culture_do_as_well_as_times(path: Path) -> None:
    path.write_text("vessel,elapsed_h,ph\nV01,1.0,7.1\nV01,1.9,7.2\n")
    online = OnlineValues(path, names=("ph",), settle_s=0.0)
    online.refresh(INFO)
    asked = complete_keys(pd.DataFrame({"vessel": ["V01", "V01"], "elapsed_h": [2.0, 3.0]}))

    values, gaps = online.at(asked, names=("ph",))

    np.testing.assert_array_equal(values["ph"], [7.2, np.nan])
    assert gaps == ("", "no ph since 1.9 h")


def test_a_file_that_was_replaced_counts_alone(path: Path) -> None:
    online = OnlineValues(path, names=("ph",), settle_s=0.0)
    path.write_text("vessel,time,ph\n" + row(-2, 7.1) + row(-1, 7.2))
    online.refresh(INFO)
    path.write_text("vessel,time,ph\n" + row(-2, 6.5))
    online.refresh(INFO)

    assert online.at(keys(0), names=("ph",))[0].loc[0, "ph"] == 6.5


def test_lines_at_fault_are_logged_and_the_others_count(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path.write_text("vessel,time,ph\nV01,noon,7\n" + row(-9, "high") + row(-5, 7.2))
    online = OnlineValues(path, names=("ph",), settle_s=0.0)

    with caplog.at_level(logging.WARNING):
        online.refresh(INFO)

    assert online.at(keys(0), names=("ph",))[0].loc[0, "ph"] == 7.2
    assert "online.csv, row 2, column time" in caplog.text
    assert "online.csv, row 3, column ph: expected a number" in caplog.text


def test_a_tag_that_is_not_there_is_missing(path: Path) -> None:
    path.write_text("vessel,time,do\n" + row(-5, 40))
    online = OnlineValues(path, names=("ph", "do"), settle_s=0.0)
    online.refresh(INFO)

    values, gaps = online.at(keys(0), names=("ph", "do"))

    assert gaps == ("no ph yet",)
    assert values.loc[0, "do"] == 40


def test_nothing_is_read_where_no_sensor_asks(path: Path) -> None:
    path.write_text("this is no table\0")
    online = OnlineValues(path, names=(), settle_s=0.0)
    online.refresh(INFO)

    values, gaps = online.at(keys(0, 1), names=())

    assert values.shape == (2, 0)
    assert gaps == ("", "")
