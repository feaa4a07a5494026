"""Small campaign folders as text, so that a test shows the very cells it is about."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from pat.errors import CampaignError, Fault
from pat.readers import read_campaign

TOML = """\
id = "demo"
description = "two vessels"
axis = "raman_shift_cm1"
intensity = "counts"

[analytes.glucose]
unit = "g/L"
"""
SPECTRA = """\
vessel,elapsed_h,400,401,402.5
V01,0,10,11,12
V01,24,13,14,15
V02,0,16,17,18
"""
ASSAYS = """\
vessel,elapsed_h,glucose
V01,0,6.5
V01,24,4.25
V02,0,6.1
"""
EVENTS = "vessel,elapsed_h,kind,amount,unit\nV01,12,feed,0.1,L\n"
PLAIN = {
    "campaign.toml": TOML,
    "spectra.csv": SPECTRA,
    "assays.csv": ASSAYS,
    "events.csv": EVENTS,
}


def folder(path: Path, files: dict[str, str | bytes | None] | None = None) -> Path:
    """Return a folder with the plain campaign, some of its files replaced or, by None, left out."""
    place = path / "demo"
    for name, content in {**PLAIN, **(files or {})}.items():
        if content is None:
            continue
        file = place / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return place


def faults(path: Path, files: dict[str, str | bytes | None]) -> Sequence[Fault]:
    """Return the faults that reading finds in the plain campaign with these files."""
    with pytest.raises(CampaignError) as caught:
        read_campaign(folder(path, files))
    return caught.value.faults


def only_fault(path: Path, files: dict[str, str | bytes | None]) -> Fault:
    """Return the one fault that reading finds."""
    found = faults(path, files)
    assert len(found) == 1, "\n".join(map(str, found))
    return found[0]
