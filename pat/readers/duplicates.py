"""Rows that claim to be the same measurement, and methods that cannot both be right."""

import pandas as pd

from pat.readers.exclusions import key_columns
from pat.readers.findings import SPELT_OUT, Findings, names_in_words
from pat.readers.keys import Reading
from pat.readers.times import iso

#: What a row is called where its method cell is empty.
NO_METHOD = "(none stated)"
#: What to do about a key that comes twice.
ADVICE = {
    "spectra": "; number the scans in a column scan",
    "assays": "; number replicates in a column replicate, or name the old row in exclude.csv",
    "online": "",
}


def check_duplicates(frame: pd.DataFrame, *, file: str, source: str, findings: Findings) -> None:
    """Fault rows with the key of an earlier row.

    Rows that are excluded do not count, nor those whose key is at fault already.
    """
    columns = key_columns(source)
    places = [column for column in ("time", "elapsed_h", "sample") if column in columns]
    counted = frame[frame["vessel"].notna() & frame[places].notna().any(axis=1)]
    if "excluded" in frame:
        counted = counted[counted["excluded"].isna()]
    double = counted[counted.duplicated(columns, keep=False)]
    first = double.groupby(columns, dropna=False, sort=False)["row"].transform("first")
    later = double.assign(first=first)[double["row"] != first]
    later = later.drop_duplicates(["row", "first"]).sort_values("row")
    messages = [
        (
            int(row["row"]),
            f"duplicate key: {in_words(row, columns)} is in row {row['first']} already",
        )
        for _, row in later.head(SPELT_OUT).iterrows()
    ]
    messages += [(int(row), "") for row in later["row"][SPELT_OUT:]]
    findings.fault_each(file, [(row, text + ADVICE[source]) for row, text in messages])


def check_methods(assays: pd.DataFrame, reading: Reading, *, file: str) -> pd.DataFrame:
    """Return the assays by one method an analyte; two of them without a choice are a fault."""
    kept = pd.Series(True, index=assays.index)
    methods = assays["method"].fillna(NO_METHOD)
    counted = assays["excluded"].isna()
    for name, analyte in reading.info.analytes.items():
        own = assays["analyte"] == name
        there = methods[own & counted].unique().tolist()
        if there in ([], [NO_METHOD]) or there == [analyte.method]:
            continue
        if analyte.method is None and len(there) > 1:
            _fault_methods(name, assays[own], methods[own], reading, file=file)
        elif analyte.method is not None and analyte.method not in there:
            message = f"campaign.toml picks the method {analyte.method}; got {', '.join(there)}"
            rows = assays["row"][own]
            reading.findings.fault_rows(file, f"{name}: {message}", rows=rows, column="method")
        elif analyte.method is not None:
            others = own & (methods != analyte.method)
            kept &= ~others
            reading.findings.warn(
                f"{name}: {int(others.sum())} assays by {names_in_words(methods[others])} are left "
                f"out, since campaign.toml picks {analyte.method}"
            )
    return assays[kept].reset_index(drop=True)


def in_words(row: pd.Series, columns: list[str]) -> str:
    """Return a key as people read it: what is empty is not mentioned."""
    words = []
    for column in columns:
        value = row[column]
        if pd.isna(value) or (column == "kind" and value == "culture"):
            continue
        if column == "elapsed_h" and pd.notna(row["time"]):
            continue
        text = iso(value) if column == "time" else value
        words.append(f"{column} {text:g}" if isinstance(text, float) else f"{column} {text}")
    return ", ".join(words)


def _fault_methods(
    name: str, assays: pd.DataFrame, methods: pd.Series, reading: Reading, *, file: str
) -> None:
    there = methods.unique().tolist()
    second = methods == there[1]
    message = (
        f"{name} is measured by {len(there)} methods ({', '.join(there)}); pick one with "
        f"[analytes.{name}] method in campaign.toml"
    )
    row = int(assays["row"][second].iloc[0])
    reading.findings.fault(file, message, row=row, column="method")
