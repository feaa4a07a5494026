"""The campaign.toml to paste for a folder that has none, from the headers of its tables."""

import csv
from pathlib import Path

_KEYS = {
    "vessel", "time", "elapsed_h", "sample", "scan", "kind", "analyte", "value", "unit", "method",
    "replicate",
}  # fmt: skip


def proposed_toml(folder: Path) -> str:
    """Return the text; a ? stands for what only the user knows."""
    lines = [
        f'id = "{folder.resolve().name}"',
        'description = "?"',
        'axis = "raman_shift_cm1"    # or "wavenumber_cm1", "wavelength_nm"',
        'intensity = "counts"',
        '# timezone = "?"            # IANA name, where times carry no offset',
        "# saturation = ?            # counts at full scale",
    ]
    for analyte in _analytes(folder / "assays.csv"):
        lines += ["", f"[analytes.{_quoted(analyte)}]", 'unit = "?"']
    for tag in _columns(folder / "online.csv"):
        if tag not in _KEYS:
            lines += ["", f"[online.{_quoted(tag)}]", 'unit = "?"']
    return "\n".join(lines)


def _analytes(assays: Path) -> list[str]:
    """Return the analytes of a wide or a long table, in its order."""
    header = _columns(assays)
    if "analyte" not in header:
        return [column for column in header if column not in _KEYS]
    place = header.index("analyte")
    names = [row[place] for row in _rows(assays)[1:] if len(row) > place and row[place]]
    return list(dict.fromkeys(names))


def _columns(table: Path) -> list[str]:
    rows = _rows(table)
    return [cell.strip() for cell in rows[0]] if rows else []


def _rows(table: Path) -> list[list[str]]:
    """Return the cells of a text table; none where it is missing or no text."""
    try:
        text = table.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return []
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    return list(csv.reader(text.splitlines(), delimiter=separator))


def _quoted(name: str) -> str:
    bare = name.replace("_", "").replace("-", "")
    return name if bare.isascii() and bare.isalnum() else '"' + name.replace('"', '\\"') + '"'
