"""A folder is read whole, or every fault in it is told at once with file, row and column."""

import os
import shutil
import time

import numpy as np
import pandas as pd
import pytest

from pat.errors import CampaignError
from pat.readers import read_campaign, write_campaign
from pat.spectra import KEY_COLUMNS
from tests.readers.folders import ASSAYS, SPECTRA, TOML, faults, folder, only_fault


def test_a_plain_folder_is_read(tmp_path):
    campaign = read_campaign(folder(tmp_path))

    assert campaign.id == "demo"
    assert campaign.spectra.axis.tolist() == [400.0, 401.0, 402.5]
    assert campaign.spectra.intensities[1].tolist() == [13.0, 14.0, 15.0]
    assert campaign.spectra.keys.columns.tolist() == [*KEY_COLUMNS, "excluded"]
    assert campaign.spectra.keys["campaign"].tolist() == ["demo"] * 3
    assert campaign.spectra.keys["source_file"].tolist() == ["spectra.csv"] * 3
    assert campaign.assays["value"].tolist() == [6.5, 4.25, 6.1]
    assert campaign.assays["row"].tolist() == [2, 3, 4]
    assert campaign.vessels["vessel"].tolist() == ["V01", "V02"]
    assert campaign.vessels["group"].tolist() == ["V01", "V02"]
    assert campaign.warnings == ()


def test_all_faults_of_a_folder_come_in_one_report(tmp_path):
    found = faults(
        tmp_path,
        {
            "campaign.toml": TOML.replace('unit = "g/L"', ""),
            "spectra.csv": SPECTRA.replace("V01,24,", "V01,x,").replace(",401,", ",399,"),
            "assays.csv": ASSAYS.replace("4.25", "n.d.").replace("V02", "V03"),
            "vessels.csv": "vessel,inoculated\nV01,yesterday\nV02,\n",
            "online.csv": "vessel,elapsed_h,pH\nV01,0,seven\nV01,1,7.1\n",
            "events.csv": "vessel,elapsed_h,kind,amount\nV01,1,feed,5\n",
            "exclude.csv": "file,vessel,elapsed_h,reason\nspectrum,V01,0,bubble\n",
        },
    )

    places = {(fault.file, fault.row, fault.column) for fault in found}
    assert places == {
        ("campaign.toml", 6, "analytes.glucose.unit"),
        ("spectra.csv", 3, "elapsed_h"),
        ("spectra.csv", 1, "399"),
        ("assays.csv", 3, "glucose"),
        ("assays.csv", 4, "vessel"),
        ("vessels.csv", 2, "inoculated"),
        ("online.csv", 2, "pH"),
        ("events.csv", 2, "unit"),
        ("exclude.csv", 2, "file"),
    }


def test_the_report_can_be_read_by_people(tmp_path):
    with pytest.raises(CampaignError) as caught:
        read_campaign(folder(tmp_path, {"assays.csv": ASSAYS.replace("4.25", "low")}))

    assert str(caught.value).splitlines()[1:] == [
        "  assays.csv, row 3, column glucose: expected a number, a limit such as <0.1, "
        "or an empty cell; got 'low'"
    ]


@pytest.mark.parametrize("make", [True, False])
def test_an_empty_or_missing_folder_is_one_clear_fault(tmp_path, make):
    if make:
        (tmp_path / "none").mkdir()

    with pytest.raises(CampaignError, match="empty" if make else "no such folder"):
        read_campaign(tmp_path / "none")


def test_a_folder_without_spectra_names_the_forms_they_may_have(tmp_path):
    fault = only_fault(tmp_path, {"spectra.csv": None, "assays.csv": None, "events.csv": None})

    assert "spectra.parquet, spectra.csv or spectra/index.csv" in fault.message


def test_spectra_in_two_forms_are_a_fault(tmp_path):
    campaign = read_campaign(folder(tmp_path))
    write_campaign(campaign, tmp_path / "again")
    shutil.copy(tmp_path / "demo" / "spectra.csv", tmp_path / "again" / "spectra.csv")

    with pytest.raises(CampaignError, match=r"spectra\.parquet and spectra\.csv"):
        read_campaign(tmp_path / "again")


@pytest.mark.parametrize("name", ["campaign.toml", "spectra.csv", "assays.csv", "events.csv"])
def test_an_empty_file_is_a_fault(tmp_path, name):
    fault = only_fault(tmp_path, {name: ""})

    assert (fault.file, fault.message) == (name, "the file is empty")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("spectra.csv", "elapsed_h,400,401\n0,1,2\n", "expected a column vessel"),
        ("spectra.csv", "vessel,400,401\nV01,1,2\n", "column time or elapsed_h or sample"),
        ("spectra.csv", "vessel,elapsed_h,400\nV01,0,1\n", "a column a channel"),
        ("assays.csv", "vessel,elapsed_h,lactate\nV01,0,1\n", "an analyte of campaign.toml"),
        ("events.csv", "vessel,elapsed_h\nV01,0\n", "expected a column kind"),
        ("vessels.csv", "culture\nV01\n", "expected a column vessel"),
        ("exclude.csv", "file,vessel,elapsed_h\nspectra,V01,0\n", "expected a column reason"),
    ],
)
def test_a_missing_column_is_named(tmp_path, name, content, words):
    found = [fault for fault in faults(tmp_path, {name: content}) if fault.file == name]

    assert found[0].row == 1
    assert words in found[0].message


def test_vessels_are_compared_exactly(tmp_path):
    fault = only_fault(tmp_path, {"assays.csv": ASSAYS.replace("V02", "V2")})

    assert (fault.file, fault.row, fault.column) == ("assays.csv", 4, "vessel")
    assert "unknown vessel 'V2'" in fault.message
    assert "did you mean 'V02'? (names are compared exactly)" in fault.message


