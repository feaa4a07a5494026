"""campaign.toml into CampaignInfo, every key checked, and back."""

import json
import math
import re
import tomllib
from dataclasses import replace
from pathlib import Path

from pat.campaign import DEFAULT_PAIR_WITHIN_MIN, Analyte, CampaignInfo, OnlineTag
from pat.errors import FileFormatError
from pat.readers.cells import is_channel
from pat.readers.findings import Findings
from pat.readers.tables import decoded
from pat.readers.times import is_timezone
from pat.readers.toml_section import Section
from pat.readers.units import is_unit
from pat.spectra import AxisKind

FILE = "campaign.toml"
TOP_KEYS = (
    "id", "description", "axis", "intensity", "instrument", "laser_nm", "timezone", "saturation",
    "pair_within_min", "axis_correction", "clock", "analytes", "online",
)  # fmt: skip
CLOCKS = ("spectra", "assays", "online", "events")
#: Columns of assays.csv with a meaning of their own.
RESERVED = frozenset(
    {"vessel", "time", "elapsed_h", "sample", "method", "replicate", "analyte", "value", "unit",
     "censored", "limit", "excluded", "row", ""}
)  # fmt: skip
#: These separate campaign, vessel and analyte in the names of cultures and sensors.
NOT_IN_NAMES = "/:"


def read_info(folder: Path, *, findings: Findings) -> CampaignInfo:
    """Return what campaign.toml says; where it is at fault, what could be read of it."""
    placeholder = CampaignInfo(id=folder.resolve().name)
    path = folder / FILE
    if not path.is_file():
        findings.fault(FILE, "expected this file; `pat check` prints one to paste")
        return placeholder
    try:
        text = decoded(path.read_bytes())
        values = tomllib.loads(text)
    except FileFormatError as error:
        findings.fault(FILE, str(error))
        return placeholder
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        row = int(line[1]) if line else None
        findings.fault(FILE, f"expected TOML; got: {error}", row=row)
        return placeholder
    return info_from(Section(values, text=text, findings=findings), default=placeholder)


def info_from(top: Section, *, default: CampaignInfo) -> CampaignInfo:
    """Return the campaign information of a parsed campaign.toml."""
    top.check_keys(TOP_KEYS)
    info = replace(
        default,
        id=_name(top, "id") or default.id,
        description=top.read_text("description") or "",
        axis_kind=_axis_kind(top),
        intensity=top.read_text("intensity") or default.intensity,
        instrument=top.read_text("instrument"),
        laser_nm=top.number("laser_nm", above=0),
        timezone=_timezone(top),
        saturation=top.number("saturation", above=0),
    )
    within = top.number("pair_within_min", at_least=0)
    clock = top.section("clock")
    clock.check_keys(CLOCKS)
    correction = top.section("axis_correction")
    correction.check_keys(("coefficients",))
    seconds = {name: clock.number(name) for name in clock.values if name in CLOCKS}
    return replace(
        info,
        pair_within_min=DEFAULT_PAIR_WITHIN_MIN if within is None else within,
        axis_correction=correction.numbers("coefficients", at_least=2),
        clock_s={name: value for name, value in seconds.items() if value is not None},
        analytes={name: _analyte(name, section) for name, section in top.sections("analytes")},
        online={name: _tag(name, section) for name, section in top.sections("online")},
    )


def written_info(info: CampaignInfo) -> str:
    """Return campaign.toml for `info`, as text that reads back to the same."""
    top: dict[str, object] = {
        "id": info.id,
        "description": info.description or None,
        "axis": info.axis_kind.value,
        "intensity": info.intensity,
        "instrument": info.instrument,
        "laser_nm": info.laser_nm,
        "timezone": info.timezone,
        "saturation": info.saturation,
        "pair_within_min": info.pair_within_min,
    }
    parts = [_lines(top), axis_correction_lines(info.axis_correction)]
    parts.append(_table("clock", dict(info.clock_s)))
    for analyte in info.analytes.values():
        settings: dict[str, object] = {
            "unit": analyte.unit, "range": analyte.range, "method": analyte.method,
            "molar_mass": analyte.molar_mass, "sel": analyte.sel,
        }  # fmt: skip
        parts.append(_table(f"analytes.{_key(analyte.name)}", settings))
    for tag in info.online.values():
        parts.append(
            _table(f"online.{_key(tag.name)}", {"unit": tag.unit, "normal_range": tag.normal_range})
        )
    return "\n".join(part for part in parts if part)


def axis_correction_lines(coefficients: tuple[float, ...] | None) -> str:
    """Return the section of campaign.toml that corrects the axis, empty where none does."""
    if coefficients is None:
        return ""
    return _table("axis_correction", {"coefficients": coefficients})


def _analyte(name: str, section: Section) -> Analyte:
    section.check_keys(("unit", "range", "method", "molar_mass", "sel"))
    if any(sign in name for sign in NOT_IN_NAMES):
        section.fault(None, f"expected a name without / and :; got {name!r}")
    if name in RESERVED or name != name.strip() or is_channel(name):
        section.fault(None, f"an analyte cannot be called {name!r}; give it another name")
    unit = section.read_text("unit", required='such as unit = "g/L"') or ""
    if unit and not is_unit(unit):
        section.fault("unit", f"unknown unit {unit!r}; write one such as g/L, mmol/L or 1e6/mL")
    return Analyte(
        name=name,
        unit=unit,
        range=section.interval("range"),
        method=section.read_text("method"),
        molar_mass=section.number("molar_mass", above=0),
        sel=section.number("sel", at_least=0),
    )


def _tag(name: str, section: Section) -> OnlineTag:
    section.check_keys(("unit", "normal_range"))
    unit = (
        section.read_text("unit", required='such as unit = "degC", or "1" where it has none') or ""
    )
    return OnlineTag(name=name, unit=unit, normal_range=section.interval("normal_range"))


def _name(top: Section, key: str) -> str | None:
    name = top.read_text(key, required='such as id = "cho-ambr"')
    if name is not None and any(sign in name for sign in NOT_IN_NAMES):
        top.fault(key, f"expected a name without / and :; got {name!r}")
        return None
    return name


def _axis_kind(top: Section) -> AxisKind:
    known = [kind.value for kind in AxisKind]
    text = top.read_text("axis", required="one of " + ", ".join(known))
    if text is not None and text not in known:
        top.fault("axis", f"expected one of {', '.join(known)}; got {text!r}")
    return AxisKind(text) if text in known else AxisKind.RAMAN_SHIFT


def _timezone(top: Section) -> str | None:
    name = top.read_text("timezone")
    if name is not None and not is_timezone(name):
        top.fault("timezone", f"expected an IANA name such as Europe/Berlin; got {name!r}")
        return None
    return name


def _table(name: str, values: dict[str, object]) -> str:
    return f"[{name}]\n{_lines(values)}" if values else ""


def _lines(values: dict[str, object]) -> str:
    return "".join(
        f"{_key(key)} = {_value(value)}\n" for key, value in values.items() if value is not None
    )


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _value(name)


def _value(value: object) -> str:
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, tuple):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    assert isinstance(value, int | float)
    return repr(float(value)) if math.isfinite(value) else str(float(value))
