"""What `pat check` finds out about a campaign's axis, and the correction to paste."""

import tomllib
from pathlib import Path
from typing import Any

import numpy as np

from pat.campaign import Campaign
from pat.diagnostics.axis_check import AxisCheck, AxisVerdict
from pat.diagnostics.axis_correction import campaign_axis_check, corrected_by
from pat.errors import InputError
from pat.readers.campaign_toml import axis_correction_lines
from pat.readers.rewrite import rewrite

#: Digits of a coefficient: 1e-10 of a shift of 4000 cm-1 is nothing.
_DIGITS = 10


def axis_facts(campaign: Campaign) -> dict[str, Any]:
    """Return what known bands say of the axis, ready for JSON.

    `setting` holds the lines for campaign.toml, empty where there is nothing to correct.
    """
    check = campaign_axis_check(campaign)
    return {
        "verdict": str(check.verdict),
        "reason": check.reason,
        "correlation": check.correlation if check.bands else None,
        "rms_cm1": _rms(check),
        "bands": [
            {
                "component": band.component,
                "shift_cm1": band.shift_cm1,
                "named_cm1": round(band.named_cm1, 2),
                "residual_cm1": round(band.residual_cm1, 2),
            }
            for band in check.bands
        ],
        "valid_cm1": list(check.valid) if check.bands else None,
        "setting": setting(campaign, check),
    }


def setting(campaign: Campaign, check: AxisCheck) -> str:
    """Return the lines of campaign.toml that correct the axis; empty where it needs none."""
    if check.verdict not in (AxisVerdict.OFF, AxisVerdict.WRONG):
        return ""
    whole = corrected_by(check, before=campaign.info.axis_correction)
    return axis_correction_lines(tuple(float(f"{value:.{_DIGITS}g}") for value in whole)).strip()


def add_axis_correction(folder: Path, check: dict[str, Any]) -> None:
    """Add the proposed correction to a folder's campaign.toml and say so.

    Raises
    ------
    InputError
        If the file corrects the axis already, or cannot be written.
    """
    if not check["setting"]:
        print(f"the axis is not changed: {check['reason']}")
        return
    path = folder / "campaign.toml"
    text = path.read_text(encoding="utf-8")
    if "axis_correction" in tomllib.loads(text):
        msg = (
            f"{path}: has an [axis_correction] already; put these lines in its place:\n"
            f"{check['setting']}"
        )
        raise InputError(msg)
    rewrite(path, f"{text.rstrip()}\n\n{check['setting']}\n")
    print(f"the corrected axis was added to {path}")


def _rms(check: AxisCheck) -> float | None:
    if not check.bands:
        return None
    return float(np.sqrt(np.mean([band.residual_cm1**2 for band in check.bands])))
