"""The model card of a transferred sensor: from where to where, how, and with what error."""

from typing import Any

from pat.report.card import criteria_part
from pat.report.counted import counted
from pat.soft_sensor import SoftSensor
from pipelines.transfer_evidence import TransferEvidence


def transfer_card(made: SoftSensor, facts: dict[str, Any], found: TransferEvidence) -> str:
    """Return in markdown what was done, and what the evidence is."""
    low, high = made.calibrated_range
    unit = made.analyte.unit
    lines = [f"# {made.title}, transferred", "", _error(made, facts, found), ""]
    lines += [f"{part}\n" for part in criteria_part(found.criteria)]
    lines += [
        "## Transfer",
        "",
        f"- from: {facts['sensor']} (digest {facts['sensor_digest']})",
        f"- to: the instrument of {facts['to']}",
        f"- samples of the new instrument: {facts['n']}",
    ]
    methods = facts.get("members") or [facts["method"]]
    mean = "method, in the mean: " if len(methods) > 1 else "method: "
    lines += [f"- {mean}{method}" for method in methods]
    lines.append(f"- methods were {facts.get('rule', 'not compared: no assay was used')}")
    lines += ["", "## Evidence", ""]
    lines += [f"- {line}" for line in found.lines(unit)]
    lines += [f"- {name}: {text}" for name, text in made.provenance.facts.items()]
    lines += ["", "## Limits", ""]
    if made.gates.unverified:
        lines.append(f"- no row is good: {made.gates.unverified}")
        lines.append(f"- calibrated from {low:.3g} to {high:.3g} {unit} on the instrument before")
    else:
        lines.append(f"- verified from {low:.3g} to {high:.3g} {unit}")
    lines.append("- limits of distance are the new instrument's")
    return "\n".join(lines) + "\n"


def _error(made: SoftSensor, facts: dict[str, Any], found: TransferEvidence) -> str:
    """Return the error in one sentence: of samples that served for nothing else, if there are."""
    unit, test = made.analyte.unit, facts.get("test")
    if test and test["n"]:
        others = counted(int(test["n"]), "assayed sample")
        return (
            f"On {others} of the new instrument that served for nothing else it is typically off "
            f"by **{test['rmsep']:.3g} {unit}** (bias {test['bias']:+.3g})."
        )
    if made.gates.unverified:
        return f"How far it is off on the new instrument is unknown: {made.gates.unverified}."
    if found.left_out is not None:
        return (
            f"On {found.left_out.source}, it is typically off by **{found.left_out.rmse:.3g} "
            f"{unit}** ({_before(facts)})."
        )
    return (
        f"Each transfer sample left out, it is typically off by **{facts['loo_rmse']:.3g} {unit}** "
        f"({_before(facts)}); the methods were chosen by these samples, so that this is a little "
        "optimistic."
    )


def _before(facts: dict[str, Any]) -> str:
    error = facts["rmse_not_transferred"]
    return "the sensor before gives no value" if error is None else f"before by {error:.3g}"
