"""Files of spectra while a campaign is gathered: all that they tell but their intensities."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from pat.arrays import FloatArray
from pat.errors import InputError
from pat.importing.sources import Source
from pat.readers.naming import Label, label_from_keys
from pat.readers.spectrum_file import read_spectrum_file
from pat.readers.write_spectra import narrowest
from pat.spectra import KEY_COLUMNS, AxisKind, Spectra, spectra_sha256

#: Keys that the campaign tells otherwise.
_NO_METADATA = frozenset({*KEY_COLUMNS, "excluded", "row", "time_local"})


@dataclass(frozen=True, slots=True, eq=False)
class SpectraFile:
    """A file that was read once; thousands of them fit into memory.

    Parameters
    ----------
    source : Source
    timezone : str or None
        Zone of times without an offset in its header.
    axis : ndarray of shape (n_channels,)
    axis_kind : AxisKind
    headers : tuple of Label
        What the file tells of each spectrum: vessel, time, sample, kind.
    metadata : DataFrame
        What else it tells, a row a spectrum.
    digests : tuple of str
        SHA-256 of each spectrum.
    number : dtype
        The smallest type that holds its intensities exactly.
    """

    source: Source
    timezone: str | None
    axis: FloatArray
    axis_kind: AxisKind
    headers: tuple[Label, ...]
    metadata: pd.DataFrame
    digests: tuple[str, ...]
    number: np.dtype[Any]

    def __len__(self) -> int:
        return len(self.digests)

    def read(self) -> Spectra:
        """Return its spectra, read again.

        Raises
        ------
        InputError
            If they are not those that were read before.
        """
        spectra = read_spectrum_file(self.source.path, timezone=self.timezone)
        if tuple(spectra_sha256(spectra.axis, spectra.intensities)) != self.digests:
            msg = f"{self.source.name}: changed while it was imported; import again"
            raise InputError(msg)
        return spectra


def read_spectra(
    source: Source, *, timezone: str | None, before: SpectraFile | None
) -> SpectraFile:
    """Return what a file of spectra tells; it shares the axis of the one before it if equal.

    Raises
    ------
    FileFormatError
        If it is none.
    """
    spectra = read_spectrum_file(source.path, timezone=timezone)
    shared = before is not None and np.array_equal(before.axis, spectra.axis)
    own = [column for column in spectra.keys.columns if column not in _NO_METADATA]
    return SpectraFile(
        source=source,
        timezone=timezone,
        axis=before.axis if before is not None and shared else spectra.axis,
        axis_kind=spectra.axis_kind,
        headers=tuple(label_from_keys(row) for row in spectra.keys.to_dict("records")),
        metadata=spectra.keys[own].copy(),
        digests=tuple(spectra_sha256(spectra.axis, spectra.intensities)),
        number=narrowest(spectra.intensities).dtype,
    )
