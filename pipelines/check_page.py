"""The page of `pat check`: what deserves a look, what pairs with what, and the spectra."""

from collections.abc import Sequence

from pat.alignment import Pairing
from pat.campaign import Campaign
from pat.report.page import Section, folded, listing, page, paragraph, picture, table
from pat.report.pairing_figures import assays_by_age, pairing_map
from pat.report.spectra_figures import intensity_by_age, spectra_by_age, spectra_by_vessel
from pat.spectra import AXIS_LABELS
from pipelines.check_facts import Facts
from pipelines.check_words import (
    ANALYTE_HEADINGS,
    NO_OUTLIERS,
    analyte_rows,
    described,
    found_doubts,
)

_MOST_LISTED = 500


def check_page(campaign: Campaign, facts: Facts, pairing: Pairing) -> str:
    """Return the page as HTML."""
    doubts = found_doubts(facts)
    looked = listing(doubts) if doubts else paragraph("Nothing.")
    beyond = f"{NO_OUTLIERS[0].upper()}{NO_OUTLIERS[1:]}.".replace("`", "")
    sections = [
        Section("What deserves a look", (looked, paragraph(beyond))),
        Section("What is there", (table((), described(facts)),)),
        Section("What pairs with what", _pairing_blocks(campaign, facts, pairing)),
        Section("Spectra", _spectra_blocks(campaign)),
        Section("Assays", _assay_blocks(campaign, pairing)),
    ]
    return page(f"Check of {facts['campaign']}", sections, lead=facts["description"])


def _pairing_blocks(campaign: Campaign, facts: Facts, pairing: Pairing) -> tuple[str, ...]:
    blocks = [table(ANALYTE_HEADINGS, analyte_rows(facts))]
    drawn = pairing_map(campaign, pairing)
    if drawn is not None:
        blocks.append(picture(drawn, caption="spectra, assays and feeds of each vessel over time"))
    for analyte in facts["analytes"]:
        if analyte["unpaired"]:
            blocks.append(_unpaired(f"{analyte['analyte']} without spectra", analyte["unpaired"]))
    if facts["unpaired_spectra"]:
        blocks.append(_unpaired("spectra without an assay", facts["unpaired_spectra"]))
    if facts["excluded"]:
        blocks.append(_unpaired("excluded by exclude.csv", facts["excluded"]))
    return tuple(blocks)


def _unpaired(title: str, unpaired: Sequence[dict[str, str]]) -> str:
    rows = [(one["key"], one["reason"]) for one in unpaired[:_MOST_LISTED]]
    more = len(unpaired) - len(rows)
    after = (paragraph(f"and {more} more, all of them in --json"),) if more else ()
    return folded(f"{len(unpaired)} {title}", table(("which", "why"), rows), *after)


def _spectra_blocks(campaign: Campaign) -> tuple[str, ...]:
    label, intensity = AXIS_LABELS[campaign.info.axis_kind], campaign.info.intensity
    spectra = campaign.spectra
    figures = {
        "spectra by culture age": spectra_by_age(spectra, axis_label=label, intensity=intensity),
        "spectra by vessel": spectra_by_vessel(spectra, axis_label=label, intensity=intensity),
        "median intensity over time, a line a vessel": intensity_by_age(
            spectra, intensity=intensity
        ),
    }
    return tuple(picture(svg, caption=name) for name, svg in figures.items() if svg is not None)


def _assay_blocks(campaign: Campaign, pairing: Pairing) -> tuple[str, ...]:
    blocks = []
    for name, analyte in campaign.info.analytes.items():
        drawn = assays_by_age(pairing, name, unit=analyte.unit)
        if drawn is not None:
            blocks.append(picture(drawn, caption=f"{name}, paired samples, a line a vessel"))
    return tuple(blocks) or (paragraph("No paired assay has a culture age, so none is drawn."),)
