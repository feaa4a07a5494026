"""`pat transfer` writes a sensor of the new instrument, or one clear message and nothing."""

import json
from dataclasses import replace

import numpy as np
import pytest

from pat.campaign import Analyte
from pat.errors import InputError, SensorError, StoreError
from pat.readers import write_campaign
from pat.soft_sensor import load_sensor, save_sensor
from pat.soft_sensor.folder import CARD
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
    assert facts["test"]["coverage_95"] > 0.8
    assert verify_sensor(tmp_path / "new").worst < 1e-6
    assert "in the mean" in capsys.readouterr().out


def test_without_an_assay_nothing_is_good(sensor, tmp_path):
    place = other_instrument(tmp_path)

    facts = transfer.run(str(sensor), to=place, samples=0, out=tmp_path / "new")

    assert facts["test"]["share_good"] == 0.0
    unverified = load_sensor(tmp_path / "new").gates.unverified
    assert unverified.startswith("level unverified on this instrument")


def test_two_samples_set_the_level_and_no_row_is_good(sensor, tmp_path, capsys):
    place = other_instrument(tmp_path)

    facts = transfer.run(
        str(sensor), to=place, samples=2, out=tmp_path / "new", json=tmp_path / "f"
    )

    made = load_sensor(tmp_path / "new")
    assert facts["test"]["share_good"] == 0.0
    assert facts["test"]["rmsep"] < facts["loo_rmse_unchanged"] / 2
    assert made.gates.unverified.startswith("level set by 2 samples of this instrument")
    assert made.interval.below >= load_sensor(sensor).interval.below
    assert made.provenance.facts["methods were"].startswith("agreed before any sample was seen")
    assert "agreed before any sample was seen" in capsys.readouterr().out
    assert json.loads((tmp_path / "f").read_text())["written"] == str(tmp_path / "new")


def test_two_samples_that_the_sensor_predicts_well_change_nothing(sensor, tmp_path, capsys):
    run, _ = make_run(n_cultures=6, n_samples=5, campaign="same")
    write_campaign(run, tmp_path / "same")

    facts = transfer.run(
        str(sensor), to=tmp_path / "same", samples=2, out=tmp_path / "new", json=tmp_path / "f"
    )

    assert facts["written"] is None
    assert json.loads((tmp_path / "f").read_text())["written"] is None
    assert "none of the methods helps" in capsys.readouterr().out
    assert not (tmp_path / "new").exists()


def test_a_transferred_sensor_names_its_parent_and_what_more_vessels_would_bring(sensor, tmp_path):
    parent = load_sensor(sensor)

    transfer.run(str(sensor), to=other_instrument(tmp_path), samples=20, out=tmp_path / "new")

    made = load_sensor(tmp_path / "new")
    assert parent.digest in made.provenance.facts["transferred from"]
    assert [name for name, _ in made.provenance.campaigns] == ["cho", "next"]
    assert made.digest != parent.digest
    learnt = made.provenance.facts["learning curve"]
    assert learnt.startswith("6 more vessels of the new instrument would lower the error")


@pytest.mark.parametrize(
    ("samples", "said"),
    [
        (
            0,
            ["On 30 assayed samples", "no row is good: level unverified", "not compared: no assay"],
        ),
        (2, ["samples of the new instrument: 2", "agreed before any sample was seen", "no row is"]),
        (10, ["On 20 assayed samples of the new", "that served for nothing else", "verified from"]),
        (
            30,
            ["each vessel predicted by a choice made without it, it is typically off", "- method"],
        ),
    ],
)
def test_the_card_tells_from_where_to_where_how_and_with_what_error(
    sensor, tmp_path, samples, said
):
    parent, place = load_sensor(sensor), other_instrument(tmp_path)

    facts = transfer.run(str(sensor), to=place, samples=samples, out=tmp_path / "new")

    card = load_sensor(tmp_path / "new").contents[CARD].decode()
    for words in [*said, parent.digest, "to: the instrument of next"]:
        assert words in card
    for member in facts.get("members", ()):
        assert member in card
    if facts.get("test") and samples == 10:
        assert f"**{facts['test']['rmsep']:.3g} g/L**" in card


