"""The validation report: one page that a reviewer can read, print and sign."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import pandas as pd

from pat.calibration.merit import Level
from pat.readers.target_profile import TargetProfile
from pat.report.criteria import Criterion, all_met
from pat.report.facts import without_nan
from pat.report.page import Section, from_markdown, listing, page, paragraph, picture, table
from pat.report.specificity import Specificity
from pat.report.specificity_sections import specificity_sections
from pat.report.validation_sheet import ValidationSheet

#: Who signs, and what the signature means.
_SIGNATORIES = (
    ("author", "wrote this report and stands by its figures"),
    ("reviewer", "checked data, statistics and conclusions"),
    ("approver (quality)", "approves the sensor for the use stated above"),
)


@dataclass(frozen=True, slots=True, eq=False)
class ValidationReport:
    """Everything that the page shows.

    Parameters
    ----------
    title : str
    summary : str
        One or two sentences: how good, on what.
    profile : TargetProfile or None
        None: no criteria were stated.
    criteria : tuple of Criterion
    lineage : tuple of (str, str)
        Sensor, campaigns and software with their digests.
    sheet : ValidationSheet or None
        None where no sample could be compared.
    nulls : mapping of str to str
        What simpler guesses reach on the same samples.
    applicability : tuple of str
        Shares of quality and why spectra were flagged.
    known_limits : tuple of str
    failures : tuple of str
        Where the sensor was seen to fail.
    rivals : tuple of str
        Paired comparisons with other sensors, in words.
    suspects : tuple of str
        What looks wrong in the campaign that was tested on.
    specificity : Specificity or None
        What speaks for and against the sensor reading the analyte itself.
    card : str
        The model card of the sensor in markdown, with headings of the first and second level.
    figures : mapping of caption to SVG
    """

    title: str
    summary: str
    profile: TargetProfile | None
    criteria: tuple[Criterion, ...]
    lineage: tuple[tuple[str, str], ...]
    sheet: ValidationSheet | None
    nulls: Mapping[str, str]
    applicability: tuple[str, ...]
    known_limits: tuple[str, ...]
    failures: tuple[str, ...] = ()
    rivals: tuple[str, ...] = ()
    suspects: tuple[str, ...] = ()
    specificity: Specificity | None = None
    card: str = ""
    figures: Mapping[str, str] = field(default_factory=dict)

    @property
    def further_limits(self) -> tuple[str, ...]:
        """The known limits that the card does not tell already."""
        return tuple(line for line in self.known_limits if line not in self.card)

    def as_json(self) -> dict[str, Any]:
        """Return what the page says for a file; undefined is None."""
        facts: dict[str, Any] = without_nan(
            {
                "title": self.title,
                "summary": self.summary,
                "profile": None if self.profile is None else _profile_json(self.profile),
                "criteria": [{**asdict(one), "verdict": one.verdict} for one in self.criteria],
                "lineage": dict(self.lineage),
                "validation": None if self.sheet is None else self.sheet.as_json(),
                "rivals": self.rivals,
                "suspects": self.suspects,
                "specificity": None if self.specificity is None else self.specificity.as_json(),
                "applicability": self.applicability,
                "known_limits": self.known_limits,
                "failures": self.failures,
                "card": self.card,
            }
        )
        return facts


def validation_page(report: ValidationReport) -> str:
    """Return the page as HTML; it opens offline and prints with its signatures at the end."""
    sections = [
        Section("Outcome", _outcome(report)),
        *(
            [Section("Model card, written when the sensor was made", (_card(report.card),))]
            if report.card
            else []
        ),
        Section("Purpose and criteria", _criteria(report)),
        Section("What was tested, and on what", (table(("item", "value"), report.lineage),)),
    ]
    if report.suspects:
        sections.append(Section("What looks wrong in the test", (listing(report.suspects),)))
    if report.sheet is not None:
        sections += sheet_sections(report.sheet)
    guesses = tuple(report.nulls.items())
    if guesses:
        sections.append(Section("Against simpler guesses", (table(("guess", "RMSE"), guesses),)))
    if report.rivals:
        sections.append(Section("Against another sensor", (listing(report.rivals),)))
    if report.specificity is not None:
        sections += specificity_sections(report.specificity)
    told = (
        ("Applicability", report.applicability),
        ("Known limits", report.further_limits),
        ("Known failures", report.failures),
    )
    sections += [Section(title, (listing(lines),)) for title, lines in told if lines]
    if report.figures:
        shown = tuple(picture(svg, caption=name) for name, svg in report.figures.items())
        sections.append(Section("Figures", shown))
    sections.append(signatures_section())
    return page(report.title, sections)


def sheet_sections(sheet: ValidationSheet) -> list[Section]:
    """Return the sections of a sheet: statistics, levels and cultures."""
    return [
        Section("Statistics", _statistics(sheet)),
        Section("By level", (_levels(sheet.levels, sheet.unit),)),
        Section("By culture", (_cultures(sheet),)),
    ]


def _outcome(report: ValidationReport) -> tuple[str, ...]:
    if not report.criteria:
        verdict = "No acceptance criteria were stated, so nothing is accepted or refused here."
    elif all_met(report.criteria):
        verdict = f"All {len(report.criteria)} acceptance criteria are met."
    else:
        failed = [f"{c.name} ({c.verdict})" for c in report.criteria if c.is_met is not True]
        verdict = f"Acceptance criteria are not met: {', '.join(failed)}."
    return (paragraph(report.summary), paragraph(verdict))


def _criteria(report: ValidationReport) -> tuple[str, ...]:
    profile = report.profile
    if profile is None:
        how = "State them before the test in a TOML file and give it with --targets."
        return (paragraph(f"No target profile was given. {how}"),)
    rows = [(one.name, one.demand, one.found, one.verdict) for one in report.criteria]
    judged = table(("criterion", "demand", "found", "verdict"), rows)
    nothing = paragraph("The profile asks nothing of this analyte.")
    return (table(("item", "value"), profile_words(profile)), judged if rows else nothing)


def profile_words(profile: TargetProfile) -> tuple[tuple[str, str], ...]:
    """Return what a target profile says a sensor is for, and its digest."""
    return (
        ("purpose", profile.purpose or "not stated"),
        ("context of use", profile.context_of_use or "not stated"),
        ("risk", profile.risk or "not stated"),
        ("target profile, SHA-256", profile.digest),
    )


def _card(card: str) -> str:
    """Return a card below the heading of its section."""
    _, _, body = card.partition("\n") if card.startswith("# ") else ("", "", card)
    return from_markdown(re.sub(r"^## ", "### ", body, flags=re.MULTILINE))


def _profile_json(profile: TargetProfile) -> dict[str, str]:
    return {
        "purpose": profile.purpose,
        "context_of_use": profile.context_of_use,
        "risk": profile.risk,
        "sha256": profile.digest,
    }


def _statistics(sheet: ValidationSheet) -> tuple[str, ...]:
    rows = [(one.name, one.value, one.interval, one.meaning) for one in sheet.statistics]
    how = (
        "A culture counts once: samples of one culture share its bias, and taking them for "
        "independent would find differences that are not there."
    )
    return (paragraph(how), table(("statistic", "value", "95 % interval or p", "meaning"), rows))


def _with_interval(level: Level) -> str:
    if level.rmse_interval is None:
        return f"{level.rmse:.3g}"
    low, high = level.rmse_interval
    return f"{level.rmse:.3g} ({low:.3g} to {high:.3g})"


def _levels(levels: Sequence[Level], unit: str) -> str:
    rows = []
    for level in levels:
        held = level.total_error
        band = "too few samples" if held is None else f"{held.low:+.3g} to {held.high:+.3g}"
        rows.append(
            (
                f"{level.low:.3g} to {level.high:.3g}",
                str(level.n_samples),
                str(level.n_cultures),
                f"{level.mean_measured:.3g}",
                f"{level.mean_predicted:.3g}",
                _with_interval(level),
                f"{level.bias:+.3g}",
                band,
            )
        )
    head = (
        f"assay ({unit})", "samples", "cultures", "mean assay", "mean value", "RMSE (95 %)", "bias",
        "holds 90 % of errors",
    )  # fmt: skip
    return table(head, rows)


def _cultures(sheet: ValidationSheet) -> str:
    own = sheet.by_culture
    inside = ["undefined" if pd.isna(share) else f"{share:.0%}" for share in own["coverage"]]
    columns = (
        own["culture"],
        own["n"].map(str),
        own["rmse"].map("{:.3g}".format),
        own["bias"].map("{:+.3g}".format),
        inside,
    )
    rows = list(zip(*columns, strict=True))
    return table(("culture", "samples", f"RMSE ({sheet.unit})", "bias", "inside interval"), rows)


def signatures_section() -> Section:
    """Return a block to sign by hand."""
    blank = "\u2003" * 8
    rows = [(role, meaning, blank, blank, blank) for role, meaning in _SIGNATORIES]
    heads = ("role", "meaning", "name", "date", "signature")
    return Section("Signatures", (table(heads, rows),))
