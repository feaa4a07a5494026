"""What `pat check` finds out about a campaign, as plain facts for terminal, JSON and page."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from pat.alignment import Pairing, pair, suspect_clocks
from pat.alignment.reasons import spectrum_keys
from pat.alignment.timeline import describe_instant, timeline
from pat.campaign import Campaign
from pat.diagnostics.suspect import Suspect
from pat.diagnostics.suspects import suspects
from pat.errors import CampaignError
from pat.spectra import describe_axis
from pipelines.axis_facts import axis_facts

#: What is printed as JSON; its keys are those of `campaign_facts`.
Facts = dict[str, Any]

_SCHEMA = 1


def campaign_facts(campaign: Campaign) -> tuple[Facts, Pairing]:
    """Return the facts of a campaign, ready for JSON, and how its assays pair."""
    pairing = pair(campaign)
    spectra = campaign.spectra
    keys = spectra.keys
    warnings = dict.fromkeys((*campaign.warnings, *pairing.warnings))
    facts: Facts = {
        "schema": _SCHEMA,
        "campaign": campaign.id,
        "description": campaign.info.description,
        "digest": campaign.digest,
        "axis": f"{describe_axis(spectra.axis)} ({spectra.axis_kind.value})",
        "axis_check": axis_facts(campaign),
        "spectra": {str(kind): int(n) for kind, n in keys["kind"].value_counts().items()},
        "excluded_spectra": pairing.excluded_spectra,
        "vessels": sorted(campaign.vessels["vessel"]),
        "groups": int(campaign.vessels["group"].nunique()),
        "first": _instant(keys["time"].min()),
        "last": _instant(keys["time"].max()),
        "days": _days(keys["elapsed_h"]),
        "saturation": campaign.info.saturation,
        "pair_within_min": campaign.info.pair_within_min,
        "clock_s": dict(campaign.info.clock_s),
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
        "suspects": suspect_facts(campaign, suspects(campaign, pairing)),
        "excluded": _excluded(campaign),
        "warnings": list(warnings),
    }
    return facts, pairing


def faulty_facts(error: CampaignError) -> Facts:
    """Return the facts of a folder that cannot be read: its faults, ready for JSON."""
    return {
        "schema": _SCHEMA,
        "campaign": None,
        "folder": error.folder,
        "faults": [
            {"file": f.file, "row": f.row, "column": f.column, "message": f.message}
            for f in error.faults
        ],
    }


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
        "sel_dof": None if spread is None else spread.dof,
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


def suspect_facts(campaign: Campaign, found: Sequence[Suspect]) -> list[Facts]:
    """Return suspects of a campaign as facts, their spectra named."""
    clock = timeline(campaign)
    return [
        {
            "kind": str(suspect.kind),
            "vessels": list(suspect.vessels),
            "rows": list(suspect.rows),
            "keys": spectrum_keys(
                campaign.spectra.keys,
                clock.spectra,
                rows=np.array(suspect.rows, dtype=np.int64),
                relative=clock.relative,
            ),
            "reason": suspect.reason,
        }
        for suspect in found
    ]


def _excluded(campaign: Campaign) -> list[dict[str, str]]:
    """Return what exclude.csv takes out: assay cells, then spectra, with its reasons."""
    clock = timeline(campaign)
    assays = campaign.assays
    listed = []
    for row in np.flatnonzero(assays["excluded"].notna()):
        vessel, sample = assays["vessel"].iloc[row], assays["sample"].iloc[row]
        when = describe_instant(int(clock.assays[row]), is_relative=vessel in clock.relative)
        parts = [vessel, when, sample, assays["analyte"].iloc[row]]
        key = ", ".join(str(part) for part in parts if isinstance(part, str) and part != "no time")
        listed.append({"key": key, "reason": str(assays["excluded"].iloc[row])})
    if "excluded" in campaign.spectra.keys:
        reasons = campaign.spectra.keys["excluded"]
        rows = np.flatnonzero(reasons.notna())
        names = spectrum_keys(
            campaign.spectra.keys, clock.spectra, rows=rows, relative=clock.relative
        )
        listed += [
            {"key": f"spectrum {name}", "reason": str(reasons.iloc[row])}
            for name, row in zip(names, rows, strict=True)
        ]
    return listed


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
