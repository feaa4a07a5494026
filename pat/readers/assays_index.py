"""Reference assays as analysers export them, with assays/index.csv saying which sample is what."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from pat.errors import FileFormatError
from pat.readers.analysers.export import AssayExport, read_assay_export
from pat.readers.analysers.plain import NAME as PLAIN_TABLE
from pat.readers.assays_units import of_campaign
from pat.readers.cells import optional_names, read_names
from pat.readers.findings import names_in_words
from pat.readers.keys import Reading, read_keys, shifted, suggestion
from pat.readers.tables import read_table

FOLDER, FILE = "assays", "assays/index.csv"
SUFFIXES = frozenset({".csv", ".txt", ".tsv", ".xls", ".xlsx", ".xlsm", ".json"})
#: Hours within which an analyser measures one sample again; what is further apart are several.
SAME_SAMPLE_H = 24.0
#: A value that stands in two files with all of these is one value, exported twice.
ONE_VALUE = [
    "source_sample", "time", "measured_local", "title", "method", "device", "value", "limit",
]  # fmt: skip


def read_assays_index(folder: Path, *, reading: Reading) -> pd.DataFrame | None:
    """Return the assays in a campaign's exports in long form; None, and faults, where none.

    Columns are those of `pat.readers.assays.read_assays`, `row` being the line of the index; then
    flag, measured_at, source_sample, source_file and source_row, the line of the export.
    """
    index = _read_index(folder / FILE, reading)
    exports = _read_exports(folder / FOLDER, reading)
    if index is None or not exports:
        return None
    values = _mapped(_once(exports, reading), index, reading)
    return None if values is None else of_campaign(_placed(values, reading), reading)


def _read_index(path: Path, reading: Reading) -> pd.DataFrame | None:
    """Return `KEYS` with source_sample, file and source_row; None, and faults, where none."""
    findings = reading.findings
    table = read_table(path, name=FILE, findings=findings)
    if table is None or not table.require("source_sample", findings=findings):
        return None
    lacks = np.ones(len(table.rows), dtype=bool)  # an export may itself tell the time
    keys = read_keys(table, reading, source="assays", may_lack=lacks)
    if keys is None:
        return None
    keys["source_sample"] = read_names(table, "source_sample")
    keys["file"] = optional_names(table, "file").str.replace("\\", "/")
    keys["source_row"] = optional_names(table, "row")
    for column in ("source_sample", "vessel"):
        empty = keys[column].isna().to_numpy()
        message = f"expected a {column}; got an empty cell"
        findings.fault_rows(FILE, message, rows=table.rows[empty], column=column)
    again = keys.duplicated(["source_sample", "file", "source_row"]).to_numpy()
    message = "expected each source_sample once; to tell samples of one name apart add file or row"
    findings.fault_rows(FILE, message, rows=table.rows[again], column="source_sample")
    return keys.rename(columns={"time": "told_time", "elapsed_h": "told_elapsed_h"})


def _read_exports(folder: Path, reading: Reading) -> dict[str, AssayExport]:
    """Return the exports by name; one that cannot be read is a fault."""
    names = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    names = [name for name in names if name != "index.csv" and not Path(name).name.startswith(".")]
    others = [name for name in names if Path(name).suffix.lower() not in SUFFIXES]
    if others:
        reading.findings.warn(f"assays/ has {names_in_words(others)}, no exports; left out")
    found = {}
    for name in [name for name in names if name not in others]:
        try:
            export = read_assay_export(folder / name, timezone=reading.info.timezone)
        except FileFormatError as error:
            words = str(error).removeprefix(f"{Path(name).name}: ")
            reading.findings.fault(f"{FOLDER}/{name}", words)
            continue
        found[name] = export
        for warning in export.warnings:
            reading.findings.warn(f"{FOLDER}/{name}: {warning}")
    if not names:
        reading.findings.fault(FOLDER, "expected exports of analysers beside index.csv; got none")
    return found


def _once(exports: Mapping[str, AssayExport], reading: Reading) -> pd.DataFrame:
    """Return the values of all exports; what stands in two files counts once."""
    frames = [
        export.values.assign(file=name, plain=export.form == PLAIN_TABLE)
        for name, export in exports.items()
    ]
    values = pd.concat(frames, ignore_index=True).rename(columns={"row": "source_row"})
    seconds = reading.info.clock_s.get("assays", 0.0)
    values["time"] = shifted(values, seconds=seconds)["time"]
    nth = values.groupby(["file", *ONE_VALUE], dropna=False, sort=False).cumcount()
    again = values.assign(nth=nth).duplicated([*ONE_VALUE, "nth"])
    if again.any():
        files = names_in_words(values["file"][again])
        reading.findings.warn(
            f"assays/: {int(again.sum())} values of {files} stand in another export too; "
            "they count once"
        )
    return values[~again].reset_index(drop=True)


def _mapped(values: pd.DataFrame, index: pd.DataFrame, reading: Reading) -> pd.DataFrame | None:
    """Return the values that the index names, with vessel and place; None where there are none."""
    samples = values[["source_sample", "file", "source_row"]].drop_duplicates()
    positions = []
    by_sample = {str(name): group for name, group in index.groupby("source_sample")}
    for sample in samples.fillna({"source_sample": ""}).itertuples():
        name = str(sample.source_sample)
        rows = by_sample.get(name, index.iloc[:0])
        rows = rows[rows["file"].isna() | (rows["file"] == sample.file)]
        rows = rows[rows["source_row"].isna() | (rows["source_row"] == str(sample.source_row))]
        if len(rows) > 1:
            _fault_twice(rows, name, reading)
        positions.append(rows.index[0] if len(rows) else -1)
    samples = samples.assign(position=positions)
    _warn_unmatched(samples, index, reading)
    found = values.merge(samples, on=["source_sample", "file", "source_row"], how="left")
    found = found[found["position"] >= 0]
    if found.empty:
        names = names_in_words(map(str, values["source_sample"].dropna()))
        reading.findings.fault(
            FILE, f"expected a sample of the exports ({names}); got none of them",
            column="source_sample",
        )  # fmt: skip
        return None
    own = found.drop(columns="vessel").set_index("position")
    keys = index[["vessel", "told_time", "told_elapsed_h", "sample", "row"]]
    return own.join(keys, how="left").sort_values(["row", "file", "source_row"], kind="stable")


def _fault_twice(rows: pd.DataFrame, sample: str, reading: Reading) -> None:
    lines = " and ".join(map(str, rows["row"]))
    reading.findings.fault(
        FILE, f"expected the sample {sample} once; rows {lines} all mean it",
        row=int(rows["row"].iloc[0]), column="source_sample",
    )  # fmt: skip


def _warn_unmatched(samples: pd.DataFrame, index: pd.DataFrame, reading: Reading) -> None:
    """Warn of samples that the index does not list, and of rows that no export has."""
    unlisted = samples.loc[samples["position"] < 0, "source_sample"]
    names = dict.fromkeys("(no name)" if pd.isna(name) else str(name) for name in unlisted)
    if names:
        words = names_in_words(names)
        reading.findings.warn(
            f"{FILE} does not list {len(names)} samples of the exports; left out: {words}"
        )
    unused = index.loc[~index.index.isin(samples["position"]), "source_sample"].dropna()
    if len(unused):
        near = suggestion(str(unused.iloc[0]), list(names)) if names else ""
        hint = near if "mean" in near else ""
        reading.findings.warn(f"{FILE}: no export has {names_in_words(map(str, unused))}{hint}")


def _placed(values: pd.DataFrame, reading: Reading) -> pd.DataFrame:
    """Return the values with the time of the index, else of the exports; none is a fault.

    Where one export tells when a sample was drawn, that is its time in the others too.
    """
    untold = values["told_time"].isna() & values["told_elapsed_h"].isna()
    drawn = values.groupby("row")["time"]
    time = values["time"].fillna(drawn.transform("first").where(drawn.transform("nunique") == 1))
    placed = values.assign(
        time=values["told_time"].where(~untold, time).dt.as_unit("us"),
        elapsed_h=values["told_elapsed_h"].where(~untold, values["elapsed_h"]),
    ).reset_index(drop=True)
    nowhere = placed["time"].isna() & placed["elapsed_h"].isna() & placed["sample"].isna()
    lost = placed[nowhere].drop_duplicates("row")
    messages = [
        (int(row), f"expected time, elapsed_h or sample; got an empty cell, and {file} does not "
         "tell when the sample was drawn")
        for row, file in zip(lost["row"], lost["file"], strict=True)
    ]  # fmt: skip
    reading.findings.fault_alike(FILE, messages)
    _check_one_sample(placed, reading)
    return placed


def _check_one_sample(values: pd.DataFrame, reading: Reading) -> None:
    """Fault rows of the index whose sample was analysed days apart: a name that was used again."""
    known = values.dropna(subset="measured_local")
    times = known.groupby(["row", "time", "title", "method"], dropna=False)["measured_local"]
    apart = (times.max() - times.min()) > pd.Timedelta(hours=SAME_SAMPLE_H)
    rows = sorted({int(row) for row in apart[apart].index.get_level_values("row")})
    message = (
        f"the sample was analysed more than {SAME_SAMPLE_H:g} h apart: if its name was used again, "
        "give each its own row here, told apart by a column row (the line of the export); if it "
        "was measured again, list it once for each"
    )
    reading.findings.fault_rows(FILE, message, rows=rows, column="source_sample")
