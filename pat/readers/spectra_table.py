"""Spectra from one wide table: key columns, metadata columns, then one column a channel."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from pat.arrays import BoolArray, FloatArray
from pat.readers.axis import first_break
from pat.readers.cells import optional_names, read_names, read_numbers, read_plain
from pat.readers.findings import Findings
from pat.readers.keys import KEYS, Reading, read_keys
from pat.readers.tables import Table
from pat.readers.wide_table import Wide, read_wide_csv, read_wide_parquet
from pat.spectra import INSTRUMENT_KINDS, Kind, describe_axis

#: Columns with a meaning of their own, which metadata columns cannot take.
OWN_COLUMNS = frozenset({*KEYS, "campaign", "scan", "kind", "source_file", "excluded"})

#: Seconds that an acquisition took; half of them move a spectrum's time to its middle.
DURATION = "acquisition_s"


@dataclass(frozen=True, slots=True, eq=False)
class RawSpectra:
    """Spectra as a file holds them, before clocks and exclusions.

    Parameters
    ----------
    file : str
    keys : DataFrame
        `KEYS`, scan, kind, source_file, then the metadata; n_spectra rows.
    axis : ndarray of shape (n_channels,)
    intensities : ndarray of shape (n_spectra, n_channels)
    """

    file: str
    keys: pd.DataFrame
    axis: FloatArray
    intensities: FloatArray

    @property
    def of_instrument(self) -> BoolArray:
        """Which spectra are blank, dark or reference; shape (n_spectra,)."""
        return instrument_rows(self.keys["kind"])


def instrument_rows(kinds: pd.Series) -> BoolArray:
    """Return which kinds belong to the instrument's record."""
    mask: BoolArray = kinds.isin([str(kind) for kind in INSTRUMENT_KINDS]).to_numpy(dtype=bool)
    return mask


def read_spectra_table(path: Path, *, reading: Reading) -> RawSpectra | None:
    """Return the spectra of spectra.parquet or spectra.csv; None, and faults, where none."""
    read = read_wide_parquet if path.suffix == ".parquet" else read_wide_csv
    wide = read(path, findings=reading.findings)
    return None if wide is None else raw_spectra(wide, reading)


def raw_spectra(wide: Wide, reading: Reading) -> RawSpectra | None:
    """Return the spectra of a wide table; None, and faults, where it cannot be used."""
    table, axis, intensities = wide
    findings = reading.findings
    axis_is_good = check_axis(axis, file=table.file, findings=findings)
    keys = read_spectrum_keys(table, reading)
    if keys is None or not axis_is_good:
        return None
    return RawSpectra(table.file, keys, axis, intensities)


def read_spectrum_keys(
    table: Table, reading: Reading, *, also_own: frozenset[str] = frozenset()
) -> pd.DataFrame | None:
    """Return keys, scan, kind, source_file and metadata of a table of spectra or files."""
    findings = reading.findings
    kind = read_kinds(table, findings=findings)
    keys = read_keys(table, reading, source="spectra", may_lack=instrument_rows(kind))
    if table.has("excluded"):
        findings.fault(table.file, "expected exclusions in exclude.csv", column="excluded", row=1)
    _check_durations(table, findings=findings)
    if keys is None:
        return None
    source = optional_names(table, "source_file").fillna(table.file)
    keys = keys.assign(scan=optional_names(table, "scan"), kind=kind, source_file=source)
    own = OWN_COLUMNS | also_own
    rest = {str(c): read_plain(table, c) for c in table.cells.columns if c not in own}
    return pd.concat([keys, pd.DataFrame(rest, index=keys.index)], axis=1)


def _check_durations(table: Table, *, findings: Findings) -> None:
    """Fault cells that cannot be how long an acquisition took."""
    if not table.has(DURATION):
        return
    seconds = read_numbers(table, DURATION, findings=findings)
    rows = table.rows[seconds < 0]
    findings.fault_rows(table.file, "expected 0 s or more", rows=rows, column=DURATION)


def read_kinds(table: Table, *, findings: Findings) -> pd.Series:
    """Return the kind of every spectrum; culture where none is given."""
    if not table.has("kind"):
        return pd.Series([Kind.CULTURE.value] * len(table.rows), dtype="str")
    kinds = read_names(table, "kind").fillna(Kind.CULTURE.value)
    known = [kind.value for kind in Kind]
    messages = [
        (int(table.rows[i]), f"expected one of {', '.join(known)}; got {kind!r}")
        for i, kind in enumerate(kinds)
        if kind not in known
    ]
    findings.fault_alike(table.file, messages, column="kind")
    return kinds


def check_axis(axis: FloatArray, *, file: str, findings: Findings) -> bool:
    """Return whether the axis of a table can be used; a fault where not."""
    if axis.size < 2:
        message = (
            f"expected a column a channel, named by its axis value such as 400.5; got {axis.size}"
        )
        findings.fault(file, message, row=1)
        return False
    broken = first_break(axis)
    if broken is None:
        return True
    message = (
        f"expected channels rising or falling; got {broken[0]:.10g} then {broken[1]:.10g} "
        f"({describe_axis(axis)})"
    )
    findings.fault(file, message, row=1, column=f"{broken[1]:.10g}")
    return False
