"""The spectrum shown is the one that was scored, or there is a reason why none is shown."""

from pathlib import Path

import numpy as np
import pytest

from pat.errors import StoreError
from pat.readers import read_spectrum_file
from pat.stream.scored_spectra import SpectrumFiles
from tests.stream.drop import Stream, drop, make_spectrum


def files(folder: Path) -> SpectrumFiles:
    return SpectrumFiles(folder, read=read_spectrum_file)


def scored(folder: Path) -> tuple[str, str]:
    """Return file and spectrum digest of the newest row that streaming a folder stored."""
    row = Stream(folder).run().table().iloc[-1]
    return row["source_file"], row["spectrum_sha256"]


def test_the_row_of_a_scored_file_leads_back_to_its_very_spectrum(tmp_path: Path) -> None:
    folder = tmp_path / "drop"
    (folder / "round 1").mkdir(parents=True)
    path = drop(folder / "round 1", 7.0, "V01__20240501T100000Z.csv")
    name, sha256 = scored(folder)

    found = files(folder).find(name, sha256=sha256)

    as_dropped = read_spectrum_file(path)
    np.testing.assert_array_equal(found.intensity, as_dropped.intensities[0])
    np.testing.assert_array_equal(found.axis, as_dropped.axis)


def test_a_file_that_is_gone_or_another_by_now_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "drop"
    folder.mkdir()
    path = drop(folder, 7.0, "V01__20240501T100000Z.csv")
    name, sha256 = scored(folder)

    drop(folder, 8.0, "V01__20240501T100000Z.csv")
    with pytest.raises(StoreError, match="was changed since"):
        files(folder).find(name, sha256=sha256)
    path.write_text("no spectrum")
    with pytest.raises(StoreError, match="cannot be read"):
        files(folder).find(name, sha256=sha256)
    path.unlink()
    with pytest.raises(StoreError, match="not in the drop folder any more"):
        files(folder).find(name, sha256=sha256)


@pytest.mark.parametrize("name", ["../secret.csv", "/etc/passwd", "", ".", "a\0b", "x/../../s.csv",
                                  "link.csv", "out/secret.csv"])  # fmt: skip
def test_no_name_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "drop"
    folder.mkdir()
    secret = drop(tmp_path, 7.0, "secret.csv")
    (folder / "link.csv").symlink_to(secret)
    (folder / "out").symlink_to(tmp_path)
    sha256 = make_spectrum(7.0).sha256(0)

    with pytest.raises(StoreError):
        files(folder).find(name, sha256=sha256)
