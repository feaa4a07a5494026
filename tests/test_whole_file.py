"""A file is there whole or not at all."""

import os
from pathlib import Path

import pytest

from pat.whole_file import write_whole


def test_a_file_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    place = tmp_path / "state.json"
    place.write_bytes(b"before")

    write_whole(place, b"after", scratch=tmp_path / "scratch")

    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"state.json": b"after"}


def test_a_disk_that_is_full_leaves_the_file_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    place = tmp_path / "state.json"
    place.write_bytes(b"before")
    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(OSError, match="No space left"):
        write_whole(place, b"after", scratch=tmp_path / "scratch")

    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
        "state.json": b"before"
    }
