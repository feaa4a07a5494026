"""`pat import`: a campaign folder from files of any make, and what became of each of them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from pat.errors import CampaignError, InputError
from pat.readers.findings import names_in_words
from pipelines.check_facts import Facts, campaign_facts
from pipelines.check_words import ANALYTE_HEADINGS, analyte_rows, described, found_doubts
from pipelines.progress import progress_reporter
from pipelines.tables import print_table

if TYPE_CHECKING:
    from pat.importing import Account, Draft

#: By which the reason is known that a time without an offset was refused for.
_NO_ZONE = "no offset"
#: Refusals for one reason that are spelt out before the rest are only counted.
_SPELT_OUT = 3


def run(
    sources: Sequence[Path],
    *,
    out: Path,
    name: str | None = None,
    vessels: Path | None = None,
    columns: Path | None = None,
    timezone: str | None = None,
) -> None:
    """Write a campaign folder, and print what was understood, refused and is missing.

    Raises
    ------
    InputError
        If no campaign can be made of the files; nothing is written.
    CampaignError
        If what they make has faults that only the user can mend.
    """
    from pat.importing import Account, Request, draft_campaign, write_draft
    from pat.readers import read_campaign
    from pat.readers.naming import FILE_NAME, name_pattern
    from pat.readers.whole_folder import whole_folder

    _check(out, timezone=timezone, files=(vessels, columns))
    request = Request(
        given=sources,
        id=out.resolve().name,
        timezone=timezone,
        pattern=FILE_NAME if name is None else name_pattern(name),
        vessels=vessels,
        columns=columns,
    )
    account = Account()
    try:
        with progress_reporter("read") as report:
            draft = draft_campaign(request, account=account, progress=report)
        draft = _with_intensity(draft)
        with whole_folder(out) as part:
            write_draft(draft, part)
            facts, _ = campaign_facts(read_campaign(part))
    except CampaignError as error:
        _print_account(account)
        raise CampaignError(str(out), error.faults) from error
    except InputError:
        _print_account(account)
        raise
    _print(draft, facts, account, out=out)


def _check(out: Path, *, timezone: str | None, files: Sequence[Path | None]) -> None:
    from pat.readers.times import is_timezone

    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        msg = f"--out: expected a folder that does not exist yet; got {out}"
        raise InputError(msg)
    if timezone is not None and not is_timezone(timezone):
        msg = f"--timezone: expected an IANA name such as Europe/Zurich; got {timezone!r}"
        raise InputError(msg)
    for file in files:
        if file is not None and not file.is_file():
            msg = f"there is no file {file}"
            raise InputError(msg)


def _with_intensity(draft: "Draft") -> "Draft":
    """Return the draft with what is measured on its axis, where campaign.toml does not say."""
    if "intensity" in draft.told:
        return draft
    from pipelines.proposed_toml import likely_axis

    first = draft.files[0].content.read()
    _, intensity = likely_axis(first.axis, first.intensities)
    return replace(draft, info=replace(draft.info, intensity=intensity))


def _print(draft: "Draft", facts: Facts, account: "Account", *, out: Path) -> None:
    from pat.importing.folder import is_one_table

    suffixes = Counter(
        PurePosixPath(file.source.name).suffix.lower() or "no suffix" for file in draft.files
    )
    kinds = ", ".join(f"{n} {suffix}" for suffix, n in suffixes.most_common())
    print(f"{out}: made of {len(dict(draft.sources))} files")
    kept = "spectra.parquet" if is_one_table(draft) else "spectra/, with their index"
    print(f"  {'files':<13} {kinds}, kept in {kept}")
    for place, text in described(facts):
        print(f"  {place:<13} {text}")
    print_table(ANALYTE_HEADINGS, analyte_rows(facts))
    _print_account(account)
    for doubt in found_doubts(facts):
        print(doubt.replace("\n", "\n    "))
    paired = any(analyte["paired"] for analyte in facts["analytes"])
    print(f"next: pat check {out}" + (f", then pat train {out}" if paired else ""))


def _print_account(account: "Account") -> None:
    for file, what in account.taken:
        print(f"{file}: {what}")
    reasons: dict[str, list[str]] = {}
    for refusal in account.refused:
        reasons.setdefault(refusal.reason, []).append(refusal.file)
    for reason, files in reasons.items():
        print(f"left out, {names_in_words(files, at_most=_SPELT_OUT)}: {reason}")
    for note in account.notes:
        print(f"note: {note}")
    if any(_NO_ZONE in refusal.reason for refusal in account.refused):
        print("to add: the zone of times without an offset, as --timezone Europe/Zurich")
    for wanted in account.wanted:
        print(f"to add: {wanted}")
