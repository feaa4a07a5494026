"""A draft into a campaign folder: originals untouched, and a record of where all came from."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd

from pat.importing.assays import Assays
from pat.importing.draft import Draft
from pat.importing.scans import scan_keys
from pat.importing.sources import Source
from pat.readers.campaign_toml import written_info
from pat.readers.write import MANY_ROWS
from pat.readers.write_spectra import arrow_column, write_parquet_batches
from pat.readers.write_tables import write_csv
from pat.spectra import Kind

#: Files above which the spectra are written as one table: each training would open them all.
MANY_FILES = 2000
#: Files whose spectra are in memory together while that table is written.
FILES_AT_ONCE = 500


def write_draft(draft: Draft, folder: Path) -> None:
    """Write the files of a campaign into an empty folder.

    A file of one spectrum is copied to spectra/, named by its path, with spectra/index.csv
    saying what it is. Where files hold several spectra, or there are more than `MANY_FILES`,
    the spectra stand in spectra.parquet as read and the originals are named by SHA-256 in
    sources.csv. Tables are copied to originals/.
    """
    (folder / "campaign.toml").write_text(written_info(draft.info), encoding="utf-8", newline="\n")
    if is_one_table(draft):
        _write_table(draft, folder / "spectra.parquet")
    else:
        _copy_files(draft, folder / "spectra")
    if draft.vessels is not None:
        write_csv(draft.vessels, folder / "vessels.csv")
    if draft.events is not None:
        write_csv(_without_empty(draft.events.drop(columns="row")), folder / "events.csv")
    if draft.assays is not None and len(draft.assays.values):
        assays, excluded = _assay_table(draft.assays)
        write_csv(_without_empty(assays), folder / "assays.csv")
        if len(excluded):
            write_csv(_without_empty(excluded), folder / "exclude.csv")
    if draft.online is not None:
        _write_online(draft.online, folder)
    _write_sources(draft, folder)


def is_one_table(draft: Draft) -> bool:
    """Return whether the spectra are written as one table and not as files."""
    return len(draft.files) > MANY_FILES or any(len(file.content) != 1 for file in draft.files)


def _copy_files(draft: Draft, folder: Path) -> None:
    for file in draft.files:
        target = folder / file.source.name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file.source.path, target)
    write_csv(_keys(draft), folder / "index.csv")


def _write_table(draft: Draft, path: Path) -> None:
    keys = _keys(draft).rename(columns={"file": "source_file"})
    metadata = pd.concat([file.content.metadata for file in draft.files], ignore_index=True)
    fresh = [c for c in metadata.columns if c not in keys.columns]
    table = pd.concat([keys, metadata[fresh]], axis=1)
    number = np.result_type(*{file.content.number for file in draft.files})
    batches = (
        np.vstack([file.content.read().intensities for file in draft.files[start:][:FILES_AT_ONCE]],
                  dtype=number, casting="unsafe")  # exact: the type holds every file's numbers
        for start in range(0, len(draft.files), FILES_AT_ONCE)
    )  # fmt: skip
    write_parquet_batches(draft.files[0].content.axis, batches, table, path)


def _keys(draft: Draft) -> pd.DataFrame:
    keys = scan_keys(draft.files)
    if (keys["kind"] == Kind.CULTURE.value).all():
        keys = keys.drop(columns="kind")
    keys["elapsed_h"] = keys["elapsed_h"].where(keys["time"].isna())
    return _without_empty(keys)


def _without_empty(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table without the columns in which nothing stands."""
    return frame.loc[:, [c for c in frame.columns if c == "vessel" or frame[c].notna().any()]]


def _assay_table(assays: Assays) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return assays.csv in long form, and the rows of exclude.csv for what analysers flagged."""
    values = assays.values
    cells = [
        f"{sign}{limit!r}" if isinstance(sign, str) else repr(float(value))
        for value, sign, limit in zip(
            values["value"], values["censored"], values["limit"].astype(float), strict=True
        )
    ]
    keys = ["vessel", "time", "elapsed_h", "sample", "analyte"]
    rest = ["unit", "method", "replicate", "measured_at", "source_file", "source_row"]
    table = values[keys].assign(value=pd.Series(cells, dtype="str", index=values.index))
    table = pd.concat([table, values[rest]], axis=1)
    flagged = values[values["flag"].notna()]
    narrow = ["method", "replicate"]
    excluded = flagged[[*keys, *narrow]].assign(
        file="assays", reason=flagged["flag"].map(_reason).astype("str"), who="the analyser"
    )
    return table, excluded


def _reason(flag: object) -> str:
    return f"flagged: {flag}"


def _write_online(online: pd.DataFrame, folder: Path) -> None:
    if len(online) > MANY_ROWS:
        import pyarrow as pa
        import pyarrow.parquet

        columns = {str(name): arrow_column(online[name]) for name in online.columns}
        pa.parquet.write_table(pa.table(columns), folder / "online.parquet", compression="zstd")
    else:
        write_csv(online, folder / "online.csv")


def _write_sources(draft: Draft, folder: Path) -> None:
    uses: dict[Source, list[str]] = {}
    for source, use in draft.sources:
        uses.setdefault(source, [])
        uses[source] += [use] if use not in uses[source] else []
    rows = []
    for source, why in uses.items():
        rows.append((source.name, source.sha256(), source.path.stat().st_size, " ".join(why)))
        if why != ["spectra"]:
            target = folder / "originals" / source.name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source.path, target)
    columns = ["file", "sha256", "bytes", "used_for"]
    write_csv(pd.DataFrame(rows, columns=columns), folder / "sources.csv")
