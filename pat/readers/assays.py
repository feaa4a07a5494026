"""assays.csv, wide or long, or the exports in assays/: what the reference methods measured."""

import re
from pathlib import Path

import numpy as np
import pandas as pd

from pat.errors import InputError
from pat.readers.assays_index import FILE as INDEX
from pat.readers.assays_index import read_assays_index
from pat.readers.cells import number, numbers_of, optional_names, read_names, read_plain
from pat.readers.findings import names_in_words
from pat.readers.keys import KEYS, Reading, read_keys, suggestion
from pat.readers.tables import Table, read_table
from pat.readers.units import convert

FILE = "assays.csv"
CENSORED = re.compile(r"\s*([<>])(.+)")
#: Columns of the frame that a file does not give.
MADE = ("censored", "limit", "excluded")
#: What each cell becomes: its sign where censored, and the number.
Cell = tuple[str | None, float]


def read_assays(folder: Path, *, reading: Reading) -> tuple[str, pd.DataFrame] | None:
    """Return the name of a file and the assays that it tells; None, and faults, where none.

    The file is assays.csv, or the index of the exports in assays/. Columns: see `read_assay_table`.
    """
    there = [name for name in (FILE, INDEX) if (folder / name).is_file()]
    if len(there) > 1:
        reading.findings.fault(INDEX, f"expected the assays once; got {' and '.join(there)}")
    if not there:
        _no_assays(folder, reading)
        return None
    if there[0] == FILE:
        frame = read_assay_table(folder / FILE, reading=reading)
    else:
        frame = read_assays_index(folder, reading=reading)
    return None if frame is None else (there[0], ordered(frame))


def read_assay_table(path: Path, *, reading: Reading) -> pd.DataFrame | None:
    """Return the measured cells of assays.csv in long form; None, and faults, where there are none.

    Columns: `KEYS`, analyte, value, censored, limit, method, replicate, then what else the
    file has. Values are in the analyte's unit.
    """
    table = read_table(path, name=FILE, findings=reading.findings)
    keys = None if table is None else read_keys(table, reading, source="assays")
    if table is None or keys is None:
        return None
    for column in ("method", "replicate"):
        keys[column] = optional_names(table, column)
    if table.has("analyte") or table.has("value"):
        return _long(table, keys, reading)
    return _wide(table, keys, reading)


def no_assays() -> pd.DataFrame:
    """Return the assays of a campaign that has none."""
    text, real = pd.Series(dtype="str"), pd.Series(dtype="float64")
    return pd.DataFrame(
        {
            "vessel": text, "time": pd.Series(dtype="datetime64[us, UTC]"), "elapsed_h": real,
            "sample": text, "analyte": text, "value": real, "censored": text, "limit": real,
            "method": text, "replicate": text, "excluded": text,
            "row": pd.Series(dtype="int64"),
        }
    )  # fmt: skip


