"""Folders as laboratories have them: SPC files, an analyser's export, a feed log in Excel."""

import csv
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from pat.campaign import Campaign
from pat.importing import Account, Draft, Request, draft_campaign, write_draft
from pat.readers import read_campaign, write_spectrum_file
from pat.spectra import Spectra

#: The titles of a FLEX2 export, of which only a few columns are filled here.
FLEX2 = [
    "Date & Time",
    "Sample ID",
    "Sample Type",
    "Gln",
    "Glu",
    "Gluc",
    "Lac",
    "NH4+",
    "Na+",
    "K+",
    "Ca++",
    "pH",
    "PO2",
    "PCO2",
    "Osm",
    "Vessel ID",
    "Batch ID",
    "Chemistry Dilution Ratio",
    "Sample Time",
    "Operator",
]
AXIS = np.linspace(400.0, 500.0, 12)

Cell = str | float | None


@dataclass(frozen=True)
class Imported:
    """What an import made."""

    draft: Draft
    account: Account
    campaign: Campaign


def imported(given: Path, out: Path, *, timezone: str | None = None, **request: object) -> Imported:
    """Return the campaign that a folder makes, read back from disk."""
    account = Account()
    wanted = replace(Request([given], id="demo", timezone=timezone), **request)  # type: ignore[arg-type]
    draft = draft_campaign(wanted, account=account)
    out.mkdir()
    write_draft(draft, out)
    return Imported(draft, account, read_campaign(out))


def scan(folder: Path, name: str, level: float = 1.0, axis: np.ndarray = AXIS) -> Path:
    """Write a spectrum that tells nothing of itself but by the name of its file."""
    folder.mkdir(parents=True, exist_ok=True)
    keys = pd.DataFrame({"source_file": [name]})
    shape = level * (100 + np.arange(axis.size, dtype=np.float64) ** 2)
    write_spectrum_file(Spectra(axis, shape[np.newaxis], keys), folder / name)
    return folder / name


def table(path: Path, text: str, *, encoding: str = "utf-8") -> Path:
    """Write a table."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding=encoding)
    return path


def workbook(path: Path, rows: Sequence[Sequence[Cell]]) -> Path:
    """Write an Excel file of one sheet, by the letter of its format and nothing more."""
    lines = []
    for number, row in enumerate(rows, start=1):
        cells = "".join(_cell(f"{chr(65 + place)}{number}", v) for place, v in enumerate(row))
        lines.append(f'<row r="{number}">{cells}</row>')
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": (
            f'<Types xmlns="{package}/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
            f'<Override PartName="/xl/worksheets/s.xml" ContentType="{kind}.worksheet+xml"/>'
            "</Types>"
        ),
        "_rels/.rels": (
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="r" '
            f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
        ),
        "xl/workbook.xml": (
            f'<workbook xmlns="{space}" xmlns:r="{office}"><sheets>'
            '<sheet name="Log" sheetId="1" r:id="r"/></sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": (
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="r" '
            f'Type="{office}/worksheet" Target="worksheets/s.xml"/></Relationships>'
        ),
        "xl/worksheets/s.xml": (
            f'<worksheet xmlns="{space}"><sheetData>{"".join(lines)}</sheetData></worksheet>'
        ),
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, '<?xml version="1.0" encoding="UTF-8"?>' + part)
    return path


def mixed_folder(campaign: Campaign, folder: Path, *, vessels: Sequence[str]) -> Path:
    """Write a campaign as a laboratory would have it, with local times of Zurich in its tables."""
    zone = ZoneInfo("Europe/Zurich")
    spectra = campaign.spectra
    for row in np.flatnonzero(spectra.keys["vessel"].isin(list(vessels))):
        keys = spectra.keys.iloc[row]
        alone = replace(spectra.take([int(row)]), keys=pd.DataFrame({"source_file": ["x"]}))
        (folder / "raman").mkdir(parents=True, exist_ok=True)
        name = f"{keys['vessel']}__{keys['time']:%Y%m%dT%H%M%SZ}.spc"
        write_spectrum_file(alone, folder / "raman" / name)
    _write_flex2(campaign, folder / "SampleResults2024-06-14_120000.csv", vessels, zone)
    events = campaign.events
    assert events is not None
    feeds = events[events["vessel"].isin(list(vessels)) & events["kind"].isin(["feed", "bolus"])]
    rows: list[list[Cell]] = [["Feed log"], [], ["Reactor", "Date", "Time", "Event", "Amount (mL)"]]
    for event in feeds.itertuples():
        local = event.time.tz_convert(zone)
        day, clock = f"{local:%d.%m.%Y}", f"{local:%H:%M:%S}"
        rows.append([event.vessel, day, clock, event.kind, float(event.amount)])
    workbook(folder / "feed log.xlsx", rows)
    return folder


def _write_flex2(campaign: Campaign, path: Path, vessels: Sequence[str], zone: ZoneInfo) -> None:
    assays = campaign.assays[campaign.assays["vessel"].isin(list(vessels))]
    wide = assays.pivot_table(index=["vessel", "time"], columns="analyte", values="value")
    first = assays["time"].min()
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, FLEX2, restval="")
        writer.writeheader()
        for (vessel, time), row in wide.sort_index(level="time").iterrows():
            drawn = time.tz_convert(zone)
            measured = drawn + pd.Timedelta(minutes=20)
            day = round((time - first) / pd.Timedelta(days=1))
            writer.writerow({
                "Date & Time": f"{measured:%m/%d/%Y %I:%M:%S %p}",
                "Sample ID": f"{vessel}-D{day:02d}",
                "Sample Type": "Spent Media",
                "Gluc": f"{row['glucose']:.2f}",
                "Lac": f"{row['lactate']:.2f}",
                "Sample Time": f"{drawn:%m/%d/%Y %I:%M:%S %p}",
                "Operator": "lab",
            })  # fmt: skip


def _cell(place: str, value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return f'<c r="{place}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    return f'<c r="{place}"><v>{value!r}</v></c>'


def utc(text: str) -> pd.Timestamp:
    """Return a time of UTC."""
    return pd.Timestamp(datetime.fromisoformat(text)).tz_localize("UTC")