@pytest.mark.parametrize(
    ("changes", "samples", "said"),
    [
        ({}, 1, "expected 2 to 30 assayed samples"),
        ({}, 31, "got 31"),
        ({"level": 40.0}, 10, "within the calibrated"),
        ({"axis": AXIS + 900.0}, 10, "that cho.glucose reads$"),
        (
            {"axis": AXIS - 100.0},
            0,
            r"does not cover .* reads: both instruments reach 4\d\d to 698 cm-1; cut the columns",
        ),
        ({"level": -40.0}, 2, "within the calibrated"),
    ],
)
def test_what_cannot_be_transferred_is_said_and_nothing_written(
    sensor, tmp_path, changes, samples, said
):
    place = other_instrument(tmp_path, **changes)
    before = sorted(tmp_path.rglob("*"))

    with pytest.raises(InputError, match=said):
        transfer.run(str(sensor), to=place, samples=samples, out=tmp_path / "new")
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("samples", [None, 10])
@pytest.mark.parametrize("lacking", ["assays", "analyte", "spectra"])
def test_a_campaign_without_an_assayed_sample_is_refused_unless_none_is_asked_for(
    sensor, tmp_path, lacking, samples
):
    run, _ = make_run(n_cultures=6, n_samples=5, campaign="bare")
    if lacking == "assays":
        run = replace(run, assays=run.assays.iloc[:0])
    elif lacking == "analyte":
        info = replace(run.info, analytes={"lactate": Analyte("lactate", "g/L")})
        run = replace(run, info=info, assays=run.assays.assign(analyte="lactate"))
    else:
        run.spectra.intensities[:] = 0.0
    write_campaign(run, tmp_path / "bare")

    said = "at least 2 samples with an assay of glucose and a usable spectrum in bare, .* got 0"
    with pytest.raises(InputError, match=said):
        transfer.run(str(sensor), to=tmp_path / "bare", samples=samples, out=tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_folder_needs_to_be_told_where_the_new_sensor_goes(sensor, tmp_path):
    with pytest.raises(InputError, match="--out FOLDER"):
        transfer.run(str(sensor), to=other_instrument(tmp_path))


def test_an_axis_named_like_the_sensors_and_mended_is_not_mended_twice(sensor, tmp_path):
    run, _ = make_run(n_cultures=6, n_samples=5, campaign="next")
    true = AXIS + 4.0  # what the instrument calls 400 is 404
    seen = np.array([np.interp(true, AXIS, row) for row in run.spectra.intensities])
    run.spectra.intensities[:] = seen + 80 * np.exp(-0.5 * ((true - 480) / 10) ** 2)
    write_campaign(run, tmp_path / "next")
    with (tmp_path / "next" / "campaign.toml").open("a") as file:
        file.write("\n[axis_correction]\ncoefficients = [4.0, 1.0]\n")

    facts = transfer.run(str(sensor), to=tmp_path / "next", samples=10, out=tmp_path / "new")

    made = load_sensor(tmp_path / "new")
    assert made.input_axis.correction.means(AXIS)
    values = made.predict(run.spectra)["value"].to_numpy()
    assert np.abs(values - run.assays["value"].to_numpy()).max() < 0.2
    assert facts["test"]["rmsep"] < 0.1
    assert facts["test"]["share_good"] > 0.7
    assert verify_sensor(tmp_path / "new").worst < 1e-6


def test_a_sensor_moved_to_its_instrument_already_gains_nothing_from_the_same_samples(
    sensor, tmp_path, capsys
):
    place = other_instrument(tmp_path)
    transfer.run(str(sensor), to=place, samples=5, out=tmp_path / "once")
    capsys.readouterr()

    facts = transfer.run(str(tmp_path / "once"), to=place, samples=5, out=tmp_path / "twice")

    said = capsys.readouterr().out
    assert "samples that cho.glucose learnt from left out: 5" in said
    assert facts["rmse_not_transferred"] < 0.1 < facts["loo_rmse_unchanged"]
    assert facts["written"] is None
    assert not (tmp_path / "twice").exists()


def test_the_calibration_recipe_does_not_hide_that_the_sensor_reads_the_files_wrongly(
    sensor, tmp_path
):
    run, _ = make_run(n_cultures=6, n_samples=5, campaign="next")
    run.spectra.intensities[:] *= 1.5  # another exposure: the water band would tell
    write_campaign(run, tmp_path / "next")

    facts = transfer.run(str(sensor), to=tmp_path / "next", samples=5, out=tmp_path / "new")

    assert facts["rmse_not_transferred"] > 1.0
    assert facts["test"]["rmsep"] < 0.2
    assert facts["written"] is not None


@pytest.mark.parametrize("lacking", ["nothing is finite", "nothing has a signal"])
def test_without_a_usable_spectrum_there_is_nothing_to_mend(sensor, tmp_path, lacking):
    run, _ = make_run(n_cultures=6, n_samples=5, campaign="bare")
    run.spectra.intensities[:] = 0.0 if lacking == "nothing has a signal" else np.nan
    write_campaign(run, tmp_path / "bare")

    with pytest.raises(InputError, match="expected a usable spectrum in bare; got none"):
        transfer.run(str(sensor), to=tmp_path / "bare", samples=0, out=tmp_path / "new")


def test_where_the_new_sensor_cannot_go_nothing_is_read(sensor, tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").write_text("")
    (tmp_path / "facts").mkdir()

    with pytest.raises(SensorError, match="expected a new or empty folder"):
        transfer.run(str(sensor), to=tmp_path / "nowhere", out=tmp_path / "full")
    with pytest.raises(StoreError, match="it is a folder"):
        transfer.run(
            str(sensor), to=tmp_path / "nowhere", out=tmp_path / "new", json=tmp_path / "facts"
        )
