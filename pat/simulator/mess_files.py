"""Disorder in the files: units and local times as laboratories write them."""

from collections.abc import Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from pat.campaign import Campaign
from pat.simulator.mess import MessKind

ZONE = "Europe/Berlin"


def disorder_files(folder: Path, *, campaign: Campaign, kinds: Sequence[MessKind]) -> None:
    """Write the files of a campaign folder again as these kinds of disorder have them."""
    if not {MessKind.MMOL, MessKind.LOCAL_TIME} & set(kinds):
        return
    local = MessKind.LOCAL_TIME in kinds
    assays = long_assays(campaign, mmol=MessKind.MMOL in kinds)
    _write(assays, folder / "assays.csv", local=local)
    if not local:
        return
    if campaign.events is not None:
        events = campaign.events.drop(columns="elapsed_h")
        _write(events, folder / "events.csv", local=True)
    settings = folder / "campaign.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(f'timezone = "{ZONE}"\n{text}', encoding="utf-8", newline="\n")


def long_assays(campaign: Campaign, *, mmol: bool) -> pd.DataFrame:
    """Return the assays one row a cell; with `mmol`, lactate in mmol/L in the second half."""
    assays = campaign.assays
    units = assays["analyte"].map({a.name: a.unit for a in campaign.info.analytes.values()})
    values, limits = assays["value"].copy(), assays["limit"].copy()
    lactate = campaign.info.analytes.get("lactate")
    if mmol and lactate is not None and lactate.molar_mass is not None:
        hours = assays["elapsed_h"]
        late = (assays["analyte"] == "lactate") & (hours > 0.5 * hours.max())
        per_gram = 1000.0 / lactate.molar_mass
        values = values.where(~late, (values * per_gram).round(2))
        limits = limits.where(~late, (limits * per_gram).round(2))
        units = units.where(~late, "mmol/L")
    cells = values.map(lambda value: f"{value:.10g}")
    cells = cells.where(assays["censored"].isna(), "<" + limits.map("{:.10g}".format))
    keys = assays[["vessel", "time", "sample", "analyte"]]
    table = keys.assign(value=cells, unit=units, method=assays["method"],
                        replicate=assays["replicate"])  # fmt: skip
    empty = [name for name in ("sample", "method", "replicate") if table[name].isna().all()]
    return table.drop(columns=empty)


def _write(table: pd.DataFrame, path: Path, *, local: bool) -> None:
    times = table["time"]
    written = local_times(times) if local else times.dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    table.assign(time=np.asarray(written)).to_csv(path, index=False, lineterminator="\n")


def local_times(times: pd.Series) -> pd.Series:
    """Return times in UTC as local ones, with their offset in the hour that comes twice."""
    zoned = times.dt.floor("s").dt.tz_convert(ZoneInfo(ZONE))
    bare = zoned.dt.tz_localize(None)
    comes_twice = bare.dt.tz_localize(ZoneInfo(ZONE), ambiguous="NaT").isna()
    text = bare.dt.strftime("%Y-%m-%dT%H:%M:%S")
    return text.where(~comes_twice, zoned.map(lambda time: time.isoformat()))
