"""What `pat check` finds out about a campaign, as plain facts for terminal, JSON and page."""

from typing import Any

import pandas as pd

from pat.alignment import Pairing, pair, suspect_clocks
from pat.campaign import Campaign
from pat.diagnostics.suspects import suspects
from pat.spectra import describe_axis

#: Unpaired assays and spectra are counted, and the first of each reason shown.
Facts = dict[str, Any]


def campaign_facts(campaign: Campaign) -> tuple[Facts, Pairing]:
    """Return the facts of a campaign, ready for JSON, and how its assays pair."""
    pairing = pair(campaign)
    spectra = campaign.spectra
    keys = spectra.keys
    warnings = dict.fromkeys((*campaign.warnings, *pairing.warnings))
    facts: Facts = {
        "schema": 1,
        "campaign": campaign.id,
        "description": campaign.info.description,
        "digest": campaign.digest,
        "axis": f"{describe_axis(spectra.axis)} ({spectra.axis_kind.value})",
        "spectra": {str(kind): int(n) for kind, n in keys["kind"].value_counts().items()},
        "excluded_spectra": pairing.excluded_spectra,
        "vessels": sorted(campaign.vessels["vessel"]),
        "groups": int(campaign.vessels["group"].nunique()),
        "first": _instant(keys["time"].min()),
        "last": _instant(keys["time"].max()),
        "days": _days(keys["elapsed_h"]),
        "saturation": campaign.info.saturation,
        "analytes": [_analyte(campaign, pairing, name) for name in campaign.info.analytes],
        "unpaired_spectra": _grouped(pairing.unpaired_spectra),
        "online": {tag.name: tag.unit for tag in campaign.info.online.values()},
        "events": _events(campaign),
        "clocks": [
            {
                "source": str(clock.source),
                "seconds": clock.seconds,
                "reason": clock.reason,
                "setting": clock.setting,
            }
            for clock in suspect_clocks(campaign)
        ],
        "suspects": [
            {"kind": str(s.kind), "vessels": list(s.vessels), "rows": list(s.rows),
             "reason": s.reason}
            for s in suspects(campaign, pairing)
        ],
        "warnings": list(warnings),
    }  # fmt: skip
    return facts, pairing


def _analyte(campaign: Campaign, pairing: Pairing, name: str) -> Facts:
    values = pairing.values[name].dropna()
    spread = pairing.spread.get(name)
    sel = pairing.sel[name]
    return {
        "analyte": name,
        "unit": campaign.info.analytes[name].unit,
        "paired": len(values),
        "unpaired": _grouped(pairing.unpaired[name]),
        "censored": pairing.censored[name],
        "excluded": pairing.excluded[name],
        "lowest": float(values.min()) if len(values) else None,
        "highest": float(values.max()) if len(values) else None,
        "sel": sel,
        "sel_from": _sel_source(campaign, name, has_spread=spread is not None, sel=sel),
        "replicated": int((pairing.readings[name] > 1).sum()),
    }


def _sel_source(campaign: Campaign, name: str, *, has_spread: bool, sel: float | None) -> str:
    if sel is None:
        return "unknown"
    if campaign.info.analytes[name].sel is not None:
        return "campaign.toml"
    return "replicates" if has_spread else "unknown"


def _grouped(unpaired: Any) -> list[dict[str, str]]:
    return [{"key": one.key, "reason": one.reason} for one in unpaired]


def _events(campaign: Campaign) -> dict[str, int] | None:
    if campaign.events is None:
        return None
    return {str(kind): int(n) for kind, n in campaign.events["kind"].value_counts().items()}


def _instant(moment: pd.Timestamp) -> str | None:
    return None if pd.isna(moment) else f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _days(elapsed_h: "pd.Series[float]") -> list[float] | None:
    known = elapsed_h.dropna()
    if known.empty:
        return None
    return [round(float(known.min()) / 24, 3), round(float(known.max()) / 24, 3)]
