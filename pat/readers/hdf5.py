"""HDF5: one table of intensities and its axis, through h5py (the optional extra `hdf5`)."""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol

import numpy as np
import pandas as pd

from pat.arrays import FloatArray
from pat.errors import FileFormatError
from pat.readers.axis import first_break
from pat.readers.times import parse_times
from pat.readers.vibrational import check_vibrational
from pat.spectra import KEY_COLUMNS, AxisKind, Spectra, describe_axis

#: Names of the axis, in lower case; what else may be an axis does not say of which kind.
AXIS_NAMES = {
    "raman_shift": AxisKind.RAMAN_SHIFT, "raman shift": AxisKind.RAMAN_SHIFT,
    "raman_shift_cm1": AxisKind.RAMAN_SHIFT, "wavenumber": AxisKind.WAVENUMBER,
    "wavenumbers": AxisKind.WAVENUMBER, "wavenumber_cm1": AxisKind.WAVENUMBER,
    "wavelength": AxisKind.WAVELENGTH, "wavelengths": AxisKind.WAVELENGTH,
    "wavelength_nm": AxisKind.WAVELENGTH,
}  # fmt: skip
INTENSITY_NAMES = frozenset({"intensity", "intensities", "spectrum", "spectra", "counts"})
#: A small file may say that it unpacks to anything; 100 MB are 4,000 spectra of 3,300 channels.
LARGEST_BYTES = 100_000_000


class Dataset(Protocol):
    """What is used of h5py's dataset, which ships no types."""

    name: str
    shape: tuple[int, ...]
    ndim: int
    size: int
    dtype: np.dtype[Any]
    chunks: tuple[int, ...] | None

    def __getitem__(self, index: tuple[()]) -> Any:
        """Return the values."""

    def asstr(self, *, errors: str) -> "Dataset":
        """Return a view whose values are text."""


def read_hdf5(path: Path, *, timezone: str | None = None) -> Spectra:
    """Return the spectra of an HDF5 file that holds one axis and one table of intensities.

    The axis is a dataset of one dimension with a name of `AXIS_NAMES`; the intensities are the
    dataset with as many columns. Datasets named as columns of `KEY_COLUMNS`, one value a
    spectrum, are its keys.

    Raises
    ------
    FileFormatError
        If h5py is not installed, or the file holds no such pair, or several, or too much.
    """
    h5py = _h5py(path)
    try:
        with h5py.File(path, "r", locking=False) as file:
            datasets: dict[str, Dataset] = {}

            def add(name: str, item: Any) -> None:
                if isinstance(item, h5py.Dataset) and not item.is_virtual and not item.external:
                    datasets[name] = item

            file.visititems(add)  # which follows no link to elsewhere
            return _spectra(datasets, name=path.name, timezone=timezone)
    except FileFormatError as error:
        msg = f"{path.name}: {error}"
        raise FileFormatError(msg) from error
    except (OSError, RuntimeError, ValueError, KeyError, TypeError, MemoryError) as error:
        msg = f"{path.name}: HDF5 that is cut short, broken or of another kind ({error})"
        raise FileFormatError(msg) from error


def _h5py(path: Path) -> ModuleType:
    try:
        return import_module("h5py")
    except ImportError as error:
        msg = f"{path.name}: HDF5 needs the extra `hdf5`: pip install 'raman-pat[hdf5]'"
        raise FileFormatError(msg) from error


def _spectra(datasets: Mapping[str, Dataset], *, name: str, timezone: str | None) -> Spectra:
    axes = [key for key in datasets if _last(key) in AXIS_NAMES and datasets[key].ndim == 1]
    if len(axes) != 1:
        msg = (
            f"expected one dataset named as an axis ({', '.join(AXIS_NAMES)}); got {axes or 'none'}"
        )
        raise FileFormatError(msg)
    n_channels = datasets[axes[0]].shape[0]
    tables = [
        key
        for key, item in datasets.items()
        if key != axes[0] and item.ndim in (1, 2) and item.shape[-1] == n_channels
        and item.dtype.kind in "fiu"
    ]  # fmt: skip
    named = [key for key in tables if _last(key) in INTENSITY_NAMES]
    tables = named or tables
    if len(tables) != 1:
        msg = f"expected one dataset of {n_channels} columns; got {tables or 'none'}"
        raise FileFormatError(msg)
    kind = AXIS_NAMES[_last(axes[0])]
    axis = _numbers(datasets[axes[0]])
    if axis.size < 2 or not np.isfinite(axis).all() or first_break(axis) is not None:
        msg = f"expected a rising or falling axis; got {describe_axis(axis)}"
        raise FileFormatError(msg)
    check_vibrational(axis, kind=kind)
    intensities = np.atleast_2d(_numbers(datasets[tables[0]]))
    rest = {key: item for key, item in datasets.items() if key not in (axes[0], tables[0])}
    keys = _keys(rest, n_spectra=len(intensities), timezone=timezone)
    return Spectra(axis, intensities, keys.assign(source_file=name), kind)


def _last(name: str) -> str:
    return name.rsplit("/", 1)[-1].lower()


def _numbers(item: Dataset) -> FloatArray:
    """Return a dataset as float64, once it is known to fit into memory."""
    chunk = item.dtype.itemsize * int(np.prod(item.chunks or (1,), dtype=object))
    if item.size * 8 > LARGEST_BYTES or chunk > LARGEST_BYTES:
        msg = f"expected at most {LARGEST_BYTES} bytes of numbers in {item.name}; got {item.shape}"
        raise FileFormatError(msg)
    if item.dtype.kind not in "fiu":
        msg = f"expected numbers in {item.name}; got {item.dtype}"
        raise FileFormatError(msg)
    with np.errstate(invalid="ignore"):
        return np.asarray(item[()], dtype=np.float64)


def _keys(datasets: Mapping[str, Dataset], *, n_spectra: int, timezone: str | None) -> pd.DataFrame:
    keys = pd.DataFrame(index=range(n_spectra))
    for name, item in datasets.items():
        key = _last(name)
        if key in KEY_COLUMNS and item.shape == (n_spectra,):
            keys[key] = _texts(item)
    if "time" in keys:
        times, wrong = parse_times(keys["time"].tolist(), timezone=timezone)
        if wrong:
            raise FileFormatError(wrong[min(wrong)])
        keys["time"] = times
    if "elapsed_h" in keys:
        keys["elapsed_h"] = pd.to_numeric(keys["elapsed_h"])
    if n_spectra > 1 and "scan" not in keys:
        keys["scan"] = [str(number) for number in range(n_spectra)]
    return keys


def _texts(item: Dataset) -> pd.Series:
    """Return a dataset of numbers or of fixed-length text as text.

    Text of variable length lies in a heap of its own; the HDF5 library follows a broken one
    without end, so such text is not touched.
    """
    if item.dtype.kind in "fiu":
        return pd.Series([f"{value:.17g}" for value in _numbers(item)], dtype="str")
    if item.dtype.kind != "S" or item.size * item.dtype.itemsize > LARGEST_BYTES:
        msg = (
            f"expected text of fixed length in {item.name}; got {item.dtype}: "
            "write it as bytes, numpy dtype S"
        )
        raise FileFormatError(msg)
    return pd.Series(item.asstr(errors="replace")[()], dtype="str")
