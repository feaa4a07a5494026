"""Every spectrum that a spectrometer's server tells is a file, with the vessel of its time."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pat.errors import InputError
from pat.readers import read_spectrum_file
from pat.stream.feeds import FedFolder, Spool
from tests.stream.drop import Stream, wait_for
from tests.stream.servers import free_port

pytest.importorskip("asyncua")

from pat.stream.feeds.opcua import OpcUaFeed
from pat.stream.feeds.opcua_nodes import OpcUaNodes
from tests.stream.feeds.spectrometers import Memory, Spectrometer

TEN = datetime(2024, 5, 1, 10, tzinfo=UTC)


def minute(number: float) -> datetime:
    return TEN + timedelta(minutes=number)


def spooled(folder: Path) -> list[tuple[str | None, float, str | None]]:
    """Return vessel, level and scan number of every spectrum, in order of time."""
    found = []
    for path in sorted(folder.rglob("*.json")):
        told = json.loads(path.read_bytes())
        level = sum(told["intensity"]) / len(told["intensity"])
        found.append((told.get("vessel"), round(level, 6), told.get("scan")))
    return found


class Following:
    """A feed into a folder, and what it noted."""

    def __init__(self, spectrometer: Spectrometer, folder: Path) -> None:
        self.folder = folder
        self.notes: list[str] = []
        self.feed = OpcUaFeed(spectrometer.nodes, spool=Spool(folder), note=self.notes.append)

    def __enter__(self) -> "Following":
        self.feed.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.feed.stop()

    def wait(self, n: int) -> None:
        wait_for(lambda: len(spooled(self.folder)) >= n, timeout_s=60)


@pytest.fixture(scope="module")
def remembering() -> Iterator[Spectrometer]:
    """Return a spectrometer that keeps a history."""
    spectrometer = Spectrometer(free_port(), history=Memory())
    spectrometer.calibrate(minute(-1))
    yield spectrometer
    spectrometer.close()


def test_a_carousel_goes_round_and_a_break_is_filled_from_the_history(
    remembering: Spectrometer, tmp_path: Path
) -> None:
    remembering.put_carriage("V01", minute(0))
    remembering.measure(1, minute(0), scan=1)
    with Following(remembering, tmp_path) as following:
        following.wait(1)  # the value that was there
        remembering.put_carriage("V02", minute(1))
        remembering.measure(2, minute(1.5), scan=2)
        following.wait(2)
    remembering.put_carriage("V03", minute(2))
    remembering.measure(3, minute(2), scan=3)
    remembering.put_carriage("V01", minute(3))
    remembering.measure(4, minute(3), scan=4)
    remembering.measure(5, minute(4), scan=5)
    remembering.put_carriage("V02", minute(5))  # after the last spectrum: not of it
    with Following(remembering, tmp_path) as following:
        following.wait(5)
        remembering.fail(minute(6))
        remembering.measure(6, minute(7), scan=6)
        following.wait(6)

    assert spooled(tmp_path) == [
        ("V01", 1, 1), ("V02", 2, 2), ("V03", 3, 3), ("V01", 4, 4), ("V01", 5, 5), ("V02", 6, 6),
    ]  # fmt: skip
    assert len(following.notes) == 1
    assert "BadSensorFailure" in following.notes[0]
    spectra = read_spectrum_file(next(iter(sorted(tmp_path.glob("*.json")))))
    assert spectra.keys["time"].iloc[0] == TEN
    assert spectra.axis[0] == 400.0


def test_what_was_spooled_is_scored_once_with_its_source_time(
    remembering: Spectrometer, tmp_path: Path
) -> None:
    folder = tmp_path / "cho"
    (folder / "opcua").mkdir(parents=True)
    remembering.put_carriage("V07", minute(100))
    remembering.measure(3, minute(101), scan=9)
    feed = OpcUaFeed(remembering.nodes, spool=Spool(folder / "opcua"), note=lambda _: None)
    stream = Stream(folder, once=False, feeds=[feed])
    thread = stream.start()
    wait_for(lambda: len(stream.heard.predictions) >= 1, timeout_s=60)
    remembering.measure(4, minute(102), scan=10)
    wait_for(lambda: len(stream.heard.predictions) >= 2, timeout_s=60)
    stream.stop.set()
    stream.source.wake()
    thread.join(30)

    table = stream.table()
    assert table["vessel"].tolist() == ["V07", "V07"]
    assert table["value"].tolist() == pytest.approx([3, 4])
    assert [moment.to_pydatetime() for moment in table["time"]] == [minute(101), minute(102)]


def test_two_spectra_of_one_time_are_two_and_one_told_twice_is_one(
    remembering: Spectrometer, tmp_path: Path
) -> None:
    remembering.put_carriage("V01", minute(200))
    with Following(remembering, tmp_path) as following:
        following.wait(1)  # what was there before
        for level in (7, 8, 7):
            remembering.measure(level, minute(201), scan=level)
        following.wait(3)
        time.sleep(1)

    assert [level for _, level, _ in spooled(tmp_path)[1:]] in ([7, 8], [8, 7])


def test_trying_out_reads_every_node_and_tells_the_one_that_is_not_there(
    remembering: Spectrometer, tmp_path: Path
) -> None:
    nodes = remembering.nodes
    OpcUaFeed(nodes, spool=Spool(tmp_path), note=lambda _: None).try_out()
    wrong = OpcUaNodes(nodes.url, nodes.intensity, {**nodes.beside, "sample": "ns=2;s=Nobody"})

    with pytest.raises(ConnectionError, match="sample, node ns=2;s=Nobody: BadNodeIdUnknown"):
        OpcUaFeed(wrong, spool=Spool(tmp_path), note=lambda _: None).try_out()

    assert spooled(tmp_path) == []


def test_nodes_are_known_however_their_identifiers_are_written(
    remembering: Spectrometer, tmp_path: Path
) -> None:
    nodes = remembering.nodes
    others = {name: text.replace("ns=", "ns=0") for name, text in nodes.beside.items()}
    other = OpcUaNodes(nodes.url, nodes.intensity.replace("ns=", "ns=0"), others)
    remembering.measure(9, minute(300), scan=1)
    feed = OpcUaFeed(other, spool=Spool(tmp_path), note=lambda _: None)
    feed.start()
    wait_for(lambda: len(spooled(tmp_path)) >= 1, timeout_s=60)
    feed.stop()


def test_a_time_in_the_future_does_not_hide_what_comes_after_it(
    remembering: Spectrometer, tmp_path: Path
) -> None:
    remembering.measure(1, minute(400), scan=1)
    with Following(remembering, tmp_path) as following:
        following.wait(1)
        remembering.measure(2, datetime(2199, 1, 1, tzinfo=UTC), scan=2)
        following.wait(2)
    remembering.measure(3, minute(401), scan=3)
    remembering.measure(4, minute(402), scan=4)
    with Following(remembering, tmp_path) as following:
        following.wait(4)


@pytest.mark.parametrize("damage", [None, "{"])
def test_a_cursor_lost_or_damaged_is_made_up_from_the_spool(
    remembering: Spectrometer, tmp_path: Path, damage: str | None
) -> None:
    first = 500 if damage is None else 510 + 10 * len(damage)
    remembering.put_carriage("V04", minute(first))
    remembering.measure(1, minute(first), scan=1)
    with Following(remembering, tmp_path) as following:
        following.wait(1)
    remembering.measure(2, minute(first + 1), scan=2)
    remembering.put_carriage("V05", minute(first + 2))
    remembering.measure(3, minute(first + 2), scan=3)
    remembering.measure(4, minute(first + 3), scan=4)
    [cursor] = tmp_path.glob(".*.cursor")
    cursor.unlink()
    if damage is not None:
        cursor.write_text(damage)
    # A later spectrum of a node that was followed before is no witness.
    (tmp_path / "20250501T100000.000000Z-0123456789abcdef.json").write_text('{"intensity": [9]}')

    with Following(remembering, tmp_path) as following:
        following.wait(5)

    assert spooled(tmp_path)[:4] == [("V04", 1, 1), ("V04", 2, 2), ("V05", 3, 3), ("V05", 4, 4)]
    assert len(following.notes) == 1
    assert "goes on after its newest spectrum" in following.notes[0]


def test_a_journal_that_cannot_be_written_breaks_no_connection(
    remembering: Spectrometer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def locked(words: str) -> None:
        raise OSError(words)

    remembering.measure(1, minute(600), scan=1)
    feed = OpcUaFeed(remembering.nodes, spool=Spool(tmp_path), note=locked)
    feed.start()
    wait_for(lambda: len(spooled(tmp_path)) >= 1, timeout_s=60)
    remembering.fail(minute(601))
    remembering.measure(2, minute(602), scan=2)
    wait_for(lambda: len(spooled(tmp_path)) >= 2, timeout_s=60)
    feed.stop()

    assert "not noted" in caplog.text
    assert "is down" not in caplog.text


@pytest.mark.slow
@pytest.mark.parametrize("has_history", [True, False])
def test_a_server_that_goes_away_is_followed_again(tmp_path: Path, has_history: bool) -> None:
    port, history = free_port(), Memory() if has_history else None
    spectrometer = Spectrometer(port, history=history)
    spectrometer.calibrate(minute(-1))
    spectrometer.put_carriage("V01", minute(0))
    spectrometer.measure(1, minute(0), scan=1)
    with Following(spectrometer, tmp_path / "spool") as following:
        following.wait(1)
        spectrometer.close()
        wait_for(lambda: any("is down" in note for note in following.notes), timeout_s=60)
        spectrometer = Spectrometer(port, history=history)
        spectrometer.calibrate(minute(-1))
        spectrometer.put_carriage("V01", minute(0))
        spectrometer.measure(2, minute(1), scan=2)
        spectrometer.measure(3, minute(2), scan=3)
        wait_for(lambda: any("answers again" in note for note in following.notes), timeout_s=90)
        spectrometer.measure(4, minute(3), scan=4)
        wait_for(lambda: ("V01", 4, 4) in spooled(tmp_path / "spool"), timeout_s=30)
        time.sleep(1)
    spectrometer.close()

    scans = [scan for _, _, scan in spooled(tmp_path / "spool")]
    told = [note for note in following.notes if "no history" in note]
    if has_history:
        assert scans == [1, 2, 3, 4]
        assert not told
    else:
        assert scans in ([1, 4], [1, 3, 4])  # the newest was still there
        assert told


@pytest.mark.parametrize(
    ("url", "beside", "message"),
    [
        ("http://x", {"raman_shift_cm1": "i=9"}, "expected an address such as opc.tcp://"),
        ("opc.tcp://me:pw@x", {"raman_shift_cm1": "i=9"}, "set PAT_OPCUA_SOURCE_USER"),
        ("opc.tcp://x", {}, "expected the node of one axis"),
        ("opc.tcp://x", {"raman_shift_cm1": "Probe"}, "expected a node such as"),
        ("opc.tcp://x", {"raman_shift_cm1": "i=7"}, "got one twice"),
    ],
)
def test_settings_at_fault_are_told(url: str, beside: dict[str, str], message: str) -> None:
    with pytest.raises(InputError, match=message):
        OpcUaNodes(url, "i=7", beside)


def test_a_password_in_the_clear_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAT_OPCUA_SOURCE_USER", "operator")

    with pytest.raises(InputError, match="the password would go in the clear"):
        OpcUaNodes("opc.tcp://x", "i=7", {"raman_shift_cm1": "i=9"})


def test_a_fed_folder_stops_its_feeds(tmp_path: Path) -> None:
    nodes = OpcUaNodes(f"opc.tcp://127.0.0.1:{free_port()}", "i=7", {"raman_shift_cm1": "i=9"})
    notes: list[str] = []
    feed = OpcUaFeed(nodes, spool=Spool(tmp_path / "spool"), note=notes.append)
    (tmp_path / "cho").mkdir()
    stream = Stream(tmp_path / "cho", once=False, feeds=[feed])
    thread = stream.start()
    wait_for(lambda: bool(notes), timeout_s=30)
    stream.stop.set()
    thread.join(30)

    assert not thread.is_alive()
    assert isinstance(stream.source, FedFolder)
    assert "is down" in notes[0]
