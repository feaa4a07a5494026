"""A growing CSV file gives each of its rows once, whenever and however it is looked at."""

import logging
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pat.stream import appended
from pat.stream.appended import AppendedTable

HEADER = "vessel,time,ph\n"


def rows(table: AppendedTable) -> list[tuple[str, ...]]:
    return [
        tuple(cells) for new in table.take() for cells in new.table.cells.itertuples(index=False)
    ]


@given(
    values=st.lists(st.integers(0, 10_000), max_size=20),
    cuts=st.lists(st.integers(0, 400), max_size=12),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_file_cut_anywhere_gives_the_rows_of_the_whole(
    tmp_path: Path, values: list[int], cuts: list[int]
) -> None:
    text = HEADER + "".join(f"V{value},t,{value}.5\n" for value in values)
    path = tmp_path / "online.csv"
    path.unlink(missing_ok=True)
    table = AppendedTable(path, settle_s=1000.0)

    found = []
    written = 0
    for cut in [*sorted(min(cut, len(text)) for cut in cuts), len(text)]:
        with path.open("a") as file:
            file.write(text[written:cut])
        written = cut
        found += rows(table)

    assert found == [(f"V{value}", "t", f"{value}.5") for value in values]


def test_nothing_comes_from_a_file_that_is_not_there_or_has_not_changed(tmp_path: Path) -> None:
    path = tmp_path / "online.csv"
    table = AppendedTable(path, settle_s=0.0)
    assert rows(table) == []

    path.write_text(HEADER + "V01,t,7\n")

    assert rows(table) == [("V01", "t", "7")]
    assert rows(table) == []


def test_a_last_line_without_its_end_counts_once_the_file_is_still(tmp_path: Path) -> None:
    path = tmp_path / "online.csv"
    path.write_text(HEADER + "V01,t,7.1")

    assert rows(AppendedTable(path, settle_s=1000.0)) == []
    assert rows(AppendedTable(path, settle_s=0.0)) == [("V01", "t", "7.1")]


def test_a_line_that_was_taken_and_goes_on_is_read_anew(tmp_path: Path) -> None:
    path = tmp_path / "online.csv"
    path.write_text(HEADER + "V01,t,7.1")
    table = AppendedTable(path, settle_s=0.0)
    list(table.take())

    path.write_text(HEADER + "V01,t,7.15\n")
    [again] = table.take()

    assert again.is_anew
    assert again.table.cells["ph"].tolist() == ["7.15"]


def test_rows_after_a_last_line_without_its_end_are_an_appendix(tmp_path: Path) -> None:
    path = tmp_path / "online.csv"
    path.write_text(HEADER + "V01,t,7.1")
    table = AppendedTable(path, settle_s=0.0)
    list(table.take())

    path.write_text(HEADER + "V01,t,7.1\nV02,t,7.2\n")
    [new] = table.take()

    assert not new.is_anew
    assert new.table.cells["vessel"].tolist() == ["V02"]
    assert new.table.rows.tolist() == [3]


@pytest.mark.parametrize("text", ["V09,t,9\n", "V09,t,9\nV10,t,9\nV11,t,9\nV12,t,10\n"])
def test_a_file_that_was_replaced_is_read_from_its_start(tmp_path: Path, text: str) -> None:
    path = tmp_path / "online.csv"
    path.write_text(HEADER + "V01,t,7\nV02,t,7\n")
    table = AppendedTable(path, settle_s=0.0)
    assert [new.is_anew for new in table.take()] == [True]

    path.write_text(HEADER + text)
    [new] = table.take()

    assert new.is_anew
    assert new.table.cells["vessel"].iloc[0] == "V09"


def test_rows_are_numbered_as_in_the_file_however_they_came(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "online.csv"
    path.write_text(HEADER + "V01,t,7\n")
    table = AppendedTable(path, settle_s=0.0)
    list(table.take())
    with path.open("a") as file:
        file.write("V02,t,7\nV03,t\n")

    with caplog.at_level(logging.WARNING):
        [new] = table.take()

    assert new.table.rows.tolist() == [3, 4]
    assert "online.csv, row 4: expected 3 cells" in caplog.text


def test_a_long_file_comes_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(appended, "CHUNK", 64)
    path = tmp_path / "online.csv"
    path.write_text(HEADER + "".join(f"V{number:03d},t,7\n" for number in range(100)))
    table = AppendedTable(path, settle_s=0.0)

    parts = list(table.take())

    assert len(parts) > 10
    assert [part.is_anew for part in parts] == [True] + [False] * (len(parts) - 1)
    assert [row for part in parts for row in part.table.rows] == list(range(2, 102))


def test_bytes_that_are_no_text_are_logged_and_what_follows_is_read(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "online.csv"
    path.write_bytes(HEADER.encode() + b"V\xff1,t,7\n")
    table = AppendedTable(path, settle_s=0.0)

    with caplog.at_level(logging.WARNING):
        assert rows(table) == []
    with path.open("a") as file:
        file.write("V02,t,7\n")

    assert "expected UTF-8" in caplog.text
    assert rows(table) == [("V02", "t", "7")]


def test_semicolons_and_decimal_commas_are_understood_in_every_part(tmp_path: Path) -> None:
    path = tmp_path / "online.csv"
    path.write_text("vessel;time;ph\nV01;t;7,1\n")
    table = AppendedTable(path, settle_s=0.0)
    first = list(table.take())
    with path.open("a") as file:
        file.write("V02;t;7,25\n")

    assert [new.table.decimal for new in (*first, *table.take())] == [",", ","]
