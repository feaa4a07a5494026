"""A report of faults stays readable: rows are joined, long lists are counted."""

from hypothesis import given
from hypothesis import strategies as st

from pat.readers.findings import SPELT_OUT, Findings, names_in_words, rows_in_words


def test_rows_that_follow_one_another_are_joined():
    assert rows_in_words([7, 3, 4, 5, 3]) == "rows 3 to 5, 7"
    assert rows_in_words([4]) == "row 4"


@given(st.sets(st.integers(2, 60), min_size=1, max_size=8))
def test_rows_in_words_name_every_row_and_no_other(rows):
    named = set()
    for part in rows_in_words(rows).split(" ", 1)[1].split(", "):
        first, _, last = part.partition(" to ")
        named |= set(range(int(first), int(last or first) + 1))

    assert named == rows


def test_scattered_rows_are_counted_when_they_are_many():
    assert rows_in_words(range(2, 102, 2)).endswith("... 100 (50 in all)")


def test_names_are_counted_when_they_are_many():
    assert names_in_words(["a", "b", "a"]) == "a, b"
    assert names_in_words(map(str, range(12))).endswith("and 4 more")


def test_rows_with_the_same_message_are_one_fault():
    findings = Findings()
    findings.fault_alike("f.csv", [(2, "bad"), (3, "worse"), (4, "bad")], column="c")

    assert [str(fault) for fault in findings.faults] == [
        "f.csv, row 2, column c: bad (also in row 4)",
        "f.csv, row 3, column c: worse",
    ]


def test_a_thousand_faults_of_one_sort_do_not_make_a_thousand_lines():
    findings = Findings()
    findings.fault_each("f.csv", [(row, f"bad {row}") for row in range(2, 1002)])
    findings.fault_alike("f.csv", [(row, f"bad {row}") for row in range(2, 1002)])

    assert len(findings.faults) == 2 * (SPELT_OUT + 1)
    assert "990 more" in findings.faults[SPELT_OUT].message


def test_no_rows_are_no_fault():
    findings = Findings()
    findings.fault_rows("f.csv", "bad", rows=[])

    assert not findings.faults
