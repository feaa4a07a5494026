"""Every file of a drop folder comes once it is whole, however it got there, and none is touched."""

import os
import threading
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pat.spectra import Spectra
from pat.stream import notifications
from pat.stream.known_files import KnownFiles
from pat.stream.records import Arrival, State
from pat.stream.watched_folder import FolderSettings, WatchedFolder
from tests.stream.drop import wait_for

SETTLE_S = 0.3


def read(path: Path) -> Spectra:
    """Return the text of a file for its spectra: nobody here looks into them."""
    text = path.read_text()
    if text == "locked":
        raise PermissionError(13, "Permission denied")
    return SimpleNamespace(text=text)  # type: ignore[return-value]


class Watch:
    """A watched folder in a thread of its own, with what it yielded."""

    def __init__(self, folder: Path, known: KnownFiles | None = None, **settings: Any) -> None:
        self.source = WatchedFolder(
            folder,
            read=read,
            known=known or KnownFiles(),
            settings=FolderSettings(**{"settle_s": SETTLE_S, "poll_s": 0.1, **settings}),
        )
        self.found: list[tuple[float, Arrival]] = []
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        for arrivals in self.source.arrivals(self.stop):
            self.found += [(time.monotonic(), arrival) for arrival in arrivals]
            self.source.done(arrivals)

    @property
    def texts(self) -> list[str]:
        return [getattr(arrival.spectra, "text", "-") for _, arrival in self.found]

    @property
    def paths(self) -> list[str]:
        return [arrival.file.path for _, arrival in self.found]

    def __enter__(self) -> "Watch":
        self.thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stop.set()
        self.source.wake()
        self.thread.join(10)
        assert not self.thread.is_alive()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "drop"
    path.mkdir()
    return path


@pytest.fixture
def no_notifications(monkeypatch: pytest.MonkeyPatch) -> None:
    """A network share, which notifies nothing."""
    monkeypatch.setattr(notifications.Notifications, "start", lambda self: "a network share")


def put(folder: Path, name: str, text: str = "x") -> float:
    """Rename a file into place and return when."""
    part = folder / f"{name}.tmp"
    part.write_text(text)
    moment = time.monotonic()
    part.rename(folder / name)
    return moment


def test_a_file_renamed_into_place_counts_at_once(folder: Path) -> None:
    with Watch(folder) as watch:
        time.sleep(0.3)
        moment = put(folder, "V01.csv")
        wait_for(lambda: watch.paths == ["V01.csv"])

    assert watch.found[0][0] - moment < SETTLE_S


def test_a_file_written_slowly_counts_when_it_holds_still(folder: Path) -> None:
    with Watch(folder) as watch:
        time.sleep(0.2)
        for part in range(5):
            moment = time.monotonic()
            with (folder / "V01.csv").open("a") as file:
                file.write(str(part))
            time.sleep(0.15)
        wait_for(lambda: len(watch.found) == 1)
        time.sleep(0.5)

    assert watch.texts == ["01234"]
    assert watch.found[0][0] - moment >= SETTLE_S


@pytest.mark.usefixtures("no_notifications")
def test_polling_finds_what_nobody_notified(folder: Path) -> None:
    with Watch(folder) as watch:
        time.sleep(0.2)
        put(folder, "V01.csv")
        (folder / "round-2").mkdir()
        put(folder / "round-2", "V02.csv")
        wait_for(lambda: sorted(watch.paths) == ["V01.csv", "round-2/V02.csv"])


@pytest.mark.usefixtures("no_notifications")
def test_a_file_of_another_clock_counts_when_this_program_saw_it_still(folder: Path) -> None:
    with Watch(folder) as watch:
        time.sleep(0.3)
        for part in range(4):
            with (folder / "V01.csv").open("a") as file:
                file.write(str(part))
            hour_ago = time.time() - 3600 + part
            os.utime(folder / "V01.csv", (hour_ago, hour_ago))
            time.sleep(0.15)
        wait_for(lambda: len(watch.found) == 1)

    assert watch.texts == ["0123"]


@pytest.mark.usefixtures("no_notifications")
def test_a_file_that_grew_between_two_looks_is_not_still(folder: Path) -> None:
    (folder / "V01.csv").write_text("0")
    with Watch(folder, poll_s=30.0) as watch:
        for part in range(1, 8):
            time.sleep(0.1)
            with (folder / "V01.csv").open("a") as file:
                file.write(str(part))
        wait_for(lambda: len(watch.found) == 1)
        time.sleep(0.5)

    assert watch.texts == ["01234567"]


def test_files_of_a_new_sub_folder_come(folder: Path) -> None:
    with Watch(folder) as watch:
        time.sleep(0.2)
        (folder / "a" / "b").mkdir(parents=True)
        put(folder / "a" / "b", "V01.csv")
        wait_for(lambda: watch.paths == ["a/b/V01.csv"])


def test_a_whole_folder_renamed_into_place_comes(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "export").mkdir()
    put(tmp_path / "export", "V01.csv")
    with Watch(folder) as watch:
        time.sleep(0.2)
        (tmp_path / "export").rename(folder / "export")
        wait_for(lambda: watch.paths == ["export/V01.csv"])


