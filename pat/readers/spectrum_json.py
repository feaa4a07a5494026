"""One spectrum as a JSON object, the form in which spectrometers and gateways publish it."""

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from pat.arrays import FloatArray
from pat.errors import FileFormatError
from pat.readers.axis import first_break
from pat.readers.binary import content_of
from pat.readers.spectrum_header import checked_keys, spectrum_keys
from pat.readers.vibrational import check_vibrational
from pat.spectra import KEY_COLUMNS, AxisKind, Spectra, describe_axis

INTENSITY = "intensity"
_AXES = tuple(kind.value for kind in AxisKind)


def read_spectrum_json(path: Path, *, timezone: str | None = None) -> Spectra:
    """Return the spectrum of a JSON object: an axis, `intensity`, and what is known beside.

    The axis is a list of numbers named `raman_shift_cm1`, `wavenumber_cm1` or `wavelength_nm`;
    a null among the intensities is a channel without a value. Everything else is text or a
    number, named as columns of `KEY_COLUMNS` where it is one of them.

    Raises
    ------
    FileFormatError
        If it is no such object.
    """
    try:
        return _spectrum(_object(content_of(path)), name=path.name, timezone=timezone)
    except FileFormatError as error:
        msg = f"{path.name}: {error}"
        raise FileFormatError(msg) from error


def spectrum_json(keys: Mapping[str, str | float], axis: FloatArray, intensity: FloatArray, *,
                  axis_kind: AxisKind) -> bytes:  # fmt: skip
    """Return a spectrum of shape (n_channels,) in this form; every float64 comes back exactly."""
    values = [value if np.isfinite(value) else None for value in intensity.tolist()]
    whole = {**keys, axis_kind.value: axis.tolist(), INTENSITY: values}
    return json.dumps(whole, ensure_ascii=False, allow_nan=False).encode()


def _spectrum(told: Mapping[str, object], *, name: str, timezone: str | None) -> Spectra:
    kind = _axis_kind(told)
    axis, intensity = (_numbers(told, which) for which in (kind.value, INTENSITY))
    if axis.size < 2 or not np.isfinite(axis).all() or first_break(axis) is not None:
        msg = f"expected a rising or falling axis; got {describe_axis(axis)}"
        raise FileFormatError(msg)
    if axis.size != intensity.size:
        msg = f"expected {axis.size} intensities, one a channel; got {intensity.size}"
        raise FileFormatError(msg)
    check_vibrational(axis, kind=kind)
    keys = checked_keys(_told(told, without=(kind.value, INTENSITY)), timezone=timezone)
    return Spectra(axis, intensity[np.newaxis], spectrum_keys(keys, source_file=name), kind)


def _object(content: bytes) -> dict[str, object]:
    try:
        told = json.loads(content)
    except (ValueError, RecursionError) as error:  # not UTF-8, no JSON, nested without end
        msg = f"expected a JSON object; got {' '.join(str(error).split())}"
        raise FileFormatError(msg) from error
    if not isinstance(told, dict):
        msg = f"expected a JSON object; got {type(told).__name__}"
        raise FileFormatError(msg)
    return told


def _axis_kind(told: Mapping[str, object]) -> AxisKind:
    found = [name for name in _AXES if name in told]
    if len(found) != 1:
        msg = f"expected one axis out of {', '.join(_AXES)}; got {', '.join(found) or 'none'}"
        raise FileFormatError(msg)
    return AxisKind(found[0])


def _numbers(told: Mapping[str, object], name: str) -> FloatArray:
    values = told.get(name)
    if not isinstance(values, list):
        msg = f"expected {name} as a list of numbers; got {type(values).__name__}"
        raise FileFormatError(msg)
    wrong = next((value for value in values if type(value) not in (int, float, type(None))), None)
    if wrong is not None:
        msg = f"expected numbers in {name}; got {str(wrong)[:60]!r}"
        raise FileFormatError(msg)
    try:
        return np.array(values, dtype=np.float64)
    except OverflowError as error:
        msg = f"expected numbers in {name}; got one beyond float64"
        raise FileFormatError(msg) from error


def _told(told: Mapping[str, object], *, without: tuple[str, ...]) -> dict[str, object]:
    """Return what is told beside the numbers: keys as text, the rest as text or numbers."""
    keys: dict[str, object] = {}
    for name, value in told.items():
        if name in without or value is None or value == "":
            continue
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            msg = f"expected text or a number for {name}; got {type(value).__name__}"
            raise FileFormatError(msg)
        is_text = isinstance(value, str) or name in KEY_COLUMNS
        keys[name] = str(value) if is_text else float(value)
    return keys
