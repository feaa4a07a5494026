"""Bruker OPUS (.0, .1, ...): the spectrum that was measured, not its interferograms."""

import re
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pat.arrays import FloatArray
from pat.errors import FileFormatError
from pat.readers.axis import first_break
from pat.readers.binary import content_of, floats, text_at, unpack
from pat.readers.spectrum_header import header_keys, spectrum_keys
from pat.spectra import AxisKind, Spectra, describe_axis

MAGIC = b"\x0a\x0a\xfe\xfe"
RAMAN = 10
#: Kinds of result; single channels, interferograms and phases are steps on the way to one.
RESULTS = {
    4: "absorbance", 5: "transmittance", 6: "Kubelka-Munk", RAMAN: "Raman", 12: "reflectance",
    15: "log reflectance", 16: "ATR", 17: "photoacoustic",
}  # fmt: skip
STATUS = 1
PLAIN, SERIES, COMPACT = 0, 2, 4
MOST_BLOCKS = 1000
#: A Raman shift beyond this cannot be told from an absolute wavenumber.
LARGEST_SHIFT_CM1 = 5000.0
#: How far the extremes that the file states may lie from those of its float32 values.
EXTREME = 1e-5

Value = int | float | str


@dataclass(frozen=True, slots=True)
class Block:
    """One entry of the directory: what a block holds and where it lies."""

    group: int  # parameters of which kind; 0 for data
    result: int
    derivative: int
    form: int
    start: int
    size: int  # bytes


def read_opus(path: Path, *, timezone: str | None = None) -> Spectra:
    """Return the spectrum of an OPUS file.

    Raises
    ------
    FileFormatError
        If the file holds no spectrum or several, a series, or an axis other than 1/cm, or
        is cut short, or its values are not those whose extremes it states.
    """
    try:
        content = content_of(path)
        blocks = _directory(content)
        data = _result(blocks)
        facts = _status(content, blocks=blocks, data=data)
        axis, intensity = _values(content, data=data, facts=facts)
        kind = _axis_kind(facts, axis=axis, result=data.result)
        general: dict[str, Value] = {}
        for block in blocks:
            if block.group > STATUS and block.result == 0:
                general = _parameters(content, block) | general
        told = _told(general, facts, timezone=timezone)
    except FileFormatError as error:
        msg = f"{path.name}: {error}"
        raise FileFormatError(msg) from error
    keys = spectrum_keys(told, source_file=path.name)
    return Spectra(axis, intensity[np.newaxis], keys, kind)


def _directory(content: bytes) -> list[Block]:
    if content[:4] != MAGIC:
        msg = "expected an OPUS file, which begins with 0A 0A FE FE; got another kind"
        raise FileFormatError(msg)
    place, most = unpack("<ii", content, 12)
    blocks = []
    for number in range(min(most, MOST_BLOCKS)):
        code, words, start = unpack("<iii", content, place + 12 * number)
        if start <= 0:
            break
        if words < 0 or start + 4 * words > len(content):
            msg = f"the file is cut short: a block of {4 * words} bytes at {start}"
            raise FileFormatError(msg)
        blocks.append(
            Block(
                group=code >> 4 & 0x3F,
                result=code >> 10 & 0x7F,
                derivative=code >> 17 & 0x3,
                form=code >> 19 & 0x7,
                start=start,
                size=4 * words,
            )
        )
    return blocks


def _result(blocks: Sequence[Block]) -> Block:
    """Return the block of the one spectrum of a file."""
    forms = (PLAIN, SERIES, COMPACT)  # the others are tables that belong to a result
    found = [b for b in blocks if b.group == 0 and b.result in RESULTS and b.form in forms]
    if len(found) != 1:
        got = ", ".join(RESULTS[block.result] for block in found) or "none"
        msg = f"expected one spectrum (Raman, absorbance, ...) in the file; got {got}"
        raise FileFormatError(msg)
    if found[0].form != PLAIN or found[0].derivative:
        msg = "expected a plain spectrum; got a series, a derivative or a compact block"
        raise FileFormatError(msg)
    return found[0]


