"""Tables of a laboratory: wide and long, CSV and Excel, cells that are limits or flags."""

import contextlib
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pat.errors import FileFormatError
from pat.readers.analysers import AssayExport, read_assay_export
from pat.readers.analysers.values import reading_of

CELL = st.text("ab<>≤.,;-+eE%*0123456789 /:\t\"'\u202f", max_size=9)
TITLE = st.sampled_from(
    ["Sample ID", "vessel", "time", "Date & Time", "Sample Type", "Cell Density Dilution", "Gluc",
     "glucose (g/L)", "analyte", "value", "unit", "Cedex ID", "Viable Cell Conc.", "", "400"]
)  # fmt: skip
WIDE = "Sample ID,Glucose (g/L),lactate [mmol/L],Flag\nA1,6.5,< 2,\nA2,,3.5,late\n"


def export_of(tmp_path, content, name="lab.csv", timezone="UTC"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_assay_export(path, timezone=timezone)


def test_units_stand_in_the_titles_of_a_wide_table(tmp_path):
    values = export_of(tmp_path, WIDE).values

    assert values["source_sample"].tolist() == ["A1", "A1", "A2"]
    assert values["analyte"].tolist() == ["Glucose", "lactate", "lactate"]
    assert values["unit"].tolist() == ["g/L", "mmol/L", "mmol/L"]
    assert values["row"].tolist() == [2, 2, 3]
    assert (values["censored"][1], values["limit"][1]) == ("<", 2.0)
    assert values["flag"].tolist()[2] == "late"


def test_a_remark_of_a_person_is_no_flag(tmp_path):
    values = export_of(tmp_path, WIDE.replace("Flag", "Remark")).values

    assert values["flag"].isna().all()


def test_a_long_table_has_a_row_a_value(tmp_path):
    text = (
        "vessel;time;analyte;value;unit;method;replicate\n"
        "V01;2024-05-01 10:00;glucose;6,5;g/L;YSI;1\nV01;2024-05-01 10:00;glucose;6,7;g/L;YSI;2\n"
    )

    values = export_of(tmp_path, text, timezone="Europe/Berlin").values

    assert values["value"].tolist() == [6.5, 6.7]
    assert values["replicate"].tolist() == ["1", "2"]
    assert set(values["method"]) == {"YSI"}
    assert [time.isoformat() for time in values["time"]] == ["2024-05-01T08:00:00+00:00"] * 2


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_the_encoding_does_not_matter(tmp_path, encoding):
    values = export_of(tmp_path, WIDE.replace("A1", "Gärtank").encode(encoding)).values

    assert values["source_sample"].tolist()[0] == "Gärtank"


def test_a_sample_measured_again_in_the_file_is_numbered(tmp_path):
    text = "source_sample,glucose (g/L)\nA,1\nB,2\nA,3\n"

    values = export_of(tmp_path, text).values

    assert values["replicate"].fillna("").tolist() == ["1", "", "2"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("400,1\n401,2\n", "expected an analyser's export, or a table with a column source_sample"),
        ("sample,remark\nA,good\n", "expected a column of measured values"),
        ("sample,glucose\n", "expected a column of measured values"),
        ("sample,glucose\nA,2,5\n", "row 2: expected 2 cells as there are titles; got 3"),
        ("sample,glucose,Glucose\nA,2,5\n", "expected each column once; got 'glucose' twice"),
        ("", "the file is empty"),
        ("a\0b", "got a binary file of another kind"),
        ("vessel,time,400,401,402\nV01,2024-05-01 10:00,1,2,3\n", "expected a column of measured"),
    ],
)
def test_what_is_no_table_of_assays_is_refused(tmp_path, text, words):
    with pytest.raises(FileFormatError, match=words):
        export_of(tmp_path, text)


@pytest.mark.parametrize(
    ("text", "side", "limit", "flag"),
    [
        ("<0.10", "<", 0.1, None),
        ("< 0.10", "<", 0.1, None),
        (">30", ">", 30.0, None),
        (">= 30", ">", 30.0, None),
        ("≤0.2", "<", 0.2, None),
        ("OOR < 0.2", "<", 0.2, "OOR < 0.2"),
        ("out of range (>30.0)", ">", 30.0, "out of range (>30.0)"),
    ],
)
def test_a_limit_is_never_a_number(text, side, limit, flag):
    reading = reading_of(text)

    assert (reading.censored, reading.limit, reading.flag) == (side, limit, flag)
    assert math.isnan(reading.value)


@pytest.mark.parametrize(
    "text", ["ERROR", "-----", "10.00%", "n/a", "nan", "inf", "<", "< TEST RNG"]
)
def test_what_is_no_number_is_a_flag_without_a_value(text):
    reading = reading_of(text)

    assert reading.flag == text
    assert math.isnan(reading.value)
    assert math.isnan(reading.limit)


def test_numbers_may_be_grouped_or_starred():
    assert reading_of("274 000").value == 274_000
    assert reading_of("1\u202f250\u202f000,5", decimal=",").value == 1_250_000.5
    assert (reading_of("12.3 *").value, reading_of("12.3 *").flag) == (12.3, "*")


@given(CELL)
def test_every_cell_is_a_value_or_a_limit_or_a_flag(text):
    reading = reading_of(text, decimal=",")

    is_value, is_limit = math.isfinite(reading.value), math.isfinite(reading.limit)
    assert not (is_value and is_limit)
    assert is_limit == (reading.censored is not None)
    assert is_value or is_limit or reading.flag is not None


@given(st.lists(TITLE, max_size=6), st.lists(st.lists(CELL, max_size=6), max_size=4))
def test_whatever_a_table_holds_it_is_read_or_refused(tmp_path_factory, titles, rows):
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_text("\n".join(";".join(row) for row in [titles, *rows]), encoding="utf-8")

    with contextlib.suppress(FileFormatError):
        assert isinstance(read_assay_export(path, timezone="Europe/Berlin"), AssayExport)
