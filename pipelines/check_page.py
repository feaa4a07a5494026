"""The page of `pat check`: facts as tables, spectra and pairing as pictures, opening offline."""

from collections.abc import Sequence

from pat.alignment import Pairing
from pat.campaign import Campaign
from pat.report.spectra_figures import (
    assays_by_age,
    pairing_map,
    spectra_by_age,
    spectra_by_vessel,
)
from pat.report.training_page import training_page
from pat.spectra import AXIS_LABELS
from pipelines.check_facts import Facts


def check_page(campaign: Campaign, facts: Facts, pairing: Pairing, *, lines: Sequence[str]) -> str:
    """Return the page as HTML."""
    label = AXIS_LABELS[campaign.info.axis_kind]
    intensity = campaign.info.intensity
    figures = {
        "what pairs with what": pairing_map(campaign.spectra, pairing),
        "spectra by vessel": spectra_by_vessel(
            campaign.spectra, axis_label=label, intensity=intensity
        ),
        "spectra by culture age": spectra_by_age(
            campaign.spectra, axis_label=label, intensity=intensity
        ),
    }
    for name, analyte in campaign.info.analytes.items():
        figures[f"{name} by culture age"] = assays_by_age(pairing, name, unit=analyte.unit)
    shown = {name: svg for name, svg in figures.items() if svg is not None}
    return training_page(_text(facts, lines), shown, title=f"Check of {facts['campaign']}")


def _text(facts: Facts, lines: Sequence[str]) -> str:
    kinds = ", ".join(f"{n} {kind}" for kind, n in facts["spectra"].items())
    rows = [
        ("description", facts["description"]),
        ("spectra", kinds),
        ("axis", facts["axis"]),
        ("vessels", f"{len(facts['vessels'])} in {facts['groups']} groups"),
        ("time", f"{facts['first'] or 'not given'} to {facts['last'] or 'not given'}"),
        ("online values", ", ".join(facts["online"]) or "none"),
        ("events", _events(facts)),
        ("digest", facts["digest"][:16]),
    ]
    head = ["| | |", "|---|---|", *(f"| {name} | {_cell(text)} |" for name, text in rows)]
    analytes = [
        "| analyte | unit | paired | unpaired | censored | excluded | lowest | highest | SEL |",
        "|---|---|---|---|---|---|---|---|---|",
        *(_analyte_row(analyte) for analyte in facts["analytes"]),
    ]
    doubts = "\n".join(f"    {line}" for line in lines) or "Nothing."
    parts = [f"# Check of {facts['campaign']}", "\n".join(head), "## Assays", "\n".join(analytes)]
    return "\n\n".join([*parts, "## What deserves a look", doubts]) + "\n"


def _analyte_row(analyte: Facts) -> str:
    cells = [
        analyte["analyte"], analyte["unit"], analyte["paired"], len(analyte["unpaired"]),
        analyte["censored"], analyte["excluded"], _number(analyte["lowest"]),
        _number(analyte["highest"]), _number(analyte["sel"]),
    ]  # fmt: skip
    return "| " + " | ".join(_cell(str(cell)) for cell in cells) + " |"


def _events(facts: Facts) -> str:
    if facts["events"] is None:
        return "no events.csv"
    return ", ".join(f"{n} {kind}" for kind, n in facts["events"].items()) or "none"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3g}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
