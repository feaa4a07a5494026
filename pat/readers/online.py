"""online.csv or online.parquet: process values by vessel and time."""

from pathlib import Path

import pandas as pd

from pat.readers.cells import numbers_of, read_numbers
from pat.readers.keys import KEYS, Reading, read_keys
from pat.readers.tables import Table, read_table

PLACES = ("time", "elapsed_h")


def read_online(folder: Path, *, reading: Reading) -> tuple[str, pd.DataFrame] | None:
    """Return the file's name and `KEYS` with one column a tag; None where there is no file."""
    names = [name for name in ("online.csv", "online.parquet") if (folder / name).is_file()]
    findings = reading.findings
    if not names:
        return None
    if len(names) > 1:
        findings.fault("online.csv", "expected online.csv or online.parquet; got both")
    table = read_table(folder / names[0], name=names[0], findings=findings, may_be_empty=True)
    keys = None if table is None else read_keys(table, reading, source="online", places=PLACES)
    if table is None or keys is None:
        return None
    tags = [c for c in table.cells.columns if c not in KEYS]
    values = {
        c: read_numbers(table, c, findings=findings) for c in tags if _counts(table, c, reading)
    }
    missing = [name for name in reading.info.online if name not in tags]
    for name in missing:
        findings.warn(f"campaign.toml names the online tag {name}; {names[0]} has no such column")
    return names[0], pd.concat([keys, pd.DataFrame(values, index=keys.index)], axis=1)


def no_online() -> pd.DataFrame:
    """Return the online data of a campaign that has none."""
    return pd.DataFrame(
        {
            "vessel": pd.Series(dtype="str"),
            "time": pd.Series(dtype="datetime64[us, UTC]"),
            "elapsed_h": pd.Series(dtype="float64"),
        }
    )


def _counts(table: Table, column: str, reading: Reading) -> bool:
    """Return whether a column holds numbers; one of words alone is left out with a warning."""
    cells = table.cells[column]
    if pd.api.types.is_numeric_dtype(cells) or cells.isna().all():
        return True
    if column in reading.info.online or not pd.api.types.is_string_dtype(cells):
        return True
    _, wrong = numbers_of(cells, decimal=table.decimal)
    if len(wrong) < int(cells.notna().sum()):
        return True
    reading.findings.warn(f"{table.file}: the column {column} holds no number and is left out")
    return False
