"""A dropped spectrum is called what index, header, name and map say, and nothing else."""

import logging
import os
from datetime import timedelta
from pathlib import Path

import pytest

from pat.errors import CampaignError
from pat.readers.naming import name_pattern
from pat.readers.scan_names import ScanName
from pat.spectra import Kind, Spectra
from pat.stream.drop_names import DropNames
from tests.stream.drop import TEN, make_spectrum

NAME = "V01__20240501T100000Z.csv"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "run-7"
    path.mkdir()
    return path


def named(names: DropNames, path: str = NAME, spectrum: Spectra | None = None) -> ScanName:
    [name] = names.names(path, make_spectrum(1.0) if spectrum is None else spectrum)
    return name


def touch_later(path: Path, text: str) -> None:
    """Write a file so that its change cannot be overlooked on a coarse clock."""
    path.write_text(text)
    stamp = path.stat().st_mtime_ns + 10**9
    os.utime(path, ns=(stamp, stamp))


def test_a_name_alone_gives_vessel_and_time_and_the_folder_the_campaign(folder: Path) -> None:
    assert named(DropNames(folder)) == ScanName(
        "run-7", "V01", TEN, None, None, None, Kind.CULTURE, None
    )


def test_the_id_of_campaign_toml_is_the_campaign(folder: Path) -> None:
    (folder / "campaign.toml").write_text('id = "cho-9"\n')

    assert named(DropNames(folder)).campaign == "cho-9"


def test_index_comes_before_header_and_header_before_name(folder: Path) -> None:
    (folder / "index.csv").write_text(f"file,vessel,sample\n{NAME},V11,S1\n")
    header = make_spectrum(1.0, vessel="V12", sample="S2", time=TEN + timedelta(hours=1))

    name = named(DropNames(folder), spectrum=header)

    assert (name.vessel, name.sample, name.time) == ("V11", "S1", TEN + timedelta(hours=1))


def test_index_names_files_of_sub_folders_and_never_opens_one(folder: Path) -> None:
    (folder / "index.csv").write_text(
        "file,vessel,elapsed_h,kind\n"
        "a\\x.spc,V11,12.5,spike\n./b/x.spc,V12,,\n../../etc/passwd,V13,,\n"
    )
    names = DropNames(folder)

    first, second = named(names, "a/x.spc"), named(names, "b/x.spc")

    assert (first.vessel, first.elapsed_h, first.kind) == ("V11", 12.5, Kind.SPIKE)
    assert second.vessel == "V12"


def test_a_file_that_nobody_names_has_no_vessel_and_no_time(folder: Path) -> None:
    name = named(DropNames(folder), "scan0001.csv")

    assert (name.vessel, name.time) == (None, None)
    assert name.problem == "no vessel; no time"


def test_a_time_that_cannot_be_read_is_told(folder: Path) -> None:
    name = named(DropNames(folder), "V01__20240501T100000.csv")

    assert name.vessel == "V01"
    assert "no time: the time has no offset" in str(name.problem)


def test_a_time_without_offset_is_of_the_campaign_s_zone(folder: Path) -> None:
    (folder / "campaign.toml").write_text('timezone = "Europe/Berlin"\n')

    assert named(DropNames(folder), "V01__20240501T120000.csv").time == TEN


def test_a_clock_that_is_off_is_set_right(folder: Path) -> None:
    (folder / "campaign.toml").write_text("[clock]\nspectra = -3600\n")

    name = named(DropNames(folder), "V01__20240501T110000Z.csv")

    assert name.time == TEN


@pytest.mark.parametrize("kind", ["blank", "dark", "reference"])
def test_spectra_of_the_instrument_need_no_vessel(folder: Path, kind: str) -> None:
    name = named(DropNames(folder), f"__20240501T100000Z__{kind}.csv")

    assert name.is_of_instrument
    assert name.problem is None


def test_a_sample_will_do_without_a_time(folder: Path) -> None:
    name = named(DropNames(folder), "x.csv", make_spectrum(1.0, vessel="V01", sample="S3"))

    assert (name.problem, name.sample) == (None, "S3")


