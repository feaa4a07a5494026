"""`pat check`: what a campaign holds, what pairs with what and why not; trains nothing."""

import json as json_module
import re
from collections import Counter
from pathlib import Path

from pat.alignment import Pairing
from pat.campaign import Campaign
from pat.errors import CampaignError, Fault, InputError
from pat.readers import read_campaign
from pat.report.facts import without_nan
from pipelines.check_facts import Facts, campaign_facts
from pipelines.proposed_toml import proposed_toml
from pipelines.tables import print_table

_REASONS_SHOWN = 5

#: What differs between reasons of one kind: how near the nearest one is.
_KIND_OF_REASON = re.compile(r" \(nearest.*\)$")


def run(campaign: Path, *, json: Path | None = None, report: Path | None = None) -> None:
    """Print what is there; write JSON and a page where asked.

    Raises
    ------
    CampaignError
        With every fault of the folder; a missing campaign.toml is proposed first.
    InputError
        If a file to write has no folder.
    """
    for file in (json, report):
        if file is not None and not file.resolve().parent.is_dir():
            msg = f"expected an existing folder for {file}; got {file.resolve().parent}"
            raise InputError(msg)
    if campaign.is_dir() and not (campaign / "campaign.toml").exists():
        _propose(campaign)
    found = read_campaign(campaign)
    facts, pairing = campaign_facts(found)
    for line in described(facts):
        print(line)
    _print_analytes(facts)
    for line in doubts(facts):
        print(line)
    if json is not None:
        text = json_module.dumps(without_nan(facts), indent=2, allow_nan=False)
        json.write_text(text + "\n", encoding="utf-8")
    if report is not None:
        report.write_text(_page(found, facts, pairing), encoding="utf-8")
        print(f"page: {report}")
    print(f"next: pat train {campaign}")


def described(facts: Facts) -> list[str]:
    """Return in a few lines what the campaign is."""
    kinds = ", ".join(f"{n} {kind}" for kind, n in facts["spectra"].items())
    span = ""
    if facts["days"] is not None:
        span = ", day {:g} to {:g}".format(*facts["days"])
    lines = [
        f"{facts['campaign']}: {facts['description']}".rstrip(": "),
        f"  spectra   {kinds}; {facts['axis']}; {facts['excluded_spectra']} excluded",
        f"  cultures  {len(facts['vessels'])} vessels in {facts['groups']} groups{span}",
    ]
    if facts["first"] is not None:
        lines.append(f"  time      {facts['first']} to {facts['last']}")
    if facts["online"]:
        lines.append(f"  online    {', '.join(f'{k} ({u})' for k, u in facts['online'].items())}")
    if facts["events"]:
        lines.append(f"  events    {', '.join(f'{n} {k}' for k, n in facts['events'].items())}")
    return lines


def doubts(facts: Facts) -> list[str]:
    """Return what deserves a look, most telling first."""
    lines = []
    for analyte in facts["analytes"]:
        lines += _reasons(f"{analyte['analyte']} unpaired", analyte["unpaired"])
    lines += _reasons("spectra without an assay", facts["unpaired_spectra"])
    for clock in facts["clocks"]:
        lines.append(f"clock of {clock['source']}: {clock['reason']}")
        lines += [f"    {line}" for line in clock["setting"].splitlines()]
    lines += [_suspect(suspect) for suspect in facts["suspects"]]
    lines += [f"warning: {warning}" for warning in facts["warnings"]]
    return lines


def _print_analytes(facts: Facts) -> None:
    print_table(
        ("analyte", "unit", "paired", "unpaired", "censored", "excluded", "range", "SEL"),
        [
            (
                a["analyte"],
                a["unit"],
                str(a["paired"]),
                str(len(a["unpaired"])),
                str(a["censored"]),
                str(a["excluded"]),
                "-" if a["lowest"] is None else f"{a['lowest']:.3g} to {a['highest']:.3g}",
                "unknown" if a["sel"] is None else f"{a['sel']:.3g} ({a['sel_from']})",
            )
            for a in facts["analytes"]
        ],
    )


def _reasons(title: str, unpaired: list[dict[str, str]]) -> list[str]:
    """Return a heading with the count, then the commonest reasons, each with an example."""
    if not unpaired:
        return []
    kinds = [_KIND_OF_REASON.sub("", one["reason"]) for one in unpaired]
    first: dict[str, str] = {}
    for kind, one in zip(kinds, unpaired, strict=True):
        first.setdefault(kind, f"{one['key']}: {one['reason']}")
    counted = Counter(kinds).most_common()
    lines = [f"{title}: {len(unpaired)}"]
    lines += [
        f"    {n} x {reason} (such as {first[reason]})" for reason, n in counted[:_REASONS_SHOWN]
    ]
    if len(counted) > _REASONS_SHOWN:
        lines.append(f"    and {len(counted) - _REASONS_SHOWN} more reasons (--json lists all)")
    return lines


def _suspect(suspect: Facts) -> str:
    """Return a suspect in one line: what, where, how many spectra, why."""
    vessels = ", ".join(suspect["vessels"])
    rows = len(suspect["rows"])
    where = f"{vessels}: " if vessels else ""
    count = f"{rows} {'spectrum' if rows == 1 else 'spectra'}, " if rows else ""
    return f"suspect, {suspect['kind']}: {where}{count}{suspect['reason']}"


def _propose(folder: Path) -> None:
    """Print the campaign.toml to paste, and stop."""
    print(proposed_toml(folder))
    fault = Fault(
        "campaign.toml",
        "expected this file; got none. Paste the lines above into it, replace each ? by what is "
        "true, and check again",
    )
    raise CampaignError(str(folder), [fault])


def _page(campaign: Campaign, facts: Facts, pairing: Pairing) -> str:
    from pipelines.check_page import check_page

    return check_page(campaign, facts, pairing, lines=doubts(facts))
