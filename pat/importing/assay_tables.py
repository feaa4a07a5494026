"""Tables of assays with titles of a laboratory's own, read as columns.toml says."""

import numpy as np
import pandas as pd

from pat.errors import FileFormatError
from pat.importing.tables import MappedTable
from pat.readers.analysers import AssayExport
from pat.readers.analysers.values import COLUMNS, reading_of
from pat.readers.cells import numbers_of, optional_names
from pat.readers.findings import names_in_words, rows_in_words

#: What a table that no analyser wrote is called; two of them are not two methods.
FORM = "plain table"


def mapped_assays(mapped: MappedTable, *, timezone: str | None) -> AssayExport:
    """Return the values of a wide or long table, a row a measured value.

    Raises
    ------
    FileFormatError
        If it has neither an analyte nor a place, or a time cannot be read.
    """
    if not mapped.has("time", "elapsed_h", "sample", "source_sample"):
        msg = (
            "expected a column time, elapsed_h or sample; got "
            f"{names_in_words(map(str, mapped.table.cells.columns))}"
        )
        raise FileFormatError(msg)
    times = mapped.times(timezone=timezone, series=mapped.vessels().tolist())
    if times.wrong:
        place, words = next(iter(times.wrong.items()))
        msg = f"row {mapped.table.rows[place]}: {words}"
        raise FileFormatError(msg)
    doubts = list(times.notes)
    cells = _long(mapped) if mapped.has("analyte") else _melted(mapped, doubts)
    cells = cells[cells["text"].notna()].reset_index(drop=True)
    if cells.empty:
        msg = "no cell holds a measured value"
        raise FileFormatError(msg)
    readings = [reading_of(text, decimal=mapped.table.decimal) for text in cells["text"]]
    values = pd.concat([_keys(mapped, times.utc).iloc[cells["place"]].reset_index(drop=True),
                        cells, pd.DataFrame(readings)], axis=1)  # fmt: skip
    values["row"] = mapped.table.rows[cells["place"]]
    values = values.assign(source_file=mapped.name).reindex(columns=list(COLUMNS))
    values["limit"] = values["limit"].astype("float64")
    text = ("censored", "unit", "flag", "device", "title")
    values = values.astype(dict.fromkeys(text, "str"))
    values["measured_at"] = pd.Series(pd.NaT, index=values.index, dtype="datetime64[us, UTC]")
    empty = values["value"].isna() & values["limit"].isna()
    if empty.any():
        texts = names_in_words(repr(text) for text in cells["text"][empty])
        doubts.append(f"no number but {texts} in {rows_in_words(values['row'][empty])}")
    return AssayExport(FORM, values, tuple(doubts))


def _keys(mapped: MappedTable, times: pd.Series) -> pd.DataFrame:
    table = mapped.table
    sample = "source_sample" if mapped.has("source_sample") else "sample"
    hours = np.full(len(table.rows), np.nan)
    if mapped.has("elapsed_h"):
        cells = table.cells["elapsed_h"].astype("str")
        hours, _ = numbers_of(cells, decimal=table.decimal)
    return pd.DataFrame(
        {
            "source_sample": optional_names(table, sample).str.strip(),
            "vessel": mapped.vessels(),
            "time": times,
            "elapsed_h": hours,
            "method": optional_names(table, "method"),
            "replicate": optional_names(table, "replicate"),
        }
    )


def _melted(mapped: MappedTable, doubts: list[str]) -> pd.DataFrame:
    """Return the cells of the columns that hold numbers and limits, row by row."""
    parts = []
    for order, column in enumerate(mapped.quantities()):
        text = optional_names(mapped.table, column).str.strip()
        if column not in mapped.units and not _is_measured(text, mapped.table.decimal):
            doubts.append(f"the column {column} is left out: {_words(text, mapped.table.decimal)}")
            continue
        part = pd.DataFrame({"place": np.arange(len(text)), "text": text, "order": order})
        parts.append(
            part.assign(analyte=column, title=column, unit=mapped.units.get(column, np.nan))
        )
    if not parts:
        msg = "expected a column an analyte; no column holds numbers"
        raise FileFormatError(msg)
    return pd.concat(parts).sort_values(["place", "order"], kind="stable")


def _words(text: pd.Series, decimal: str) -> str:
    known = text.dropna()
    if known.empty:
        return "it is empty"
    sign = "comma" if decimal == "," else "point"
    return f"most cells are no numbers with a decimal {sign}, such as {known.iloc[0]!r}"


def _is_measured(text: pd.Series, decimal: str) -> bool:
    """Return whether half of the cells of a column, or more, are numbers or limits."""
    readings = [reading_of(cell, decimal=decimal) for cell in text.dropna()]
    told = sum(np.isfinite(r.value) or r.censored is not None for r in readings)
    return told > 0 and told * 2 >= len(readings)


def _long(mapped: MappedTable) -> pd.DataFrame:
    table = mapped.table
    analyte = optional_names(table, "analyte").str.strip()
    unit = optional_names(table, "unit").str.strip()
    stated = analyte.map(dict(mapped.units))
    return pd.DataFrame(
        {
            "place": np.arange(len(table.rows)),
            "text": optional_names(table, "value").str.strip(),
            "analyte": analyte,
            "title": analyte,
            "unit": unit.fillna(stated),
        }
    )
