"""A campaign's stored spectra once more, in the order and at the pace in which they came."""

import math
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import numpy as np
import pandas as pd

from pat.arrays import FloatArray, IntArray
from pat.campaign import Campaign
from pat.errors import InputError
from pat.readers.findings import names_in_words
from pat.readers.naming import Label, dropped_name, label_from_keys
from pat.spectra import Spectra
from pat.stream.feeds.growing_tables import EPOCH, seconds_of
from pat.stream.feeds.lifeline import Lifeline, Note

_PATIENCE_S = 10.0  # for the spectrum under way at the end


class Outlet(Protocol):
    """Where replayed spectra go to."""

    def has(self, name: str) -> bool:
        """Return whether a spectrum went there in an earlier run."""

    def put(self, spectrum: Spectra, *, name: str, at: float) -> None:
        """Send one spectrum, of the moment `at` in seconds from 1970."""

    def close(self) -> None:
        """Send what comes after the last of them."""


@dataclass(frozen=True, slots=True, eq=False)
class Replay:
    """Spectra to be sent, in order of time."""

    campaign: Campaign
    rows: IntArray  # (n,) of the campaign's spectra
    seconds: FloatArray  # (n,), when each came, from 1970, rising
    names: tuple[str, ...]  # of the file that each is

    @property
    def vessels(self) -> set[str]:
        """Whose spectra these are."""
        return set(self.campaign.spectra.keys["vessel"].iloc[self.rows].dropna())

    def send(
        self, outlet: Outlet, *, speed: float, stop: threading.Event | None = None
    ) -> Iterator[str]:
        """Yield the name of each spectrum once it is sent, at `speed` process seconds a second.

        What went there in an earlier run is passed over, and time begins with the first other.
        """
        stop = stop or threading.Event()
        started, first = 0.0, math.nan
        for row, at, name in zip(self.rows, self.seconds.tolist(), self.names, strict=True):
            if outlet.has(name):
                continue
            if math.isnan(first):
                started, first = time.monotonic(), at
            wait = started + (at - first) / speed - time.monotonic()
            if wait > 0:
                stop.wait(wait)
            if stop.is_set():
                return
            outlet.put(self.campaign.spectra.take([int(row)]), name=name, at=at)
            yield name
        outlet.close()


def replay_of(campaign: Campaign, vessels: Sequence[str] = (), *, suffix: str = ".csv") -> Replay:
    """Return the spectra of some vessels, or of all and of the instrument, in order of time.

    Raises
    ------
    InputError
        If a vessel is unknown, or spectra have no time.
    """
    rows = _rows(campaign, vessels)
    keys = campaign.spectra.keys.iloc[rows]
    seconds = seconds_of(keys) + _stored_late_s(keys)
    order = np.argsort(seconds, kind="stable")
    names = _names(campaign, rows[order], suffix=suffix)
    return Replay(campaign, rows[order], seconds[order], tuple(names))


class ReplayFeed:
    """Drops a stored campaign into the folder.

    Delivery: exactly once. What lies in the folder already is not dropped again, so that a
    restart goes on where it was; nothing can be lost, since the campaign stays where it is.

    Parameters
    ----------
    replay : Replay
    outlet : Outlet
    speed : float
        Process seconds a second.
    note : callable
    """

    ends = True

    def __init__(self, replay: Replay, outlet: Outlet, *, speed: float, note: Note) -> None:
        self.name = f"replay of {replay.campaign.id}"
        self._replay = replay
        self._outlet = outlet
        self._speed = speed
        self.is_over = False
        self._line = Lifeline(self.name, self._follow, note=note)

    def start(self) -> None:
        """Begin with the first spectrum that is not in the folder."""
        self._line.start()

    def stop(self) -> None:
        """End after the spectrum under way."""
        self._line.end(patience_s=_PATIENCE_S)

    def try_out(self) -> None:
        """See nothing: the campaign was read when this was made."""

    def _follow(self) -> None:
        for _ in self._replay.send(self._outlet, speed=self._speed, stop=self._line.stop):
            self._line.up()
        self._line.stop.set()
        self.is_over = True


def _stored_late_s(keys: pd.DataFrame) -> FloatArray:
    """Return by how much each file came after its spectrum was taken, where the campaign says."""
    if "stored_late_h" not in keys:
        return np.zeros(len(keys))
    hours = pd.to_numeric(keys["stored_late_h"], errors="coerce").to_numpy(dtype=np.float64)
    return np.nan_to_num(hours) * 3600.0


def _rows(campaign: Campaign, vessels: Sequence[str]) -> IntArray:
    keys = campaign.spectra.keys
    known = campaign.vessels["vessel"].tolist()
    unknown = [vessel for vessel in vessels if vessel not in known]
    if unknown:
        msg = (
            f"vessel {names_in_words(unknown)} not in {campaign.id}; "
            f"there are {names_in_words(known, at_most=50)}"
        )
        raise InputError(msg)
    wanted = keys["vessel"].isin(list(vessels)).to_numpy() | (not vessels)
    rows: IntArray = np.flatnonzero(wanted).astype(np.int64)
    timeless = keys.iloc[rows][["time", "elapsed_h"]].isna().all(axis=1)
    if timeless.any() or rows.size == 0:
        msg = (
            f"{campaign.id}: expected spectra with time or elapsed_h, to send them in its order; "
            f"got {int(timeless.sum())} without, of {rows.size}"
        )
        raise InputError(msg)
    return rows


def _names(campaign: Campaign, rows: IntArray, *, suffix: str) -> list[str]:
    """Return the file names; scans of one vessel and time lie in sub-folders 2, 3 ..."""
    taken: dict[str, int] = {}
    names = []
    for keys in campaign.spectra.keys.iloc[rows].to_dict("records"):
        name = dropped_name(with_time(label_from_keys(keys)), suffix=suffix)
        taken[name] = taken.get(name, 0) + 1
        names.append(name if taken[name] == 1 else f"{taken[name]}/{name}")
    return names


def with_time(label: Label) -> Label:
    """Return a label with a time: hours alone are counted from `EPOCH`."""
    if label.time is not None or label.elapsed_h is None:
        return label
    at = EPOCH + pd.Timedelta(microseconds=round(label.elapsed_h * 3.6e9))
    return replace(label, time=at.to_pydatetime())


def check_folder(folder: Path, campaign: Path) -> None:
    """Refuse a folder that is a file, or the campaign itself.

    Raises
    ------
    InputError
        If it is.
    """
    if folder.exists() and not folder.is_dir():
        msg = f"{folder}: expected a folder; got a file"
        raise InputError(msg)
    if folder.resolve() == campaign.resolve():
        msg = f"{folder}: expected another folder than the campaign's own"
        raise InputError(msg)
