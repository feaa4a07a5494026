"""A sensor's folder comes back the same, and one that was tampered with does not come back."""

import json
import os
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import skops.io
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer

from pat.errors import SensorError, StoreError
from pat.soft_sensor import load_sensor, save_sensor
from pat.soft_sensor.document import SCHEMA, digest, document, sha256
from pat.soft_sensor.folder import DESCRIPTION, MODEL
from tests.soft_sensor.sensors import (
    as_spectra,
    lightgbm,
    make_calibration,
    make_sensor,
    new_spectra,
    plain_sensor,
    pls,
    pls_with_process,
    recipe,
    snv_pls,
    svr,
)


@pytest.fixture
def folder(tmp_path):
    save_sensor(plain_sensor(), tmp_path / "sensor")
    return tmp_path / "sensor"


def rewrite(folder, **changes):
    """Change sensor.json and make its digest fit again, as a careful forger would."""
    path = folder / DESCRIPTION
    described = json.loads(path.read_text()) | changes
    described["digest"] = digest(described)
    path.write_text(json.dumps(described))


def forge_model(folder, stored):
    """Put another model in its place and make every SHA-256 fit again."""
    (folder / MODEL).write_bytes(stored)
    files = json.loads((folder / DESCRIPTION).read_text())["files"]
    rewrite(folder, files=files | {MODEL: sha256(stored)})


@pytest.mark.parametrize(
    "pipelines",
    [[pls], [snv_pls], [svr], [lightgbm], [pls, snv_pls, svr]],
    ids=["pls", "snv", "svr", "lightgbm", "consensus"],
)
def test_a_loaded_sensor_predicts_the_same(pipelines, tmp_path):
    sensor = make_sensor(*(make() for make in pipelines))
    spectra = as_spectra(new_spectra()[0])
    save_sensor(sensor, tmp_path / "s")

    loaded = load_sensor(tmp_path / "s")

    before, after = sensor.predict(spectra), loaded.predict(spectra)
    pd.testing.assert_frame_equal(
        before.drop(columns="scored_at"), after.drop(columns="scored_at"), check_exact=True
    )


def test_the_weights_of_a_consensus_come_back(tmp_path):
    sensor = make_sensor(pls(), snv_pls(), weights=[3.0, 1.0])
    spectra = as_spectra(new_spectra()[0])
    save_sensor(sensor, tmp_path / "s")

    loaded = load_sensor(tmp_path / "s")

    np.testing.assert_allclose([member.weight for member in loaded.members], [0.75, 0.25])
    pd.testing.assert_series_equal(
        sensor.predict(spectra)["value"], loaded.predict(spectra)["value"]
    )


def test_a_sensor_with_process_values_comes_back(tmp_path):
    sensor = make_sensor(pls_with_process(), cal=make_calibration(with_process=True))
    process = pd.DataFrame({"ph": np.full(20, 7.0), "do": np.full(20, 40.0)})
    spectra = as_spectra(new_spectra()[0])
    save_sensor(sensor, tmp_path / "s")

    loaded = load_sensor(tmp_path / "s")

    assert loaded.process_names == ("ph", "do")
    pd.testing.assert_series_equal(
        sensor.predict(spectra, process)["value"], loaded.predict(spectra, process)["value"]
    )


def test_everything_that_was_known_comes_back(folder):
    sensor, loaded = plain_sensor(), load_sensor(folder)

    assert document(loaded) == document(sensor)
    assert loaded.provenance == sensor.provenance
    assert loaded.analyte == sensor.analyte
    assert loaded.interval == sensor.interval
    np.testing.assert_array_equal(loaded.axis, sensor.axis)
    np.testing.assert_array_equal(loaded.input_axis.used, sensor.input_axis.used)


def test_the_digest_outlives_saving_and_loading(folder, tmp_path):
    loaded = load_sensor(folder)
    save_sensor(loaded, tmp_path / "again")

    again = load_sensor(tmp_path / "again")

    assert again.digest == loaded.digest == plain_sensor().digest == digest(document(loaded))
    names = {path.name for path in folder.iterdir()}
    for name in names:
        assert (folder / name).read_bytes() == (tmp_path / "again" / name).read_bytes()


def test_the_folder_holds_what_its_reader_needs(folder):
    names = {path.name for path in folder.iterdir()}

    assert names == {
        "sensor.json", "model.skops", "golden.csv", "samples.csv", "left_out.csv",
        "coefficients.csv", "calibration.npz", "requirements.txt", "domain.npz",
    }  # fmt: skip
    samples = pd.read_csv(folder / "samples.csv")
    assert len(samples) == plain_sensor().provenance.n_samples
    assert {"culture", "elapsed_h", "assay"} <= set(samples)
    assert "scikit-learn==" in (folder / "requirements.txt").read_text()


def test_two_builds_differ_in_digest_when_their_data_do():
    other = make_sensor(cal=make_calibration(seed=1))

    assert other.digest != plain_sensor().digest


@pytest.mark.parametrize("name", ["model.skops", "golden.csv", "samples.csv", "requirements.txt"])
def test_a_changed_file_is_named_and_refused(folder, name):
    with (folder / name).open("ab") as handle:
        handle.write(b" ")

    with pytest.raises(SensorError, match=rf"{name}: was changed .* export the sensor again"):
        load_sensor(folder)


