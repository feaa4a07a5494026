"""Excel sheets as text; workbooks that would fill the memory are refused."""

import contextlib
import io
import subprocess
import sys
import zipfile
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pat.errors import FileFormatError
from pat.readers.analysers import read_assay_export
from pat.readers.excel import excel_sheets
from tests.readers.mutations import LONGEST_S, MOST_MEMORY_MB

pytest.importorskip("python_calamine")

TYPES = """<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels"
 ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Override PartName="/xl/workbook.xml"
 ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>
<Override PartName="/xl/worksheets/sheet1.xml"
 ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>
</Types>"""
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
WORKBOOK = (
    f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">'
    '<sheets><sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>'
)


def workbook(rows, shared=None):
    """Return a workbook with one sheet of these rows of XML."""
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'
    parts = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": RELS.format(
            f'<Relationship Id="r0" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
        ),
        "xl/workbook.xml": WORKBOOK,
        "xl/_rels/workbook.xml.rels": RELS.format(
            f'<Relationship Id="r1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
            f'<Relationship Id="r2" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
        ),
        "xl/worksheets/sheet1.xml": sheet,
    }
    if shared is not None:
        parts["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}">{shared}</sst>'
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return packed.getvalue()


def text(at, words):
    return f'<c r="{at}" t="inlineStr"><is><t>{words}</t></is></c>'


PLAIN = (
    f'<row r="1">{text("A1", "sample")}{text("B1", "glucose (g/L)")}</row>'
    f'<row r="3">{text("A3", "S1")}<c r="B3"><v>6.5</v></c></row>'
)
TENTH_OF_A_GIGABYTE = " " * 100_000_000
#: Each a small file; the first alone would be 500 GB of cells.
BOMBS = {
    "a cell at the far end": lambda: workbook(
        PLAIN + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    ),
    "blanks without end": lambda: workbook(PLAIN + TENTH_OF_A_GIGABYTE),
    "one long text in every cell": lambda: workbook(
        "".join(f'<row r="{i}"><c r="A{i}" t="s"><v>0</v></c></row>' for i in range(1, 20_000)),
        shared=f"<si><t>{'x' * 1_000_000}</t></si>",
    ),
    "cells that do not say where they are": lambda: workbook(
        "<row>" + "<c><v>1</v></c>" * 10_000 + "</row>" + "<row><c><v>1</v></c></row>" * 100_000
    ),
}
#: Prints for each file how it ended, and the megabytes and seconds that it took.
READ_ALL = """
import resource, sys, time
from pathlib import Path
import python_calamine
from pat.errors import FileFormatError
from pat.readers.analysers import read_assay_export
for path in map(Path, sys.argv[1:]):
    before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    try:
        read_assay_export(path, timezone=None)
        word = "read"
    except FileFormatError as error:
        word = "refused"
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(word, (after - before) // 1024, time.process_time() - started)
"""


def test_cells_are_read_with_the_row_of_the_sheet(tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(workbook(PLAIN))

    values = read_assay_export(path, timezone=None).values

    assert values[["source_sample", "analyte", "value", "unit", "row"]].to_numpy().tolist() == [
        ["S1", "glucose", 6.5, "g/L", 3]
    ]


def test_cells_without_an_address_follow_one_another():
    rows = "<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3.5</v></c></row>"

    assert excel_sheets(workbook(rows)) == [("A", [["1", "2"], ["3.5", ""]])]


def test_small_workbooks_that_unpack_to_very_much_are_refused_soon_and_in_little_memory(tmp_path):
    pytest.importorskip("resource")
    paths = [tmp_path / f"{i}.xlsx" for i in range(len(BOMBS))]
    for path, bomb in zip(paths, BOMBS.values(), strict=True):
        path.write_bytes(bomb())

    done = subprocess.run(
        [sys.executable, "-c", READ_ALL, *map(str, paths)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip

    for name, line in zip(BOMBS, done.stdout.splitlines(), strict=True):
        word, megabytes, seconds = line.split()
        assert word == "refused", name
        assert int(megabytes) < MOST_MEMORY_MB, name
        assert float(seconds) < LONGEST_S, name


def test_a_workbook_that_lies_about_its_size_is_refused():
    content = workbook(PLAIN + TENTH_OF_A_GIGABYTE)
    at = content.rindex(b"xl/worksheets/sheet1.xml") - 46 + 24  # its size in the central directory
    lying = content[:at] + (1000).to_bytes(4, "little") + content[at + 4 :]

    with pytest.raises(FileFormatError, match="broken in xl/worksheets"):
        excel_sheets(lying)


def test_a_missing_library_is_named_by_its_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "python_calamine", None)

    with pytest.raises(FileFormatError, match=r"pip install 'raman-pat\[excel\]'"):
        excel_sheets(workbook(PLAIN))


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 2_000_000), st.text("ABXFDZ", max_size=4), st.integers(0, 2_000_000),
            st.sampled_from(["n", "s", "str", "b", "e", "d", "inlineStr"]), st.text(max_size=6),
        ),
        max_size=6,
    )
)  # fmt: skip
def test_whatever_a_sheet_claims_it_is_read_or_refused(cells):
    rows = "".join(
        f'<row r="{row}"><c r="{letters}{number}" t="{kind}"><v>{escape(value)}</v></c></row>'
        for row, letters, number, kind, value in cells
    )

    with contextlib.suppress(FileFormatError):
        assert all(isinstance(name, str) for name, _ in excel_sheets(workbook(rows)))
