"""`pat transfer` writes a sensor of the new instrument, or one clear message and nothing."""

from dataclasses import replace

import numpy as np
import pytest

from pat.errors import InputError
from pat.readers import write_campaign
from pat.soft_sensor import load_sensor, save_sensor
from pat.soft_sensor.golden import verify_sensor
from pipelines import transfer
from tests.soft_sensor.sensors import AXIS, make_run, plain_sensor


@pytest.fixture(scope="module")
def sensor(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sensor") / "old"
    save_sensor(plain_sensor(), folder)
    return folder


def other_instrument(folder, *, level=0.0, axis=AXIS, name="next"):
    """Write a campaign whose instrument adds a false band, and so a bias of about 2 g/L."""
    run, _ = make_run(n_cultures=6, n_samples=5, campaign=name)
    run.spectra.intensities[:] += 80 * np.exp(-0.5 * ((AXIS - 480) / 10) ** 2)
    run.assays["value"] += level
    moved = replace(run, spectra=replace(run.spectra, axis=axis))
    write_campaign(moved, folder / name)
    return folder / name


def test_a_biased_instrument_is_set_right_by_ten_samples(sensor, tmp_path, capsys):
    place = other_instrument(tmp_path)

    facts = transfer.run(str(sensor), to=place, samples=10, out=tmp_path / "new")

    made = load_sensor(tmp_path / "new")
    assert facts["loo_rmse_unchanged"] > 1.5
    assert facts["test"]["n"] == 20
    assert facts["test"]["rmsep"] < 0.4
    assert facts["test"]["share_good"] > 0.7
    assert made.name == plain_sensor().name
    assert made.provenance.facts["transfer samples"] == "10"
    assert verify_sensor(tmp_path / "new").worst < 1e-6
    assert "in the mean" in capsys.readouterr().out


def test_without_an_assay_nothing_is_good(sensor, tmp_path):
    place = other_instrument(tmp_path)

    facts = transfer.run(str(sensor), to=place, samples=0, out=tmp_path / "new")

    assert facts["test"]["share_good"] == 0.0
    unverified = load_sensor(tmp_path / "new").gates.unverified
    assert unverified.startswith("level unverified on this instrument")


@pytest.mark.parametrize(
    ("changes", "samples", "said"),
    [
        ({}, 1, "expected 2 to 30 assayed samples"),
        ({}, 31, "got 31"),
        ({"level": 40.0}, 10, "within the calibrated"),
        ({"axis": AXIS + 300.0}, 10, "does not cover"),
    ],
)
def test_what_cannot_be_transferred_is_said_and_nothing_written(
    sensor, tmp_path, changes, samples, said
):
    place = other_instrument(tmp_path, **changes)

    with pytest.raises(InputError, match=said):
        transfer.run(str(sensor), to=place, samples=samples, out=tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_folder_needs_to_be_told_where_the_new_sensor_goes(sensor, tmp_path):
    with pytest.raises(InputError, match="--out FOLDER"):
        transfer.run(str(sensor), to=other_instrument(tmp_path))
