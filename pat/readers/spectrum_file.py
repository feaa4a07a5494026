"""One spectrum or a few in a file of their own: text, wide table or a maker's format."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from pat.campaign import CampaignInfo
from pat.errors import FileFormatError
from pat.readers.binary import content_of
from pat.readers.encodings import text_of
from pat.readers.findings import Findings
from pat.readers.formats import reader_for
from pat.readers.keys import Reading
from pat.readers.maker_header import told_by_maker
from pat.readers.spectra_table import RawSpectra, read_spectra_table
from pat.readers.spectrum_columns import Columns, many_columns
from pat.readers.spectrum_header import header_keys, header_text, spectrum_keys
from pat.readers.spectrum_json import read_spectrum_json
from pat.readers.spectrum_text import TwoColumns, is_wide, two_columns
from pat.readers.vibrational import check_vibrational
from pat.spectra import AxisKind, Spectra


def read_spectrum_file(path: Path, *, timezone: str | None = None) -> Spectra:
    """Return the spectra in a file: a maker's format, a wide table, JSON or text.

    Parameters
    ----------
    path : Path
    timezone : str, optional
        IANA zone of times that the file gives without an offset. Without it such a time is
        kept as text in the column `time_local` and `time` stays empty.

    Returns
    -------
    Spectra
        Keys are filled as far as the file tells; source_file is the file's name.

    Raises
    ------
    FileFormatError
        If the file cannot be read, is no spectrum, or is in a form not known here.
    """
    path = Path(path)
    reader = reader_for(path)
    if reader is not None:
        return reader(path, timezone=timezone)
    if path.suffix.lower() == ".parquet":
        return _read_wide(path, timezone=timezone)
    if path.suffix.lower() == ".json":
        return read_spectrum_json(path, timezone=timezone)
    text = file_text(path)
    if is_wide(text):
        return _read_wide(path, timezone=timezone)
    try:
        columns = many_columns(text, name=path.name)
        if columns is not None:
            return _several(columns, name=path.name, timezone=timezone)
        return _spectrum(two_columns(text), name=path.name, timezone=timezone)
    except FileFormatError as error:
        msg = f"{path.name}: {error}"
        raise FileFormatError(msg) from error


def table_spectra(raw: RawSpectra | None, findings: Findings) -> Spectra:
    """Return the spectra of a wide table that belongs to no campaign.

    Raises
    ------
    FileFormatError
        With every fault that was found.
    """
    if raw is None or findings.faults:
        raise FileFormatError("\n".join(str(fault) for fault in findings.faults))
    keys: pd.DataFrame = raw.keys.drop(columns="row")
    return Spectra(raw.axis, raw.intensities, keys)


def write_spectrum_file(spectra: Spectra, path: Path) -> None:
    """Write one spectrum to a .csv or .spc file, renamed into place when it is whole.

    The text form gives every float64 back exactly; SPC holds float32 intensities.

    Raises
    ------
    ValueError
        If there is not exactly one spectrum.
    FileFormatError
        If the name ends in neither .csv, .txt nor .spc.
    """
    path = Path(path)
    if len(spectra) != 1:
        msg = f"expected one spectrum for {path.name}; got {len(spectra)}"
        raise ValueError(msg)
    suffix = path.suffix.lower()
    if suffix not in (".csv", ".txt", ".spc"):
        msg = f"expected a name in .csv, .txt or .spc; got {path.name}"
        raise FileFormatError(msg)
    if suffix == ".spc":
        from pat.readers.spc import spc_bytes

        content = spc_bytes(spectra)
    else:
        content = spectrum_text(spectra).encode()
    whole = path.with_name(path.name + ".tmp")
    whole.write_bytes(content)
    whole.replace(path)


def spectrum_text(spectra: Spectra) -> str:
    """Return one spectrum as text: a header of `# key: value`, then axis and intensity."""
    lines = [f"{header_text(spectra)}{spectra.axis_kind.value},intensity"]
    pairs = zip(spectra.named_axis.tolist(), spectra.intensities[0].tolist(), strict=True)
    lines += [f"{axis!r},{intensity!r}" for axis, intensity in pairs]
    return "\n".join(lines) + "\n"


def _spectrum(columns: TwoColumns, *, name: str, timezone: str | None) -> Spectra:
    told = _told(columns.header, timezone=timezone)
    keys = spectrum_keys(told, source_file=name)
    kind = _axis_kind(columns)
    if not any(kind.value in line for line in columns.header[-1:]):
        check_vibrational(columns.axis, kind=kind)
    return Spectra(columns.axis, columns.intensity[np.newaxis], keys, kind)


def _several(columns: Columns, *, name: str, timezone: str | None) -> Spectra:
    keys = columns.told.reindex(range(len(columns.intensities)))
    for key, value in _told(columns.header, timezone=timezone).items():
        keys[key] = pd.Series([value] * len(keys))
    if len(keys) > 1 and "scan" not in keys:
        keys["scan"] = [str(number) for number in range(len(keys))]
    check_vibrational(columns.axis, kind=columns.axis_kind)
    keys = keys.assign(source_file=name)
    return Spectra(columns.axis, columns.intensities, keys, columns.axis_kind)


def _told(header: Sequence[str], *, timezone: str | None) -> dict[str, object]:
    """Return what the header tells in our own words, and else in those of its maker."""
    return header_keys([*told_by_maker(header), *header], timezone=timezone)


def _axis_kind(columns: TwoColumns) -> AxisKind:
    """Return what the axis is called in the line above the numbers; Raman shift if nothing."""
    title = columns.header[-1].lower() if columns.header else ""
    for kind in AxisKind:
        if kind.value in title:
            return kind
    if "pixel" in title:
        msg = "expected an axis in cm-1 or nm; got pixel numbers"
        raise FileFormatError(msg)
    units = {line.strip().lower() for line in columns.header}
    if "wavelength" in title or "(nm)" in title or "[nm]" in title or "nm" in units:
        return AxisKind.WAVELENGTH
    return AxisKind.WAVENUMBER if "wavenumber" in title else AxisKind.RAMAN_SHIFT


def _read_wide(path: Path, *, timezone: str | None) -> Spectra:
    findings = Findings()
    reading = Reading(CampaignInfo(id="", timezone=timezone), findings)
    return table_spectra(read_spectra_table(path, reading=reading), findings)


def file_text(path: Path) -> str:
    """Return the text of a file in whatever encoding Windows programs write.

    Raises
    ------
    FileFormatError
        If it cannot be read, or holds no text.
    """
    try:
        return text_of(content_of(path), expected="text or SPC")
    except FileFormatError as error:
        msg = f"{path.name}: {error}"
        raise FileFormatError(msg) from error
