"""What passes through the stream: files, scans and what became of them."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pat.arrays import FloatArray
from pat.readers.scan_names import ScanName
from pat.spectra import AxisKind, Spectra


class State(StrEnum):
    """What became of a file."""

    SCORED = "scored"
    UNNAMED = "unnamed"  # scored, but bad: it tells no vessel, or no time; named again later
    INSTRUMENT = "instrument"  # blank, dark or reference: kept on record, not predicted
    UNREADABLE = "unreadable"  # no spectrum; read again when it changes
    UNOPENED = "unopened"  # locked or out of reach; tried again


@dataclass(frozen=True, slots=True)
class FileVersion:
    """A file as it was at one moment; other contents make another version."""

    path: str  # relative to the drop folder, with forward slashes
    size: int  # bytes
    mtime_ns: int  # tells versions apart, and nothing else


@dataclass(frozen=True, slots=True, eq=False)
class Arrival:
    """What was found in one file version."""

    file: FileVersion
    received_at: datetime  # when this program first saw it
    sha256: str  # of the file's bytes; empty where it could not be opened
    spectra: Spectra | None  # None: nothing could be read
    state: State = State.SCORED  # UNREADABLE or UNOPENED where there are no spectra
    reason: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Scan:
    """One acquisition with its name."""

    name: ScanName
    axis: FloatArray  # (n_channels,)
    axis_kind: AxisKind
    intensity: FloatArray  # (n_channels,)
    source_file: str
    acquisition_s: float | None = None
    laser_mw: float | None = None


def scan_key(name: ScanName, *, spectrum_sha256: str, source_file: str) -> str:
    """Return what makes a scan this one and no other: culture, time or sample, and spectrum.

    Two identical dead spectra at two times differ. A scan without time and sample is told from
    others by its culture's age, else by its file.
    """
    if name.time is not None:
        moment = name.time.isoformat()
    elif name.sample is None and name.elapsed_h is not None:
        moment = f"at {name.elapsed_h!r} h"
    else:
        moment = name.sample or f"in {source_file}"
    text = json.dumps([name.campaign, name.vessel, moment, spectrum_sha256])
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def printable(text: str) -> str:
    """Return a text that any terminal and database takes; file names may be any bytes.

    >>> printable("V\udcff1\x07.csv")
    'V\\udcff1\\x07.csv'
    """
    sound = text.encode("utf-8", "backslashreplace").decode()
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in sound)


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """One line of the journal: a file version and what became of it."""

    file: FileVersion
    sha256: str
    state: State
    reason: str
    received_at: datetime
    finished_at: datetime