def _status(content: bytes, *, blocks: Sequence[Block], data: Block) -> dict[str, Value]:
    for block in blocks:
        if block.group == STATUS and block.result == data.result:
            return _parameters(content, block)
    msg = f"expected the parameters of the {RESULTS[data.result]} spectrum; got none"
    raise FileFormatError(msg)


def _parameters(content: bytes, block: Block) -> dict[str, Value]:
    """Return the parameters of a block: three letters, a type, a length, a value."""
    end = block.start + block.size
    found: dict[str, Value] = {}
    place = block.start
    while place + 8 <= end:
        name = content[place : place + 3].decode("latin-1")
        if name == "END":
            break
        kind, words = struct.unpack_from("<hh", content, place + 4)
        size = 2 * words
        if size < 0 or place + 8 + size > end:
            msg = f"expected the parameter {name!r} inside its block; got {size} bytes"
            raise FileFormatError(msg)
        if kind == 0 and size >= 4:
            found[name] = unpack("<i", content, place + 8)[0]
        elif kind == 1 and size >= 8:
            found[name] = float(floats(content, offset=place + 8, count=1, form="<f8")[0])
        else:
            found[name] = text_at(content, offset=place + 8, size=size)
        place += 8 + size
    return found


def _values(
    content: bytes, *, data: Block, facts: Mapping[str, Value]
) -> tuple[FloatArray, FloatArray]:
    n_channels = int(_number(facts, "NPT"))
    if n_channels < 2 or 4 * n_channels > data.size:
        msg = f"expected channels that fit the block; got NPT {n_channels} in {data.size} bytes"
        raise FileFormatError(msg)
    if facts.get("DPF", 1) != 1:
        msg = f"expected float32 values, DPF 1; got DPF {facts['DPF']}"
        raise FileFormatError(msg)
    values = floats(content, offset=data.start, count=n_channels)
    for name, extreme in (("MNY", values.min()), ("MXY", values.max())):
        said = _number(facts, name)
        if not abs(said - extreme) <= EXTREME * max(abs(said), np.abs(values).max()):
            msg = f"expected values whose extreme {name} is {said:g}; got {extreme:g}"
            raise FileFormatError(msg)
    axis = np.linspace(_number(facts, "FXV"), _number(facts, "LXV"), n_channels)
    if not np.isfinite(axis).all() or first_break(axis) is not None:
        msg = f"expected a rising or falling axis; got {describe_axis(axis)}"
        raise FileFormatError(msg)
    return axis, values * _number(facts, "CSF")


def _axis_kind(facts: Mapping[str, Value], *, axis: FloatArray, result: int) -> AxisKind:
    unit = facts.get("DXU")
    if unit != "WN":
        msg = f"expected an axis in 1/cm, DXU WN; got DXU {unit}"
        raise FileFormatError(msg)
    if result != RAMAN:
        return AxisKind.WAVENUMBER
    if np.abs(axis).max() > LARGEST_SHIFT_CM1:
        msg = f"expected a Raman shift; got {describe_axis(axis)}, which may be absolute"
        raise FileFormatError(msg)
    return AxisKind.RAMAN_SHIFT


def _number(facts: Mapping[str, Value], name: str) -> float:
    value = facts.get(name)
    if not isinstance(value, int | float) or not np.isfinite(value):
        msg = f"expected a number in the parameter {name}; got {value!r}"
        raise FileFormatError(msg)
    return float(value)


def _told(
    general: Mapping[str, Value], facts: Mapping[str, Value], *, timezone: str | None
) -> dict[str, object]:
    names = {"SNM": "title", "INS": "instrument", "NSS": "accumulations"}
    told: dict[str, object] = {
        ours: general[theirs] for theirs, ours in names.items() if general.get(theirs)
    }
    day = re.fullmatch(r"(\d\d)/(\d\d)/(\d{4})", str(facts.get("DAT")))
    clock = re.match(
        r"(\d\d:\d\d:\d\d(?:\.\d{1,6})?)\s*(?:\(GMT([+-]?)(\d{1,2})\))?", str(facts.get("TIM"))
    )
    if day and clock:
        offset = f"{clock[2] or '+'}{int(clock[3]):02d}:00" if clock[3] else ""
        iso = f"{day[3]}-{day[2]}-{day[1]}T{clock[1]}{offset}"
        told |= header_keys([f"# time: {iso}"], timezone=timezone)
    return told
