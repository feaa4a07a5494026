"""The target profile: what a sensor is for and what it must reach, stated before the test."""

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pat.errors import CampaignError, FileFormatError, InputError
from pat.readers.findings import Findings
from pat.readers.tables import decoded
from pat.readers.toml_section import Section
from pat.readers.units import is_unit

_TOP_KEYS = ("purpose", "context_of_use", "risk", "analytes")
_TARGET_KEYS = ("unit", "range", "max_rmsep", "max_bias", "min_coverage", "null_margin")


@dataclass(frozen=True, slots=True)
class Target:
    """What a sensor of one analyte must reach; None: nothing is asked of it.

    Parameters
    ----------
    analyte, unit : str
    range : (float, float) or None
        The range of use, which the calibration must span.
    max_rmsep : float or None
        Largest error on cultures that were never seen.
    max_bias : float or None
        Largest bias that would not matter.
    min_coverage : float or None
        Smallest share of assays inside their 95 % interval.
    null_margin : float or None
        Largest error as a share of that of guessing from culture age.
    """

    analyte: str
    unit: str
    range: tuple[float, float] | None = None
    max_rmsep: float | None = None
    max_bias: float | None = None
    min_coverage: float | None = None
    null_margin: float | None = None


@dataclass(frozen=True, slots=True)
class TargetProfile:
    """Purpose, context of use and the targets by analyte; `digest` is the file's SHA-256."""

    purpose: str
    context_of_use: str
    risk: str
    digest: str
    targets: Mapping[str, Target] = field(default_factory=dict)

    def target(self, analyte: str, unit: str) -> Target:
        """Return the target of an analyte.

        Raises
        ------
        InputError
            If the profile names no such analyte, or states it in another unit.
        """
        found = self.targets.get(analyte)
        if found is None:
            known = ", ".join(self.targets)
            msg = f"target profile: expected a section [analytes.{analyte}]; got {known or 'none'}"
            raise InputError(msg)
        if found.unit != unit:
            msg = f"target profile, {analyte}: expected the sensor's unit {unit}; got {found.unit}"
            raise InputError(msg)
        return found


def read_target_profile(path: Path) -> TargetProfile:
    """Return the target profile of a TOML file.

    Raises
    ------
    CampaignError
        With every fault of the file, each with its line.
    InputError
        If it cannot be read or is no TOML.
    """
    try:
        raw = path.read_bytes()
        text = decoded(raw)
        values = tomllib.loads(text)
    except (OSError, FileFormatError) as error:
        msg = f"{path}: expected a target profile; {error}"
        raise InputError(msg) from error
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        place = f"{path}, row {line[1]}" if line else str(path)
        msg = f"{place}: expected TOML; got: {error}"
        raise InputError(msg) from error
    findings = Findings()
    top = Section(values, text=text, findings=findings, file=path.name)
    profile = _profile(top, digest=hashlib.sha256(raw).hexdigest())
    if findings.faults:
        raise CampaignError(str(path), findings.faults)
    return profile


def _profile(top: Section, *, digest: str) -> TargetProfile:
    _only(top, _TOP_KEYS)
    targets = {name: _target(name, section) for name, section in top.sections("analytes")}
    if not targets:
        top.fault(None, "expected a section [analytes.NAME] for each analyte; got none")
    return TargetProfile(
        purpose=top.read_text("purpose") or "",
        context_of_use=top.read_text("context_of_use") or "",
        risk=top.read_text("risk") or "",
        digest=digest,
        targets=targets,
    )


def _target(name: str, section: Section) -> Target:
    _only(section, _TARGET_KEYS)
    unit = section.read_text("unit", required='a unit, such as "g/L"') or ""
    if unit and not is_unit(unit):
        section.fault("unit", f"expected a unit, such as g/L; got {unit!r}")
    coverage = section.number("min_coverage", above=0)
    if coverage is not None and coverage > 1:
        section.fault("min_coverage", f"expected a share up to 1, such as 0.9; got {coverage:g}")
    target = Target(
        analyte=name,
        unit=unit,
        range=section.interval("range"),
        max_rmsep=section.number("max_rmsep", above=0),
        max_bias=section.number("max_bias", above=0),
        min_coverage=coverage,
        null_margin=section.number("null_margin", above=0),
    )
    if len(section.values) < 2:
        section.fault(None, f"expected at least one criterion of {', '.join(_TARGET_KEYS[1:])}")
    return target


def _only(section: Section, known: tuple[str, ...]) -> None:
    """Fault every unknown key: a criterion that is misspelt would be one that is not tested."""
    for key in section.values:
        if key not in known:
            section.fault(key, f"unknown key; known are {', '.join(known)}")
