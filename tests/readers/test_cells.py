"""A cell is a number only where it plainly is one, and names stay text."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pat.readers.cells import as_names, is_channel, number, numbers_of, read_numbers, read_plain
from pat.readers.findings import Findings
from pat.readers.tables import Table


def column(*cells, decimal="."):
    texts = pd.Series(list(cells), dtype="str")
    return Table("t.csv", pd.DataFrame({"c": texts}), np.arange(2, len(cells) + 2), decimal)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_printed_number_reads_back_to_the_last_digit(value):
    assert number(repr(value)) == value
    assert number(repr(value).replace(".", ","), decimal=",") == value
    quick, _ = numbers_of(pd.Series([repr(value)], dtype="str"), decimal=".")
    assert quick[0] == value


@pytest.mark.parametrize("text", ["", "NA", "n.d.", "1_000", "0x10", "1,5", "1.2.3", "nan", "inf",
                                  "-", "1 5", "1e", "1e999", "٣", "<0.1", "12 g/L"])  # fmt: skip
def test_what_only_looks_like_a_number_is_none(text):
    assert number(text) is None


@pytest.mark.parametrize("text", ["nan", "inf", "-Infinity", "1e999", "0x10", "1_0"])
def test_a_column_is_no_quicker_to_believe_a_number(text):
    values, wrong = numbers_of(pd.Series(["1", text, None], dtype="str"), decimal=".")

    assert wrong == [1]
    assert np.array_equal(values, [1.0, np.nan, np.nan], equal_nan=True)


@pytest.mark.parametrize("text", ["1.5", "1.234,5", "1,5,5"])
def test_a_decimal_point_is_no_number_beside_a_decimal_comma(text):
    assert number(text, decimal=",") is None


def test_channels_are_columns_named_by_a_number():
    assert is_channel("400.5")
    assert is_channel("-50")
    assert not any(map(is_channel, ("vessel", "nan", "inf", "1_0", "400 cm-1", "400,5")))
    assert is_channel("400,5", decimal=",")


def test_cells_that_are_no_numbers_are_faults_joined_by_what_they_say():
    findings = Findings()
    values = read_numbers(column("1", "NA", "2", "NA", "x"), "c", findings=findings)

    assert np.array_equal(values, [1, np.nan, 2, np.nan, np.nan], equal_nan=True)
    assert [(fault.row, "row 5" in fault.message) for fault in findings.faults] == [
        (3, True),
        (6, False),
    ]


def test_numbers_of_a_parquet_file_are_taken_as_they_are():
    findings = Findings()
    cells = pd.DataFrame({"c": [1, 2], "flag": [True, False]})
    table = Table("t.parquet", cells, np.array([2, 3]))

    assert read_numbers(table, "c", findings=findings).tolist() == [1.0, 2.0]
    read_numbers(table, "flag", findings=findings)
    assert "bool" in findings.faults[0].message


@pytest.mark.parametrize(
    ("cells", "names"),
    [
        ([1, 2], ["1", "2"]),
        ([1.0, np.nan], ["1", None]),
        ([1.5, 2.0], ["1.5", "2.0"]),
        (["01", "NA"], ["01", "NA"]),
        (["", "  "], [None, None]),
    ],
)
def test_names_are_text_whatever_the_file_made_of_them(cells, names):
    read = as_names(pd.Series(cells))

    assert read.dtype == "str"
    assert [None if pd.isna(name) else name for name in read] == names


def test_dictionary_columns_of_parquet_are_names_too():
    assert as_names(pd.Series(["a", "b"], dtype="category")).tolist() == ["a", "b"]


@pytest.mark.parametrize(
    ("cells", "dtype"),
    [
        (("1", "2"), "int64"),
        (("1", None), "float64"),
        (("1.0", "2.5"), "float64"),
        (("01", "02"), "str"),
        (("1", "x"), "str"),
        ((None, None), "str"),
        (("nan", "1"), "str"),
    ],
)
def test_other_columns_are_numbers_where_every_cell_is_and_no_code(cells, dtype):
    assert read_plain(column(*cells), "c").dtype == dtype


def test_other_columns_have_the_decimal_sign_of_their_file():
    assert read_plain(column("1,5", "2", decimal=","), "c").tolist() == [1.5, 2.0]
