"""`pat spectrometer`: drop a campaign's stored spectra in order of time, and end."""

import math
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from pat.arrays import FloatArray, IntArray
from pat.campaign import Campaign
from pat.errors import InputError, StoreError
from pat.readers import read_campaign, write_spectrum_file
from pat.readers.campaign_toml import written_info
from pat.readers.findings import names_in_words
from pat.readers.naming import Label, dropped_name, label_from_keys
from pat.readers.times import iso
from pipelines.growing_tables import EPOCH, Appendix, assay_table, online_table, seconds_of
from pipelines.progress import progress_reporter


def run(
    campaign: Path,
    *,
    drop: Path,
    vessels: Sequence[str] = (),
    speed: float = 3600.0,
    format: str = "csv",
) -> None:
    """Drop the spectra of a campaign folder as a spectrometer would.

    Each is written under another name and renamed; online.csv grows up to each spectrum before
    it is dropped, assays.csv after it. A drop folder without campaign.toml gets one, so that
    cultures and units are the campaign's own.

    Raises
    ------
    InputError
        If the campaign has faults, a vessel is unknown, or spectra have no time.
    StoreError
        If the drop folder cannot be written.
    """
    if not speed > 0:
        msg = f"--speed: expected process seconds a second, above 0; got {speed:g}"
        raise InputError(msg)
    whole = read_campaign(campaign)
    _check_folder(campaign, drop)
    rows = _rows(whole, vessels)
    keys = whole.spectra.keys.iloc[rows]
    seconds = seconds_of(keys) + _stored_late_s(keys)
    rows, seconds = rows[np.argsort(seconds, kind="stable")], np.sort(seconds)
    chosen = set(whole.spectra.keys["vessel"].iloc[rows].dropna())
    online = online_table(whole, chosen, drop / "online.csv")
    assays = assay_table(whole, chosen, drop / "assays.csv")
    for line in _head(whole, seconds, drop=drop, speed=speed, format=format):
        print(line, flush=True)
    try:
        _prepare(whole, drop, [online, assays])
        _drop_all(whole, rows, seconds, names=_names(whole, rows, suffix=f".{format}"),
                  drop=drop, speed=speed, online=online, assays=assays)  # fmt: skip
    except OSError as error:
        msg = f"{drop} cannot be written: {error.strerror or error}"
        raise StoreError(msg) from error
    print(f"{rows.size} spectra dropped into {drop}")


def _stored_late_s(keys: pd.DataFrame) -> FloatArray:
    """Return by how much each file came after its spectrum was taken, where the campaign says."""
    if "stored_late_h" not in keys:
        return np.zeros(len(keys))
    hours = pd.to_numeric(keys["stored_late_h"], errors="coerce").to_numpy(dtype=np.float64)
    return np.nan_to_num(hours) * 3600.0


def _drop_all(
    campaign: Campaign,
    rows: IntArray,
    seconds: FloatArray,
    *,
    names: Sequence[str],
    drop: Path,
    speed: float,
    online: Appendix,
    assays: Appendix,
) -> None:
    started = time.monotonic()
    with progress_reporter("dropped") as report:
        for number, (row, at, name) in enumerate(zip(rows, seconds, names, strict=True)):
            wait = started + (at - seconds[0]) / speed - time.monotonic()
            if wait > 0:
                time.sleep(wait)
            online.advance(at)
            path = drop / name
            path.parent.mkdir(exist_ok=True)
            write_spectrum_file(campaign.spectra.take([int(row)]), path)
            assays.advance(at)
            report(number + 1, rows.size, name)
    assays.advance(math.inf)


def _rows(campaign: Campaign, vessels: Sequence[str]) -> IntArray:
    """Return the rows of the spectra to drop: all, or those of some vessels."""
    keys = campaign.spectra.keys
    known = campaign.vessels["vessel"].tolist()
    unknown = [vessel for vessel in vessels if vessel not in known]
    if unknown:
        msg = (
            f"--vessel: {names_in_words(unknown)} not in {campaign.id}; "
            f"there are {names_in_words(known, at_most=50)}"
        )
        raise InputError(msg)
    wanted = keys["vessel"].isin(list(vessels)).to_numpy() | (not vessels)
    rows: IntArray = np.flatnonzero(wanted).astype(np.int64)
    timeless = keys.iloc[rows][["time", "elapsed_h"]].isna().all(axis=1)
    if timeless.any() or rows.size == 0:
        msg = (
            f"{campaign.id}: expected spectra with time or elapsed_h, to drop them in its order; "
            f"got {int(timeless.sum())} without, of {rows.size}"
        )
        raise InputError(msg)
    return rows


def _names(campaign: Campaign, rows: IntArray, *, suffix: str) -> list[str]:
    """Return the file names; scans of one vessel and time lie in sub-folders 2, 3 ..."""
    taken: dict[str, int] = {}
    names = []
    for keys in campaign.spectra.keys.iloc[rows].to_dict("records"):
        label = label_from_keys(keys)
        name = dropped_name(_with_time(label), suffix=suffix)
        taken[name] = taken.get(name, 0) + 1
        names.append(name if taken[name] == 1 else f"{taken[name]}/{name}")
    return names


def _with_time(label: Label) -> Label:
    if label.time is not None or label.elapsed_h is None:
        return label
    at = EPOCH + pd.Timedelta(microseconds=round(label.elapsed_h * 3.6e9))
    return replace(label, time=at.to_pydatetime())


def _head(
    campaign: Campaign, seconds: FloatArray, *, drop: Path, speed: float, format: str
) -> list[str]:
    first, last = (pd.Timestamp(at, unit="s", tz="UTC") for at in (seconds[0], seconds[-1]))
    lines = [
        f"{campaign.id}: {seconds.size} spectra from {iso(first)} to {iso(last)} "
        f"into {drop}, in {(seconds[-1] - seconds[0]) / speed:.0f} s"
    ]
    if campaign.spectra.keys["time"].isna().any():
        lines.append(f"files are named as if every culture was inoculated at {iso(EPOCH)}")
    if format == "spc":
        lines.append("SPC holds intensities as float32: expect values rounded to 7 digits")
    return lines


def _check_folder(campaign: Path, drop: Path) -> None:
    if drop.exists() and not drop.is_dir():
        msg = f"--drop {drop}: expected a folder; got a file"
        raise InputError(msg)
    if drop.resolve() == campaign.resolve():
        msg = f"--drop {drop}: expected another folder than the campaign's own"
        raise InputError(msg)


def _prepare(campaign: Campaign, drop: Path, appendices: Sequence[Appendix]) -> None:
    drop.mkdir(parents=True, exist_ok=True)
    for appendix in appendices:
        appendix.check()
    settings = drop / "campaign.toml"
    if not settings.exists():
        # Times are dropped with their clocks set right already.
        text = written_info(replace(campaign.info, clock_s={}))
        part = drop / "campaign.toml.tmp"
        part.write_text(text, encoding="utf-8", newline="\n")
        part.replace(settings)
