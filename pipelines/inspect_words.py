"""What a file holds, in words: axis, intensities and metadata; columns, units and gaps."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from pat.arrays import FloatArray
from pat.readers.cells import numbers_of
from pat.readers.findings import names_in_words, rows_in_words
from pat.readers.naming import label_from_name
from pat.readers.times import iso
from pat.report.counted import counted
from pat.spectra import KEY_COLUMNS, Spectra, describe_axis

if TYPE_CHECKING:
    from pat.importing.clock import Times
    from pat.importing.tables import MappedTable
    from pat.readers.analysers import AssayExport

#: Channels of one spectrum at its very highest value that hint at a detector at full scale.
_FLAT_TOP = 3
#: Spacings beyond which the time between two rows is a gap worth telling.
_GAP_SPACINGS = 5

Lines = list[tuple[str, str]]


def spectra_lines(spectra: Spectra, *, saturation: float | None) -> Lines:
    """Return what spectra are, as names and texts."""
    steps = np.diff(spectra.axis)
    keys = spectra.keys
    way = "rising" if steps[0] > 0 else "falling"
    lines = [
        ("count", str(len(spectra))),
        ("axis", f"{describe_axis(spectra.axis)}, {way} ({spectra.axis_kind.value})"),
        ("spacing", _span(np.abs(steps), digits=4)),
        ("intensity", _intensity(spectra.intensities)),
        ("full scale", _full_scale(spectra.intensities, saturation=saturation)),
        ("time", _times(keys)),
        ("vessels", names_in_words(keys["vessel"].dropna().unique())),
        ("samples", names_in_words(keys["sample"].dropna().unique())),
        ("kinds", ", ".join(f"{n} {k}" for k, n in keys["kind"].value_counts().items())),
    ]
    rest = [c for c in keys.columns if c not in KEY_COLUMNS and keys[c].notna().any()]
    lines += [(str(column), _column(keys[column])) for column in rest]
    return [(name, text) for name, text in lines if text]


def table_rows(mapped: "MappedTable", times: "Times") -> tuple[Lines, list[tuple[str, ...]]]:
    """Return what a table is, and a row a column: name, title, unit, cells filled, range."""
    titles = {name: title for title, name in mapped.renamed.items()}
    cells = mapped.table.cells
    rows = [
        (
            str(column),
            titles.get(str(column), str(column)),
            mapped.units.get(str(column), "-"),
            f"{int(cells[column].notna().sum())} of {len(cells)}",
            _range(cells[column].astype("str"), decimal=mapped.table.decimal),
        )
        for column in cells.columns
    ]
    known = times.utc.dropna()
    steps = known.groupby(mapped.vessels().fillna("")).diff().dt.total_seconds()
    lines = [
        ("rows", str(len(cells))),
        ("vessels", names_in_words(mapped.vessels().dropna().unique())),
        ("time", f"{iso(known.min())} to {iso(known.max())}" if len(known) else ""),
        ("gaps", _gaps(mapped.vessels(), times.utc)),
        ("order", "rows of a vessel go back in time" if (steps < 0).any() else ""),
        ("twice", _twice(mapped, times)),
        ("times", _wrong(mapped, times)),
        *(("note", note) for note in times.notes),
    ]
    return [(name, text) for name, text in lines if text], rows


def name_lines(name: str, *, timezone: str | None) -> Lines:
    """Return what the name of a file tells of its spectra."""
    label = label_from_name(name, timezone=timezone)
    told = [
        label.vessel and f"vessel {label.vessel}",
        label.time and iso(label.time),
        label.sample and f"sample {label.sample}",
        label.kind and str(label.kind),
    ]
    text = ", ".join(part for part in told if part)
    return [("by its name", text)] if text else []


def export_rows(export: "AssayExport") -> list[tuple[str, ...]]:
    """Return a row an analyte: unit, values, censored, flagged, range."""
    rows = []
    for name, values in export.values.groupby("analyte", sort=False):
        measured = values["value"].dropna()
        rows.append((
            str(name),
            names_in_words(values["unit"].dropna().unique()) or "not stated",
            str(len(measured)),
            str(int(values["censored"].notna().sum())),
            str(int(values["flag"].notna().sum())),
            _span(measured.to_numpy(dtype=np.float64)) if len(measured) else "-",
        ))  # fmt: skip
    return rows


def _span(values: FloatArray, *, digits: int = 3) -> str:
    low, high = float(values.min()), float(values.max())
    if np.isclose(low, high, rtol=1e-3):
        return f"{float(np.median(values)):.{digits}g}"
    return f"{low:.{digits}g} to {high:.{digits}g}"


def _intensity(values: FloatArray) -> str:
    finite = values[np.isfinite(values)]
    if finite.size == 0:
        return "no finite value"
    low, middle, high = finite.min(), np.median(finite), finite.max()
    text = f"{low:.5g} to {high:.5g}, median {middle:.5g}"
    missing = values.size - finite.size
    negative = int((finite < 0).sum())
    text += f"; {counted(missing, 'channel')} without a finite value" if missing else ""
    return text + (f"; {counted(negative, 'channel')} below 0" if negative else "")


def _full_scale(values: FloatArray, *, saturation: float | None) -> str:
    """Return whether the detector seems to have been at full scale, empty where it does not."""
    if saturation is not None:
        rows = int((values >= saturation).any(axis=1).sum())
        return f"{rows} of {len(values)} spectra reach {saturation:g}, the saturation stated"
    with np.errstate(invalid="ignore"):
        top = np.nanmax(np.where(np.isfinite(values), values, np.nan), axis=1, keepdims=True)
        flat = (values == top).sum(axis=1) >= _FLAT_TOP
    flat &= ~(values == values[:, :1]).all(axis=1)
    if not flat.any():
        return ""
    highest = names_in_words(f"{value:g}" for value in np.unique(top[flat]))
    some = counted(int(flat.sum()), "spectrum stays", "spectra stay")
    return f"{some} at the highest value ({highest}): saturated?"


def _times(keys: pd.DataFrame) -> str:
    known = keys["time"].dropna().sort_values()
    if known.empty:
        local = keys["time_local"].dropna() if "time_local" in keys else keys["time"].dropna()
        return f"{local.iloc[0]}, local: say --timezone" if len(local) else "none told"
    if len(known) == 1:
        return iso(known.iloc[0])
    seconds = known.drop_duplicates().diff().dt.total_seconds().median()
    spacing = f", mostly {_duration(seconds)} apart" if np.isfinite(seconds) else ""
    return f"{iso(known.iloc[0])} to {iso(known.iloc[-1])}{spacing}"


def _duration(seconds: float) -> str:
    """Return a duration in the largest unit that it holds.

    >>> _duration(90), _duration(86_400)
    ('1.5 min', '24 h')
    """
    for unit, length in (("h", 3600), ("min", 60)):
        if seconds >= length:
            return f"{seconds / length:.3g} {unit}"
    return f"{seconds:.3g} s"


def _column(column: pd.Series) -> str:
    known = column.dropna()
    if pd.api.types.is_numeric_dtype(known):
        return _span(known.to_numpy(dtype=np.float64), digits=6)
    return names_in_words(map(str, known.unique()), at_most=4)


def _range(cells: pd.Series, *, decimal: str) -> str:
    values, wrong = numbers_of(cells, decimal=decimal)
    finite = values[np.isfinite(values)]
    if finite.size and not wrong:
        return _span(finite, digits=5)
    return names_in_words(cells.dropna().unique(), at_most=3)


def _gaps(vessels: pd.Series, times: pd.Series) -> str:
    frame = pd.DataFrame({"vessel": vessels.fillna(""), "time": times}).dropna()
    frame = frame.drop_duplicates().sort_values(["vessel", "time"])
    steps = frame.groupby("vessel")["time"].diff().dt.total_seconds()
    usual = steps.median()
    if not np.isfinite(usual):
        return ""
    long = steps[steps > _GAP_SPACINGS * usual]
    if long.empty:
        return f"none; rows are mostly {_duration(usual)} apart"
    place = long.idxmax()
    return (
        f"{len(long)}, the longest {_duration(long.max())} before {iso(frame['time'][place])}; "
        f"rows are mostly {_duration(usual)} apart"
    )


def _twice(mapped: "MappedTable", times: "Times") -> str:
    if mapped.has("tag", "analyte", "kind"):
        return ""
    frame = pd.DataFrame({"vessel": mapped.vessels(), "time": times.utc})
    again = frame["time"].notna() & frame.duplicated()
    if not again.any():
        return ""
    return f"a time of a vessel comes again in {rows_in_words(mapped.table.rows[again])}"


def _wrong(mapped: "MappedTable", times: "Times") -> str:
    if not times.wrong:
        return ""
    place, words = next(iter(times.wrong.items()))
    return f"{len(times.wrong)} cannot be read; row {mapped.table.rows[place]}: {words}"
