"""From a file version to what it holds, whatever it holds."""

import hashlib
import stat
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from pat.errors import PatError
from pat.spectra import Spectra
from pat.stream.folder_scan import stamp_of, version_of
from pat.stream.records import Arrival, FileVersion, State

#: A spectrum is some tens of kilobytes; this much is something else.
LARGEST = 256 * 2**20

ReadSpectra = Callable[[Path], Spectra]


def read_arrival(
    folder: Path, file: FileVersion, *, received_at: datetime, read: ReadSpectra
) -> Arrival | None:
    """Return what a file holds, or why it cannot be read; None where it changed meanwhile.

    It never raises: the readers are fed with whatever somebody dropped.
    """
    path = folder / file.path
    sha256, spectra, state, reason = "", None, State.UNREADABLE, ""
    try:
        if refusal := _refusal(path, file):
            reason = refusal
        else:
            sha256 = _sha256(path)
            spectra = read(path)
            state = State.SCORED
    except PatError as error:
        reason = str(error)
    except OSError as error:
        state, reason = State.UNOPENED, error.strerror or str(error)
    except Exception as error:  # noqa: BLE001 - a reader's own fault must not end the stream
        reason = f"{type(error).__name__}: {error}"
    stamp = stamp_of(path)
    if stamp is None or version_of(file.path, stamp) != file:
        return None
    return Arrival(file, received_at, sha256, spectra, state, reason)


def _refusal(path: Path, file: FileVersion) -> str | None:
    if stat.S_ISLNK(path.lstat().st_mode):
        return "expected a file; got a link, and links are not followed"
    if file.size > LARGEST:
        return f"expected a spectrum of at most {LARGEST / 2**20:.0f} MiB; got {file.size} bytes"
    return None


def _sha256(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
