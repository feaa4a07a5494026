"""A written campaign reads back to the same, and a failed writing leaves nothing behind."""

import errno
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pat.errors import InputError, StoreError
from pat.readers import read_campaign, write_campaign
from pat.readers.write_keys import unshifted_hours
from pat.readers.write_spectra import narrowest
from pat.spectra import Spectra
from tests.readers.folders import EVENTS, TOML, folder
from tests.readers.same import assert_same_campaign
from tests.strategies import campaigns


@settings(max_examples=30, deadline=None)
@given(campaigns(), st.sampled_from(["parquet", "csv"]))
def test_what_is_written_reads_back_to_the_same(tmp_path_factory, campaign, spectra_format):
    place = tmp_path_factory.mktemp("written") / "campaign"

    write_campaign(campaign, place, spectra_format=spectra_format)

    assert_same_campaign(read_campaign(place), campaign)


@pytest.mark.parametrize(
    "name",
    [
        "bioreactors-small",
        "mixtures-785",
        "mixtures-plate",
        "fermentation-mir-calibration",
        "fermentation-mir-run",
    ],
)
def test_real_campaigns_read_back_to_the_same(shared_data, tmp_path, name):
    campaign = read_campaign(shared_data / name)

    write_campaign(campaign, tmp_path / "again")

    assert_same_campaign(read_campaign(tmp_path / "again"), campaign)


def test_clocks_are_taken_off_again_before_times_are_written(tmp_path):
    toml = "\n[clock]\nspectra = 90\nassays = -3600\n"
    source = folder(tmp_path, {"campaign.toml": TOML.replace("[analytes", toml + "[analytes")})
    campaign = read_campaign(source)

    write_campaign(campaign, tmp_path / "again", spectra_format="csv")

    assert campaign.spectra.keys["elapsed_h"][1] == 24 + 90 / 3600
    assert campaign.assays["elapsed_h"][1] == 23.0
    written = pd.read_csv(tmp_path / "again" / "assays.csv")
    assert written["elapsed_h"].tolist() == [0.0, 24.0, 0.0]
    assert_same_campaign(read_campaign(tmp_path / "again"), campaign)


@given(
    st.floats(-1000, 1000),
    st.floats(-86400, 86400),
)
def test_hours_that_a_clock_was_added_to_are_found_again(hours, seconds):
    shifted = np.array([hours]) + seconds / 3600

    assert unshifted_hours(shifted, seconds=seconds) + seconds / 3600 == shifted


def test_a_re_assay_stays_below_the_old_one_that_is_excluded(tmp_path):
    files = {
        "assays.csv": "vessel,elapsed_h,glucose\nV01,24,4.25\nV01,24,4.4\n",
        "exclude.csv": "file,vessel,elapsed_h,reason\nassays,V01,24,clot\n",
    }
    campaign = read_campaign(folder(tmp_path, files))

    write_campaign(campaign, tmp_path / "again")

    assert_same_campaign(read_campaign(tmp_path / "again"), campaign)


def test_events_and_extra_columns_are_kept(tmp_path):
    events = "vessel,elapsed_h,kind,amount,unit,medium\nV01,1,feed,0.5,L,A\nV02,2,sample,,,\n"
    campaign = read_campaign(folder(tmp_path, {"events.csv": events}))

    write_campaign(campaign, tmp_path / "again")

    again = read_campaign(tmp_path / "again")
    assert_same_campaign(again, campaign)
    assert again.events is not None
    assert again.events["medium"].tolist()[0] == "A"


def test_a_campaign_whose_events_were_looked_for_and_not_found_stays_one(tmp_path):
    campaign = read_campaign(folder(tmp_path, {"events.csv": EVENTS.splitlines()[0] + "\n"}))

    write_campaign(campaign, tmp_path / "again")

    again = read_campaign(tmp_path / "again")
    assert again.events is not None
    assert again.events.empty


def test_many_online_values_read_back_to_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr("pat.readers.write.MANY_ROWS", 1)
    online = "vessel,time,pH\nV01,2024-05-01T10:00Z,7.1\nV01,2024-05-01T11:00Z,\n"
    spectra = "vessel,time,400,401\nV01,2024-05-01T10:00Z,1,2\n"
    files = {"online.csv": online, "spectra.csv": spectra, "assays.csv": None, "events.csv": None}
    campaign = read_campaign(folder(tmp_path, files))

    write_campaign(campaign, tmp_path / "again")

    assert (tmp_path / "again" / "online.parquet").is_file()
    assert_same_campaign(read_campaign(tmp_path / "again"), campaign)


@pytest.mark.parametrize(
    ("values", "dtype"),
    [
        ([0.0, 255.0], "uint8"),
        ([0.0, 65535.0], "uint16"),
        ([-1.0, 300.0], "int16"),
        ([0.0, 70000.0], "int32"),
        ([0.5, 1.25], "float32"),
        ([1.0, np.nan], "float32"),
        ([-0.0, 1.0], "float32"),
        ([0.1, 1.0], "float64"),
        ([1.0, 2.0**40 + 1], "float64"),
        ([np.inf, 1.0], "float32"),
    ],
)
def test_intensities_take_the_narrowest_type_that_is_exact(values, dtype):
    narrow = narrowest(np.array([values]))

    assert narrow.dtype == dtype
    back = narrow.astype(np.float64)
    assert np.array_equal(back, np.array([values]), equal_nan=True)
    assert np.array_equal(np.signbit(back), np.signbit(np.array([values])))


def test_a_sample_campaign_of_counts_stays_small(tmp_path):
    rng = np.random.default_rng(20240501)
    counts = rng.poisson(20_000, size=(336, 3325)).astype(float)
    campaign = read_campaign(folder(tmp_path))
    keys = pd.DataFrame({"vessel": ["V01"] * 336, "elapsed_h": np.arange(336.0)})
    spectra = Spectra(np.linspace(100, 3425, 3325), counts, keys)

    write_campaign(replace(campaign, spectra=spectra), tmp_path / "big")

    # 2.2 MB as two-byte numbers; photon noise leaves little to compress.
    assert (tmp_path / "big" / "spectra.parquet").stat().st_size < 3.5e6


def test_a_folder_that_exists_is_left_alone(tmp_path):
    campaign = read_campaign(folder(tmp_path))
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "mine.txt").write_text("mine")

    with pytest.raises(InputError, match="does not exist yet"):
        write_campaign(campaign, tmp_path / "there")

    assert [path.name for path in (tmp_path / "there").iterdir()] == ["mine.txt"]


def test_an_empty_folder_may_be_filled(tmp_path):
    campaign = read_campaign(folder(tmp_path))
    (tmp_path / "there").mkdir()

    write_campaign(campaign, tmp_path / "there")

    assert_same_campaign(read_campaign(tmp_path / "there"), campaign)


def test_a_full_disk_leaves_nothing_behind(tmp_path, monkeypatch):
    campaign = read_campaign(folder(tmp_path))
    before = sorted(tmp_path.iterdir())

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("pat.readers.write.write_csv", full)
    with pytest.raises(StoreError, match="No space left on device"):
        write_campaign(campaign, tmp_path / "again")

    assert sorted(tmp_path.iterdir()) == before


def test_a_metadata_column_named_by_a_number_is_refused(tmp_path):
    campaign = read_campaign(folder(tmp_path))
    keys = campaign.spectra.keys.assign(**{"785": 1.0})
    spectra = replace(campaign.spectra, keys=keys)

    with pytest.raises(InputError, match="785"):
        write_campaign(replace(campaign, spectra=spectra), tmp_path / "again")

    assert not (tmp_path / "again").exists()
