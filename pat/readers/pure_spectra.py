"""Pure spectra that a user has measured: a wide table, one row a component."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from pat.arrays import FloatArray
from pat.campaign import Analyte
from pat.errors import CampaignError, InputError
from pat.readers.cells import optional_names, read_names, read_numbers
from pat.readers.findings import Findings
from pat.readers.spectra_table import check_axis
from pat.readers.units import convert
from pat.readers.wide_table import Wide, read_wide_csv, read_wide_parquet


@dataclass(frozen=True, slots=True, eq=False)
class PureSpectra:
    """What an amount of each component adds to a spectrum, on an axis of its own.

    Parameters
    ----------
    file : str
    components : tuple of str
    units : tuple of str or None
        Of the amounts; None where none is stated.
    axis : ndarray of shape (n_channels,)
        Rising.
    spectra : ndarray of shape (n_components, n_channels)
        Of one unit.
    """

    file: str
    components: tuple[str, ...]
    units: tuple[str | None, ...]
    axis: FloatArray
    spectra: FloatArray

    def drawn_on(
        self, axis: FloatArray, used: FloatArray, analytes: Mapping[str, Analyte]
    ) -> pd.DataFrame:
        """Return what one unit of each component adds, on another axis (n_channels,).

        Parameters
        ----------
        axis : ndarray of shape (n_channels,)
            Outside the axis of the file nothing is added.
        used : ndarray
            Channels that a sensor reads; they must lie inside the axis of the file.
        analytes : mapping of name to Analyte
            In whose units the result is; a component that none of them names keeps its own.

        Raises
        ------
        InputError
            If the file does not reach all that is used, or a unit cannot be converted.
        """
        low, high = float(np.min(used)), float(np.max(used))
        if self.axis[0] > low or self.axis[-1] < high:
            msg = (
                f"{self.file}: expected pure spectra over the {low:g} to {high:g} that the sensor "
                f"reads; got {self.axis[0]:g} to {self.axis[-1]:g}: measure them over that range"
            )
            raise InputError(msg)
        drawn = np.array(
            [np.interp(axis, self.axis, one, left=0.0, right=0.0) for one in self.spectra]
        )
        factors = [
            self._factor(name, unit, analytes.get(name))
            for name, unit in zip(self.components, self.units, strict=True)
        ]
        return pd.DataFrame(np.array(factors)[:, None] * drawn, index=list(self.components))

    def _factor(self, component: str, unit: str | None, analyte: Analyte | None) -> float:
        """Return how much of the file's unit one unit of the analyte is."""
        if analyte is None or unit is None or unit == analyte.unit:
            return 1.0
        try:
            return convert(1.0, analyte.unit, unit, molar_mass=analyte.molar_mass)
        except InputError as error:
            msg = f"{self.file}, {component}: {error}"
            raise InputError(msg) from error


def read_pure_spectra(path: Path) -> PureSpectra:
    """Return the pure spectra of a CSV or Parquet file.

    Columns: component, optionally amount (1 where left out) and unit, then one column a channel,
    named by its axis value.

    Raises
    ------
    CampaignError
        With every fault of the file.
    InputError
        If there is no such file.
    """
    if not path.is_file():
        msg = f"{path}: expected a table of pure spectra; there is no such file"
        raise InputError(msg)
    findings = Findings()
    read = read_wide_parquet if path.suffix == ".parquet" else read_wide_csv
    wide = read(path, findings=findings)
    found = None
    if wide is not None and not findings.faults:
        found = _pure(wide, findings=findings)
    if found is None or findings.faults:
        raise CampaignError(str(path), findings.faults)
    return found


def _pure(wide: Wide, *, findings: Findings) -> PureSpectra | None:
    table, axis, intensities = wide
    good = table.require("component", findings=findings)
    if not (check_axis(axis, file=table.file, findings=findings) and good):
        return None
    names = read_names(table, "component")
    findings.fault_rows(
        table.file, "expected a name", rows=table.rows[names.isna()], column="component"
    )
    findings.fault_rows(
        table.file, "expected each component once", rows=table.rows[names.duplicated()],
        column="component",
    )  # fmt: skip
    amount = np.ones(len(names))
    if table.has("amount"):
        amount = read_numbers(table, "amount", findings=findings)
        findings.fault_rows(
            table.file, "expected an amount above 0", rows=table.rows[~(amount > 0)],
            column="amount",
        )  # fmt: skip
    broken = ~np.isfinite(intensities).all(axis=1)
    findings.fault_rows(
        table.file, "expected an intensity in every channel", rows=table.rows[broken]
    )
    flat = ~broken & (np.ptp(intensities, axis=1) == 0)
    findings.fault_rows(
        table.file, "expected bands; got one intensity in all channels", rows=table.rows[flat]
    )
    if findings.faults:
        return None
    rising = np.argsort(axis)
    return PureSpectra(
        file=table.file,
        components=tuple(names),
        units=tuple(None if pd.isna(unit) else str(unit) for unit in optional_names(table, "unit")),
        axis=axis[rising],
        spectra=intensities[:, rising] / amount[:, None],
    )
