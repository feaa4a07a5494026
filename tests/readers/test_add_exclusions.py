"""Rows added to exclude.csv take effect, and what stood there before stays."""

import pandas as pd
import pytest

from pat.errors import InputError
from pat.readers import read_campaign
from pat.readers.add_exclusions import exclude_spectra
from tests.readers.folders import folder

SEMICOLON = "file;vessel;elapsed_h;sample;analyte;reason;who\nspectra;V02;0,0;;;clot;Kim\n"


def reasons(place):
    column = read_campaign(place).spectra.keys["excluded"]
    return [None if pd.isna(reason) else reason for reason in column]


def test_a_campaign_without_exclusions_gets_its_first(tmp_path):
    place = folder(tmp_path)

    count = exclude_spectra(place, read_campaign(place), {1: "dead, no signal"}, who="Kim")

    assert count == 1
    assert reasons(place) == [None, "dead, no signal", None]
    assert read_campaign(place).warnings == ()


@pytest.mark.parametrize(
    "present",
    [
        "file,vessel,elapsed_h,analyte,reason,who\nspectra,V02,0,,clot,Kim\n",
        "file,vessel,elapsed_h,reason\nspectra,V02,0,clot\n",
        SEMICOLON,
        SEMICOLON.replace(";", "\t"),
    ],
)
def test_what_was_excluded_before_stays_whatever_the_dialect(tmp_path, present):
    place = folder(tmp_path, {"exclude.csv": present})

    exclude_spectra(place, read_campaign(place), {1: "dim"}, who="check")

    assert reasons(place) == [None, "dim", "clot"]
    assert (place / "exclude.csv").read_text().count("\n") == 3


def test_a_spectrum_is_named_on_the_clock_of_its_own_file(tmp_path):
    toml = folder(tmp_path).joinpath("campaign.toml").read_text() + "\n[clock]\nspectra = 120\n"
    place = folder(tmp_path, {"campaign.toml": toml})

    exclude_spectra(place, read_campaign(place), {0: "dim"}, who="check")

    assert reasons(place) == ["dim", None, None]


def test_nothing_to_exclude_writes_nothing(tmp_path):
    place = folder(tmp_path)

    assert exclude_spectra(place, read_campaign(place), {}, who="check") == 0
    assert not (place / "exclude.csv").exists()


@pytest.mark.parametrize("locked", ["exclude.csv", "."])
def test_what_was_made_read_only_stays_as_it_is_even_for_root(tmp_path, locked):
    place = folder(tmp_path, {"exclude.csv": SEMICOLON})
    campaign = read_campaign(place)
    mode = (place / locked).stat().st_mode
    (place / locked).chmod(mode & 0o555)

    with pytest.raises(InputError, match=r"exclude\.csv: cannot be written \(.* is read-only\)"):
        exclude_spectra(place, campaign, {0: "dim"}, who="check")
    (place / locked).chmod(mode)
    assert (place / "exclude.csv").read_bytes().decode() == SEMICOLON


def test_a_failed_write_leaves_the_file_as_it_was(tmp_path, monkeypatch):
    place = folder(tmp_path, {"exclude.csv": SEMICOLON})
    campaign = read_campaign(place)

    def full(*args, **settings):
        raise OSError(28, "no space left on device")

    monkeypatch.setattr("os.fsync", full)

    with pytest.raises(InputError, match="no space left"):
        exclude_spectra(place, campaign, {0: "dim"}, who="check")
    assert (place / "exclude.csv").read_bytes().decode() == SEMICOLON
    assert sorted(file.name for file in place.iterdir() if "part" in file.name) == []
