"""Spectra: intensities on one axis, with what is known of each spectrum beside them."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from typing import Any, Self

import numpy as np
import pandas as pd
from pandas.api.extensions import ExtensionArray

from pat.arrays import BoolArray, FloatArray, IntArray, as_matrix, is_strictly_monotonic
from pat.errors import AxisError


class AxisKind(StrEnum):
    """What the numbers of an axis mean."""

    RAMAN_SHIFT = "raman_shift_cm1"
    WAVENUMBER = "wavenumber_cm1"
    WAVELENGTH = "wavelength_nm"


#: What an axis is called in figures.
AXIS_LABELS = {
    AxisKind.RAMAN_SHIFT: "Raman shift (cm-1)",
    AxisKind.WAVENUMBER: "wavenumber (cm-1)",
    AxisKind.WAVELENGTH: "wavelength (nm)",
}


class Kind(StrEnum):
    """What a spectrum was taken of."""

    CULTURE = "culture"
    SPIKE = "spike"
    STANDARD = "standard"
    BLANK = "blank"
    DARK = "dark"
    REFERENCE = "reference"


#: Kinds that belong to the instrument's record: no vessel needed, never paired or predicted.
INSTRUMENT_KINDS = frozenset({Kind.BLANK, Kind.DARK, Kind.REFERENCE})

#: Columns that `Spectra.keys` always has, in this order. Text is `str` dtype with NaN for
#: missing; `time` is datetime64[us, UTC], the start of the acquisition; `elapsed_h` float64.
KEY_COLUMNS = (
    "campaign", "vessel", "time", "elapsed_h", "sample", "scan", "kind", "source_file",
)  # fmt: skip

_TEXT = pd.StringDtype(na_value=np.nan)
_KEY_DTYPES: dict[str, Any] = {
    "time": pd.DatetimeTZDtype("us", "UTC"),
    "elapsed_h": np.dtype(np.float64),
}


@dataclass(frozen=True, slots=True, eq=False)
class AxisCorrection:
    """How an axis that an instrument's files name wrongly becomes the true one.

    Parameters
    ----------
    coefficients : tuple of float
        Of the true axis in rising powers of the named one.
    named : ndarray of shape (n_channels,)
        The axis as the files name it.

    Raises
    ------
    AxisError
        If the true axis is not strictly monotonic.
    """

    coefficients: tuple[float, ...]
    named: FloatArray

    def __post_init__(self) -> None:
        if not is_strictly_monotonic(self.true):
            msg = (
                f"expected a corrected axis that rises or falls throughout; got one that turns "
                f"back within {describe_axis(self.named)}"
            )
            raise AxisError(msg)

    @property
    def true(self) -> FloatArray:
        """The true axis, (n_channels,)."""
        powers = self.named[:, np.newaxis] ** np.arange(len(self.coefficients))
        return np.asarray(powers @ np.array(self.coefficients), dtype=np.float64)

    def means(self, axis: FloatArray) -> bool:
        """Return whether `axis` is the one that the files name."""
        same_size = axis.size == self.named.size
        return same_size and bool(np.allclose(axis, self.named, rtol=1e-9, atol=1e-6))


@dataclass(frozen=True, slots=True, eq=False)
class Spectra:
    """Spectra on one axis.

    Parameters
    ----------
    axis : ndarray of shape (n_channels,)
        Strictly rising or falling, as read; its unit is what `axis_kind` says.
    intensities : ndarray of shape (n_spectra, n_channels)
        As read; may hold NaN or infinite channels, which the gates of a sensor find.
    keys : DataFrame of n_spectra rows
        `KEY_COLUMNS`, then whatever else the files told (instrument, probe, position,
        exposure_s, accumulations, laser_mw, acquisition_s, ...). Its index is 0..n-1.
    axis_kind : AxisKind
    correction : AxisCorrection or None
        What made `axis` out of the one that the files name; None: it is as they name it.

    Raises
    ------
    AxisError
        If the axis is not finite and strictly monotonic, or does not fit the intensities.
    """

    axis: FloatArray
    intensities: FloatArray
    keys: pd.DataFrame
    axis_kind: AxisKind = AxisKind.RAMAN_SHIFT
    correction: AxisCorrection | None = None

    def __post_init__(self) -> None:
        axis = np.ascontiguousarray(self.axis, dtype=np.float64)
        intensities = as_matrix(self.intensities, name="intensities")
        if axis.ndim != 1 or axis.size != intensities.shape[1]:
            msg = (
                f"expected one axis value a channel; "
                f"got {axis.size} for {intensities.shape[1]} channels"
            )
            raise AxisError(msg)
        if not np.all(np.isfinite(axis)) or not is_strictly_monotonic(axis):
            msg = f"expected a strictly rising or falling axis; got {describe_axis(axis)}"
            raise AxisError(msg)
        if len(self.keys) != len(intensities):
            msg = f"expected {len(intensities)} rows of keys; got {len(self.keys)}"
            raise ValueError(msg)
        object.__setattr__(self, "axis", axis)
        object.__setattr__(self, "intensities", intensities)
        object.__setattr__(self, "keys", complete_keys(self.keys))

    def __len__(self) -> int:
        return len(self.intensities)

    @property
    def n_channels(self) -> int:
        """Number of channels."""
        return int(self.axis.size)

    def take(self, rows: IntArray | BoolArray | Sequence[int]) -> Self:
        """Return the spectra of these rows, in this order."""
        index = np.asarray(rows)
        if index.dtype != np.bool_:
            index = index.astype(np.int64)
        keys = self.keys.loc[index] if index.dtype == np.bool_ else self.keys.iloc[index]
        return replace(self, intensities=self.intensities[index], keys=keys.reset_index(drop=True))

    @property
    def named_axis(self) -> FloatArray:
        """The axis as the files name it, (n_channels,)."""
        return self.axis if self.correction is None else self.correction.named

    def sha256(self, row: int) -> str:
        """Return the SHA-256 that names the spectrum of one row, as the files hold it."""
        return spectrum_sha256(self.named_axis, self.intensities[row])


def spectrum_sha256(axis: FloatArray, intensity: FloatArray) -> str:
    """Return the SHA-256 of the little-endian float64 axis, then the intensities as read."""
    return spectra_sha256(axis, intensity[np.newaxis])[0]


def spectra_sha256(axis: FloatArray, intensities: FloatArray) -> list[str]:
    """Return `spectrum_sha256` of each spectrum of (n_spectra, n_channels) on one axis."""
    of_axis = hashlib.sha256(np.ascontiguousarray(axis, dtype="<f8").data)
    found = []
    for intensity in np.ascontiguousarray(intensities, dtype="<f8"):
        digest = of_axis.copy()
        digest.update(intensity.data)
        found.append(digest.hexdigest())
    return found


def complete_keys(keys: pd.DataFrame) -> pd.DataFrame:
    """Return `keys` with every column of `KEY_COLUMNS`, in their dtypes, the rest after them."""
    columns = {name: _key_column(keys, name) for name in KEY_COLUMNS}
    if columns["kind"].isna().any():
        columns["kind"] = columns["kind"].fillna(Kind.CULTURE.value)
    rest = {name: keys[name].array for name in keys.columns if name not in KEY_COLUMNS}
    return pd.DataFrame({**columns, **rest}, index=pd.RangeIndex(len(keys)))


def _key_column(keys: pd.DataFrame, name: str) -> ExtensionArray:
    """Return a key column in its dtype, converted only where it is in another."""
    dtype = _KEY_DTYPES.get(name, _TEXT)
    if name not in keys.columns:
        return _nothing_of_one(name) if len(keys) == 1 else pd.array([None] * len(keys), dtype)
    given = keys[name]
    if given.dtype == dtype:
        return given.array
    if name == "time":
        return pd.to_datetime(given, utc=True).dt.as_unit("us").array
    return given.astype(dtype).array


@cache
def _nothing_of_one(name: str) -> ExtensionArray:
    """Return a missing key of one spectrum; who streams asks for many, and a frame copies it."""
    return pd.array([None], dtype=_KEY_DTYPES.get(name, _TEXT))


def describe_axis(axis: FloatArray) -> str:
    """Return an axis in words: first and last value and the number of channels."""
    if axis.size == 0:
        return "no channels"
    return f"{axis[0]:g} to {axis[-1]:g} in {axis.size} channels"
