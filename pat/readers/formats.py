"""Which reader a file of spectra is for: by its first bytes, then by its name."""

import re
from collections.abc import Callable
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Protocol

from pat.errors import FileFormatError, PatError
from pat.spectra import Spectra

#: Entry points of this group are readers of third parties, named by their suffix (`xyz`).
GROUP = "pat.readers"


class SpectrumReader(Protocol):
    """Returns the spectra of one file, all on one axis, or raises `FileFormatError`."""

    def __call__(self, path: Path, *, timezone: str | None) -> Spectra:
        """Return the spectra; a time without an offset is of the zone `timezone`."""


#: What files begin with, and the function that reads them, imported when there is such a file.
BY_CONTENT = (
    (re.compile(rb"WDF1"), "pat.readers.wdf:read_wdf"),
    (re.compile(rb"\x0a\x0a\xfe\xfe"), "pat.readers.opus:read_opus"),
    (re.compile(rb"\x89HDF\r\n\x1a\n"), "pat.readers.hdf5:read_hdf5"),
    (
        re.compile(rb"(?:\xef\xbb\xbf)?(?:\s*\$\$[^\r\n]*[\r\n]+)*\s*##\s*(?:TITLE|JCAMP|Title)"),
        "pat.readers.jcamp:read_jcamp",
    ),
)
BY_SUFFIX = {
    ".spc": "pat.readers.spc:read_spc",
    ".wdf": "pat.readers.wdf:read_wdf",
    **dict.fromkeys((".h5", ".hdf5"), "pat.readers.hdf5:read_hdf5"),
    **dict.fromkeys((".dx", ".jdx", ".jcm"), "pat.readers.jcamp:read_jcamp"),
}
#: Ends of names by which a message is known to be a file of spectra.
FILE_SUFFIXES = frozenset({*BY_SUFFIX, ".csv", ".txt", ".asc", ".parquet"})
#: Bytes enough to tell a format by.
HEAD_BYTES = 1024


def reader_for(path: Path) -> SpectrumReader | None:
    """Return the reader of a file, or None where it is for the readers of text and tables.

    Raises
    ------
    FileFormatError
        If the file cannot be opened, or the reader of a third party cannot be imported.
    """
    try:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
    except OSError as error:
        msg = f"{path.name}: cannot be read ({error.strerror or error})"
        raise FileFormatError(msg) from error
    suffix = path.suffix.lower()
    target = next((target for begin, target in BY_CONTENT if begin.match(head)), None)
    target = target or BY_SUFFIX.get(suffix)
    if target is not None:
        module, _, name = target.partition(":")
        reader: SpectrumReader = getattr(import_module(module), name)
        return reader
    if suffix in (".csv", ".txt", ".parquet") or suffix not in _third_parties():
        return None
    return _guarded(_third_parties()[suffix])


@cache
def _third_parties() -> dict[str, EntryPoint]:
    return {f".{point.name.lower().lstrip('.')}": point for point in entry_points(group=GROUP)}


def _guarded(point: EntryPoint) -> SpectrumReader:
    """Return a third party's reader, whatever it raises turned into an error of the file."""

    def read(path: Path, *, timezone: str | None) -> Spectra:
        try:
            found: Callable[..., object] = point.load()
            spectra = found(path, timezone=timezone)
        except PatError:
            raise
        except Exception as error:
            msg = f"{path.name}: the reader {point.value} failed ({type(error).__name__}: {error})"
            raise FileFormatError(msg) from error
        if not isinstance(spectra, Spectra):
            msg = f"{path.name}: expected Spectra from {point.value}; got {type(spectra).__name__}"
            raise FileFormatError(msg)
        return spectra

    return read
