"""Storing is idempotent: what is stored twice is there once, what failed may succeed later."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import select

from pat.soft_sensor import PREDICTION_COLUMNS
from pat.stream.journal import Desk, Journal
from pat.stream.records import FileOutcome, FileVersion, State
from pat.stream.tables import ASSAYS, FILES, PREDICTIONS

NOW = datetime(2024, 5, 1, 10, tzinfo=UTC)
FILE = FileVersion("V01.csv", 10, 20)


def open_journal(path: Path, folder: str = "/drop", sensors: str = "a") -> Journal:
    return Journal(
        f"sqlite:///{path / 'results.db'}",
        desk=Desk(Path(folder), sensors),
        stop=threading.Event(),
        patience_s=5.0,
    )


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = open_journal(tmp_path)
    yield journal
    journal.close()


def outcome(state: State, file: FileVersion = FILE, reason: str = "") -> FileOutcome:
    return FileOutcome(file, "sha", state, reason, NOW, NOW)


def prediction(**cells: object) -> pd.DataFrame:
    row = {
        "scan_key": "k", "campaign": "cho", "vessel": "V01", "time": pd.Timestamp(NOW),
        "analyte": "glucose", "value": 4.5, "quality": "good", "sensor_digest": "d",
        "spectrum_sha256": "s", "scored_at": pd.Timestamp(NOW), **cells,
    }  # fmt: skip
    return pd.DataFrame([row]).reindex(columns=["scan_key", *PREDICTION_COLUMNS])


NOTHING = prediction().iloc[:0]


def test_the_results_have_the_columns_of_the_contract(journal: Journal) -> None:
    columns = [column.name for column in PREDICTIONS.columns]

    assert columns[2 : 2 + len(PREDICTION_COLUMNS)] == list(PREDICTION_COLUMNS)


def test_what_is_stored_reads_back(journal: Journal) -> None:
    when = NOW + timedelta(microseconds=250)
    journal.record([outcome(State.SCORED)], prediction(time=pd.Timestamp(when), value=0.1 + 0.2))

    [row] = journal.frame(select(PREDICTIONS)).to_dict("records")
    [file] = journal.frame(select(FILES)).to_dict("records")

    assert (row["time"], row["value"], row["sample"]) == (when, 0.1 + 0.2, None)
    assert (file["path"], file["state"], file["received_at"]) == ("V01.csv", "scored", NOW)


def test_a_prediction_is_stored_once_and_never_changed(journal: Journal) -> None:
    journal.record([], prediction(value=4.5))
    journal.record([], pd.concat([prediction(value=5.5), prediction(value=6.5)]))

    assert journal.frame(select(PREDICTIONS))["value"].tolist() == [4.5]


@pytest.mark.parametrize("other", [{"scan_key": "k2"}, {"sensor_digest": "d2"}, {"analyte": "x"}])
def test_another_scan_sensor_or_analyte_is_another_row(
    journal: Journal, other: dict[str, str]
) -> None:
    journal.record([], prediction())
    journal.record([], prediction(**other))

    assert len(journal.frame(select(PREDICTIONS))) == 2


def test_a_file_has_the_state_of_its_last_try(journal: Journal) -> None:
    journal.record([outcome(State.UNOPENED, reason="locked")], NOTHING)
    journal.record([outcome(State.SCORED)], NOTHING)

    [file] = journal.frame(select(FILES)).to_dict("records")
    assert (file["state"], file["reason"]) == ("scored", None)


def test_every_version_of_a_file_is_kept(journal: Journal) -> None:
    journal.record([outcome(State.SCORED)], NOTHING)
    journal.record([outcome(State.SCORED, FileVersion("V01.csv", 11, 30))], NOTHING)

    assert journal.frame(select(FILES))["size"].tolist() == [10, 11]


def test_only_what_is_finished_needs_no_second_look(tmp_path: Path, journal: Journal) -> None:
    files = {state: FileVersion(f"{state}.csv", 1, 1) for state in State}
    journal.record([outcome(state, file) for state, file in files.items()], NOTHING)

    assert set(journal.finished()) == {files[State.SCORED], files[State.INSTRUMENT]}
    assert journal.unnamed() == [files[State.UNNAMED]]
    assert journal.counts() == dict.fromkeys(State, 1)


@pytest.mark.parametrize("desk", [{"folder": "/other"}, {"sensors": "b"}])
def test_another_folder_or_set_of_sensors_has_all_before_it(
    tmp_path: Path, journal: Journal, desk: dict[str, str]
) -> None:
    journal.record([outcome(State.SCORED)], NOTHING)
    other = open_journal(tmp_path, **desk)

    assert list(other.finished()) == []
    other.close()


def test_names_that_are_no_text_can_be_stored(journal: Journal) -> None:
    strange = FileVersion("V\udcff1\n.csv", 1, 1)
    journal.record([outcome(State.UNREADABLE, strange, "odd \udcff")], NOTHING)

    [file] = journal.frame(select(FILES)).to_dict("records")
    assert file["path"] == "V\\udcff1\\n.csv"


def test_assays_are_stored_once_and_the_new_ones_told(journal: Journal) -> None:
    assays = pd.DataFrame(
        {
            "assay_key": [f"key {i}" for i in range(1200)],
            "campaign": "cho",
            "vessel": "V01",
            "analyte": "glucose",
            "value": 1.0,
            "unit": "g/L",
            "time": pd.Timestamp(NOW),
        }
    )

    assert len(journal.add_assays(assays.iloc[:1100])) == 1100
    assert journal.add_assays(assays)["assay_key"].tolist() == assays["assay_key"].tolist()[1100:]
    assert len(journal.frame(select(ASSAYS.c.id))) == 1200
