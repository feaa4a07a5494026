"""events.csv: what was fed, added, sampled or changed, and when."""

from pathlib import Path

import numpy as np
import pandas as pd

from pat.readers.cells import optional_names, read_names, read_numbers, read_plain
from pat.readers.keys import KEYS, Reading, read_keys
from pat.readers.tables import read_table

FILE = "events.csv"
OWN_COLUMNS = (*KEYS, "kind", "amount", "unit")


def read_events(folder: Path, *, reading: Reading) -> pd.DataFrame | None:
    """Return `KEYS`, kind, amount, unit and other columns; None where there is no such file."""
    path = folder / FILE
    findings = reading.findings
    if not path.is_file():
        return None
    table = read_table(path, name=FILE, findings=findings, may_be_empty=True)
    if table is None:
        return None
    has_kind = table.require("kind", findings=findings)
    keys = read_keys(table, reading, source="events", places=("time", "elapsed_h"))
    if keys is None or not has_kind:
        return None
    kind = read_names(table, "kind")
    unit = optional_names(table, "unit")
    amount = np.full(len(keys), np.nan)
    if table.has("amount"):
        amount = read_numbers(table, "amount", findings=findings)
    findings.fault_rows(
        FILE, "expected a kind such as feed or bolus; got an empty cell",
        rows=table.rows[kind.isna().to_numpy()], column="kind",
    )  # fmt: skip
    findings.fault_rows(
        FILE, "the amount has no unit", rows=table.rows[~np.isnan(amount) & unit.isna().to_numpy()],
        column="unit",
    )  # fmt: skip
    rest = {c: read_plain(table, c) for c in table.cells.columns if c not in OWN_COLUMNS}
    own = keys.assign(kind=kind, amount=amount, unit=unit)
    return pd.concat([own, pd.DataFrame(rest, index=own.index)], axis=1)
