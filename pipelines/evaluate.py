"""`pat evaluate`: a sensor's predictions held against a campaign's assays."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pat.errors import InputError
from pat.report.counted import counted
from pat.report.guesses import GUESSES
from pipelines.evaluate_inputs import check_evidence
from pipelines.json_facts import check_folders, write_facts
from pipelines.sensors import open_sensor
from pipelines.tables import print_table

if TYPE_CHECKING:
    from pat.calibration.merit import PairedTest
    from pat.campaign import Campaign
    from pat.readers.pure_spectra import PureSpectra
    from pat.readers.target_profile import TargetProfile
    from pat.report.validation_page import ValidationReport
    from pat.soft_sensor import SoftSensor
    from pat.soft_sensor.evaluation import Evaluation


def run(
    sensor: str,
    campaign: Path,
    *,
    against: str | None = None,
    tracking_uri: str | None = None,
    json: Path | None = None,
    report: Path | None = None,
    targets: Path | None = None,
    pure: Path | None = None,
) -> list[dict[str, Any]]:
    """Print and return the figures of merit; with `against`, of both on the same samples.

    `report` is the HTML page to write; `targets` the target profile to judge by; `pure` a table
    of pure spectra for the report to spike with.

    Raises
    ------
    InputError
        If the sensor, campaign, target profile or pure spectra are at fault, or the two sensors
        are of different analytes; nothing is computed then.
    StoreError
        If the JSON or the report cannot be written.
    """
    from pat.readers import read_campaign
    from pat.readers.pure_spectra import read_pure_spectra
    from pat.readers.target_profile import read_target_profile
    from pat.soft_sensor.evaluation import evaluate

    check_folders(json=json, report=report)
    profile = None if targets is None else read_target_profile(targets)
    own = None if pure is None else read_pure_spectra(pure)
    found, reference = open_sensor(sensor, tracking_uri=tracking_uri)
    rival = open_sensor(against, tracking_uri=tracking_uri) if against is not None else None
    if rival is not None:
        _check_rival(found, rival[0])
    read = read_campaign(campaign)
    check_evidence(found, read, profile=profile, pure=own)
    evaluation = evaluate(found, read, reference=reference)
    facts = evaluation.as_json() | {"learnt_from": list(evaluation.trained_on)}
    _say(evaluation, facts)
    if rival is not None:
        other = evaluate(rival[0], read, reference=rival[1])
        _say(other, other.as_json())
        facts["against"] = _compared(evaluation, other)
    if report is not None or profile is not None or own is not None:
        said = facts["against"]["meaning"] if facts.get("against") else None
        reported = _report(evaluation, read, profile=profile, pure=own, path=report, rival=said)
        facts |= reported.as_json()
        if report is not None:
            _keep(reported, evaluation, read.id, tracking_uri=tracking_uri)
    if json is not None:
        write_facts([facts], json)
    return [facts]


def _report(
    evaluation: "Evaluation",
    campaign: "Campaign",
    *,
    profile: "TargetProfile | None",
    pure: "PureSpectra | None",
    path: Path | None,
    rival: str | None,
) -> "ValidationReport":
    """Judge by the profile, write the page, and return what it says."""
    from pipelines.evaluate_report import validation_report, write_report

    found = validation_report(evaluation, campaign, profile=profile, pure=pure, rival=rival)
    for one in found.criteria:
        print(one.in_words)
    if path is not None:
        write_report(found, path)
        print(f"report: {path}")
    return found


def _keep(
    report: "ValidationReport", evaluation: "Evaluation", campaign: str, *, tracking_uri: str | None
) -> None:
    from pipelines.evaluation_log import keep_report

    keep_report(
        report, reference=evaluation.reference, campaign=campaign, tracking_uri=tracking_uri
    )


def _check_rival(sensor: "SoftSensor", rival: "SoftSensor") -> None:
    ours, theirs = sensor.analyte, rival.analyte
    if (ours.name, ours.unit) != (theirs.name, theirs.unit):
        msg = (
            f"--against: expected a sensor for {ours.name} in {ours.unit}; got one for "
            f"{theirs.name} in {theirs.unit}"
        )
        raise InputError(msg)


def _compared(first: "Evaluation", second: "Evaluation") -> dict[str, Any] | None:
    """Print and return the paired test on the samples that both predict."""
    test = _paired_test(first, second)
    if test is None:
        print("the two sensors have no sample in common")
        return None
    meaning = f"{first.reference} (first) against {second.reference} (second): {test.meaning}"
    print(meaning)
    return {
        "sensor": second.reference,
        "rmsep": test.rmse_b,
        "rmsep_same_samples": test.rmse_a,
        "p_value": test.p_value,
        "n_samples": test.n_samples,
        "n_cultures": test.n_cultures,
        "meaning": meaning,
    }


def _paired_test(first: "Evaluation", second: "Evaluation") -> "PairedTest | None":
    import numpy as np

    from pat.calibration.merit import paired_by_culture

    ours, theirs = first.samples, second.samples
    assay = ours["assay"].to_numpy(dtype=np.float64)
    errors = [table["prediction"].to_numpy(dtype=np.float64) - assay for table in (ours, theirs)]
    both = np.isfinite(errors[0]) & np.isfinite(errors[1])
    if not both.any():
        return None
    cultures = ours["culture"].to_numpy(dtype=object)[both]
    return paired_by_culture(
        errors[0][both], errors[1][both], cultures, rng=np.random.default_rng(0)
    )


def _say(evaluation: "Evaluation", facts: dict[str, Any]) -> None:
    unit = facts["unit"]
    samples = counted(facts["n_samples"], "sample")
    cultures = counted(facts["n_cultures"], "culture")
    print(f"{facts['sensor']}: {facts['analyte']}")
    rows = [
        ("compared", f"{samples} of {cultures}"),
        ("RMSEP", _with_interval(facts["rmsep"], facts["rmsep_interval"], unit)),
        ("RMSEP where quality is good", _figure(facts["rmsep_good"], unit)),
        ("bias", _figure(facts["bias"], unit)),
        ("SEP", _figure(facts["sep"], unit)),
        ("R2, slope, RPD", ", ".join(_figure(facts[name]) for name in ("r2", "slope", "rpd"))),
        ("95 % interval holds the assay", _percent(facts["coverage_95"])),
        *(
            (f"guessing: {GUESSES.get(name, name)}", _figure(error, unit))
            for name, error in facts["nulls"].items()
        ),
        (
            counted(len(evaluation.predictions), "spectrum", "spectra"),
            ", ".join(
                f"{_percent(facts[f'share_{name}'])} {name}"
                for name in ("good", "uncertain", "bad")
            ),
        ),
    ]
    if evaluation.n_censored:
        agree = f"{evaluation.n_censored_agree} of {evaluation.n_censored} not contradicted"
        rows.append(("censored assays", agree))
    if evaluation.n_instrument:
        rows.append(("blank, dark, reference", f"{evaluation.n_instrument} not predicted"))
    if evaluation.n_excluded:
        rows.append(("excluded spectra", f"{evaluation.n_excluded} not predicted"))
    print_table(("figure", "value"), rows)
    _say_why_flagged(evaluation)
    _say_what_was_learnt(evaluation)


def _say_why_flagged(evaluation: "Evaluation") -> None:
    """Print the first reason of each quality that is not good."""
    flagged = evaluation.predictions[evaluation.predictions["reasons"] != ""]
    for quality, rows in flagged.groupby("quality", sort=True):
        print(f"{quality}, for instance: {rows['reasons'].iloc[len(rows) // 2]}")


def _say_what_was_learnt(evaluation: "Evaluation") -> None:
    """Warn of cultures that the sensor was trained on: their errors say little of new ones."""
    from pat.calibration.merit import rmse

    known = evaluation.trained_on
    if known:
        n = evaluation.compared["culture"].nunique()
        print(
            f"warning: the sensor learnt from {len(known)} of the {counted(n, 'culture')} compared "
            f"({', '.join(known[:3])}{' ...' if len(known) > 3 else ''}); their errors are smaller "
            "than those of cultures it has not seen"
        )
        errors = evaluation.on_new_cultures().errors()
        unit = evaluation.sensor.analyte.unit
        print(
            f"RMSEP on the others: {rmse(errors):.3g} {unit}"
            if errors.size
            else "there are no others: this is no independent evidence"
        )


def _with_interval(value: float | None, interval: list[float] | None, unit: str) -> str:
    text = _figure(value, unit)
    if interval is None:
        return f"{text} (too few cultures for an interval)" if value is not None else text
    return f"{text} (95 %: {interval[0]:.3g} to {interval[1]:.3g})"


def _figure(value: float | None, unit: str = "") -> str:
    return "undefined" if value is None else f"{value:.3g} {unit}".rstrip()


def _percent(share: float | None) -> str:
    return "undefined" if share is None else f"{share:.1%}"
