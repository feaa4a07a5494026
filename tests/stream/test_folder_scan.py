"""A drop folder is listed lazily, to its depth, and never beyond its borders."""

import os
from pathlib import Path

import pytest

from pat.stream.folder_scan import is_ignored, stamp_of, walk


@pytest.mark.parametrize(
    ("path", "ignored"),
    [
        ("V01.csv", False),
        ("a/b/V01.spc", False),
        ("V01.csv.tmp", True),
        ("V01.PART", True),
        (".V01.csv.x7Fa", True),
        (".sync/V01.csv", True),
        ("index.csv", True),
        ("online.csv", True),
        ("assays.csv", True),
        ("campaign.toml", True),
        ("round/index.csv", False),
        ("README", False),
    ],
)
def test_unfinished_hidden_and_companion_files_are_no_spectra(path: str, ignored: bool) -> None:
    assert is_ignored(path) is ignored


def test_files_of_sub_folders_are_listed_by_relative_path(tmp_path: Path) -> None:
    for path in ("a.csv", "x/b.csv", "x/y/c.csv", ".hidden/d.csv", "x/e.tmp"):
        (tmp_path / path).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / path).write_text(path)

    found = dict(walk(tmp_path))

    assert sorted(found) == ["a.csv", "x/b.csv", "x/y/c.csv"]
    assert found["x/b.csv"].size == len("x/b.csv")


def test_links_are_listed_and_not_followed_and_pipes_left_out(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.csv").write_text("x")
    folder = tmp_path / "drop"
    folder.mkdir()
    (folder / "link.csv").symlink_to(outside / "secret.csv")
    (folder / "loop").symlink_to(folder)
    (folder / "elsewhere").symlink_to(outside)
    os.mkfifo(folder / "pipe.csv")

    assert sorted(path for path, _ in walk(folder)) == ["elsewhere", "link.csv", "loop"]


def test_a_folder_out_of_reach_is_an_error_and_a_file_out_of_reach_nothing(
    tmp_path: Path,
) -> None:
    with pytest.raises(OSError, match="No such file"):
        list(walk(tmp_path / "gone"))

    assert stamp_of(tmp_path / "gone") is None
    assert stamp_of(Path("nul\0")) is None


def test_files_come_before_the_whole_folder_was_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in ("a", "b", "c"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "V01.csv").write_text("x")
    opened: list[Path] = []
    scandir = os.scandir
    monkeypatch.setattr(os, "scandir", lambda path: opened.append(path) or scandir(path))

    next(walk(tmp_path))

    assert len(opened) == 2
