"""The culture volume at an instant, from online values or the vessels' table."""

import re

import numpy as np
import pandas as pd

from pat.alignment.timeline import MISSING, instants
from pat.arrays import FloatArray, IntArray
from pat.campaign import Campaign

_LITRES = {"l": 1.0, "ml": 1e-3, "ul": 1e-6, "µl": 1e-6, "μl": 1e-6}
_VOLUME_NAMES = (
    "volume", "culture_volume", "working_volume", "vessel_volume", "reactor_volume",
    "broth_volume", "liquid_volume", "initial_volume", "start_volume", "v",
)  # fmt: skip


def litres(unit: object) -> float | None:
    """Return the litres in one unit of volume; None where `unit` is no volume."""
    return _LITRES.get(unit.strip().casefold()) if isinstance(unit, str) else None


def culture_volume_l(
    campaign: Campaign, vessel: str, *, at: IntArray, relative: frozenset[str]
) -> FloatArray:
    """Return a vessel's volume in litres at each instant of shape (n,), NaN where unknown.

    Notes
    -----
    The newest online volume not after the instant counts, of whatever age, since volume
    changes slowly; before the first one, the first. Without it, a volume in vessels.csv
    whose column names its unit (`volume_ml`, `working_volume_l`).
    """
    online = _online_volume(campaign, vessel, at=at, relative=relative)
    return online if online is not None else _planned_volume(campaign, vessel, n=at.size)


def volume_tag(campaign: Campaign) -> tuple[str, float] | None:
    """Return the online value that is the culture volume, and its unit in litres."""
    for name in _by_preference(list(campaign.online.columns)):
        tag = campaign.info.online.get(name)
        factor = litres(tag.unit) if tag is not None else _unit_in_name(name)
        if factor is not None:
            return name, factor
    return None


def _online_volume(
    campaign: Campaign, vessel: str, *, at: IntArray, relative: frozenset[str]
) -> FloatArray | None:
    found = volume_tag(campaign)
    if found is None:
        return None
    name, factor = found
    rows = campaign.online[(campaign.online["vessel"] == vessel) & campaign.online[name].notna()]
    when = instants(rows, relative)
    known = when != MISSING
    if not known.any():
        return None
    order = np.argsort(when[known], kind="stable")
    newest = np.searchsorted(when[known][order], at, side="right") - 1
    values = rows[name].to_numpy(dtype=np.float64)[known][order]
    return values[np.clip(newest, 0, None)] * factor


def _planned_volume(campaign: Campaign, vessel: str, *, n: int) -> FloatArray:
    row = campaign.vessels[campaign.vessels["vessel"] == vessel]
    for name in _by_preference(list(campaign.vessels.columns)):
        factor = _unit_in_name(name)
        if factor is not None and len(row):
            volume = float(pd.to_numeric(row[name], errors="coerce").iloc[0])
            return np.full(n, volume * factor)
    return np.full(n, np.nan)


def _by_preference(columns: list[str]) -> list[str]:
    named = [(c, _stem(c)) for c in columns]
    known = [(c, stem) for c, stem in named if stem in _VOLUME_NAMES]
    return [c for c, _ in sorted(known, key=lambda pair: _VOLUME_NAMES.index(pair[1]))]


def _stem(name: str) -> str:
    return re.sub(r"_(ul|ml|l)$", "", name.strip().casefold().replace(" ", "_"))


def _unit_in_name(name: str) -> float | None:
    return litres(name.rpartition("_")[2])
