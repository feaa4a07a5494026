"""What leaves the database is in the file first, whole and readable by others."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from sqlalchemy import select, update

from pat.errors import InputError, StoreError
from pat.stream import archive as archive_module
from pat.stream.archive import archive
from pat.stream.journal import Journal
from pat.stream.sinks import Outbox
from pat.stream.tables import PREDICTIONS
from tests.stream.sinks.made_up import make_prediction, open_journal, store

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    """A journal with ten predictions, published an hour apart from noon on."""
    journal = open_journal(tmp_path)
    store(journal, *(make_prediction(number) for number in range(1, 11)))
    for number in range(1, 11):
        at = NOON + timedelta(hours=number - 1)
        query = update(PREDICTIONS).where(PREDICTIONS.c.id == number).values(published_at=at)
        with journal.engine.begin() as connection:
            connection.execute(query)
    yield journal
    journal.close()


def left(journal: Journal) -> list[float]:
    query = select(PREDICTIONS.c.value).order_by(PREDICTIONS.c.id)
    return [float(value) for value in journal.frame(query)["value"]]


def test_a_file_holds_every_row_with_its_types(journal: Journal, tmp_path: Path) -> None:
    found = archive(journal.engine, tmp_path / "out.parquet")

    table = pq.read_table(tmp_path / "out.parquet").to_pandas()
    assert (found.n_written, found.n_deleted) == (10, 0)
    assert list(table.columns) == [column.name for column in PREDICTIONS.columns]
    assert table["value"].tolist() == [float(number) for number in range(1, 11)]
    assert table["time"][0] == pd.Timestamp("2024-05-01T10:00:00Z")
    assert table["sample"].isna().all()
    assert left(journal) == table["value"].tolist()


def test_old_rows_leave_once_they_are_in_the_file(journal: Journal, tmp_path: Path) -> None:
    out = tmp_path / "old.parquet"

    found = archive(journal.engine, out, before=NOON + timedelta(hours=4), deletes=True)

    assert (found.n_written, found.n_deleted) == (4, 4)
    assert pq.read_table(out)["value"].to_pylist() == [1.0, 2.0, 3.0, 4.0]
    assert left(journal) == [5.0, 6.0, 7.0, 8.0, 9.0, 10.0]


def test_what_a_sink_has_yet_to_publish_is_not_deleted(journal: Journal, tmp_path: Path) -> None:
    outbox = Outbox(journal, sink="mqtt")
    store(journal, make_prediction(11))
    later = datetime.now(UTC) + timedelta(days=1)

    with pytest.raises(StoreError, match="mqtt of /drop has yet to publish 1 of these"):
        archive(journal.engine, tmp_path / "out.parquet", before=later, deletes=True)
    assert len(left(journal)) == 11
    assert not (tmp_path / "out.parquet").exists()

    outbox.published(outbox.next(at_most=10))
    archive(journal.engine, tmp_path / "out.parquet", before=later, deletes=True)
    assert left(journal) == []


def test_rows_that_went_astray_are_told_and_nothing_is_deleted(
    journal: Journal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive_module, "_write", _write_one_less(archive_module._write))

    with pytest.raises(StoreError, match="nothing was deleted"):
        archive(journal.engine, tmp_path / "o.parquet", before=datetime.now(UTC), deletes=True)

    assert len(left(journal)) == 10
    assert list(tmp_path.glob("*.parquet*")) == []


def _write_one_less(write: object) -> object:
    return lambda *given: write(*given) + 1  # type: ignore[operator]


def test_a_file_that_is_there_is_left_alone(journal: Journal, tmp_path: Path) -> None:
    (tmp_path / "out.parquet").write_text("mine")

    with pytest.raises(InputError, match="expected a new file"):
        archive(journal.engine, tmp_path / "out.parquet")

    assert (tmp_path / "out.parquet").read_text() == "mine"
