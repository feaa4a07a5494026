"""An older results database goes on being used, with every row it holds."""

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import inspect, select

from pat.errors import StoreError
from pat.stream import schema
from pat.stream.database import open_database
from pat.stream.journal import Desk, Journal
from pat.stream.tables import PREDICTIONS, SCHEMA, SCHEMA_VERSION

VERSION_1 = """
CREATE TABLE schema_version (version INTEGER NOT NULL);
INSERT INTO schema_version VALUES (1);
CREATE TABLE predictions (
    id INTEGER NOT NULL, scan_key TEXT NOT NULL, campaign TEXT, vessel TEXT, time TEXT,
    elapsed_h FLOAT, sample TEXT, kind TEXT, analyte TEXT NOT NULL, value FLOAT, lower FLOAT,
    upper FLOAT, unit TEXT, quality TEXT NOT NULL, reasons TEXT, t2 FLOAT, t2_limit FLOAT,
    q FLOAT, q_limit FLOAT, sensor TEXT, sensor_digest TEXT NOT NULL,
    spectrum_sha256 TEXT NOT NULL, source_file TEXT, scored_at TEXT, PRIMARY KEY (id),
    UNIQUE (scan_key, sensor_digest, analyte)
);
CREATE INDEX predictions_by_culture ON predictions (campaign, vessel, analyte, time);
CREATE TABLE files (
    id INTEGER NOT NULL, folder TEXT NOT NULL, path TEXT NOT NULL, size BIGINT NOT NULL,
    mtime_ns BIGINT NOT NULL, sensors TEXT NOT NULL, sha256 TEXT, state TEXT NOT NULL,
    reason TEXT, received_at TEXT, finished_at TEXT, PRIMARY KEY (id),
    UNIQUE (folder, path, size, mtime_ns, sensors)
);
CREATE INDEX files_by_state ON files (folder, sensors, state);
CREATE TABLE assays (
    id INTEGER NOT NULL, assay_key TEXT NOT NULL, campaign TEXT, vessel TEXT NOT NULL,
    time TEXT, elapsed_h FLOAT, sample TEXT, analyte TEXT NOT NULL, value FLOAT, censored TEXT,
    "limit" FLOAT, unit TEXT NOT NULL, method TEXT, replicate TEXT, received_at TEXT,
    PRIMARY KEY (id), UNIQUE (assay_key)
);
CREATE INDEX assays_by_culture ON assays (vessel, analyte, time);
INSERT INTO predictions (id, scan_key, campaign, vessel, time, analyte, value, quality,
    sensor_digest, spectrum_sha256, source_file, scored_at) VALUES
    (3, 'k1', 'cho', 'V01', '2024-05-01T10:00:00+00:00', 'glucose', 1.5, 'good', 'd', 's', 'a.csv',
     '2024-05-01T10:01:00+00:00'),
    (7, 'k2', 'cho', 'V01', '2024-05-01T11:00:00+00:00', 'glucose', 2.5, 'good', 'd', 's', 'b.csv',
     '2024-05-01T11:01:00+00:00');
INSERT INTO files (folder, path, size, mtime_ns, sensors, sha256, state, received_at, finished_at)
    VALUES
    ('/drop', 'a.csv', 1, 1, 'x', 'sha a', 'scored', '2024-05-01T10:00:30+00:00',
     '2024-05-01T10:01:01+00:00'),
    ('/drop', 'b.csv', 1, 1, 'x', 'sha b1', 'scored', '2024-05-01T11:00:30+00:00',
     '2024-05-01T11:01:01+00:00'),
    ('/drop', 'b.csv', 1, 2, 'x', 'sha b2', 'scored', '2024-05-01T11:00:40+00:00',
     '2024-05-01T11:01:02+00:00');
"""


@pytest.fixture
def old(tmp_path: Path) -> str:
    """Return the address of a database as the first version left it."""
    with closing(sqlite3.connect(tmp_path / "results.db")) as connection:
        connection.executescript(VERSION_1)
    return f"sqlite:///{tmp_path / 'results.db'}"


def journal(url: str) -> Journal:
    return Journal(url, desk=Desk(Path("/drop"), "x"), stop=threading.Event(), patience_s=5)


def test_an_older_database_keeps_its_rows_and_learns_where_they_came_from(old: str) -> None:
    book = journal(old)

    rows = book.frame(select(PREDICTIONS).order_by(PREDICTIONS.c.id))
    assert rows["value"].tolist() == [1.5, 2.5]
    assert rows["station"].tolist() == ["/drop", "/drop"]
    assert rows["file_sha256"].fillna("unknown").tolist() == ["sha a", "unknown"]  # two versions
    assert rows["received_at"][0] == pd.Timestamp("2024-05-01T10:00:30Z")
    assert rows["published_at"][0] == pd.Timestamp("2024-05-01T10:01:01Z")
    assert book.frame(select(SCHEMA))["version"].tolist() == [SCHEMA_VERSION]
    book.close()


def test_a_database_that_was_brought_up_to_date_is_as_a_new_one(old: str, tmp_path: Path) -> None:
    journal(old).close()
    journal(f"sqlite:///{tmp_path / 'new.db'}").close()

    assert shape_of(old) == shape_of(f"sqlite:///{tmp_path / 'new.db'}")


def shape_of(url: str) -> dict[str, object]:
    engine = open_database(url)
    looked = inspect(engine)
    shape = {
        name: (
            [column["name"] for column in looked.get_columns(name)],
            sorted(str(index["name"]) for index in looked.get_indexes(name)),
            [unique["column_names"] for unique in looked.get_unique_constraints(name)],
        )
        for name in looked.get_table_names()
    }
    engine.dispose()
    return shape


def test_a_move_to_the_new_tables_that_fails_changes_nothing(
    old: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = shape_of(old)
    monkeypatch.setitem(schema._ADDED, "file_sha256", "there_is_no_such_column")

    with pytest.raises(StoreError, match="there_is_no_such_column"):
        journal(old)

    assert shape_of(old) == before


def test_numbers_of_rows_are_never_used_again(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'results.db'}"
    journal(url).close()
    with closing(sqlite3.connect(tmp_path / "results.db")) as connection:
        insert = (
            "INSERT INTO predictions (scan_key, analyte, quality, sensor_digest, "
            "spectrum_sha256, station) VALUES (?, 'a', 'good', 'd', 's', '')"
        )
        connection.execute(insert, ("first",))
        connection.execute("DELETE FROM predictions")
        assert connection.execute(insert, ("second",)).lastrowid == 2


def test_a_database_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'results.db'}"
    journal(url).close()
    with closing(sqlite3.connect(tmp_path / "results.db")) as connection:
        connection.execute("UPDATE schema_version SET version = 99")
        connection.commit()

    with pytest.raises(StoreError, match="expected tables of version 2 or older; got version 99"):
        journal(url)


@pytest.mark.broker
def test_postgresql_has_the_same_tables(postgres: str, tmp_path: Path) -> None:
    journal(postgres).close()
    journal(f"sqlite:///{tmp_path / 'new.db'}").close()

    ours, theirs = shape_of(f"sqlite:///{tmp_path / 'new.db'}"), shape_of(postgres)

    assert {name: shape[0] for name, shape in ours.items()} == {  # type: ignore[index]
        name: shape[0]
        for name, shape in theirs.items()  # type: ignore[index]
    }