def ordered(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with the columns of `no_assays` first."""
    frame = frame.assign(analyte=frame["analyte"].astype("str")).reset_index(drop=True)
    first = [c for c in no_assays().columns if c in frame.columns]
    return frame[[*first, *(c for c in frame.columns if c not in first)]]


def _no_assays(folder: Path, reading: Reading) -> None:
    if (folder / "assays").is_dir():
        reading.findings.fault(INDEX, "expected this file beside the exports; got none")
    else:
        reading.findings.warn("there is no assays.csv: spectra can be predicted, nothing trained")


def _wide(table: Table, keys: pd.DataFrame, reading: Reading) -> pd.DataFrame:
    """Return the cells of a table with one column an analyte, row by row."""
    analytes = [c for c in table.cells.columns if c in reading.info.analytes]
    _check_analytes(table, analytes, reading)
    others = [c for c in table.cells.columns if c not in analytes]
    extra = _extra_columns(table, others, reading)
    parts = []
    for order, analyte in enumerate(analytes):
        cells = _read_cells(table, analyte, reading)
        measured = [i for i, cell in enumerate(cells) if cell is not None]
        part = keys.iloc[measured].join(extra)
        parts.append(
            _with_values(part, [cells[i] for i in measured]).assign(analyte=analyte, order=order)
        )
    if not parts:
        return ordered(_with_values(keys.iloc[:0].join(extra), []).assign(analyte=""))
    whole = pd.concat(parts).sort_values(["row", "order"], kind="stable")
    return ordered(whole.drop(columns="order"))


def _long(table: Table, keys: pd.DataFrame, reading: Reading) -> pd.DataFrame | None:
    """Return the cells of a table with a row a cell, in the units of campaign.toml."""
    findings = reading.findings
    if not table.require("analyte", "value", findings=findings):
        return None
    analyte = read_names(table, "analyte")
    findings.fault_rows(
        FILE, "expected an analyte; got an empty cell", rows=table.rows[analyte.isna().to_numpy()],
        column="analyte",
    )  # fmt: skip
    _check_analytes(table, analyte.dropna().unique().tolist(), reading)
    others = [c for c in table.cells.columns if c not in ("analyte", "value", "unit")]
    extra = _extra_columns(table, others, reading)
    cells = _read_cells(table, "value", reading)
    known = analyte.isin(list(reading.info.analytes)).tolist()
    measured = [i for i, cell in enumerate(cells) if cell is not None and known[i]]
    frame = _with_values(keys.iloc[measured].join(extra), [cells[i] for i in measured])
    frame = frame.assign(analyte=analyte.iloc[measured])
    if table.has("unit"):
        unit = read_names(table, "unit").iloc[measured]
        frame = _in_units(frame, unit, reading)
    return ordered(frame)


def _check_analytes(table: Table, there: list[str], reading: Reading) -> None:
    """Fault a file without any analyte of campaign.toml; warn of each that is missing."""
    named = list(reading.info.analytes)
    missing = [name for name in named if name not in there]
    if named and len(missing) == len(named):
        names = names_in_words(map(str, there or table.cells.columns))
        message = f"expected an analyte of campaign.toml ({names_in_words(named)}); got {names}"
        reading.findings.fault(table.file, message, row=1)
        return
    for name in missing:
        reading.findings.warn(f"campaign.toml names the analyte {name}; {FILE} has none of it")
    if table.has("analyte"):
        for name in [name for name in there if name not in named]:
            _warn_unnamed(name, reading)


def _extra_columns(table: Table, columns: list[str], reading: Reading) -> pd.DataFrame:
    """Return the columns that are neither keys nor analytes; warn of what may be an analyte."""
    extra = {}
    for column in columns:
        if column in (*KEYS, "method", "replicate"):
            continue
        if column in (*MADE, "unit", "row"):
            reading.findings.warn(f"{FILE}: the column {column} means nothing here, left out")
            continue
        extra[column] = read_plain(table, column)
        values, wrong = numbers_of(table.cells[column].astype("str"), decimal=table.decimal)
        if not table.has("analyte") and len(wrong) < np.isfinite(values).sum():
            _warn_unnamed(column, reading)
    return pd.DataFrame(extra, index=range(len(table.rows)))


def _warn_unnamed(name: str, reading: Reading) -> None:
    near = suggestion(name, list(reading.info.analytes)) if reading.info.analytes else ""
    near = near if "mean" in near else ""
    reading.findings.warn(
        f"{FILE}: {name} is not named in campaign.toml and is left out; "
        f"to use it add [analytes.{name}] with its unit{near}"
    )


def _read_cells(table: Table, column: str, reading: Reading) -> list[Cell | None]:
    """Return the cells of a column, None where nothing was measured; others are faults."""
    cells: list[Cell | None] = []
    wrong = []
    for row, text in zip(table.rows, table.cells[column].tolist(), strict=True):
        cell = _cell(text, table.decimal) if isinstance(text, str) else None
        cells.append(cell)
        if cell is None and isinstance(text, str):
            sign = "," if table.decimal == "," else "."
            example = f"<0{sign}1"
            message = (
                f"expected a number, a limit such as {example}, or an empty cell; got {text!r}"
            )
            wrong.append((int(row), message))
    reading.findings.fault_alike(table.file, wrong, column=column)
    return cells


def _cell(text: str, decimal: str) -> Cell | None:
    censored = CENSORED.fullmatch(text)
    sign, digits = censored.groups() if censored else (None, text)
    value = number(digits, decimal=decimal)
    return None if value is None else (sign, value)


def _with_values(keys: pd.DataFrame, cells: list[Cell | None]) -> pd.DataFrame:
    signs = [cell[0] for cell in cells if cell is not None]
    numbers = np.array([cell[1] for cell in cells if cell is not None], dtype=np.float64)
    censored = np.array([sign is not None for sign in signs], dtype=bool)
    return keys.assign(
        value=np.where(censored, np.nan, numbers),
        censored=pd.Series(signs, dtype="str", index=keys.index),
        limit=np.where(censored, numbers, np.nan),
    )


def _in_units(frame: pd.DataFrame, unit: pd.Series, reading: Reading) -> pd.DataFrame:
    """Return the cells in the units of campaign.toml; what cannot be converted is a fault."""
    findings = reading.findings
    missing = unit.isna().to_numpy()
    findings.fault_rows(FILE, "the value has no unit", rows=frame["row"][missing], column="unit")
    value, limit = frame["value"].to_numpy(copy=True), frame["limit"].to_numpy(copy=True)
    pairs = dict.fromkeys(zip(frame["analyte"][~missing], unit[~missing], strict=True))
    for name, given in pairs:
        rows = np.flatnonzero((frame["analyte"] == name) & (unit == given))
        analyte = reading.info.analytes[name]
        try:
            for column in (value, limit):
                column[rows] = convert(
                    column[rows], given, analyte.unit or given, molar_mass=analyte.molar_mass
                )
        except InputError as error:
            message = f"{name}: {error}"
            findings.fault_rows(FILE, message, rows=frame["row"].iloc[rows], column="unit")
    return frame.assign(value=value, limit=limit)
