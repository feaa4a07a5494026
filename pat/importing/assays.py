"""Reference assays from analyser exports and tables, each of a culture and a time."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pat.campaign import Analyte, CampaignInfo
from pat.errors import InputError
from pat.importing.account import Account
from pat.importing.repeats import numbered_repeats
from pat.importing.samples import Sample, SampleNames
from pat.readers.analysers import AssayExport
from pat.readers.findings import names_in_words
from pat.readers.keys import suggestion
from pat.readers.units import convert

#: What one measurement is: told again by another export, it counts once.
SAME = [
    "source_sample", "vessel", "time", "elapsed_h", "measured_at", "analyte", "value", "censored",
    "limit", "unit", "replicate", "method",
]  # fmt: skip

#: Values from which on a quantity that never changes is a setting and no analyte.
FEWEST_ALIKE = 4


@dataclass(frozen=True, slots=True, eq=False)
class Assays:
    """Assays in the long form of the contract, and the analytes with their units.

    Parameters
    ----------
    values : DataFrame
        vessel, time, elapsed_h, sample, analyte, value, censored, limit, unit, flag, method,
        replicate, measured_at, source_file, source_row.
    analytes : dict of str to Analyte
    """

    values: pd.DataFrame
    analytes: dict[str, Analyte]


def gathered_assays(
    exports: Iterable[tuple[str, AssayExport]],
    *,
    names: SampleNames,
    drawn_min_before: float | None,
    spectra_samples: frozenset[str],
    info: CampaignInfo,
    account: Account,
) -> Assays | None:
    """Return the assays of all exports whose culture is known; None where there are none.

    Parameters
    ----------
    exports : iterable of (str, AssayExport)
        With the name of the file in reports.
    drawn_min_before : float or None
        Minutes from drawing a sample to its measurement, where exports tell only the latter.
    spectra_samples : frozenset of str
        Samples that spectra name: assays of them need no time.
    """
    parts = []
    for file, export in exports:
        for warning in export.warnings:
            account.note(f"{file}: {warning}")
        placed = _placed(export.values.assign(source_file=file), names, drawn_min_before)
        parts.append(_with_culture(placed, known=names.known, file=file, account=account))
        _tell_timeless(parts[-1], spectra_samples, file=file, account=account)
        account.take(file, f"{len(parts[-1])} values, {export.form}")
    if not parts:
        return None
    values = pd.concat(parts, ignore_index=True)
    values = values[values["value"].notna() | values["limit"].notna()]
    units = {name: analyte.unit for name, analyte in info.analytes.items()}
    values["unit"] = values["unit"].fillna(values["analyte"].map(units).astype("str"))
    told_by = values.groupby(SAME, dropna=False, sort=False)["source_file"].transform("first")
    again = values["source_file"] != told_by
    if again.any():
        account.note(f"assays: {int(again.sum())} values come again in another file, counted once")
    kept = _convertible(values[~again], info, account)
    kept = numbered_repeats(kept, account=account)
    return Assays(kept.reset_index(drop=True), _analytes(kept, info, account))


def _placed(
    values: pd.DataFrame, names: SampleNames, drawn_min_before: float | None
) -> pd.DataFrame:
    """Return values with vessel, time, elapsed_h and sample as far as they are known."""
    drawn = values["time"]
    if drawn_min_before is not None:
        drawn = drawn.fillna(values["measured_at"] - pd.Timedelta(minutes=drawn_min_before))
    known: dict[tuple[object, ...], Sample] = {}
    rows = []
    for name, vessel, time in zip(values["source_sample"], values["vessel"], drawn, strict=True):
        key = (name, vessel, time)
        if key not in known:
            known[key] = names.find(
                name if isinstance(name, str) else None,
                vessel=vessel if isinstance(vessel, str) else None,
                time=None if pd.isna(time) else time,
            )
        rows.append(known[key])
    times = pd.Series([row.time for row in rows], index=values.index, dtype="datetime64[us, UTC]")
    hours = pd.Series([row.elapsed_h for row in rows], index=values.index, dtype="float64")
    return values.assign(
        told=values["vessel"],
        vessel=pd.Series([row.vessel for row in rows], index=values.index, dtype="str"),
        time=times,
        elapsed_h=hours.fillna(values["elapsed_h"]),
        sample=pd.Series([row.sample for row in rows], index=values.index, dtype="str"),
    ).rename(columns={"row": "source_row"})


def _with_culture(
    values: pd.DataFrame, *, known: Sequence[str], file: str, account: Account
) -> pd.DataFrame:
    """Return the values of known cultures; the others are refused by vessel, sample or row."""
    lost = values["vessel"].isna()
    for vessel, rows in values[lost].groupby("told"):
        hint = suggestion(str(vessel), list(known))
        account.refuse(file, f"{len(rows)} values of vessel {vessel}, which has no spectra{hint}")
    untold = values[lost & values["told"].isna()]
    samples = untold["source_sample"].dropna().unique()
    if len(untold) and not len(samples):
        account.refuse(file, "expected a column vessel or sample; no row tells its vessel")
    if len(samples):
        account.refuse(file, f"no vessel for the samples {names_in_words(samples)}")
        account.want(
            [
                "the vessel of samples: a table among the files with source_sample, vessel and "
                "time, or in columns.toml [samples] name = '(?P<vessel>...)-(?P<sample>...)'"
            ]
        )
    return values[~lost].drop(columns="told")


def _tell_timeless(
    values: pd.DataFrame, spectra_samples: frozenset[str], *, file: str, account: Account
) -> None:
    nowhere = values["time"].isna() & values["elapsed_h"].isna()
    nowhere &= ~values["sample"].isin(list(spectra_samples))
    if nowhere.any():
        samples = names_in_words(values["sample"][nowhere].dropna().unique())
        account.want(
            [
                f"{file}: when were {samples} drawn? Say it in a table among the files with "
                "source_sample, vessel and time; or, where samples are measured at once, in "
                "columns.toml [samples] drawn_min_before = minutes from drawing to measuring"
            ]
        )


def _convertible(values: pd.DataFrame, info: CampaignInfo, account: Account) -> pd.DataFrame:
    """Return the values whose unit becomes that of their analyte; others are left out and told."""
    units = _units(values, info)
    keep = np.ones(len(values), dtype=bool)
    kinds = list(zip(values["analyte"], values["unit"].fillna(""), strict=True))
    for name, unit in dict.fromkeys(kinds):
        rows = np.array([place for place, kind in enumerate(kinds) if kind == (name, unit)])
        file = str(values["source_file"].iloc[rows[0]])
        if not unit or name not in units:
            account.want([_unit_wanted(name, file)])
            keep[rows] = False
            continue
        analyte = info.analytes.get(name)
        try:
            convert(1.0, unit, units[name], molar_mass=analyte.molar_mass if analyte else None)
        except InputError as error:
            account.refuse(file, f"{len(rows)} values of {name}: {error}")
            account.want(
                [f"for {name}: molar_mass (g/mol) under {_section(name)} in campaign.toml"]
                if "molar_mass" in str(error)
                else []
            )
            keep[rows] = False
    return values[keep]


def _units(values: pd.DataFrame, info: CampaignInfo) -> dict[str, str]:
    """Return the unit of each analyte: that of campaign.toml, else the first that a file states."""
    first = values.dropna(subset=["unit"]).drop_duplicates("analyte")
    stated = dict(zip(first["analyte"], first["unit"], strict=True))
    return {**stated, **{name: analyte.unit for name, analyte in info.analytes.items()}}


def _unit_wanted(name: str, file: str) -> str:
    return (
        f"the unit of {name} ({file}): in its title, such as [g/L], [pH] or [1], or as "
        f'{_section(name)} unit = "g/L" in a campaign.toml among the files'
    )


def _section(analyte: str) -> str:
    """Return the head of an analyte's section in campaign.toml, quoted where TOML asks for it."""
    bare = re.fullmatch(r"[A-Za-z0-9_-]+", analyte)
    return f"[analytes.{analyte if bare else json.dumps(analyte, ensure_ascii=False)}]"


def _analytes(values: pd.DataFrame, info: CampaignInfo, account: Account) -> dict[str, Analyte]:
    """Return the analytes of campaign.toml, else those that vary and have one method."""
    if info.analytes:
        return dict(info.analytes)
    units = _units(values, info)
    found: dict[str, Analyte] = {}
    constant = []
    for name, rows in values.groupby("analyte", sort=False):
        methods = rows["method"].dropna().unique().tolist()
        if len(methods) > 1:
            account.want(
                [
                    f"{name} is measured by {names_in_words(methods)}: pick one, as "
                    f'{_section(str(name))} method = "{methods[0]}" in campaign.toml'
                ]
            )
        elif len(rows) >= FEWEST_ALIKE and rows["value"].nunique() < 2:
            constant.append(str(name))
        else:
            found[str(name)] = Analyte(str(name), units[str(name)])
    if constant:
        account.note(
            f"assays: {names_in_words(constant)} never change, no analytes of the campaign"
        )
    return found
