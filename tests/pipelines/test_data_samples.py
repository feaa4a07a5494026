"""The sample data in the repository are what the command in their README makes."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pat.alignment import pair
from pat.readers import read_campaign, read_spectrum_file
from pat.readers.naming import FILE_NAME
from pipelines.simulate import run

SAMPLES = Path(__file__).parents[2] / "data_samples"


@pytest.fixture(scope="module")
def sample():
    return read_campaign(SAMPLES / "ambr24")


def test_the_samples_stay_below_five_megabytes():
    sizes = [file.stat().st_size for file in SAMPLES.rglob("*") if file.is_file()]

    assert sum(sizes) < 5e6


def test_every_assay_of_the_sample_campaign_has_its_spectrum(sample):
    pairing = pair(sample)

    assert sample.warnings == ()
    assert len(pairing.samples) == 336
    assert pairing.values.notna().all(axis=None)


def test_the_sample_campaign_is_what_its_command_makes(sample, tmp_path):
    run(tmp_path / "again", vessels=24, days=14, seed=1)
    again = read_campaign(tmp_path / "again")

    # Another machine may differ in the last digit of a state, and by one count here and there.
    differences = np.abs(again.spectra.intensities - sample.spectra.intensities)
    assert differences.max() <= 1.0
    assert (differences > 0).mean() < 1e-3
    keys = ["vessel", "time", "analyte"]
    merged = again.assays.merge(sample.assays, on=keys)
    assert len(merged) == 1008
    assert merged["value_x"].to_numpy() == pytest.approx(merged["value_y"].to_numpy(), abs=0.0101)
    truths = [
        pd.read_parquet(folder / "truth.parquet")
        for folder in (tmp_path / "again", SAMPLES / "ambr24")
    ]
    assert list(truths[0].columns) == list(truths[1].columns)
    numbers = [truth.select_dtypes("number").to_numpy(dtype=np.float64) for truth in truths]
    assert numbers[0] == pytest.approx(numbers[1], rel=1e-3, abs=1e-3)


def test_dropped_files_are_named_as_their_headers_say():
    files = sorted((SAMPLES / "file-drop").glob("*.csv"))

    assert len(files) == 6
    for file in files:
        named = FILE_NAME.match(file.stem)
        keys = read_spectrum_file(file).keys.iloc[0]
        assert named["vessel"] == keys["vessel"]
        assert pd.Timestamp(named["time"]) == keys["time"]
        assert keys["campaign"] == "sim-2"
