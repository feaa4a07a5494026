"""Values of historians reach the campaign at their time and vessel, or a word says why not."""

from pathlib import Path

import pandas as pd
import pytest

from pat.errors import FileFormatError
from pat.importing.account import Account
from pat.importing.column_map import ColumnMap, TableMap
from pat.importing.online import Online, joined_online, read_online_table
from pat.importing.tables import mapped_tables
from pat.importing.vessel_names import VesselPrefix
from tests.importing.laboratory import table, utc

KNOWN = VesselPrefix.of(["V01", "V02"])


def read(
    folder: Path, text: str, *, columns: ColumnMap | None = None, encoding: str = "utf-8"
) -> tuple[pd.DataFrame, Account, Online]:
    path = table(folder / "online.csv", text, encoding=encoding)
    account = Account()
    [mapped] = mapped_tables(path, name="online.csv", columns=columns or ColumnMap())
    part = read_online_table(mapped, timezone="Europe/Berlin", known=KNOWN, account=account)
    whole = joined_online([part], account=account)
    return whole.values, account, whole


def test_a_german_export_is_read_with_its_units(tmp_path: Path) -> None:
    text = "Zeitstempel;Reaktor;pH [-];Temp. [°C]\n01.05.2024 10:00:00;V01;7,004;36,95\n"
    values, _, online = read(tmp_path, text, encoding="cp1252")

    assert values.iloc[0].tolist() == ["V01", utc("2024-05-01T08:00:00"), 7.004, 36.95]
    assert online.units == {"pH": "-", "Temp.": "°C"}


def test_columns_that_begin_with_a_vessel_are_its_tags(tmp_path: Path) -> None:
    text = "Timestamp,V01.pH,V02.pH\n2024-05-01T08:00Z,7.0,6.9\n"
    values, _, _ = read(tmp_path, text)

    assert values[["vessel", "pH"]].values.tolist() == [["V01", 7.0], ["V02", 6.9]]


def test_a_row_a_value_becomes_a_column_a_tag(tmp_path: Path) -> None:
    text = (
        "Tag,Timestamp,Value,Quality\n"
        "V01/pH,2024-05-01T08:00Z,7.0,Good\n"
        "V01/DO,2024-05-01T08:00Z,40,Good\n"
        "V01/DO,2024-05-01T09:00Z,999,Bad\n"
    )
    columns = ColumnMap((TableMap("online.csv", good=("Good",)),))
    values, _, _ = read(tmp_path, text, columns=columns)

    assert values[["vessel", "pH", "DO"]].values.tolist() == [["V01", 7.0, 40.0]]


def test_rows_out_of_order_are_put_in_order_and_told(tmp_path: Path) -> None:
    text = (
        "vessel,time,pH\n"
        "V01,2024-05-01T09:00Z,7.1\n"
        "V01,2024-05-01T08:00Z,7.0\n"
        "V01,2024-05-01T10:00Z,7.2\n"
    )
    values, account, _ = read(tmp_path, text)

    assert values["pH"].tolist() == [7.0, 7.1, 7.2]
    assert any("out of order in 1 places" in note for note in account.notes)


def test_values_told_twice_alike_count_once_and_two_that_differ_not_at_all(tmp_path: Path) -> None:
    text = (
        "vessel,time,pH,DO\n"
        "V01,2024-05-01T08:00Z,7.0,40\n"
        "V01,2024-05-01T08:00Z,7.0,41\n"
        "V01,2024-05-01T09:00Z,7.1,42\n"
    )
    values, account, _ = read(tmp_path, text)

    assert values["pH"].tolist() == [7.0, 7.1]
    assert values["DO"].isna().tolist() == [True, False]
    assert any("come twice and differ" in note for note in account.notes)


def test_the_hour_that_comes_twice_keeps_both_its_rows(tmp_path: Path) -> None:
    hours = ["01:30", "02:00", "02:30", "02:00", "02:30", "03:00"]
    rows = [f"V01,2024-10-27 {hour},{i}" for i, hour in enumerate(hours)]
    values, account, _ = read(tmp_path, "vessel,time,x\n" + "\n".join(rows) + "\n")

    assert values["x"].tolist() == [0, 1, 2, 3, 4, 5]
    assert values["time"].diff().dropna().dt.total_seconds().tolist() == [1800] * 5
    assert any("comes twice" in note for note in account.notes)


def test_gaps_are_told(tmp_path: Path) -> None:
    minutes = [0, 10, 20, 30, 300, 310]
    rows = [f"V01,{utc('2024-05-01T00:00:00') + pd.Timedelta(minutes=m)},7" for m in minutes]
    _, account, _ = read(tmp_path, "vessel,time,pH\n" + "\n".join(rows) + "\n")

    assert any("1 gaps, the longest 4.5 h in V01" in note for note in account.notes)


def test_a_word_among_numbers_is_left_out_and_told(tmp_path: Path) -> None:
    text = "vessel,time,pH\nV01,2024-05-01T08:00Z,Bad\nV01,2024-05-01T09:00Z,7\n" * 1
    values, account, _ = read(tmp_path, text + "V01,2024-05-01T10:00Z,7\nV01,2024-05-01T11:00Z,7\n")

    assert len(values) == 3
    assert any("such as 'Bad'" in note for note in account.notes)


def test_a_table_without_vessels_says_what_to_write(tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match=r"columns\.toml"):
        read(tmp_path, "time,pH,DO\n2024-05-01T08:00Z,7.0,40\n")


def test_hours_of_unknown_beginning_are_no_time(tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match="expected a column time or elapsed_h"):
        read(tmp_path, "vessel,Time (h),pH,sample\nV01,1.5,7.0,S1\n")


def test_an_ambr_export_is_read_through_a_mapping(tmp_path: Path) -> None:
    text = "Experiment;CHO-7;;\n;;;\nCulture Station;Age [h];pH#PV;Comment\nCS1-1;1,5;7,05;fine\n"
    entry = TableMap(
        "online*",
        titles_in_line=3,
        columns={"Culture Station": "vessel", "pH#PV": "pH", "Comment": ""},
        units={"pH": "1"},
    )
    values, _, online = read(tmp_path, text, columns=ColumnMap((entry,)))

    assert values.values.tolist() == [["CS1-1", 1.5, 7.05]]
    assert online.units == {"pH": "1"}
