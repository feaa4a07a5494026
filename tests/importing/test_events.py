"""No event of a log is lost: each is placed, or the log is refused with the row."""

from pathlib import Path

import pandas as pd
import pytest

from pat.errors import FileFormatError
from pat.importing.account import Account
from pat.importing.column_map import ColumnMap, TableMap
from pat.importing.events import read_events_table
from pat.importing.tables import mapped_tables
from tests.importing.laboratory import table, utc, workbook


def read(path: Path, *, columns: ColumnMap | None = None) -> tuple[pd.DataFrame, Account]:
    account = Account()
    [mapped] = mapped_tables(path, name=path.name, columns=columns or ColumnMap())
    return read_events_table(mapped, timezone="Europe/Zurich", account=account), account


def test_a_feed_log_in_excel_is_read_below_its_head(tmp_path: Path) -> None:
    rows = [["Feed log"], [], ["Reactor", "Date", "Time", "Event", "Amount (mL)"],
            ["V01", "01.05.2024", "10:00:00", "Feed", 5.5]]  # fmt: skip
    events, _ = read(workbook(tmp_path / "feeds.xlsx", rows))

    [event] = events.itertuples()
    assert (event.vessel, event.kind, event.amount, event.unit) == ("V01", "feed", 5.5, "mL")
    assert event.time == utc("2024-05-01T08:00:00")


def test_a_column_an_addition_gives_an_event_for_each_amount(tmp_path: Path) -> None:
    text = (
        "vessel,time,Feed A (mL),Glucose bolus (mL)\n"
        "V01,2024-05-01T10:00Z,5,\n"
        "V01,2024-05-02T10:00Z,6,0.5\n"
    )
    events, _ = read(table(tmp_path / "feeds.csv", text))

    assert sorted(zip(events["kind"], events["amount"], strict=True)) == [
        ("bolus", 0.5), ("feed", 5.0), ("feed", 6.0),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "row, words",
    [
        ("V01,,feed,5,mL", "row 3: expected a time"),
        ("V01,yesterday,feed,5,mL", "row 3: expected a time"),
        (",2024-05-02T10:00Z,feed,5,mL", "row 3: no vessel"),
        ("V01,2024-05-02T10:00Z,feed,much,mL", "row 3: expected an amount"),
        ("V01,2024-05-02T10:00Z,feed,5,", "have no unit"),
    ],
)
def test_a_row_that_cannot_be_placed_refuses_the_log(tmp_path: Path, row: str, words: str) -> None:
    text = f"vessel,time,kind,amount,unit\nV01,2024-05-01T10:00Z,feed,5,mL\n{row}\n"

    with pytest.raises(FileFormatError, match=words):
        read(table(tmp_path / "events.csv", text))


def test_a_kind_that_keeps_nothing_apart_is_told_and_can_be_mapped(tmp_path: Path) -> None:
    path = table(
        tmp_path / "events.csv", "vessel,time,kind\nV01,2024-05-01T10:00Z,Glucose addition\n"
    )
    _, account = read(path)
    mapped = ColumnMap((TableMap("events.csv", kinds={"Glucose addition": "bolus"}),))
    events, quiet = read(path, columns=mapped)

    assert any("Glucose addition" in note for note in account.notes)
    assert (events["kind"].tolist(), quiet.notes) == (["bolus"], [])
