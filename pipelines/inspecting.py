"""`pat inspect`: what is in a file or a campaign, in words and as a picture."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from pat.errors import InputError
from pipelines.inspect_words import export_rows, name_lines, spectra_lines, table_rows
from pipelines.tables import print_table

if TYPE_CHECKING:
    from pat.importing.sorting import Sorted
    from pat.importing.tables import MappedTable
    from pat.readers.analysers import AssayExport
    from pat.report.overview_figure import Course
    from pat.spectra import Spectra

Draw = Callable[[], bytes]


def run(target: Path, *, png: Path | None = None, timezone: str | None = None) -> None:
    """Print what a file or campaign folder holds; draw it where asked.

    Raises
    ------
    InputError
        If it is of no kind that can be read, or the picture has no folder.
    CampaignError
        If a campaign folder has faults.
    """
    if png is not None and not png.resolve().parent.is_dir():
        msg = f"expected an existing folder for {png}; got {png.resolve().parent}"
        raise InputError(msg)
    if not target.exists():
        msg = f"there is no file or folder {target}"
        raise InputError(msg)
    picture = _campaign(target) if target.is_dir() else _file(target, timezone=timezone)
    if png is not None:
        if picture is None:
            msg = f"{target}: there is nothing to draw"
            raise InputError(msg)
        png.write_bytes(picture())
        print(f"picture: {png}")


def _campaign(folder: Path) -> Draw | None:
    if not (folder / "campaign.toml").is_file():
        msg = (
            f"{folder}: expected a campaign folder, with campaign.toml; `pat import {folder} --out "
            "CAMPAIGN` makes one of files, and `pat inspect FILE` tells of one file"
        )
        raise InputError(msg)
    from pat.readers import read_campaign
    from pat.report.overview_figure import Course, overview_png
    from pipelines.check_facts import campaign_facts
    from pipelines.check_words import ANALYTE_HEADINGS, analyte_rows, described

    campaign = read_campaign(folder)
    facts, _ = campaign_facts(campaign)
    _print_lines(f"{campaign.id}: campaign", [*described(facts), *spectra_lines(
        campaign.spectra, saturation=campaign.info.saturation)])  # fmt: skip
    print_table(ANALYTE_HEADINGS, analyte_rows(facts))
    dated = campaign.spectra.keys["elapsed_h"].notna().any()
    courses = []
    for name, rows in campaign.assays.groupby("analyte", sort=False):
        frame = rows.assign(x=rows["elapsed_h"] / 24)[["vessel", "x", "value"]]
        unit = campaign.info.analytes[str(name)].unit
        courses.append(Course(f"{name} ({unit})", frame, is_sampled=True))
    for tag in [c for c in campaign.online.columns if c not in ("vessel", "time", "elapsed_h")]:
        frame = campaign.online[["vessel"]].assign(
            x=campaign.online["elapsed_h"] / 24, value=campaign.online[tag]
        )
        known = campaign.info.online.get(str(tag))
        courses.append(Course(f"{tag} ({known.unit})" if known else str(tag), frame, False))
    return partial(
        overview_png,
        replace(campaign.spectra, axis_kind=campaign.info.axis_kind),
        courses if dated else [],
        x_label="age (d)",
        intensity=campaign.info.intensity,
    )


def _file(path: Path, *, timezone: str | None) -> Draw | None:
    found = _sorted(path, timezone=timezone)
    if found.spectra:
        return _show_spectra(path, found.spectra[0].read(), timezone=timezone)
    if found.exports:
        return _show_export(path, found.exports[0][1])
    from pat.importing.column_map import Role
    from pat.report.overview_figure import overview_png

    nouns = {Role.ONLINE: "online values", Role.LABELS: "names of files of spectra"}
    courses: list[Course] = []
    for role, tables in found.tables.items():
        for _, mapped in tables:
            courses += _show_table(
                mapped, holds=f"table of {nouns.get(role, str(role))}", timezone=timezone
            )
    return partial(overview_png, None, courses, x_label="time (UTC)") if courses else None


def _sorted(path: Path, *, timezone: str | None) -> "Sorted":
    from pat.importing import Account
    from pat.importing.column_map import ColumnMap, Role
    from pat.importing.sorting import Sorted, Sorter
    from pat.importing.sources import Source
    from pat.importing.tables import mapped_tables

    account = Account()
    source = Source(path, path.name)
    found = Sorter(ColumnMap(), timezone, timezone).sort([source], account=account)
    if found.spectra or found.exports or found.tables:
        return found
    if account.refused and account.refused[0].reason.startswith("cannot tell"):
        tables = mapped_tables(path, name=path.name, columns=ColumnMap())
        return Sorted(tables={Role.IGNORE: [(source, table) for table in tables]})
    reason = account.refused[0].reason if account.refused else "settings, which `pat check` reads"
    msg = f"{path}: {reason}"
    raise InputError(msg)


def _show_spectra(path: Path, spectra: "Spectra", *, timezone: str | None) -> Draw:
    from pat.report.overview_figure import overview_png

    _print_lines(
        f"{path}: spectra",
        [*spectra_lines(spectra, saturation=None), *name_lines(path.name, timezone=timezone)],
    )
    return partial(overview_png, spectra, [], x_label="", intensity="intensity")


def _show_export(path: Path, export: "AssayExport") -> Draw | None:
    from pat.report.overview_figure import Course, overview_png

    values = export.values
    samples = values["source_sample"].nunique()
    _print_lines(f"{path}: assays", [("form", export.form), ("samples", str(samples))])
    print_table(("analyte", "unit", "values", "censored", "flagged", "range"), export_rows(export))
    for warning in export.warnings:
        print(f"note: {warning}")
    when = values["time"].fillna(values["measured_at"])
    dated = when.notna().any()
    x = when if dated else values["source_sample"].astype("category").cat.codes
    frame = values.assign(x=x).dropna(subset=["value", "x"])
    courses = [
        Course(_titled(str(name), rows["unit"]), rows[["vessel", "x", "value"]], is_sampled=True)
        for name, rows in frame.groupby("analyte", sort=False)
    ]
    label = "time (UTC)" if dated else "sample"
    return partial(overview_png, None, courses, x_label=label) if courses else None


def _show_table(mapped: "MappedTable", *, holds: str, timezone: str | None) -> "list[Course]":
    from pat.importing.column_map import Role
    from pat.readers.cells import numbers_of, optional_names
    from pat.report.overview_figure import Course

    what = "table" if holds.endswith(Role.IGNORE) else holds
    kinds = optional_names(mapped.table, "kind")
    times = mapped.times(timezone=timezone)
    lines, rows = table_rows(mapped, times)
    _print_lines(f"{mapped.name}: {what}", lines)
    print_table(("column", "title", "unit", "filled", "range"), rows)
    if times.utc.isna().all():
        return []
    courses = []
    for column in [*mapped.quantities(), *(["amount"] if mapped.has("amount") else [])]:
        cells = mapped.table.cells[column].astype("str")
        values, wrong = numbers_of(cells, decimal=mapped.table.decimal)
        if len(wrong) < int(cells.notna().sum()):
            frame = pd.DataFrame({"vessel": mapped.vessels(), "x": times.utc, "value": values})
            title = _titled(column, pd.Series([mapped.units.get(column)]))
            for kind, rows in frame.dropna(subset=["x", "value"]).groupby(kinds.fillna("")):
                courses.append(Course(f"{kind} {title}".strip(), rows, is_sampled=bool(kind)))
    return courses


def _titled(name: str, units: pd.Series) -> str:
    known = units.dropna()
    return f"{name} ({known.iloc[0]})" if len(known) else name


def _print_lines(title: str, lines: Sequence[tuple[str, str]]) -> None:
    print(title)
    for name, text in lines:
        print(f"  {name:<13} {text}")
