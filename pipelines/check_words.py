"""What `pat check` found, in words: the same on the terminal and on the page."""

import re
from collections import Counter
from collections.abc import Sequence

from pat.report.counted import counted
from pipelines.check_facts import Facts

ANALYTE_HEADINGS = (
    "analyte", "unit", "paired", "unpaired", "censored", "excluded", "replicated", "range", "SEL",
)  # fmt: skip

_REASONS_SHOWN = 5
_KEYS_SHOWN = 3
_STRAY = " is of vessel "

#: What differs between reasons of one kind: how near the nearest one is, which event, whose name.
_PARTICULARS = re.compile(
    r" \(nearest.*\)$|(?<=other side of the ).* at .*$|(?<=sample ).*(?= is of vessel)"
    r"|(?<=assay of vessel ).*$|(?<=spectrum of vessel ).*$"
)


def described(facts: Facts) -> list[tuple[str, str]]:
    """Return what the campaign is, as names and texts."""
    kinds = ", ".join(f"{n} {kind}" for kind, n in facts["spectra"].items()) or "none"
    vessels = f"{counted(len(facts['vessels']), 'vessel')} in {counted(facts['groups'], 'group')}"
    days = "" if facts["days"] is None else ", day {:g} to {:g}".format(*facts["days"])
    clocks = ", ".join(f"{source} {seconds:+g} s" for source, seconds in facts["clock_s"].items())
    lines = [
        ("spectra", f"{kinds}; {facts['axis']}; {facts['excluded_spectra']} excluded"),
        ("axis", _axis(facts["axis_check"])),
        ("cultures", vessels + days),
        ("time", f"{facts['first']} to {facts['last']}" if facts["first"] else ""),
        ("pairing", f"by sample, else within {facts['pair_within_min']:g} min"),
        ("clocks moved", clocks),
        ("online", ", ".join(f"{k} ({u})" for k, u in facts["online"].items())),
        ("events", ", ".join(f"{n} {k}" for k, n in (facts["events"] or {}).items())),
        ("digest", facts["digest"][:16]),
    ]
    return [(name, text) for name, text in lines if text]


def analyte_rows(facts: Facts) -> list[tuple[str, ...]]:
    """Return the cells below `ANALYTE_HEADINGS`."""
    return [
        (
            a["analyte"],
            a["unit"],
            str(a["paired"]),
            str(len(a["unpaired"])),
            str(a["censored"]),
            str(a["excluded"]),
            str(a["replicated"]),
            "-" if a["lowest"] is None else f"{a['lowest']:.3g} to {a['highest']:.3g}",
            "unknown" if a["sel"] is None else f"{a['sel']:.3g} ({_sel_source(a)})",
        )
        for a in facts["analytes"]
    ]


def found_doubts(facts: Facts) -> list[str]:
    """Return what deserves a look, one text each; lines to paste follow the first line."""
    doubts = [*axis_doubts(facts["axis_check"])]
    doubts += [suspect_words(suspect) for suspect in facts["suspects"]]
    for clock in facts["clocks"]:
        doubts.append(f"clock of {clock['source']}: {clock['reason']}\n{clock['setting']}".strip())
    for analyte in facts["analytes"]:
        doubts += reasons(f"{analyte['analyte']} unpaired", analyte["unpaired"])
    strays = [one for one in facts["unpaired_spectra"] if _STRAY in one["reason"]]
    doubts += reasons("spectra with a sample of another vessel", strays)
    return doubts + [f"warning: {warning}" for warning in facts["warnings"]]


NO_OUTLIERS = (
    "calibration outliers (leverage, studentised residual, Cook's distance) need a fitted model, "
    "so `pat train` alone can list them"
)


def axis_doubts(check: Facts) -> list[str]:
    """Return what is wrong with the axis, with the bands and the lines that correct it."""
    if not check["setting"]:
        return []
    lines = [
        f"axis: {check['reason']}; corrected, they lie within {check['rms_cm1']:.2g} cm-1 (rms)"
    ]
    lines += [
        f"{band['component']} {band['shift_cm1']:g} is found at {band['named_cm1']:.1f}, corrected "
        f"at {band['shift_cm1'] + band['residual_cm1']:.1f}"
        for band in check["bands"]
    ]
    low, high = check["valid_cm1"]
    lines.append(f"to correct it from {low:.0f} to {high:.0f} cm-1, add to campaign.toml:")
    return ["\n".join([*lines, check["setting"]])]


def _axis(check: Facts) -> str:
    """Return the check in a few words; what is wrong with it is told among the doubts."""
    if check["verdict"] == "unknown":
        return f"not checked: {check['reason']}"
    return f"{check['verdict']}: {check['reason']}"


def reasons(title: str, unpaired: Sequence[dict[str, str]]) -> list[str]:
    """Return a text with the count, then the commonest reasons, each with an example."""
    if not unpaired:
        return []
    kinds = [
        _PARTICULARS.sub("...", one["reason"]).removesuffix("...").rstrip() for one in unpaired
    ]
    first: dict[str, str] = {}
    for kind, one in zip(kinds, unpaired, strict=True):
        first.setdefault(kind, f"{one['key']}: {one['reason']}")
    counted = Counter(kinds).most_common()
    lines = [f"{title}: {len(unpaired)}"]
    for kind, count in counted[:_REASONS_SHOWN]:
        such_as = first[kind] if count == 1 else f"{count} x {kind} (such as {first[kind]})"
        lines.append(such_as)
    if len(counted) > _REASONS_SHOWN:
        lines.append(f"and {len(counted) - _REASONS_SHOWN} more reasons (--json lists all)")
    return ["\n".join(lines)]


def suspect_words(suspect: Facts) -> str:
    """Return a suspect in one line: what, where, how many spectra, which, why."""
    where = f"{', '.join(suspect['vessels'])}: " if suspect["vessels"] else ""
    rows = len(suspect["rows"])
    count = f"{counted(rows, 'spectrum', 'spectra')}, " if rows else ""
    keys = suspect["keys"][:_KEYS_SHOWN]
    more = ", ..." if rows > _KEYS_SHOWN else ""
    which = f" ({'; '.join(keys)}{more})" if 0 < rows <= 50 else ""
    return f"suspect, {suspect['kind']}: {where}{count}{suspect['reason']}{which}"


def _sel_source(analyte: Facts) -> str:
    if analyte["sel_from"] != "replicates":
        return str(analyte["sel_from"])
    return f"replicates, df {analyte['sel_dof']}"