@pytest.mark.parametrize("vessel", ["01", "1", "NA", "nan", "null", "1e3", "V 1", "ä"])
@pytest.mark.parametrize("spectra_format", ["csv", "parquet"])
def test_a_vessel_is_text_whatever_it_looks_like(tmp_path, vessel, spectra_format):
    files = {
        name: content.replace("V01", vessel)
        for name, content in {"spectra.csv": SPECTRA, "assays.csv": ASSAYS}.items()
    }
    campaign = read_campaign(folder(tmp_path, {**files, "events.csv": None}))
    write_campaign(campaign, tmp_path / "again", spectra_format=spectra_format)

    for read in (campaign, read_campaign(tmp_path / "again")):
        assert read.spectra.keys["vessel"].tolist() == [vessel, vessel, "V02"]
        assert read.vessels["vessel"].tolist() == [vessel, "V02"]


def test_a_vessel_without_spectra_is_known_once_vessels_csv_lists_it(tmp_path):
    more = {"assays.csv": ASSAYS + "V03,0,5\n"}
    assert "V03" in only_fault(tmp_path, more).message

    campaign = read_campaign(folder(tmp_path, {**more, "vessels.csv": "vessel\nV01\nV02\nV03\n"}))

    assert campaign.vessels["vessel"].tolist() == ["V01", "V02", "V03"]


def test_two_spellings_of_one_campaign_are_the_same_campaign(tmp_path):
    german = {
        name: content.replace(",", ";").replace(".", ",")
        for name, content in {"spectra.csv": SPECTRA, "assays.csv": ASSAYS}.items()
    }
    plain = read_campaign(folder(tmp_path / "a"))
    other = read_campaign(
        folder(
            tmp_path / "b", {name: b"\xef\xbb\xbf" + text.encode() for name, text in german.items()}
        )
    )

    assert np.array_equal(plain.spectra.axis, other.spectra.axis)
    assert np.array_equal(plain.spectra.intensities, other.spectra.intensities)
    pd.testing.assert_frame_equal(plain.assays, other.assays)
    assert plain.digest != other.digest


def test_a_campaign_without_assays_can_be_read(tmp_path):
    campaign = read_campaign(folder(tmp_path, {"assays.csv": None}))

    assert campaign.assays.empty
    assert any("no assays.csv" in warning for warning in campaign.warnings)


def test_a_missing_events_file_is_a_warning_where_there_are_times(tmp_path):
    timed = read_campaign(folder(tmp_path / "a", {"events.csv": None}))
    by_sample = read_campaign(
        folder(
            tmp_path / "b",
            {
                "events.csv": None,
                "spectra.csv": SPECTRA.replace("elapsed_h", "sample"),
                "assays.csv": ASSAYS.replace("elapsed_h", "sample"),
            },
        )
    )

    assert any("events.csv" in warning for warning in timed.warnings)
    assert by_sample.warnings == ()
    assert by_sample.spectra.keys["elapsed_h"].isna().all()
    assert by_sample.spectra.keys["time"].isna().all()


def test_the_digest_is_of_contents_and_of_nothing_else(tmp_path):
    place = folder(tmp_path)
    digest = read_campaign(place).digest

    os.utime(place / "assays.csv", (0, 0))
    (place / "ABOUT.md").write_text("about")
    assert read_campaign(shutil.copytree(place, tmp_path / "moved")).digest == digest

    (place / "assays.csv").write_text(ASSAYS.replace("6.5", "6.6"))
    assert read_campaign(place).digest != digest


@pytest.mark.parametrize(
    ("name", "n_spectra", "n_channels", "n_assays", "n_vessels"),
    [
        ("bioreactors-small", 210, 2651, 210, 15),
        ("mixtures-785", 270, 1101, 159, 53),
        ("mixtures-plate", 192, 2048, 288, 96),
        ("fermentation-mir-calibration", 21, 1047, 21, 21),
        ("fermentation-mir-run", 1629, 1047, 68, 1),
    ],
)
def test_real_campaigns_are_read_whole(
    shared_data, name, n_spectra, n_channels, n_assays, n_vessels
):
    campaign = read_campaign(shared_data / name)

    assert campaign.spectra.intensities.shape == (n_spectra, n_channels)
    assert len(campaign.assays) == n_assays
    assert len(campaign.vessels) == n_vessels
    table = pd.read_parquet(shared_data / name / "spectra.parquet")
    channels = [c for c in table.columns if c.replace(".", "").isdigit()]
    assert np.array_equal(campaign.spectra.intensities, table[channels].to_numpy())


def test_a_campaign_of_a_usual_size_is_read_in_a_second(tmp_path):
    counts = np.random.default_rng(20240501).poisson(20_000, size=(336, 3325))
    channels = [str(400 + i) for i in range(3325)]
    keys = {
        "vessel": np.repeat([f"V{i:02d}" for i in range(24)], 14),
        "elapsed_h": np.tile(range(14), 24),
    }
    spectra = pd.concat([pd.DataFrame(keys), pd.DataFrame(counts, columns=channels)], axis=1)
    files = {"spectra.csv": None, "assays.csv": None, "events.csv": None}
    place = folder(tmp_path, files)
    spectra.to_parquet(place / "spectra.parquet")

    started = time.process_time()
    campaign = read_campaign(place)

    assert time.process_time() - started < 3  # 0.4 s on an idle core
    assert np.array_equal(campaign.spectra.intensities, counts)
