"""`pat demo`: the main job on the sample campaign, from training to a streaming predictor."""

import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from pat.errors import InputError, StoreError
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


@dataclass(frozen=True, slots=True)
class StreamedAnalyte:
    """How one sensor did on the streamed cultures."""

    facts: "TrainingFacts"
    rmsep: float
    coverage: float
    n_flagged: int
    n_assays: int


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
    print(f"\n3. Stream {' and '.join(HELD_OUT)} through the predictor\n")
    database = _stream(campaign, sorted(sensors), out=out, tracking_uri=tracking_uri)
    streamed = _compare(campaign, sensors, database)
    picture = out / "trend.png"
    _draw(campaign, database, picture)
    _say(streamed, database=database, picture=picture)


def _stream(
    campaign: "Campaign", analytes: Sequence[str], *, out: Path, tracking_uri: str | None
) -> Path:
    """Run predictor and spectrometer as two processes until every spectrum is scored."""
    drop, database = out / "drop", out / "results.db"
    for old in (drop, *out.glob("results.db*")):
        shutil.rmtree(old) if old.is_dir() else old.unlink(missing_ok=True)
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
    print(f"{n_spectra} spectra scored by {len(analytes)} sensors; log: {out / 'stream.log'}")
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
        if database.exists() and len(_predictions(database)) >= n_rows:
            return
        time.sleep(0.3)
    msg = f"expected {n_rows} predictions within {_PATIENCE_S:.0f} s; see {out / 'stream.log'}"
    raise StoreError(msg)


def _failure(what: str, log: Path) -> str:
    return f"the {what} stopped: {log.read_text(errors='replace').strip()[-500:]}"


def _predictions(database: Path) -> pd.DataFrame:
    from sqlalchemy import create_engine, inspect

    engine = create_engine(f"sqlite:///{database}")
    if not inspect(engine).has_table("predictions"):
        return pd.DataFrame()
    table = pd.read_sql_table("predictions", engine)
    engine.dispose()
    return table


def _matched(campaign: "Campaign", database: Path) -> pd.DataFrame:
    """Return one row an assay and analyte of the held-out vessels with its streamed prediction."""
    from pat.alignment import pair

    pairing = pair(campaign)
    rows = _predictions(database)
    by_hash = {key: group.iloc[0] for key, group in rows.groupby(["spectrum_sha256", "analyte"])}
    matched = []
    for number, sample in pairing.samples.iterrows():
        if sample["vessel"] not in HELD_OUT:
            continue
        hashes = [campaign.spectra.sha256(int(row)) for row in pairing.spectra_rows[int(number)]]
        for analyte in pairing.values.columns:
            found = [by_hash[h, analyte] for h in hashes if (h, analyte) in by_hash]
            assay = float(pairing.values[analyte].iloc[int(number)])
            if found and np.isfinite(assay):
                means = {
                    name: float(np.mean([f[name] for f in found]))
                    for name in ("value", "lower", "upper")
                }
                flagged = any(f["quality"] != "good" for f in found)
                matched.append(
                    {
                        "analyte": analyte,
                        "culture": sample["culture"],
                        "elapsed_h": sample["elapsed_h"],
                        "assay": assay,
                        "flagged": flagged,
                        **means,
                    }
                )
    return pd.DataFrame(matched)


def _compare(
    campaign: "Campaign", sensors: "Mapping[str, TrainingFacts]", database: Path
) -> list[StreamedAnalyte]:
    matched = _matched(campaign, database)
    streamed = []
    for analyte, facts in sensors.items():
        rows = matched[matched["analyte"] == analyte]
        inside = (rows["assay"] >= rows["lower"]) & (rows["assay"] <= rows["upper"])
        streamed.append(
            StreamedAnalyte(
                facts=facts,
                rmsep=float(np.sqrt(np.mean((rows["value"] - rows["assay"]) ** 2))),
                coverage=float(inside.mean()),
                n_flagged=int(rows["flagged"].sum()),
                n_assays=len(rows),
            )
        )
    return streamed


def _draw(campaign: "Campaign", database: Path, picture: Path) -> None:
    from pat.report.stream_figures import streamed_trends

    matched = _matched(campaign, database)
    units = {name: analyte.unit for name, analyte in campaign.info.analytes.items()}
    picture.write_bytes(streamed_trends(matched, units=units))


def _say(streamed: Sequence[StreamedAnalyte], *, database: Path, picture: Path) -> None:
    print("\n4. How good is it?\n")
    print_table(
        ("analyte", "model", "RMSECV", "RMSEP streamed", "in 95 % interval", "flagged"),
        [
            (
                one.facts.analyte,
                one.facts.model or "",
                f"{one.facts.rmsecv:.3g} {one.facts.unit}",
                f"{one.rmsep:.3g} {one.facts.unit}",
                f"{one.coverage:.0%}",
                f"{one.n_flagged} of {one.n_assays}",
            )
            for one in streamed
        ],
    )
    print()
    for one in streamed:
        age = one.facts.nulls.get("culture_age")
        guess = "" if age is None else f"; guessing from culture age {age:.2g}"
        print(
            f"{one.facts.analyte}: typical error {one.rmsep:.2g} {one.facts.unit} "
            f"on cultures never seen{guess}"
        )
    print(f"\nresults   {database} (table predictions)\ntrends    {picture}\nreview    pat ui")
