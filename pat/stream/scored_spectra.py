"""The spectrum behind a stored prediction, read again from the file that it came from."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from pat.arrays import FloatArray
from pat.errors import StoreError
from pat.spectra import AxisKind
from pat.stream.folder_scan import stamp_of, version_of
from pat.stream.reading import ReadSpectra, read_arrival


@dataclass(frozen=True, slots=True, eq=False)
class ScoredSpectrum:
    """A spectrum as it was scored; arrays of shape (n_channels,)."""

    axis: FloatArray
    intensity: FloatArray
    axis_kind: AxisKind


class ScoredSpectra(Protocol):
    """Where the spectra behind predictions are found again."""

    def find(self, source_file: str, *, sha256: str) -> ScoredSpectrum:
        """Return the spectrum of this digest; StoreError where it is not there any more."""


class SpectrumFiles:
    """The files of a drop folder, which nobody but their owner deletes.

    Nothing is kept for the sake of a look: a spectrum is found by its own SHA-256 in the file
    that its row names, so what is shown is what was scored.

    Parameters
    ----------
    folder : Path
    read : callable
        Returns the spectra of a file, or raises.
    """

    def __init__(self, folder: Path, *, read: ReadSpectra) -> None:
        self._folder = folder
        self._read = read

    def find(self, source_file: str, *, sha256: str) -> ScoredSpectrum:
        """Return the spectrum of this digest.

        Raises
        ------
        StoreError
            If the file is gone, out of reach or another by now.
        """
        path = self._inside(source_file)
        stamp = stamp_of(path)
        if stamp is None:
            msg = f"{source_file}: is not in the drop folder any more"
            raise StoreError(msg)
        arrival = read_arrival(
            self._folder,
            version_of(path.relative_to(self._folder).as_posix(), stamp),
            received_at=datetime.now(UTC),
            read=self._read,
        )
        spectra = None if arrival is None else arrival.spectra
        if spectra is None:
            reason = "it is being written" if arrival is None else arrival.reason
            msg = f"{source_file}: cannot be read ({reason})"
            raise StoreError(msg)
        for row in range(len(spectra)):
            if spectra.sha256(row) == sha256:
                return ScoredSpectrum(spectra.axis, spectra.intensities[row], spectra.axis_kind)
        msg = f"{source_file}: was changed since, and does not hold this spectrum any more"
        raise StoreError(msg)

    def _inside(self, source_file: str) -> Path:
        """Return the path of a file, refused where it is not below the folder."""
        try:
            folder = self._folder.resolve()
            path = (folder / source_file).resolve()
        except (OSError, ValueError) as error:
            msg = f"{source_file!r}: is no file of the drop folder"
            raise StoreError(msg) from error
        if not path.is_relative_to(folder) or path == folder:
            msg = f"{source_file!r}: is no file of the drop folder"
            raise StoreError(msg)
        return self._folder / source_file
