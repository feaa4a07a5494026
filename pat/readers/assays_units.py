"""The values of exports as assays of a campaign: its analytes, its units, replicates, flags."""

import numpy as np
import pandas as pd

from pat.errors import InputError
from pat.readers.analysers.names import analyte_of
from pat.readers.findings import names_in_words
from pat.readers.keys import Reading
from pat.readers.times import iso
from pat.readers.units import convert

#: What replicates of one assay have in common.
ONE_ASSAY = ["vessel", "time", "elapsed_h", "sample", "analyte", "method"]
#: Columns of the frame; `row` is the line of the index, `source_row` that of the export.
COLUMNS = [
    "vessel", "time", "elapsed_h", "sample", "row", "analyte", "value", "censored", "limit",
    "method", "replicate", "flag", "measured_at", "source_sample", "source_file", "source_row",
]  # fmt: skip
MAY_LACK = frozenset({"flag", "measured_at"})
BY_FLAG = "flagged by the analyser: "


def of_campaign(values: pd.DataFrame, reading: Reading) -> pd.DataFrame | None:
    """Return the assays among the values of exports; None, and a fault, where there are none."""
    named = _named(values, reading)
    if named is None:
        return None
    measured = _measured(named, reading)
    assays = _in_units(measured, reading)
    assays = assays.assign(
        replicate=_replicates(assays),
        source_file="assays/" + assays["file"].astype("str"),
        measured_at=_printed(assays),
    )
    told = [c for c in COLUMNS if c not in MAY_LACK or assays[c].notna().any()]
    return assays[told].reset_index(drop=True)


def with_flags(assays: pd.DataFrame) -> pd.DataFrame:
    """Return assays of which those that the analyser flagged are excluded, unless they are."""
    if "flag" not in assays or not assays["flag"].notna().any():
        return assays
    return assays.assign(excluded=assays["excluded"].fillna(BY_FLAG + assays["flag"]))


def _named(values: pd.DataFrame, reading: Reading) -> pd.DataFrame | None:
    """Return the values of the campaign's analytes, under its names."""
    known = list(reading.info.analytes)
    pairs = values[["analyte", "title"]].drop_duplicates()
    found = [
        analyte_of(str(analyte), title=str(title), known=known)
        for analyte, title in zip(pairs["analyte"], pairs["title"], strict=True)
    ]
    pairs["name"] = pd.Series(found, index=pairs.index, dtype="str")
    there = pairs["name"].dropna().tolist()
    if known and not there:
        got = names_in_words(map(str, pairs["analyte"]))
        reading.findings.fault(
            "assays", f"expected an analyte of campaign.toml ({names_in_words(known)}); got {got}"
        )
        return None
    for name in [name for name in known if name not in there]:
        reading.findings.warn(f"campaign.toml names the analyte {name}; assays/ has none of it")
    own = values.merge(pairs, on=["analyte", "title"], how="left")
    own = own[own["name"].notna()]
    return own.assign(analyte=own["name"])


def _measured(values: pd.DataFrame, reading: Reading) -> pd.DataFrame:
    """Return the values that are a number or a limit; in a plain table anything else is a fault."""
    empty = values["value"].isna() & values["limit"].isna()
    wrong = values[empty & values["plain"]]
    for (file, title), cells in wrong.groupby(["file", "title"], sort=False):
        messages = [
            (int(row), f"expected a number, a limit such as <0.1, or an empty cell; got {text!r}")
            for row, text in zip(cells["source_row"], cells["flag"], strict=True)
        ]
        reading.findings.fault_alike(f"assays/{file}", messages, column=str(title))
    flagged = values[~empty & values["flag"].notna()]
    if len(flagged):
        reading.findings.warn(
            f"assays/: {len(flagged)} values flagged by the analyser are excluded "
            f"({names_in_words(map(str, flagged['flag']))})"
        )
    return values[~empty]


def _in_units(values: pd.DataFrame, reading: Reading) -> pd.DataFrame:
    """Return the values in the units of campaign.toml; what cannot be converted is a fault."""
    value, limit = values["value"].to_numpy(copy=True), values["limit"].to_numpy(copy=True)
    stated = values.groupby("file")["unit"].transform("count") > 0
    groups = values.assign(at=np.arange(len(values)), stated=stated).groupby(
        ["file", "title", "analyte", "unit", "plain", "stated"], dropna=False, sort=False
    )
    for (file, title, name, unit, plain, has_units), group in groups:
        analyte = reading.info.analytes[str(name)]
        at = group["at"].to_numpy()
        try:
            given = _unit(unit, analyte.unit, may_lack=bool(plain) and not has_units)
            for column in (value, limit):
                column[at] = convert(
                    column[at], given, analyte.unit or given, molar_mass=analyte.molar_mass
                )
        except InputError as error:
            reading.findings.fault_rows(
                f"assays/{file}", f"{name}: {error}", rows=group["source_row"], column=str(title)
            )
    return values.assign(value=value, limit=limit)


def _unit(unit: object, otherwise: str, *, may_lack: bool) -> str:
    """Return a stated unit; a table that states none at all is in those of campaign.toml."""
    if isinstance(unit, str):
        return unit
    if may_lack:
        return otherwise
    msg = "the value has no unit, though others of the file have one"
    raise InputError(msg)


def _printed(assays: pd.DataFrame) -> pd.Series:
    """Return when each was analysed as text: in UTC, or as printed where no zone is known."""
    pairs = zip(assays["measured_at"], assays["measured_local"], strict=True)
    texts = [
        iso(utc) if pd.notna(utc) else None if pd.isna(local) else local.isoformat()
        for utc, local in pairs
    ]
    return pd.Series(texts, dtype="str", index=assays.index)


def _replicates(assays: pd.DataFrame) -> pd.Series:
    """Return the replicates as stated; where one comes twice, numbered as they were analysed."""
    groups = [*ONE_ASSAY, "replicate"]
    twice = assays.assign(twice=assays.duplicated(groups, keep=False))
    again = twice.groupby(ONE_ASSAY, dropna=False, sort=False)["twice"].transform("any")
    ordered = assays.sort_values(["measured_local", "file", "source_row"], kind="stable")
    nth = ordered.groupby(ONE_ASSAY, dropna=False, sort=False).cumcount() + 1
    numbered: pd.Series = assays["replicate"].where(~again, nth.reindex(assays.index).astype("str"))
    return numbered
