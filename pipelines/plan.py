"""`pat plan`: how many vessels and assays a sensor needs, found by simulating campaigns."""

import json as json_module
from collections.abc import Sequence
from dataclasses import asdict
from itertools import product
from math import isnan
from pathlib import Path
from typing import Any

import pandas as pd

from pat.errors import InputError, StoreError
from pat.report.counted import counted
from pipelines.plan_trials import EFFORT, N_NEW_VESSELS, Outcome, Setting, check_setting, trial
from pipelines.plan_words import HEADINGS, answers, summary, table_rows
from pipelines.progress import progress_reporter
from pipelines.tables import print_table


def run(
    *,
    vessels: tuple[int, ...] = (6, 12, 24, 48),
    samples_per_day: tuple[float, ...] = (1.0,),
    exposure: tuple[float, ...] = (750.0,),
    spike: tuple[int, ...] = (0,),
    campaigns: int = 5,
    days: int = 14,
    seed: int = 1,
    png: Path | None = None,
    json: Path | None = None,
) -> None:
    """Print and draw the errors to expect of every combination of these settings.

    Parameters
    ----------
    vessels : tuple of int
    samples_per_day : tuple of float
    exposure : tuple of float
        Of one spectrum, all accumulations together, in s.
    spike : tuple of int
        Spiked aliquots of each vessel, beside its samples.
    campaigns : int
        Simulated of every setting.
    days, seed : int
    png, json : Path, optional
        Files to write.

    Raises
    ------
    InputError
        If a number makes no campaign, or a file has nowhere to go; nothing is then simulated.
    StoreError
        If a file cannot be written.
    """
    settings = _settings(vessels, samples_per_day, exposure, spike)
    _check(settings, campaigns=campaigns, days=days, seed=seed)
    _check_files(png, json)
    print(
        f"settings {len(settings)}, campaigns of each {campaigns}, days {days}; each trained on "
        f"with the {EFFORT} search, tested on {N_NEW_VESSELS} new cultures in the same lot of "
        "medium, on the same instrument"
    )
    outcomes = trials(settings, campaigns=campaigns, days=days, seed=seed)
    table = summary(outcomes)
    print_table(HEADINGS, table_rows(table))
    print()
    base = Setting(settings[0].vessels, samples_per_day[0], exposure[0], spike[0])
    for line in (*answers(table, base=base), *_remarks(settings)):
        print(line)
    if json is not None:
        _write(json, (_as_json(outcomes) + "\n").encode())
    if png is not None:
        from pat.report.plan_figure import planned_errors

        _write(png, planned_errors(outcomes))
        print(f"figure: {png}")


def trials(settings: Sequence[Setting], *, campaigns: int, days: float, seed: int) -> pd.DataFrame:
    """Return the outcome of every campaign of every setting, one row an `Outcome`.

    The rows do not depend on how many run at once.
    """
    from joblib import Parallel, cpu_count, delayed

    jobs = [(setting, number) for setting in settings for number in range(1, campaigns + 1)]
    # The longest first: none is then left to run alone at the end.
    longest_first = sorted(jobs, key=lambda job: -_n_spectra(job[0], days))
    total, done = sum(_n_spectra(setting, days) for setting, _ in jobs), 0
    parallel = Parallel(n_jobs=min(cpu_count(), len(jobs)), return_as="generator")
    found: dict[tuple[Setting, int], list[Outcome]] = {}
    with progress_reporter("planning, spectra simulated") as report:
        results = parallel(
            delayed(trial)(setting, campaign=number, days=days, seed=seed)
            for setting, number in longest_first
        )
        for job, outcomes in zip(longest_first, results, strict=True):
            found[job] = outcomes
            done += _n_spectra(job[0], days)
            report(done, total, f"{job[0].vessels} vessels, campaign {job[1]}")
    ordered = [outcome for job in jobs for outcome in found[job]]
    analytes = list(dict.fromkeys(outcome.analyte for outcome in ordered))
    ordered.sort(key=lambda outcome: analytes.index(outcome.analyte))
    return pd.DataFrame([asdict(outcome) for outcome in ordered])


def _settings(
    vessels: Sequence[int],
    samples_per_day: Sequence[float],
    exposure: Sequence[float],
    spike: Sequence[int],
) -> list[Setting]:
    """Return every combination once, smaller campaigns first."""
    return [
        Setting(n, samples_per_day=often, exposure_s=seconds, spikes=spiked)
        for often, seconds, spiked, n in dict.fromkeys(
            product(samples_per_day, exposure, spike, sorted(vessels))
        )
    ]


def _check(
    settings: Sequence[Setting],
    *,
    campaigns: int,
    days: int,
    seed: int,
) -> None:
    if not settings:
        msg = (
            "expected at least one number of vessels, of samples a day, of seconds of exposure "
            "and of spiked samples; got an empty list"
        )
        raise InputError(msg)
    if campaigns < 1 or seed < 0:
        msg = (
            "expected one campaign or more of each setting and a seed of 0 or more; "
            f"got {campaigns} campaigns and seed {seed}"
        )
        raise InputError(msg)
    for setting in settings:
        check_setting(setting, days=days)


def _check_files(png: Path | None, json: Path | None) -> None:
    if png is not None and png.suffix.lower() != ".png":
        msg = f"{png}: expected a name that ends in .png"
        raise InputError(msg)
    for file in (png, json):
        if file is not None and (file.is_dir() or not file.parent.is_dir()):
            msg = f"{file}: expected a file in a folder that exists"
            raise InputError(msg)


def _n_spectra(setting: Setting, days: float) -> int:
    return round(setting.vessels * (days * setting.samples_per_day + setting.spikes)) + round(
        N_NEW_VESSELS * days
    )


def _remarks(settings: Sequence[Setting]) -> list[str]:
    """Return a line for each setting that one analyser cannot do between two samples."""
    remarks = []
    for setting in settings:
        round_h = setting.vessels * setting.exposure_s / 3600.0
        if round_h > 24.0 / setting.samples_per_day:
            remarks.append(
                f"{counted(setting.vessels, 'vessel')}, {setting.how}: a round of one analyser "
                f"takes {round_h:.0f} h, longer than from one sample to the next; more probes at "
                "once, or less exposure"
            )
    return remarks


def _as_json(outcomes: pd.DataFrame) -> str:
    rows: list[dict[str, Any]] = outcomes.to_dict("records")
    clean = [
        {key: None if isinstance(x, float) and isnan(x) else x for key, x in row.items()}
        for row in rows
    ]
    return json_module.dumps({"schema": 1, "outcomes": clean}, indent=2, allow_nan=False)


def _write(file: Path, content: bytes) -> None:
    try:
        file.write_bytes(content)
    except OSError as error:
        msg = f"{file}: cannot be written ({error.strerror}); is there room and permission?"
        raise StoreError(msg) from error
