"""A message becomes one file, on disk before anybody is told, and no topic leads out."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pat.stream.feeds import Spool
from pat.stream.feeds.spool import message_name
from pat.stream.folder_scan import is_ignored

SPC = frozenset({".spc"})


def files(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def test_a_message_that_comes_again_is_the_same_file_untouched(tmp_path: Path) -> None:
    spool = Spool(tmp_path)

    assert spool.put_message("raman/V01", b"{}", file_suffixes=SPC)
    [name] = files(tmp_path)
    before = (tmp_path / name).stat()
    assert not spool.put_message("raman/V01", b"{}", file_suffixes=SPC)

    assert files(tmp_path) == [name]
    assert (tmp_path / name).stat() == before
    assert name.startswith("raman/V01/")


def test_other_contents_and_other_topics_are_other_files(tmp_path: Path) -> None:
    spool = Spool(tmp_path)

    for topic, content in (("a", b"1"), ("a", b"2"), ("b", b"1")):
        assert spool.put_message(topic, content, file_suffixes=SPC)

    assert len(files(tmp_path)) == 3


def test_a_topic_that_ends_with_a_file_s_name_is_that_file_and_a_second_lies_beside(
    tmp_path: Path,
) -> None:
    spool = Spool(tmp_path)
    topic = "raman/V01__20240501T100000Z.spc"

    for content in (b"one", b"two", b"one", b"two"):
        spool.put_message(topic, content, file_suffixes=SPC)

    assert (tmp_path / topic).read_bytes() == b"one"
    [other] = [name for name in files(tmp_path) if name != topic]
    assert (tmp_path / other).read_bytes() == b"two"
    assert other.endswith("/V01__20240501T100000Z.spc")


@pytest.mark.parametrize(
    "topic",
    [
        "raman/" + "Gärung 7 " * 20 + "V01.spc",
        "/".join("abcdefghijklmnopqrst") + "/V01.SPC",
    ],
)
def test_a_file_keeps_its_suffix_however_long_or_deep_its_topic(tmp_path: Path, topic: str) -> None:
    assert Spool(tmp_path).put_message(topic, b"one", file_suffixes=SPC)

    [name] = files(tmp_path)
    assert name.lower().endswith(".spc")


@pytest.mark.parametrize(
    "topics",
    [("raman/x.spc", "raman/x.spc/y"), ("raman/x.spc/y.spc", "raman/x.spc")],
)
def test_a_topic_below_a_file_s_name_bars_neither(tmp_path: Path, topics: tuple[str, str]) -> None:
    spool = Spool(tmp_path)

    for topic in topics:
        assert spool.put_message(topic, topic.encode(), file_suffixes=SPC)

    assert len(files(tmp_path)) == 2


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=300), st.binary())
def test_no_topic_leads_out_of_the_folder_or_is_passed_over(topic: str, content: bytes) -> None:
    name = message_name(topic, content)

    parts = name.split("/")
    assert not {"", ".", ".."} & set(parts)
    assert all(len(part.encode()) < 200 for part in parts)
    assert not is_ignored(f"mqtt/{name}")
    assert message_name(topic, content) == name


def test_a_disk_that_is_full_leaves_no_file_and_tells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(OSError, match="No space left"):
        Spool(tmp_path).put("1.json", b"{}")

    assert files(tmp_path) == []
