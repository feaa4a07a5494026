"""Renishaw WiRE (.wdf): single spectra, series and maps, one row a spectrum."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from pat.arrays import FloatArray
from pat.errors import FileFormatError
from pat.readers.axis import first_break
from pat.readers.binary import content_of, file_time, floats, text_at, unpack
from pat.spectra import AxisKind, Spectra, describe_axis

HEADER_BYTES, BLOCK_BYTES = 512, 16
AXIS_UNITS = {1: AxisKind.RAMAN_SHIFT, 3: AxisKind.WAVELENGTH}
OTHER_UNITS = {2: "wavenumber", 4: "eV", 5: "µm", 16: "pixel"}
#: What one list of the block ORGN holds, a number a spectrum.
X_UM, Y_UM, Z_UM, TIME = 3, 4, 5, 11
POSITIONS = {X_UM: "position_x_um", Y_UM: "position_y_um", Z_UM: "position_z_um"}
MICRON = 5
#: Lists a file may hold; they are few, and an absurd number is a broken file.
MOST_LISTS = 100


@dataclass(frozen=True, slots=True)
class Header:
    """What the first block says of all others."""

    n_channels: int
    capacity: int
    n_spectra: int  # fewer than the capacity where a measurement was stopped
    accumulations: int
    n_lists: int
    started: int  # Windows file time
    laser_cm1: float
    title: str


def read_wdf(path: Path, *, timezone: str | None = None) -> Spectra:
    """Return the spectra of a WiRE file; times in it are UTC, so `timezone` is not needed.

    Raises
    ------
    FileFormatError
        If the file is cut short, or holds no spectra over Raman shift or wavelength.

    References
    ----------
    Henderson (2017), doi:10.5281/zenodo.495477; Gwyddion, modules/file/renishaw.c.
    """
    try:
        content = content_of(path)
        blocks = _blocks(content)
        header = _header(content)
        if header.n_lists:
            _need(blocks, "ORGN")
        axis, kind = _axis(content, blocks=blocks, header=header)
        intensities = _intensities(content, blocks=blocks, header=header)
        keys = _keys(content, blocks=blocks, header=header)
    except FileFormatError as error:
        msg = f"{path.name}: {error}"
        raise FileFormatError(msg) from error
    return Spectra(axis, intensities, keys.assign(source_file=path.name), kind)


def _blocks(content: bytes) -> dict[str, tuple[int, int]]:
    """Return where each block begins and ends; a name that comes twice keeps its first place."""
    if content[:4] != b"WDF1":
        msg = "expected a WiRE file, which begins with WDF1; got another kind"
        raise FileFormatError(msg)
    blocks: dict[str, tuple[int, int]] = {}
    start = 0
    while start < len(content):
        name = text_at(content, offset=start, size=4)
        (size,) = unpack("<Q", content, start + 8)
        end = start + size
        if size < BLOCK_BYTES or end > len(content):
            msg = f"the file is cut short: block {name!r} of {size} bytes at {start}"
            raise FileFormatError(msg)
        blocks.setdefault(name, (start + BLOCK_BYTES, end))
        start = end
    for name in ("DATA", "XLST"):
        _need(blocks, name)
    return blocks


def _need(blocks: Mapping[str, object], name: str) -> None:
    if name not in blocks:
        msg = f"expected a block {name}; got {', '.join(blocks)}"
        raise FileFormatError(msg)


def _header(content: bytes) -> Header:
    n_channels, capacity, count, accumulations, _, n_axis, n_lists = unpack("<IQQIIII", content, 60)
    if not n_axis == n_channels >= 2 or not 1 <= count <= capacity or n_lists > MOST_LISTS:
        msg = (
            f"expected spectra of two channels or more; got {count} of {capacity} spectra, "
            f"{n_channels} channels and an axis of {n_axis}"
        )
        raise FileFormatError(msg)
    return Header(
        n_channels=n_channels,
        capacity=capacity,
        n_spectra=count,
        accumulations=accumulations,
        n_lists=n_lists,
        started=unpack("<Q", content, 136)[0],
        laser_cm1=float(floats(content, offset=156, count=1)[0]),
        title=text_at(content, offset=240, size=160),
    )


def _axis(
    content: bytes, *, blocks: Mapping[str, tuple[int, int]], header: Header
) -> tuple[FloatArray, AxisKind]:
    start, end = blocks["XLST"]
    _, unit = unpack("<II", content, start)
    if unit not in AXIS_UNITS:
        got = OTHER_UNITS.get(unit, f"unit {unit}")
        msg = f"expected an axis in Raman shift or nm; got {got}"
        raise FileFormatError(msg)
    axis = floats(content[:end], offset=start + 8, count=header.n_channels)
    if not np.isfinite(axis).all() or first_break(axis) is not None:
        msg = f"expected a rising or falling axis; got {describe_axis(axis)}"
        raise FileFormatError(msg)
    return axis, AXIS_UNITS[unit]


def _intensities(
    content: bytes, *, blocks: Mapping[str, tuple[int, int]], header: Header
) -> FloatArray:
    start, end = blocks["DATA"]
    if end - start != 4 * header.n_channels * header.capacity:
        msg = (
            f"expected {header.capacity} spectra of {header.n_channels} channels; "
            f"got {end - start} bytes"
        )
        raise FileFormatError(msg)
    values = floats(content, offset=start, count=header.n_spectra * header.n_channels)
    return values.reshape(header.n_spectra, header.n_channels)


def _keys(content: bytes, *, blocks: Mapping[str, tuple[int, int]], header: Header) -> pd.DataFrame:
    keys = pd.DataFrame(index=range(header.n_spectra))
    started = file_time(header.started)
    if started is not None:
        keys["time"] = started
    if header.title:
        keys["title"] = header.title
    if 0 < header.laser_cm1 < np.inf:
        keys["laser_nm"] = 1e7 / header.laser_cm1
    if header.accumulations:
        keys["accumulations"] = header.accumulations
    if header.n_spectra > 1:
        keys["scan"] = [str(number) for number in range(header.n_spectra)]
    if header.n_lists:
        _add_lists(keys, content, block=blocks["ORGN"], header=header)
    return keys


def _add_lists(
    keys: pd.DataFrame, content: bytes, *, block: tuple[int, int], header: Header
) -> None:
    """Add the time and place of each spectrum, where the file keeps them.

    The times listed are those at which acquisitions ended: the first spectrum began with the
    measurement, each other one when the one before it was done.
    """
    start, end = block
    place = start + 4
    for _ in range(header.n_lists):
        what, unit = unpack("<II", content[:end], place)
        what &= 0x7FFFFFFF  # the highest bit marks the list that the series runs along
        if what == TIME:
            ended = unpack(f"<{header.n_spectra}Q", content[:end], place + 24)
            moments = [file_time(ticks) for ticks in (header.started, *ended[:-1])]
            if None not in moments and list(ended) == sorted(ended):
                keys["time"] = pd.to_datetime(pd.Series(moments), utc=True)
        elif what in POSITIONS and unit == MICRON:
            keys[POSITIONS[what]] = floats(
                content[:end], offset=place + 24, count=header.n_spectra, form="<f8"
            )
        place += 24 + 8 * header.capacity
