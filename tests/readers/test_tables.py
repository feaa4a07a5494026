"""Tables are read as text in one dialect, and every cell keeps the line it stood on."""

import csv
import io

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pat.errors import FileFormatError
from pat.readers.findings import Findings
from pat.readers.tables import decoded, read_table, text_table

cells = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8)


def parsed(text):
    findings = Findings()
    return text_table(text, name="t.csv", findings=findings), findings


def test_a_comma_separates_beside_a_decimal_point():
    table, findings = parsed("vessel,glucose\nV01,1.5\n")

    assert table.cells.to_dict("list") == {"vessel": ["V01"], "glucose": ["1.5"]}
    assert table.decimal == "."
    assert not findings.faults


@pytest.mark.parametrize("separator", [";", "\t"])
def test_a_semicolon_or_tab_separates_beside_a_decimal_comma(separator):
    table, _ = parsed(f"vessel{separator}glucose\nV01{separator}1,5\n")

    assert table.cells["glucose"].tolist() == ["1,5"]
    assert table.decimal == ","


def test_a_tab_may_separate_beside_a_decimal_point():
    assert parsed("vessel\tglucose\nV01\t1.5\n")[0].decimal == "."


def test_a_decimal_comma_may_stand_in_the_header_alone():
    assert parsed("vessel;400,5;401,5\nV01;1;2\n")[0].decimal == ","


def test_no_cell_becomes_a_missing_value_but_the_empty_one():
    table, _ = parsed("vessel,sample\nNA,nan\nnull,None\n01, \n")

    assert table.cells["vessel"].tolist() == ["NA", "null", "01"]
    assert table.cells["sample"].isna().tolist() == [False, False, True]


def test_rows_are_lines_of_the_file_blank_ones_and_lines_inside_quotes_counted():
    table, _ = parsed('vessel,note\nV01,"two\nlines"\n\n,,\nV02,x\n')

    assert table.rows.tolist() == [2, 6]


def test_a_header_below_blank_lines_is_found():
    table, _ = parsed("\n\nvessel,glucose\nV01,1\n")

    assert table.rows.tolist() == [4]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_every_line_ending_is_read(ending):
    table, _ = parsed(ending.join(["vessel,glucose", "V01,1", "V02,2", ""]))

    assert table.cells["vessel"].tolist() == ["V01", "V02"]
    assert table.rows.tolist() == [2, 3]


def test_a_byte_order_mark_is_not_part_of_the_first_name():
    assert decoded("vessel\n".encode("utf-8-sig")) == "vessel\n"


def test_text_in_another_encoding_is_refused_with_its_row():
    with pytest.raises(FileFormatError, match=r"0xb5 in row 2.*CSV UTF-8"):
        decoded("vessel\nµ".encode("latin-1"))


def test_utf16_is_named():
    with pytest.raises(FileFormatError, match="UTF-16"):
        decoded("vessel".encode("utf-16"))


@pytest.mark.parametrize("content", [b"", b"  \r\n \n"])
def test_an_empty_file_is_refused(content):
    with pytest.raises(FileFormatError, match="empty"):
        decoded(content)


def test_rows_of_another_length_are_faults_that_name_their_rows():
    _, findings = parsed("a,b,c\n1,2,3\n1,2\n1,2,3,4\n1,2,3,,\n")

    assert [str(fault) for fault in findings.faults] == [
        "t.csv, row 3: expected 3 cells as in the header; got 2",
        "t.csv, row 4: expected 3 cells as in the header; got 4",
    ]


def test_a_column_that_comes_twice_is_a_fault():
    _, findings = parsed("a,b,a\n1,2,3\n")

    assert [(fault.row, fault.column) for fault in findings.faults] == [(1, "a")]


def test_a_column_without_a_name_is_a_fault_only_where_it_has_cells():
    assert not parsed("a,b,\n1,2,\n")[1].faults
    assert "no name" in parsed("a,b,\n1,2,3\n")[1].faults[0].message


def test_quotes_that_never_close_are_refused_with_their_row():
    with pytest.raises(FileFormatError, match=r"row 3.*quotes"):
        parsed('a,b\n1,2\n"3,4\n')


def test_a_file_without_rows_is_a_fault_unless_it_may_be_empty(tmp_path):
    (tmp_path / "t.csv").write_text("a,b\n")
    findings = Findings()

    allowed = read_table(tmp_path / "t.csv", name="t.csv", findings=findings, may_be_empty=True)
    refused = read_table(tmp_path / "t.csv", name="t.csv", findings=findings)

    assert allowed is not None
    assert allowed.cells.columns.tolist() == ["a", "b"]
    assert refused is None
    assert len(findings.faults) == 1


def test_a_file_that_is_no_parquet_is_a_fault(tmp_path):
    (tmp_path / "t.parquet").write_bytes(b"PAR1 not really")
    findings = Findings()

    assert read_table(tmp_path / "t.parquet", name="t.parquet", findings=findings) is None
    assert "Parquet" in findings.faults[0].message


@given(rows=st.lists(st.tuples(cells, cells, cells), min_size=1, max_size=6))
def test_what_a_csv_writer_writes_is_read_cell_for_cell(rows):
    text = io.StringIO()
    csv.writer(text).writerows([("a", "b", "c"), *rows])

    table, findings = parsed(text.getvalue())

    expected = [list(row) for row in rows if any(cell.strip() for cell in row)]
    read = table.cells.fillna("").to_numpy().tolist()
    assert read == [[cell if cell.strip() else "" for cell in row] for row in expected]
    assert not findings.faults


bare = st.text("ab1.,<; é", max_size=4)


@given(st.lists(st.lists(bare, min_size=1, max_size=4).map(",".join), min_size=1, max_size=5))
def test_the_quick_way_reads_what_the_careful_way_reads(lines):
    text = "\n".join(["a,b,c", *lines]) + "\n"

    quick, some = parsed(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pat.readers.tables.read_plain_csv", lambda *_, **__: None)
        careful, others = parsed(text)

    pd.testing.assert_frame_equal(quick.cells, careful.cells)
    assert quick.rows.tolist() == careful.rows.tolist()
    assert some.faults == others.faults
