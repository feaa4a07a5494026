"""Small campaigns written out by hand, for tests that need one without a folder."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from pat.campaign import Analyte, Campaign, CampaignInfo, OnlineTag
from pat.spectra import AxisKind, Spectra

TEXT = {
    "vessel",
    "sample",
    "analyte",
    "censored",
    "method",
    "replicate",
    "excluded",
    "kind",
    "unit",
}
ASSAY_COLUMNS = (
    "vessel", "time", "elapsed_h", "sample", "analyte", "value", "censored", "limit", "method",
    "replicate", "excluded", "row",
)  # fmt: skip
EVENT_COLUMNS = ("vessel", "time", "elapsed_h", "kind", "amount", "unit")

Row = Mapping[str, Any]


def table(rows: Sequence[Row], columns: Sequence[str]) -> pd.DataFrame:
    """Return rows as a table with the dtypes of a campaign's tables."""
    frame = pd.DataFrame(list(rows)).reindex(columns=list(columns))
    for name in columns:
        if name == "time":
            frame[name] = pd.to_datetime(frame[name], utc=True, format="ISO8601").dt.as_unit("us")
        elif name in TEXT:
            frame[name] = frame[name].astype("str")
        else:
            frame[name] = frame[name].astype(np.float64)
    return frame.reset_index(drop=True)


def make_campaign(
    spectra: Sequence[Row],
    assays: Sequence[Row],
    *,
    events: Sequence[Row] | None = (),
    online: Sequence[Row] = (),
    vessels: Sequence[Row] = (),
    intensities: np.ndarray | None = None,
    axis: np.ndarray | None = None,
    units: Mapping[str, str] | None = None,
    **info: Any,
) -> Campaign:
    """Return a campaign whose rows are given; an assay's analyte is glucose unless it says."""
    cells = [{"analyte": "glucose", **row} for row in assays]
    names = list(dict.fromkeys(["glucose", *(row["analyte"] for row in cells)]))
    axis = np.linspace(400, 1800, 8) if axis is None else axis
    if intensities is None:
        intensities = np.arange(len(spectra) * axis.size, dtype=float).reshape(-1, axis.size)
    tags = sorted({name for row in online for name in row} - {"vessel", "time", "elapsed_h"})
    info.setdefault("analytes", {name: Analyte(name, "g/L") for name in names})
    info.setdefault("online", {tag: OnlineTag(tag, (units or {}).get(tag, "1")) for tag in tags})
    keys = pd.DataFrame(list(spectra))
    if "time" in keys:
        keys["time"] = pd.to_datetime(keys["time"], utc=True, format="ISO8601")
    return Campaign(
        info=CampaignInfo(**{"id": "run", **info}),
        spectra=Spectra(axis, intensities, keys, AxisKind.RAMAN_SHIFT),
        assays=table(cells, ASSAY_COLUMNS),
        vessels=_vessel_table(vessels, [*spectra, *assays]),
        online=table(online, ("vessel", "time", "elapsed_h", *tags)),
        events=None if events is None else table(events, EVENT_COLUMNS),
        warnings=(),
        digest="0" * 64,
    )


def _vessel_table(rows: Sequence[Row], named: Sequence[Row]) -> pd.DataFrame:
    known = {row["vessel"] for row in rows}
    rest = dict.fromkeys(row["vessel"] for row in named if isinstance(row.get("vessel"), str))
    frame = pd.DataFrame([*rows, *({"vessel": name} for name in rest if name not in known)])
    frame = frame.reindex(columns=list(dict.fromkeys(["vessel", "inoculated", "group", *frame])))
    frame["inoculated"] = pd.to_datetime(frame["inoculated"], utc=True).dt.as_unit("us")
    frame["vessel"] = frame["vessel"].astype("str")
    frame["group"] = frame["group"].astype("str").fillna(frame["vessel"])
    return frame
