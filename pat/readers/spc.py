"""Galactic SPC, through spc-io (the optional extra `formats`)."""

import io
import logging
import re
import struct
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from pat.arrays import FloatArray
from pat.errors import FileFormatError
from pat.readers.axis import first_break
from pat.readers.spectrum_header import TOLD, header_keys, header_text
from pat.readers.vibrational import check_vibrational
from pat.spectra import AxisKind, Spectra, describe_axis

if TYPE_CHECKING:
    from spc_io.low_level import SpcRaw

AXIS_TYPES = {
    "XRAMANS": AxisKind.RAMAN_SHIFT,
    "XWAVEN": AxisKind.WAVENUMBER,
    "XNMETR": AxisKind.WAVELENGTH,
}
INFRARED_TECHNIQUES = frozenset({"SPCFTIR", "SPCNIR", "SPCRMN"})
#: Techniques of the header that are no vibrational spectroscopy.
OTHER_TECHNIQUES = {
    "SPCGC": "a gas chromatogram", "SPCCGM": "a chromatogram", "SPCHPLC": "a chromatogram",
    "SPCUV": "a UV-VIS spectrum", "SPCXRY": "X-ray diffraction", "SPCMS": "a mass spectrum",
    "SPCNMR": "an NMR spectrum", "SPCFLR": "a fluorescence spectrum",
    "SPCATM": "an atomic spectrum", "SPCDAD": "a chromatogram of a diode array",
}  # fmt: skip
#: First bytes of a file of the format's older edition, which spc-io does not read.
OLD_FORMAT, BIG_ENDIAN = 0x4D, 0x4C
#: Line of the log block by which a file of ours is known: all its other lines are keys.
OURS = "written_by=raman-pat"
#: The format is of 1986: an earlier date was never set.
FIRST_YEAR = 1986

# spc-io tells of bytes behind the log; they are no concern of who reads the spectrum.
logging.getLogger("spc_io").addHandler(logging.NullHandler())


def read_spc(path: Path, *, timezone: str | None = None) -> Spectra:
    """Return the spectra of an SPC file, one for each of its traces.

    Raises
    ------
    FileFormatError
        If spc-io is not installed, or the file holds no spectrum on an axis known here.
    """
    try:
        raw = _raw(path.read_bytes())
        axis_kind = _axis_kind(raw)
        axis, intensities = _traces(raw)
        told = _told(raw, timezone=timezone)
        if str(raw.main_header.fexper) not in INFRARED_TECHNIQUES and not _is_ours(raw):
            check_vibrational(axis, kind=axis_kind)
    except FileFormatError as error:
        msg = f"{path.name}: {error}"
        raise FileFormatError(msg) from error
    except OSError as error:
        msg = f"{path.name}: cannot be read ({error.strerror or error})"
        raise FileFormatError(msg) from error
    keys = pd.DataFrame([told] * len(intensities), index=range(len(intensities)))
    if len(intensities) > 1:
        keys["scan"] = [str(number) for number in range(len(intensities))]
    return Spectra(axis, intensities, keys.assign(source_file=path.name), axis_kind)


def spc_bytes(spectra: Spectra) -> bytes:
    """Return one spectrum as an SPC file: float32 intensities, its keys in the log block.

    An axis that is exactly even is kept exactly, another one as float32.
    """
    _need_spc_io()
    from spc_io import SPC
    from spc_io.high_level import EvenAxis, LogBook
    from spc_io.low_level.headers.fxytype import Fxtype

    axis = spectra.named_axis
    even = np.array_equal(axis, np.linspace(axis[0], axis[-1], axis.size))
    lines = [line[2:].replace(": ", "=", 1) for line in header_text(spectra).splitlines()]
    file = SPC(
        xarray=EvenAxis(axis[0], axis[-1], axis.size) if even else axis,
        log_book=LogBook(text=dict(line.split("=", 1) for line in [OURS, *lines])),
    )
    file.add_subfile(yarray=spectra.intensities[0])
    raw = file.to_spc_raw()
    types = {kind: name for name, kind in AXIS_TYPES.items()}
    raw.main_header.fxtype = Fxtype(types[spectra.axis_kind])
    content = bytearray(raw.to_bytes())
    # spc-io points the log's offset behind the log; other programs look there.
    offset = type(raw.main_header).flogoff.offset
    struct.pack_into("<I", content, offset, len(content) - raw.log_header.logsizd)
    return bytes(content)


def _need_spc_io() -> None:
    try:
        import spc_io  # noqa: F401
    except ImportError as error:
        msg = "SPC files need the extra `formats`: pip install 'raman-pat[formats]'"
        raise FileFormatError(msg) from error


