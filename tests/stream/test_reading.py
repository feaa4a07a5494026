"""Whatever a file holds, reading it ends in a spectrum or in a reason."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pat.errors import FileFormatError
from pat.readers import read_spectrum_file
from pat.spectra import Spectra
from pat.stream import reading
from pat.stream.folder_scan import stamp_of, version_of
from pat.stream.reading import read_arrival
from pat.stream.records import Arrival, FileVersion, State
from tests.stream.drop import drop

AT = datetime(2024, 5, 1, 10, tzinfo=UTC)


def version(path: Path) -> FileVersion:
    stamp = stamp_of(path)
    assert stamp is not None
    return version_of(path.name, stamp)


def read(path: Path, reader: object = read_spectrum_file) -> Arrival | None:
    return read_arrival(path.parent, version(path), received_at=AT, read=reader)  # type: ignore[arg-type]


def test_a_spectrum_comes_with_the_digest_of_its_file(tmp_path: Path) -> None:
    path = drop(tmp_path, 5.0, "V01.csv", vessel="V01")

    arrival = read(path)

    assert arrival is not None
    assert arrival.spectra is not None
    assert arrival.spectra.intensities.mean() == pytest.approx(5.0)
    assert arrival.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert arrival.received_at == AT


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"", "V01.csv"), (b"not a spectrum", "V01.csv"), (b"\0\1\2", "binary"), (b"1,2\n", "")],
)
def test_what_is_no_spectrum_is_unreadable_with_a_reason(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    path = tmp_path / "V01.csv"
    path.write_bytes(content)

    arrival = read(path)

    assert arrival is not None
    assert arrival.spectra is None
    assert arrival.state is State.UNREADABLE
    assert arrival.reason
    assert reason in arrival.reason


@pytest.mark.parametrize(
    "error", [ValueError("odd"), KeyError("x"), RecursionError(), MemoryError()]
)
def test_a_reader_s_own_fault_is_a_reason_too(tmp_path: Path, error: Exception) -> None:
    def broken(path: Path) -> Spectra:
        raise error

    arrival = read(drop(tmp_path, 1.0, "V01.csv"), broken)

    assert arrival is not None
    assert arrival.state is State.UNREADABLE
    assert type(error).__name__ in arrival.reason


def test_a_file_that_cannot_be_opened_may_be_opened_later(tmp_path: Path) -> None:
    def locked(path: Path) -> Spectra:
        raise PermissionError(13, "Permission denied")

    arrival = read(drop(tmp_path, 1.0, "V01.csv"), locked)

    assert arrival is not None
    assert (arrival.state, arrival.reason) == (State.UNOPENED, "Permission denied")


def test_a_file_that_changes_while_it_is_read_is_not_whole(tmp_path: Path) -> None:
    def slow(path: Path) -> Spectra:
        spectra = read_spectrum_file(path)
        path.write_text(path.read_text() + "600,1\n")
        return spectra

    def removed(path: Path) -> Spectra:
        path.unlink()
        raise FileFormatError("gone")

    assert read(drop(tmp_path, 1.0, "V01.csv"), slow) is None
    assert read(drop(tmp_path, 1.0, "V01.csv"), removed) is None


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    drop(tmp_path, 1.0, "V01.csv")
    (tmp_path / "link.csv").symlink_to(tmp_path / "V01.csv")

    arrival = read(tmp_path / "link.csv")

    assert arrival is not None
    assert "links are not followed" in arrival.reason


def test_a_file_that_is_no_spectrum_by_its_size_is_not_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "LARGEST", 100)

    arrival = read(drop(tmp_path, 1.0, "V01.csv"))

    assert arrival is not None
    assert "expected a spectrum of at most" in arrival.reason
    assert arrival.sha256 == ""
