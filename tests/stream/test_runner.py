"""What is dropped becomes rows: every file, once, whatever the others are."""

import os
import threading
import time
from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import select

from pat.errors import StoreError
from pat.readers import read_spectrum_file, write_spectrum_file
from pat.spectra import Spectra
from pat.stream import Journal
from pat.stream.tables import HEALTH
from tests.stream.drop import (
    AXIS,
    TEN,
    MeanSensor,
    Stream,
    drop,
    drop_hourly,
    make_spectrum,
    wait_for,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "cho-7"
    path.mkdir()
    return path


def test_a_folder_is_scored_row_by_row(folder: Path) -> None:
    drop_hourly(folder, 40)

    table = Stream(folder, sensors=(MeanSensor("glucose"), MeanSensor("lactate"))).run().table()

    hours = (pd.to_datetime(table["time"]) - TEN) / pd.Timedelta(hours=1)
    assert sorted(hours) == sorted(2 * list(range(40)))
    np.testing.assert_allclose(table["value"], hours + 1)
    assert set(table["campaign"]) == {"cho-7"}
    assert set(table["vessel"]) == {"V01"}
    assert set(table["quality"]) == {"good"}


def test_each_scan_s_health_is_stored_once(folder: Path) -> None:
    drop_hourly(folder, 3)

    Stream(folder, sensors=(MeanSensor("glucose"), MeanSensor("lactate"))).run()
    stream = Stream(folder, sensors=(MeanSensor("titre"),)).run()

    health = stream.rows(select(HEALTH))
    assert set(health["scan_key"]) == set(stream.table()["scan_key"])
    assert len(health) == 3
    assert sorted(health["level"]) == pytest.approx([1.0, 2.0, 3.0], abs=0.01)
    assert set(health["vessel"]) == {"V01"}


def test_a_second_run_adds_nothing(folder: Path) -> None:
    drop_hourly(folder, 5)
    Stream(folder).run()

    second = Stream(folder).run()

    assert len(second.table()) == 5
    assert second.heard.predictions == []


def test_even_a_run_that_forgot_what_was_done_adds_nothing(folder: Path) -> None:
    drop_hourly(folder, 5)
    stream = Stream(folder).run()
    before = stream.table()
    for path in folder.iterdir():
        os.utime(path, (1, 1))

    after = Stream(folder).run().table()

    pd.testing.assert_frame_equal(after, before)


def test_another_sensor_scores_what_the_first_has_scored(folder: Path) -> None:
    drop_hourly(folder, 3)
    Stream(folder, sensors=(MeanSensor("glucose"),)).run()

    table = Stream(folder, sensors=(MeanSensor("lactate"), MeanSensor("glucose"))).run().table()

    assert table["analyte"].value_counts().to_dict() == {"glucose": 3, "lactate": 3}


def test_bad_files_are_journalled_and_stop_nobody(folder: Path) -> None:
    drop_hourly(folder, 3)
    (folder / "empty.csv").write_bytes(b"")
    (folder / "picture.csv").write_bytes(b"\x89PNG\0\0")
    (folder / "notes.txt").write_text("remember the milk")
    (folder / "cut.spc").write_bytes(b"\0K")
    (folder / "link.csv").symlink_to("/etc/hostname")

    stream = Stream(folder).run()

    files = stream.table("files").set_index("path")
    assert len(stream.table()) == 3
    bad = files[files["state"] == "unreadable"]
    assert set(bad.index) == {"empty.csv", "picture.csv", "notes.txt", "cut.spc", "link.csv"}
    assert bad["reason"].str.len().gt(5).all()
    assert {outcome.file.path for outcome in stream.heard.refusals} == set(bad.index)


def test_a_bad_file_that_is_mended_is_scored(folder: Path) -> None:
    (folder / "V01__20240501T100000Z.csv").write_text("half a spec")
    Stream(folder).run()
    drop_hourly(folder, 1)

    stream = Stream(folder).run()

    assert stream.table()["value"].tolist() == pytest.approx([1.0])
    assert stream.table("files")["state"].tolist() == ["unreadable", "scored"]


def test_a_file_rewritten_with_other_contents_is_a_new_scan(folder: Path) -> None:
    path = drop(folder, 1.0, "V01__20240501T100000Z.csv")
    Stream(folder).run()
    drop(folder, 2.0, path.name)
    Stream(folder).run()
    drop(folder, 2.0, path.name)

    stream = Stream(folder).run()

    assert stream.table()["value"].tolist() == pytest.approx([1.0, 2.0])
    assert set(stream.table()["source_file"]) == {path.name}


def test_the_same_scan_in_two_files_is_one_row(folder: Path) -> None:
    for name in ("a.csv", "copies/b.csv"):
        drop(folder, 1.0, name, vessel="V01", time=TEN)

    assert len(Stream(folder).run().table()) == 1


def test_two_dead_spectra_at_two_times_are_two_rows(folder: Path) -> None:
    for hour in range(2):
        dead = make_spectrum(0.0, vessel="V01", time=TEN + timedelta(hours=hour))
        dead.intensities[:] = 0.0
        write_spectrum_file(dead, folder / f"{hour}.csv")

    table = Stream(folder).run().table()

    assert len(table) == 2
    assert len(set(table["spectrum_sha256"])) == 1


def test_spectra_of_the_instrument_are_kept_on_record_and_not_predicted(folder: Path) -> None:
    for level, kind in enumerate(("blank", "dark", "reference", "spike", "standard")):
        drop(folder, level, f"V01__20240501T100000Z__S1__{kind}.csv")

    stream = Stream(folder).run()

    assert sorted(stream.table()["kind"]) == ["spike", "standard"]
    states = stream.table("files").set_index("path")["state"]
    assert sorted(states) == ["instrument"] * 3 + ["scored"] * 2


def test_unnamed_files_are_bad_and_named_again_when_somebody_tells(folder: Path) -> None:
    drop(folder, 3.0, "scan0001.csv")
    first = Stream(folder).run()
    [row] = first.table().to_dict("records")
    assert (row["vessel"], row["quality"], row["value"]) == (None, "bad", pytest.approx(3.0))
    assert row["reasons"].startswith("no vessel")

    (folder / "index.csv").write_text(f"file,vessel,time\nscan0001.csv,V05,{TEN.isoformat()}\n")
    table = Stream(folder).run().table()

    assert len(table) == 2
    assert table.iloc[1][["vessel", "quality"]].tolist() == ["V05", "good"]


def test_several_spectra_in_one_file_are_several_scans(folder: Path) -> None:
    times = [(TEN + timedelta(hours=hour)).isoformat() for hour in range(3)]
    rows = "".join(f"V01,{time},{level},{level}\n" for level, time in enumerate(times))
    (folder / "table.csv").write_text("vessel,time,400,500\n" + rows)

    assert Stream(folder).run().table()["value"].tolist() == [0.0, 1.0, 2.0]


def test_a_reader_or_name_that_breaks_us_does_not_end_the_stream(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop_hourly(folder, 5)
    record = Journal.record

    def fragile(
        self: Journal, outcomes: object, predictions: pd.DataFrame, health: object = None
    ) -> None:
        if predictions["value"].round(6).eq(3.0).any():
            raise OverflowError("three is too much")
        record(self, outcomes, predictions, health)  # type: ignore[arg-type]

    monkeypatch.setattr(Journal, "record", fragile)

    stream = Stream(folder).run()

    assert sorted(stream.table()["value"]) == pytest.approx([1, 2, 4, 5])
    [refusal] = stream.heard.refusals
    assert refusal.reason == "OverflowError: three is too much"


def test_a_store_that_fails_ends_the_stream_and_nothing_is_lost(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop_hourly(folder, 100)
    record = Journal.record
    calls = []

    def full(
        self: Journal, outcomes: object, predictions: pd.DataFrame, health: object = None
    ) -> None:
        calls.append(1)
        if len(calls) == 2:
            raise StoreError("the disk is full")
        record(self, outcomes, predictions, health)  # type: ignore[arg-type]

    monkeypatch.setattr(Journal, "record", full)
    with pytest.raises(StoreError):
        Stream(folder).run()

    assert len(Stream(folder).run().table()) == 100


class TestLive:
    """While it runs."""

    def test_files_online_values_map_and_assays_come_as_they_may(self, folder: Path) -> None:
        vessels = folder.parent / "map.csv"
        vessels.write_text("channel,vessel\nP1,V01\n")
        (folder / "campaign.toml").write_text('id = "cho"\n[analytes.glucose]\nunit = "g/L"\n')
        stream = Stream(
            folder, sensors=(MeanSensor("glucose", ("ph",)),), once=False, vessels=vessels
        )
        thread = stream.start()
        try:
            at = TEN.isoformat()
            (folder / "online.csv").write_text(f"vessel,time,ph\nV01,{at},7.0\n")
            drop(folder, 1.0, "P1__20240501T100000Z.csv")
            wait_for(lambda: len(stream.heard.predictions) == 1)
            drop(folder, 2.0, "late/P1__20240501T093000Z.csv")
            wait_for(lambda: len(stream.heard.predictions) == 2)
            (folder / "assays.csv").write_text(f"vessel,time,glucose\nV01,{at},7.5\n")
            wait_for(lambda: len(stream.heard.comparisons) == 1)
            drop(folder, 3.0, "P2__20240501T101000Z.csv")
            wait_for(lambda: len(stream.heard.predictions) == 3)
            vessels.write_text("channel,vessel\nP1,V01\nP2,V01\n")
            wait_for(lambda: len(stream.heard.predictions) == 4)
        finally:
            stream.stop.set()
            stream.source.wake()
            thread.join(10)

        table = stream.table()
        assert table["vessel"].fillna("-").tolist() == ["V01", "V01", "-", "V01"]
        assert table["value"].tolist()[0] == pytest.approx(8.0)
        assert table["reasons"].tolist()[1] == "no ph yet"
        assert table["reasons"].tolist()[2].startswith("no vessel: P2 not in map.csv")
        assert table["value"].tolist()[3] == pytest.approx(10.0)
        assert [round(each.difference, 6) for each in stream.heard.comparisons] == [0.5, 2.5]
        assert stream.table("assays")["value"].tolist() == [7.5]

    def test_a_stop_ends_it_soon_and_cleanly(self, folder: Path) -> None:
        drop_hourly(folder, 200)
        stream = Stream(folder, sensors=(MeanSensor(delay_s=0.05),), once=False)
        thread = stream.start()
        wait_for(lambda: len(stream.heard.predictions) > 0)
        started = time.monotonic()
        stream.stop.set()
        stream.source.wake()
        thread.join(10)

        assert not thread.is_alive()
        assert time.monotonic() - started < 3
        assert len(stream.table()) == len(stream.heard.predictions) < 200

    def test_two_streams_at_once_make_no_row_twice(self, folder: Path) -> None:
        drop_hourly(folder, 100)
        streams = [Stream(folder, patience_s=30), Stream(folder, patience_s=30)]
        threads = [threading.Thread(target=stream.run) for stream in streams]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)

        assert len(streams[0].table()) == 100


def test_a_prediction_is_told_beside_an_assay_that_was_there_before(folder: Path) -> None:
    (folder / "assays.csv").write_text(
        f"vessel,time,analyte,value,unit\nV01,{TEN.isoformat()},glucose,500,mg/L\n"
    )
    drop_hourly(folder, 2)

    stream = Stream(folder).run()

    assert [each.difference for each in stream.heard.comparisons] == pytest.approx([0.5])


def test_a_file_whose_name_is_no_text_stops_nobody(folder: Path) -> None:
    drop_hourly(folder, 2)
    Path(os.fsdecode(b"%s/V\xff1.csv" % os.fsencode(folder))).write_text("400,1\n500,2\n")

    stream = Stream(folder).run()

    assert len(stream.table()) >= 2
    assert "V\\udcff1.csv" in stream.table("files")["path"].tolist()


def test_scans_on_different_axes_are_scored_each_on_its_own(folder: Path) -> None:
    def read(path: Path) -> Spectra:
        spectra = read_spectrum_file(path)
        if "V02" in path.name:
            return make_spectrum(9.0, axis=AXIS[:5].copy())
        return spectra

    drop(folder, 1.0, "V01__20240501T100000Z.csv")
    drop(folder, 1.0, "V02__20240501T100000Z.csv")

    table = Stream(folder, read=read).run().table()

    assert sorted(table["value"]) == pytest.approx([1.0, 9.0])