@pytest.mark.parametrize("is_notified", [True, False])
def test_a_file_that_is_rewritten_comes_again_and_one_that_is_not_does_not(
    folder: Path, is_notified: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not is_notified:
        monkeypatch.setattr(notifications.Notifications, "start", lambda self: "a share")
    put(folder, "V01.csv", "first")
    put(folder, "V02.csv", "other")
    with Watch(folder) as watch:
        wait_for(lambda: len(watch.found) == 2)
        put(folder, "V01.csv", "second")
        wait_for(lambda: len(watch.found) == 3)
        (folder / "V01.csv").write_text("third, in place")
        wait_for(lambda: len(watch.found) == 4)
        time.sleep(0.5)

    assert watch.texts[2:] == ["second", "third, in place"]


def test_unfinished_files_and_companions_do_not_come(folder: Path) -> None:
    for name in ("V01.csv.tmp", "V01.part", "online.csv", "assays.csv", "index.csv", ".x.csv"):
        (folder / name).write_text("x")
    with Watch(folder, settle_s=0.0) as watch:
        put(folder, "V02.csv")
        wait_for(lambda: len(watch.found) == 1)
        time.sleep(0.4)

    assert watch.paths == ["V02.csv"]


def test_files_of_ours_in_the_folder_do_not_come(folder: Path) -> None:
    put(folder, "map.csv")
    put(folder, "V01.csv")

    with Watch(folder, skip=frozenset({folder / "map.csv", Path("/elsewhere/x")})) as watch:
        wait_for(lambda: watch.paths == ["V01.csv"])


def test_a_locked_file_is_tried_again(folder: Path) -> None:
    put(folder, "V01.csv", "locked")
    stamp = (folder / "V01.csv").stat()
    with Watch(folder) as watch:
        wait_for(lambda: len(watch.found) == 1)
        assert watch.found[0][1].state is State.UNOPENED
        (folder / "V01.csv").write_text("opened")  # as long as before
        os.utime(folder / "V01.csv", ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
        wait_for(lambda: watch.texts == ["-", "opened"])


def test_what_was_done_before_does_not_come(folder: Path) -> None:
    put(folder, "V01.csv")
    with Watch(folder) as first:
        wait_for(lambda: len(first.found) == 1)
    put(folder, "V02.csv")

    known = KnownFiles([first.found[0][1].file])
    with Watch(folder, known=known) as second:
        wait_for(lambda: second.paths == ["V02.csv"])


def test_files_brought_again_come_again(folder: Path) -> None:
    put(folder, "V01.csv")
    with Watch(folder) as watch:
        wait_for(lambda: len(watch.found) == 1)
        time.sleep(SETTLE_S)
        watch.source.again([watch.found[0][1].file])
        wait_for(lambda: watch.paths == ["V01.csv", "V01.csv"])


def test_once_ends_when_all_that_is_there_has_come(folder: Path) -> None:
    for number in range(100):
        put(folder, f"V{number}.csv")
    (folder / "growing.csv").write_text("x")
    with Watch(folder, once=True) as watch:
        watch.thread.join(10)

    assert len(watch.found) == 101


def test_once_ends_although_a_file_never_holds_still(folder: Path) -> None:
    writing = threading.Event()

    def write() -> None:
        while not writing.wait(0.02):
            with (folder / "log.csv").open("a") as file:
                file.write("x")

    writer = threading.Thread(target=write)
    put(folder, "V01.csv")
    writer.start()
    with Watch(folder, once=True, settle_s=0.1) as watch:
        watch.thread.join(10)
    writing.set()
    writer.join()

    assert watch.paths == ["V01.csv"]


def test_a_folder_that_goes_away_is_waited_for(folder: Path) -> None:
    with Watch(folder) as watch:
        time.sleep(0.2)
        folder.rename(folder.with_name("away"))
        time.sleep(0.4)
        folder.with_name("away").rename(folder)
        put(folder, "V01.csv")
        wait_for(lambda: watch.paths == ["V01.csv"])


def test_live_files_come_before_an_old_backlog(folder: Path) -> None:
    for number in range(400):
        put(folder, f"old{number}.csv")
    time.sleep(SETTLE_S)
    watch = Watch(folder)
    blocks = watch.source.arrivals(watch.stop)
    watch.source.done(next(blocks))

    put(folder, "live.csv")
    wait_for(lambda: watch.source._notifications._queue.qsize() >= 3)  # tmp made, closed, moved
    following = next(blocks)
    watch.stop.set()
    blocks.close()  # type: ignore[attr-defined]

    assert [arrival.file.path for arrival in following] == ["live.csv"]


def test_nothing_in_the_folder_is_touched(folder: Path) -> None:
    for number in range(5):
        put(folder, f"V{number}.csv", "locked" if number == 3 else "x")
    before = {path: (path.stat(), path.read_bytes()) for path in folder.iterdir()}
    folder_before = folder.stat().st_mtime_ns

    with Watch(folder, once=True) as watch:
        watch.thread.join(10)

    after = {path: (path.stat(), path.read_bytes()) for path in folder.iterdir()}
    assert folder.stat().st_mtime_ns == folder_before
    assert {path: (s.st_mtime_ns, s.st_ino, text) for path, (s, text) in before.items()} == {
        path: (s.st_mtime_ns, s.st_ino, text) for path, (s, text) in after.items()
    }
    assert len(watch.found) == 5
