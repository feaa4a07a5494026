"""A campaign.toml that may leave out everything: id, timezone, units of assays."""

import tomllib
from pathlib import Path

from pat.campaign import CampaignInfo
from pat.errors import CampaignError, FileFormatError
from pat.readers.campaign_toml import FILE, info_from
from pat.readers.findings import Findings
from pat.readers.tables import decoded
from pat.readers.toml_section import Section
from pat.spectra import AxisKind


def read_partial_info(path: Path) -> CampaignInfo:
    """Return what a campaign.toml says; the name of its folder is the id where it says none.

    Unlike a campaign folder's, it may leave out everything: the axis is in each file.

    Raises
    ------
    CampaignError
        If what it says is at fault.
    """
    name = path.parent.resolve().name
    default = CampaignInfo(id=name)
    findings = Findings()
    if not path.is_file():
        return default
    try:
        text = decoded(path.read_bytes())
        told = {"id": name, "axis": AxisKind.RAMAN_SHIFT.value, **tomllib.loads(text)}
        info = info_from(Section(told, text=text, findings=findings), default=default)
    except (FileFormatError, tomllib.TOMLDecodeError, OSError) as error:
        findings.fault(FILE, f"cannot be read: {error}")
        info = default
    if findings.faults:
        raise CampaignError(str(path.parent), findings.faults)
    return info
