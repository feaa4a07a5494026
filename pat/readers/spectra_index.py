"""Spectra as instrument files, with spectra/index.csv saying what each of them is."""

from collections.abc import Sequence
from pathlib import Path, PurePosixPath

import numpy as np
import pandas as pd

from pat.errors import FileFormatError
from pat.readers.axis import same_axis
from pat.readers.cells import read_names
from pat.readers.findings import Findings, names_in_words
from pat.readers.keys import Reading
from pat.readers.spectra_table import RawSpectra, read_spectrum_keys
from pat.readers.spectrum_file import read_spectrum_file
from pat.readers.tables import Table, read_table
from pat.spectra import KEY_COLUMNS, AxisKind, Spectra, describe_axis

FILE = "spectra/index.csv"


def read_spectra_index(path: Path, *, reading: Reading) -> RawSpectra | None:
    """Return the spectra that an index names; None, and faults, where they cannot be had."""
    findings = reading.findings
    table = read_table(path, name=FILE, findings=findings)
    if table is None or not table.require("file", findings=findings):
        return None
    names = read_names(table, "file")
    keys = read_spectrum_keys(table, reading, also_own=frozenset({"file"}))
    folder = path.parent
    _warn_unlisted(folder, names, findings)
    spectra = _read_files(folder, table, names=names, reading=reading)
    if keys is None or len(spectra) < len(names):
        return None
    if not _on_one_axis(spectra, table, names=names, findings=findings):
        return None
    keys["source_file"] = pd.Series([f"spectra/{name}" for name in names], dtype="str")
    keys = _with_metadata(keys, spectra)
    intensities = np.vstack([spectrum.intensities for spectrum in spectra])
    return RawSpectra(FILE, keys, spectra[0].axis, intensities)


def _read_files(folder: Path, table: Table, *, names: pd.Series, reading: Reading) -> list[Spectra]:
    """Return the spectrum of each row; a file that is not one spectrum is a fault."""
    spectra = []
    twice = names.duplicated()
    for row, name, again in zip(table.rows, names, twice, strict=True):
        try:
            spectra.append(_one_spectrum(folder, name, again=again, reading=reading))
        except FileFormatError as error:
            reading.findings.fault(FILE, str(error), row=int(row), column="file")
    return spectra


def _one_spectrum(folder: Path, name: object, *, again: bool, reading: Reading) -> Spectra:
    if not isinstance(name, str):
        msg = "expected a file; got an empty cell"
        raise FileFormatError(msg)
    if again:
        msg = f"expected each file once; got {name} again"
        raise FileFormatError(msg)
    inside = PurePosixPath(name.replace("\\", "/"))
    if inside.is_absolute() or ".." in inside.parts or ":" in name:
        msg = f"expected a file inside spectra/; got {name}"
        raise FileFormatError(msg)
    if not (folder / inside).is_file():
        msg = f"there is no file spectra/{inside}"
        raise FileFormatError(msg)
    spectrum = read_spectrum_file(folder / inside)
    if len(spectrum) != 1:
        msg = f"{name}: expected one spectrum; got {len(spectrum)}"
        raise FileFormatError(msg)
    wanted, got = reading.info.axis_kind, spectrum.axis_kind
    # Raman instruments often call their shift a wavenumber: campaign.toml knows which it is.
    if (wanted is AxisKind.WAVELENGTH) != (got is AxisKind.WAVELENGTH):
        msg = f"{name}: expected the axis {wanted.value} of campaign.toml; got {got.value}"
        raise FileFormatError(msg)
    return spectrum


def _on_one_axis(
    spectra: Sequence[Spectra], table: Table, *, names: pd.Series, findings: Findings
) -> bool:
    """Return whether all files lie on the first one's axis; faults, by axis, where not."""
    first = spectra[0].axis
    others: dict[str, list[int]] = {}
    for row, spectrum in zip(table.rows, spectra, strict=True):
        if not same_axis(first, spectrum.axis):
            others.setdefault(describe_axis(spectrum.axis), []).append(int(row))
    for axis, rows in others.items():
        message = f"expected the axis of {names.iloc[0]}, {describe_axis(first)}; got {axis}"
        findings.fault_rows(FILE, message, rows=rows, column="file")
    return not others


def _with_metadata(keys: pd.DataFrame, spectra: Sequence[Spectra]) -> pd.DataFrame:
    """Return keys with the metadata of the files' own headers, where the index has none."""
    headers = pd.concat([spectrum.keys for spectrum in spectra], ignore_index=True)
    fresh = [c for c in headers.columns if c not in keys.columns and c not in KEY_COLUMNS]
    return pd.concat([keys, headers[fresh]], axis=1)


def _warn_unlisted(folder: Path, names: pd.Series, findings: Findings) -> None:
    listed = {PurePosixPath(str(name).replace("\\", "/")).as_posix() for name in names.dropna()}
    there = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
    unlisted = sorted(
        name for name in there if name not in listed | {"index.csv"} and not name.startswith(".")
    )
    if unlisted:
        findings.warn(f"{FILE} does not list {names_in_words(unlisted)}; left out")
