"""Bytes taken from a file's content, never beyond its end."""

import struct
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from pat.arrays import FloatArray
from pat.errors import FileFormatError

#: Tenths of microseconds are counted from here, in UTC.
FILE_TIME_ZERO = datetime(1601, 1, 1, tzinfo=UTC)
#: Spectrometers that write such times were not there before.
FIRST_YEAR, LAST_YEAR = 1990, 2200


def content_of(path: Path, *, at_most: int | None = None) -> bytes:
    """Return a file's bytes.

    Raises
    ------
    FileFormatError
        If the file cannot be read, or holds more bytes than `at_most`.
    """
    try:
        size = path.stat().st_size
        if at_most is not None and size > at_most:
            msg = f"expected at most {at_most} bytes; got {size}"
            raise FileFormatError(msg)
        return path.read_bytes()
    except OSError as error:
        msg = f"cannot be read ({error.strerror or error})"
        raise FileFormatError(msg) from error


def unpack(form: str, content: bytes, offset: int) -> tuple[int, ...]:
    """Return the whole numbers that `form`, of the module struct, finds at an offset."""
    size = struct.calcsize(form)
    if not 0 <= offset <= len(content) - size:
        msg = f"the file is cut short: {size} bytes expected at {offset}, {len(content)} in all"
        raise FileFormatError(msg)
    return struct.unpack_from(form, content, offset)


def floats(content: bytes, *, offset: int, count: int, form: str = "<f4") -> FloatArray:
    """Return `count` numbers from an offset on, as float64 of shape (count,)."""
    size = np.dtype(form).itemsize * count
    if count < 0 or not 0 <= offset <= len(content) - size:
        msg = f"the file is cut short: {count} values expected at {offset}, {len(content)} in all"
        raise FileFormatError(msg)
    values = np.frombuffer(content, dtype=form, count=count, offset=offset)
    with np.errstate(invalid="ignore"):  # a signalling NaN is as good as a quiet one
        return values.astype(np.float64)


def text_at(content: bytes, *, offset: int, size: int) -> str:
    """Return the text up to the first zero byte; what is not UTF-8 is taken as Latin-1."""
    raw = content[offset : offset + size].split(b"\0", 1)[0]
    try:
        return raw.decode().strip()
    except UnicodeDecodeError:
        return raw.decode("latin-1").strip()


def file_time(ticks: int) -> datetime | None:
    """Return the moment of a Windows file time, or None where it is no likely one."""
    try:
        moment = FILE_TIME_ZERO + timedelta(microseconds=ticks // 10)
    except OverflowError:
        return None
    return moment if FIRST_YEAR <= moment.year < LAST_YEAR else None