@pytest.mark.parametrize("name", ["model.skops", "golden.csv"])
def test_a_missing_file_is_named(folder, name):
    (folder / name).unlink()

    with pytest.raises(SensorError, match=rf"{name}: is missing or cannot be read"):
        load_sensor(folder)


def test_a_changed_description_is_refused(folder):
    path = folder / DESCRIPTION
    described = json.loads(path.read_text())
    described["limits"]["q"] *= 100
    path.write_text(json.dumps(described))

    with pytest.raises(SensorError, match=r"sensor\.json: was changed after the sensor was made"):
        load_sensor(folder)


@pytest.mark.parametrize(
    "step,said", [(1, "a newer version .* update the one"), (-1, "an older version .* train it")]
)
def test_a_sensor_of_another_version_is_refused_with_what_to_do(folder, step, said):
    rewrite(folder, schema=SCHEMA + step)

    with pytest.raises(
        SensorError, match=rf"expected schema {SCHEMA}; got {SCHEMA + step}.*{said}"
    ):
        load_sensor(folder)


def test_something_else_is_refused(tmp_path):
    (tmp_path / DESCRIPTION).write_text('{"format": "a recipe for soup"}')

    with pytest.raises(SensorError, match="expected a soft sensor of this software"):
        load_sensor(tmp_path)


@pytest.mark.parametrize("text", ["", "{", "[1, 2]", "\x00\x01", "null"])
def test_a_broken_description_is_refused(tmp_path, text):
    (tmp_path / DESCRIPTION).write_text(text)

    with pytest.raises(SensorError, match=r"sensor\.json"):
        load_sensor(tmp_path)


def test_a_folder_that_is_not_there_is_said_so(tmp_path):
    with pytest.raises(SensorError, match="no such folder"):
        load_sensor(tmp_path / "nowhere")


def test_a_campaign_folder_is_no_sensor(tmp_path):
    (tmp_path / "campaign.toml").write_text('id = "x"')

    with pytest.raises(SensorError, match=r"no sensor\.json in it"):
        load_sensor(tmp_path)


def test_a_well_forged_model_of_a_foreign_type_is_refused(folder):
    evil = Pipeline([("run", FunctionTransformer(os.system))])
    forge_model(folder, skops.io.dumps([[evil], [None]]))

    with pytest.raises(SensorError, match=r"holds types that are not on this software's list"):
        load_sensor(folder)


@pytest.mark.parametrize(
    "stored", [b"", b"not a zip", skops.io.dumps({"a": 1}), skops.io.dumps([[1], [None]])]
)
def test_a_well_forged_model_that_is_none_is_refused(folder, stored):
    forge_model(folder, stored)

    with pytest.raises(SensorError):
        load_sensor(folder)


def test_a_zip_with_a_pickle_inside_is_refused(folder, tmp_path):
    with zipfile.ZipFile(tmp_path / "bad.zip", "w") as archive:
        archive.writestr("schema.json", '{"__class__": "Popen", "__module__": "subprocess"}')
    forge_model(folder, (tmp_path / "bad.zip").read_bytes())

    with pytest.raises(SensorError, match=r"model\.skops"):
        load_sensor(folder)


@pytest.mark.parametrize(
    "missing", ["axis", "limits", "members", "interval", "provenance", "files"]
)
def test_a_well_forged_description_with_a_part_missing_is_refused(folder, missing):
    described = json.loads((folder / DESCRIPTION).read_text())
    del described[missing]
    described["digest"] = digest(described)
    (folder / DESCRIPTION).write_text(json.dumps(described))

    with pytest.raises(SensorError, match=r"sensor\.json"):
        load_sensor(folder)


def test_a_description_cannot_reach_outside_its_folder(folder):
    files = json.loads((folder / DESCRIPTION).read_text())["files"]
    rewrite(folder, files=files | {"../secret": "0" * 64})

    with pytest.raises(SensorError, match="not a file of the folder"):
        load_sensor(folder)


def test_a_model_that_would_not_load_is_not_built():
    with pytest.raises(SensorError, match="holds types that are not on this software's list"):
        make_sensor(Pipeline([*recipe(), ("own", FunctionTransformer(abs_path)), pls().steps[-1]]))


def abs_path(spectra):
    """Stand for a step that is not one of ours."""
    return np.abs(spectra)


def test_a_folder_with_something_in_it_is_not_overwritten(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")

    with pytest.raises(SensorError, match="expected a new or empty folder"):
        save_sensor(plain_sensor(), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_an_empty_folder_is_taken(tmp_path):
    target = tmp_path / "empty"
    target.mkdir()

    save_sensor(plain_sensor(), target)

    assert load_sensor(target).digest == plain_sensor().digest


def test_a_full_disk_leaves_nothing_behind(tmp_path, monkeypatch):
    def full(self, *args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "open", full)

    with pytest.raises(StoreError, match=r"cannot be written: .*No space left"):
        save_sensor(plain_sensor(), tmp_path / "s")
    assert list(tmp_path.iterdir()) == []
