"""`pat check`: what a campaign holds, what pairs with what and why not; trains nothing."""

import json as json_module
from pathlib import Path

from pat.errors import CampaignError, Fault, InputError
from pat.readers import read_campaign
from pat.report.facts import without_nan
from pipelines.axis_facts import add_axis_correction
from pipelines.check_facts import Facts, campaign_facts, faulty_facts
from pipelines.check_words import (
    ANALYTE_HEADINGS,
    NO_OUTLIERS,
    analyte_rows,
    described,
    found_doubts,
    reasons,
)
from pipelines.proposed_toml import proposed_toml
from pipelines.tables import print_table


def run(
    campaign: Path, *, json: Path | None = None, report: Path | None = None, mend_axis: bool = False
) -> None:
    """Print what is there; write JSON, a page and the corrected axis where asked.

    Raises
    ------
    CampaignError
        With every fault of the folder, which the JSON then holds; a missing campaign.toml is
        proposed first.
    InputError
        If a file to write has no folder.
    """
    for file in (json, report):
        if file is not None and not file.resolve().parent.is_dir():
            msg = f"expected an existing folder for {file}; got {file.resolve().parent}"
            raise InputError(msg)
    try:
        if campaign.is_dir() and not (campaign / "campaign.toml").exists():
            _propose(campaign)
        found = read_campaign(campaign)
    except CampaignError as error:
        _write(json, faulty_facts(error))
        raise
    facts, pairing = campaign_facts(found)
    _print(facts)
    _write(json, facts)
    if report is not None:
        from pipelines.check_page import check_page

        report.write_text(check_page(found, facts, pairing), encoding="utf-8")
        print(f"page: {report}")
    if mend_axis:
        add_axis_correction(campaign, facts["axis_check"])
    if any(analyte["paired"] for analyte in facts["analytes"]):
        print(NO_OUTLIERS)
        print(f"next: pat train {campaign}")
    else:
        print("next: nothing is paired, so there is nothing to train on")


def _print(facts: Facts) -> None:
    print(f"{facts['campaign']}: {facts['description']}".rstrip(": "))
    for name, text in described(facts):
        print(f"  {name:<13} {text}")
    print_table(ANALYTE_HEADINGS, analyte_rows(facts))
    doubts = found_doubts(facts)
    for doubt in [*doubts, *reasons("spectra without an assay", facts["unpaired_spectra"])]:
        print(doubt.replace("\n", "\n    "))
    if not doubts:
        print("nothing else deserves a look")


def _write(file: Path | None, facts: Facts) -> None:
    if file is not None:
        text = json_module.dumps(without_nan(facts), indent=2, allow_nan=False)
        file.write_text(text + "\n", encoding="utf-8")


def _propose(folder: Path) -> None:
    """Print the campaign.toml to paste, and stop."""
    print(proposed_toml(folder))
    fault = Fault(
        "campaign.toml",
        "expected this file; got none. Paste the lines above into it, replace each ? by what is "
        "true, and check again",
    )
    raise CampaignError(str(folder), [fault])