def _raw(content: bytes) -> "SpcRaw":
    _need_spc_io()
    from spc_io.low_level import SpcRaw

    version = content[1] if len(content) > 1 else 0
    if version in (OLD_FORMAT, BIG_ENDIAN):
        which = "the edition before 1996" if version == OLD_FORMAT else "big-endian"
        msg = f"SPC of {which} is not read; export it again as SPC or text"
        raise FileFormatError(msg)
    try:
        return SpcRaw.from_bytes_io(io.BytesIO(content))
    except (ValueError, NotImplementedError, IndexError, TypeError, OverflowError):
        pass
    try:
        return SpcRaw.from_bytes_io(io.BytesIO(_without_log(content)))
    except (ValueError, NotImplementedError, IndexError, TypeError, OverflowError) as error:
        msg = f"expected an SPC file; got one that is cut short or of another kind ({error})"
        raise FileFormatError(msg) from error


def _without_log(content: bytes) -> bytes:
    """Return an SPC file without its log block, which not every program packs as spc-io asks."""
    from spc_io.low_level.headers.spchdr import SpcHdr

    offset = SpcHdr.flogoff.offset
    return content[:offset] + b"\0\0\0\0" + content[offset + 4 :]


def _axis_kind(raw: "SpcRaw") -> AxisKind:
    technique = str(raw.main_header.fexper)
    if technique in OTHER_TECHNIQUES:
        msg = f"expected a Raman or infrared spectrum; got {OTHER_TECHNIQUES[technique]}"
        raise FileFormatError(msg)
    name = str(raw.main_header.fxtype)
    label = bytes(raw.main_header.fcatxt).decode("latin-1").lower()
    if raw.main_header.ftflgs.TALABS and "raman" in label:
        return AxisKind.RAMAN_SHIFT
    if name not in AXIS_TYPES:
        msg = f"expected an axis in cm-1 or nm; got the SPC axis type {name}"
        raise FileFormatError(msg)
    return AXIS_TYPES[name]


def _traces(raw: "SpcRaw") -> tuple[FloatArray, FloatArray]:
    """Return the axis (n_channels,) and the intensities (n_traces, n_channels)."""
    axes = [_axis(raw, number) for number in range(len(raw.subs))]
    if not axes or axes[0].size < 2:
        msg = "expected a spectrum; got no channels"
        raise FileFormatError(msg)
    axis = axes[0]
    for other in axes[1:]:
        if not np.array_equal(axis, other):
            got = f"{describe_axis(axis)} and {describe_axis(other)}"
            msg = f"expected traces on one axis; got {got}"
            raise FileFormatError(msg)
    if not np.isfinite(axis).all() or first_break(axis) is not None:
        msg = f"expected a rising or falling axis; got {describe_axis(axis)}"
        raise FileFormatError(msg)
    return axis, np.array([_intensity(raw, number) for number in range(len(raw.subs))])


def _axis(raw: "SpcRaw", number: int) -> FloatArray:
    header = raw.main_header
    own = raw.subs[number].xarray if header.ftflgs.TXYXYS else raw.xarray
    if own is not None:
        with np.errstate(invalid="ignore"):
            return np.asarray(own, dtype=np.float64)
    return np.linspace(header.ffirst, header.flast, header.fnpts)


def _intensity(raw: "SpcRaw", number: int) -> FloatArray:
    """Return the intensities of one trace; integers share the exponent that the file states."""
    header, sub = raw.main_header, raw.subs[number]
    with np.errstate(invalid="ignore"):  # a signalling NaN is as good as a quiet one
        values = np.asarray(sub.yarray, dtype=np.float64)
    if sub.yarray_type.__name__ != "c_float" and not header.ftflgs.TMULTI:
        return values * 2.0 ** (header.fexp - sub.header.subexp)
    return values


def _is_ours(raw: "SpcRaw") -> bool:
    return OURS.encode() in bytes(getattr(raw.log_book, "txt", b""))


def _told(raw: "SpcRaw", *, timezone: str | None) -> dict[str, object]:
    """Return what the log block tells, and the file's own minute where it tells no time."""
    text = bytes(getattr(raw.log_book, "txt", b"")).decode("utf-8", errors="replace")
    lines = [line for line in re.split(r"[\r\n]+", text) if "=" in line]
    ours = OURS in lines
    pairs = [line.split("=", 1) for line in lines if line != OURS]
    kept = [f"# {key.strip()}: {value}" for key, value in pairs if ours or key.strip() in TOLD]
    minute = _minute(raw)
    if minute and not ours and not any(line.startswith("# time:") for line in kept):
        kept.append(f"# time: {minute}")
    return header_keys(kept, timezone=timezone)


def _minute(raw: "SpcRaw") -> str | None:
    """Return the local minute that the header holds, or None where it holds no likely one."""
    date = raw.main_header.fdate
    try:
        minute = datetime(date.year, date.month, date.day, date.hour, date.min)  # noqa: DTZ001
    except ValueError:
        return None
    return minute.isoformat() if minute.year >= FIRST_YEAR else None
