"""columns.toml says what it says, and every slip in it is told at once."""

from pathlib import Path

import pytest

from pat.errors import CampaignError
from pat.importing.column_map import ColumnMap, DateOrder, Role, TableMap, read_column_map
from tests.importing.laboratory import table

DOCUMENT = Path(__file__).parents[2] / "docs" / "import.md"


def test_the_example_in_the_documents_is_read(tmp_path: Path) -> None:
    example = DOCUMENT.read_text(encoding="utf-8").split("```toml\n")[1].split("```")[0]
    found = read_column_map(table(tmp_path / "columns.toml", example))

    assert found.spectra_timezone == "UTC"
    assert found.drawn_min_before == 5.0
    ambr, historian, feeds = (found.of(n) for n in ("ambr_1.csv", "historian.csv", "feeds.xlsx"))
    assert (ambr.holds, ambr.titles_in_line, ambr.columns["Note"]) == (Role.ONLINE, 4, "")
    assert historian.tag is not None
    assert historian.tag.search("V01.pH")["vessel"] == "V01"  # type: ignore[index]
    assert (feeds.dates, feeds.vessel) == (DateOrder.DAY, "V01")


def test_the_first_entry_that_fits_counts_for_a_path_or_its_last_part() -> None:
    first, second = TableMap("run1/*"), TableMap("*.csv")
    columns = ColumnMap((first, second))

    assert columns.of("run1/a.csv") is first
    assert columns.of("run2/a.csv") is second
    assert columns.of("a.xlsx") == TableMap()


@pytest.mark.parametrize(
    "text, words",
    [
        ("[[table]]\n", "needs files"),
        ("[[table]]\nfiles = 'x'\ncolums = {}\n", "got colums"),
        ("[[table]]\nfiles = 'x'\ntag = '(?P<tag>.*)'\n", "expected named groups"),
        ("[[table]]\nfiles = 'x'\ntag = '('\n", "regular expression"),
        ("[[table]]\nfiles = 'x'\ndates = 'guess'\n", "day first, month first"),
        ("[[table]]\nfiles = 'x'\ntitles_in_line = 0\n", "number of a line"),
        ("[[table]]\nfiles = 'x'\ntimezone = 'Mars'\n", "IANA"),
        ("[samples]\ndrawn_min_before = -1\n", "0 or more"),
        ("table = 3\n", r"\[\[table\]\]"),
        ("= 3\n", "cannot be read"),
    ],
)
def test_a_slip_is_told(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(CampaignError, match=words):
        read_column_map(table(tmp_path / "columns.toml", text))


def test_all_slips_are_told_at_once(tmp_path: Path) -> None:
    text = "[[table]]\nfiles = 'x'\ndates = 'guess'\ngood = 1\n[spectra]\nzone = 'UTC'\n"

    with pytest.raises(CampaignError) as caught:
        read_column_map(table(tmp_path / "columns.toml", text))

    assert len(caught.value.faults) == 3
