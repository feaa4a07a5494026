"""`pat demo`: the main job on the sample campaign, from training to a streaming predictor."""

import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from pat.errors import InputError, StoreError
from pat.report.counted import counted
from pat.report.stream_figures import streamed_trends
from pipelines.streamed import StreamedError, beside_assays, predictions, streamed_error
from pipelines.tables import print_table

if TYPE_CHECKING:
    from pat.campaign import Campaign
    from pat.report.facts import TrainingFacts

SAMPLE = Path(__file__).parents[1] / "data_samples" / "ambr24"

#: Two of the 24 vessels that no sensor may see before it is streamed on them.
HELD_OUT = ("V07", "V18")

#: The predictor is given this long to score what the spectrometer dropped last.
_PATIENCE_S = 60.0

#: Process time a second: the two cultures pass in a few seconds.
_SPEED = 3600.0 * 24 * 4


def run(*, out: Path, tracking_uri: str | None = None) -> None:
    """Train with two vessels held out, promote, stream those two, and say how good it is."""
    from pat.readers import read_campaign
    from pipelines import promote, train

    if not SAMPLE.is_dir():
        msg = f"expected the sample campaign at {SAMPLE}; `pat demo` runs in a clone of the source"
        raise InputError(msg)
    campaign = read_campaign(SAMPLE)
    print(f"1. Train on {campaign.id} ({', '.join(HELD_OUT)} kept out of everything)\n")
    facts = train.run([SAMPLE], effort="quick", holdout=HELD_OUT, tracking_uri=tracking_uri)
    sensors = {fact.analyte: fact for fact in facts if fact.sensor is not None}
    print("\n2. Promote each to champion\n")
    for fact in sensors.values():
        name, version = str(fact.sensor).removeprefix("models:/").rsplit("/", 1)
        promote.run(
            name,
            int(version),
            by="pat demo",
            why="first sensor of the sample campaign",
            alias="champion",
            waive=None,
            tracking_uri=tracking_uri,
        )
    here = out / f"{datetime.now(UTC):%Y-%m-%dT%H-%M-%SZ}"
    print(f"\n3. Stream {' and '.join(HELD_OUT)} through the predictor\n")
    database = _stream(campaign, sorted(sensors), out=here, tracking_uri=tracking_uri)
    rows = beside_assays(campaign, predictions(database), HELD_OUT)
    picture = here / "trend.png"
    units = {name: analyte.unit for name, analyte in campaign.info.analytes.items()}
    picture.write_bytes(streamed_trends(rows, units=units))
    _say(sensors, rows)
    print(f"\nresults   {database} (table predictions)\ntrends    {picture}\nreview    pat ui")


def _stream(
    campaign: "Campaign", analytes: Sequence[str], *, out: Path, tracking_uri: str | None
) -> Path:
    """Run predictor and spectrometer as two processes until every spectrum is scored."""
    drop, database = out / "drop", out / "results.db"
    drop.mkdir(parents=True)
    sensors = [part for a in analytes for part in ("--sensor", f"{campaign.id}.{a}")]
    store = ["--tracking-uri", tracking_uri] if tracking_uri else []
    predictor = _start(
        "stream", "--watch", str(drop), *sensors, "--results", f"sqlite:///{database}",
        "--settle", "0.5", *store, output=out / "stream.log",
    )  # fmt: skip
    try:
        vessels = [part for vessel in HELD_OUT for part in ("--vessel", vessel)]
        spectrometer = _start(
            "spectrometer", str(SAMPLE), "--drop", str(drop), *vessels, "--speed", str(_SPEED),
            output=out / "spectrometer.log",
        )  # fmt: skip
        if spectrometer.wait() != 0:
            raise StoreError(_failure("spectrometer", out / "spectrometer.log"))
        n_spectra = int(campaign.spectra.keys["vessel"].isin(HELD_OUT).sum())
        _wait_for(database, n_rows=n_spectra * len(analytes), predictor=predictor, out=out)
    finally:
        predictor.send_signal(signal.SIGTERM)
        predictor.wait(timeout=30)
    print(
        f"{counted(n_spectra, 'spectrum', 'spectra')} scored by "
        f"{counted(len(analytes), 'sensor')}; log: {out / 'stream.log'}"
    )
    return database


def _start(*arguments: str, output: Path) -> "subprocess.Popen[bytes]":
    with output.open("wb") as log:
        return subprocess.Popen(  # noqa: S603 - our own interpreter and arguments
            [sys.executable, "-m", "pipelines", *arguments], stdout=log, stderr=subprocess.STDOUT
        )


def _wait_for(
    database: Path, *, n_rows: int, predictor: "subprocess.Popen[bytes]", out: Path
) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline:
        if predictor.poll() is not None:
            raise StoreError(_failure("predictor", out / "stream.log"))
        if len(predictions(database)) >= n_rows:
            return
        time.sleep(0.3)
    msg = f"expected {n_rows} predictions within {_PATIENCE_S:.0f} s; see {out / 'stream.log'}"
    raise StoreError(msg)


def _failure(what: str, log: Path) -> str:
    return f"the {what} stopped: {log.read_text(errors='replace').strip()[-500:]}"


def _say(sensors: "Mapping[str, TrainingFacts]", rows: pd.DataFrame) -> None:
    """Print the table, then each analyte in plain words."""
    errors = {name: streamed_error(rows[rows["analyte"] == name]) for name in sensors}
    print("\n4. How good is it?\n")
    print_table(
        ("analyte", "model", "RMSECV", "RMSEP streamed", "in 95 % interval", "flagged"),
        [_row(facts, errors[name]) for name, facts in sensors.items()],
    )
    print()
    for name, facts in sensors.items():
        age = facts.nulls.get("culture_age")
        guess = "" if age is None else f"; guessing from culture age {age:.2g}"
        print(
            f"{name}: typical error {errors[name].rmsep:.2g} {facts.unit} "
            f"on cultures never seen{guess}"
        )


def _row(facts: "TrainingFacts", error: StreamedError) -> tuple[str, ...]:
    inside = "-" if error.coverage is None else f"{error.coverage:.0%}"
    return (
        facts.analyte,
        facts.model or "",
        f"{facts.rmsecv:.3g} {facts.unit}",
        f"{error.rmsep:.3g} {facts.unit}",
        inside,
        f"{error.n_flagged} of {error.n_assays}",
    )
