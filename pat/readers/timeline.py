"""Time and elapsed_h of every row from each other, through the vessel's inoculation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pat.readers.findings import Findings, names_in_words

HOUR_US = 3_600_000_000

#: Hours by which a given elapsed_h may differ from time and inoculation: printing rounds.
AGREEMENT_H = 1 / 60


@dataclass(frozen=True, slots=True)
class Dated:
    """One file's name and keys: vessel, time, elapsed_h, sample, row; no spectra of instruments."""

    file: str
    frame: pd.DataFrame


def origins(vessels: pd.DataFrame, dated: Mapping[str, Dated]) -> dict[str, pd.Timestamp]:
    """Return the time that elapsed_h counts from, by vessel.

    The inoculation where vessels.csv gives it; else what rows with both time and elapsed_h tell;
    else the vessel's first spectrum or assay, else its first online value or event: culture age
    must exist wherever a time does.
    """
    found: dict[str, pd.Timestamp] = {}
    for names in (("spectra", "assays"), ("online", "events")):
        frames = [dated[name].frame for name in names if name in dated]
        if not frames:
            continue
        first = pd.concat(frames).dropna(subset=["vessel", "time"]).groupby("vessel")["time"].min()
        found = {**{str(vessel): time for vessel, time in first.items()}, **found}
    return {**found, **inoculations(vessels, dated)}


def inoculations(vessels: pd.DataFrame, dated: Mapping[str, Dated]) -> dict[str, pd.Timestamp]:
    """Return the time of inoculation, by vessel, where the files tell it.

    They tell it in vessels.csv, or by rows that have both time and elapsed_h; of those the
    median counts, so that one row that is wrong does not move the others.
    """
    frames = [source.frame[["vessel", "time", "elapsed_h"]].dropna() for source in dated.values()]
    told = pd.concat(frames) if frames else pd.DataFrame(columns=["vessel", "time", "elapsed_h"])
    found: dict[str, pd.Timestamp] = {}
    for vessel, rows in told.groupby("vessel"):
        times = rows["time"].to_numpy(dtype="datetime64[us]").astype(np.int64)
        starts = times - np.rint(rows["elapsed_h"].to_numpy(dtype=np.float64) * HOUR_US)
        found[str(vessel)] = pd.Timestamp(round(float(np.median(starts))), unit="us", tz="UTC")
    given = vessels.dropna(subset=["vessel", "inoculated"])
    return {**found, **dict(zip(given["vessel"], given["inoculated"], strict=True))}


def filled(frame: pd.DataFrame, origin: Mapping[str, pd.Timestamp]) -> pd.DataFrame:
    """Return a keyed frame with time and elapsed_h where either of them can be had."""
    start = pd.Series(frame["vessel"].map(dict(origin)), index=frame.index)
    start = pd.to_datetime(start, utc=True).dt.as_unit("us")
    elapsed = (frame["time"] - start) / pd.Timedelta(hours=1)
    hours = frame["elapsed_h"].astype(np.float64)
    known = hours.notna() & start.notna()
    microseconds = np.zeros(len(frame), dtype=np.int64)
    microseconds[known] = np.rint(hours[known].to_numpy() * HOUR_US).astype(np.int64)
    time = start + pd.Series(pd.to_timedelta(microseconds, unit="us"), index=frame.index)
    return frame.assign(
        time=frame["time"].fillna(time.where(known)).dt.as_unit("us"),
        elapsed_h=hours.fillna(elapsed),
    )


def check_scales(
    dated: Mapping[str, Dated], *, inoculated: Sequence[str], findings: Findings
) -> None:
    """Fault vessels that have time in one place, elapsed_h in another, and no inoculation."""
    known = set(inoculated)
    seen: dict[str, dict[str, str]] = {}
    for name, source in dated.items():
        frame = source.frame
        if name in ("spectra", "assays"):
            frame = frame[frame["sample"].isna()]
        for scale, other in (("time", "elapsed_h"), ("elapsed_h", "time")):
            only = frame[frame[scale].notna() & frame[other].isna()]
            for vessel in only["vessel"].dropna().unique():
                seen.setdefault(str(vessel), {}).setdefault(scale, source.file)
    mixed: dict[tuple[str, str], list[str]] = {}
    for vessel, files in seen.items():
        if len(files) == 2 and vessel not in known:
            mixed.setdefault((files["time"], files["elapsed_h"]), []).append(vessel)
    for (with_time, with_elapsed), vessels in mixed.items():
        findings.fault(
            "vessels.csv",
            f"{with_time} gives time and {with_elapsed} gives elapsed_h, so these vessels need "
            f"their time of inoculation: {names_in_words(vessels)}",
            column="inoculated",
        )


def check_agreement(
    source: Dated, *, inoculated: Mapping[str, pd.Timestamp], findings: Findings
) -> None:
    """Fault rows whose elapsed_h is not their time less the inoculation."""
    frame = source.frame[source.frame["time"].notna() & source.frame["elapsed_h"].notna()]
    expected = filled(frame.assign(elapsed_h=np.nan), inoculated)["elapsed_h"]
    apart = (frame["elapsed_h"] - expected).abs() > AGREEMENT_H
    messages = [
        (int(row), f"expected {wanted:.4g} h from time and inoculation; got {given:.4g} h")
        for row, wanted, given in zip(
            frame["row"][apart], expected[apart], frame["elapsed_h"][apart], strict=True
        )
    ]
    findings.fault_each(source.file, messages, column="elapsed_h")


def without_inoculation(
    dated: Mapping[str, Dated], *, inoculated: Sequence[str]
) -> tuple[str, ...]:
    """Return the vessels whose elapsed_h can only be counted from their first time."""
    known = set(inoculated)
    needy: dict[str, None] = {}
    for source in dated.values():
        frame = source.frame
        counted = frame[frame["time"].notna() & frame["elapsed_h"].isna()]
        needy.update(dict.fromkeys(map(str, counted["vessel"].dropna().unique())))
    return tuple(vessel for vessel in needy if vessel not in known)
