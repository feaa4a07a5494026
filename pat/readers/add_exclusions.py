"""Further rows for exclude.csv; what stands in it stays as it is."""

import csv
import io
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from pat.campaign import Campaign
from pat.readers.exclusions import FILE
from pat.readers.findings import Findings
from pat.readers.rewrite import rewrite
from pat.readers.tables import decoded, separator_of, text_table
from pat.readers.write_keys import WrittenKeys
from pat.readers.write_tables import csv_cells

_ORDER = ("file", "vessel", "time", "elapsed_h", "sample", "scan", "reason", "who")


def exclude_spectra(
    folder: Path, campaign: Campaign, reasons: Mapping[int, str], *, who: str
) -> int:
    """Add spectra to the exclude.csv of a campaign folder; return how many.

    Spectra without a vessel cannot be named there and are passed over. The file is replaced as
    a whole or not at all.

    Parameters
    ----------
    folder : Path
    campaign : Campaign
        As read from it.
    reasons : mapping of row of `campaign.spectra` to why it does not count
    who : str

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    new = _lines(campaign, reasons, who=who)
    if len(new) == 0:
        return 0
    path = folder / FILE
    present = decoded(path.read_bytes()) if path.is_file() else ""
    by_hand = ", or add the rows that `pat check` lists by hand"
    rewrite(path, _with_rows(present, new), otherwise=by_hand)
    return len(new)


def _lines(campaign: Campaign, reasons: Mapping[int, str], *, who: str) -> pd.DataFrame:
    """Return the rows to add as text cells, columns that say nothing left out."""
    keys = campaign.spectra.keys
    cells = WrittenKeys(campaign).of(keys, source="spectra").assign(scan=keys["scan"])
    named = [row for row in sorted(reasons) if isinstance(keys["vessel"].iloc[row], str)]
    lines = cells.iloc[named].assign(
        file="spectra", reason=[reasons[row] for row in named], who=who
    )
    columns = {name: csv_cells(lines[name]) for name in _ORDER if name in lines}
    return pd.DataFrame({name: cells for name, cells in columns.items() if any(cells)})


def _with_rows(present: str, new: pd.DataFrame) -> str:
    """Return the text of exclude.csv with rows added, in the dialect that it has."""
    separator, decimal = ",", "."
    header, body = list(map(str, new.columns)), ""
    if present.strip():
        separator = separator_of(present.partition("\n")[0])
        table = text_table(present, name=FILE, findings=Findings())
        decimal = table.decimal if separator != "," else "."
        missing = [name for name in header if not table.has(name)]
        old = table.cells.assign(**dict.fromkeys(missing, ""))
        header = list(map(str, old.columns))
        body = _text(old.fillna("").to_numpy(dtype=object).tolist(), separator)
    if decimal == "," and "elapsed_h" in new:
        new = new.assign(elapsed_h=[cell.replace(".", ",") for cell in new["elapsed_h"]])
    added = new.reindex(columns=header, fill_value="").to_numpy(dtype=object).tolist()
    return _text([header], separator) + body + _text(added, separator)


def _text(rows: list[list[str]], separator: str) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator="\n").writerows(rows)
    return out.getvalue()