def test_an_unknown_kind_is_bad_and_not_taken_for_a_culture(folder: Path) -> None:
    pattern = name_pattern(r"(?P<vessel>V\d+)_(?P<time>\d+T\d+Z)_(?P<kind>\w+)\.csv")

    name = named(DropNames(folder, pattern=pattern), "V01_20240501T100000Z_lamp.csv")

    assert "expected a kind" in str(name.problem)


class TestMap:
    """With a map, channels become cultures."""

    TEXT = "channel,vessel,campaign,inoculated,from,to\n"

    def names(self, folder: Path, rows: str) -> DropNames:
        path = folder.parent / "map.csv"
        touch_later(path, self.TEXT + rows)
        return DropNames(folder, vessels=path)

    def test_the_name_of_a_file_may_be_a_channel(self, folder: Path) -> None:
        names = self.names(folder, "P1,V07,cho-2,2024-04-30T10:00Z,,\n")

        name = named(names, "P1__20240501T100000Z.csv")

        assert (name.campaign, name.vessel, name.elapsed_h) == ("cho-2", "V07", 24.0)

    @pytest.mark.parametrize("place", ["channel", "position", "probe"])
    def test_a_header_may_tell_the_channel(self, folder: Path, place: str) -> None:
        names = self.names(folder, "3,V07,,,,\n")

        name = named(names, "x.csv", make_spectrum(1.0, time=TEN, **{place: 3}))

        assert (name.campaign, name.vessel) == ("run-7", "V07")

    def test_what_the_map_does_not_know_has_no_vessel(self, folder: Path) -> None:
        name = named(self.names(folder, "P1,V07,,,,\n"))

        assert name.vessel is None
        assert name.problem == "no vessel: V01 not in map.csv"

    def test_hours_become_a_time_where_the_inoculation_is_known(self, folder: Path) -> None:
        names = self.names(folder, "P1,V07,,2024-04-30T10:00Z,,\n")

        name = named(names, "P1.csv", make_spectrum(1.0, vessel="P1", elapsed_h=24.0))

        assert (name.time, name.elapsed_h) == (TEN, 24.0)

    def test_without_a_map_a_channel_is_no_vessel(self, folder: Path) -> None:
        name = named(DropNames(folder), "x.csv", make_spectrum(1.0, time=TEN, probe="P1"))

        assert "channel P1 needs a map" in str(name.problem)

    def test_a_change_is_read_and_logged(
        self, folder: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        names = self.names(folder, "P1,V07,,,,\n")
        assert not names.refresh()
        touch_later(folder.parent / "map.csv", self.TEXT + "P1,V08,cho-3,,,,\n")

        with caplog.at_level(logging.INFO):
            assert names.refresh()

        assert named(names, "P1__20240501T100000Z.csv").vessel == "V08"
        assert "map.csv: now channel P1 is cho-3/V08" in caplog.text
        assert not names.refresh()

    def test_a_change_at_fault_is_logged_and_the_map_holds(
        self, folder: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        names = self.names(folder, "P1,V07,,,,\n")
        touch_later(folder.parent / "map.csv", "channel,culture\nP1,V08\n")

        with caplog.at_level(logging.WARNING):
            assert not names.refresh()

        assert named(names, "P1__20240501T100000Z.csv").vessel == "V07"
        assert "what it said before holds" in caplog.text

    def test_a_map_at_fault_at_the_start_is_refused(self, folder: Path) -> None:
        with pytest.raises(CampaignError, match="one culture at a time"):
            self.names(folder, "P1,V07,,,,\nP1,V08,,,,\n")


def test_an_index_that_grows_names_files_anew(folder: Path) -> None:
    names = DropNames(folder)
    assert named(names, "x.csv").vessel is None

    (folder / "index.csv").write_text(f"file,vessel,time\nx.csv,V05,{TEN.isoformat()}\n")

    assert names.refresh()
    assert named(names, "x.csv").vessel == "V05"


def test_an_index_without_files_is_told(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    (folder / "index.csv").write_text("name,vessel\nx.csv,V05\n")

    with caplog.at_level(logging.WARNING):
        names = DropNames(folder)

    assert named(names, "x.csv").vessel is None
    assert "index.csv, row 1: expected a column file" in caplog.text


def test_a_campaign_toml_at_fault_is_refused_at_the_start(folder: Path) -> None:
    (folder / "campaign.toml").write_text("id = \n")

    with pytest.raises(CampaignError, match=r"campaign\.toml"):
        DropNames(folder)
