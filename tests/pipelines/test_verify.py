"""`pat export` and `pat verify`: out of one folder, into another, and proved to be the same."""

import pytest

from pat.errors import SensorError
from pat.soft_sensor import load_sensor, save_sensor
from pipelines import export, verify
from tests.soft_sensor.sensors import plain_sensor


@pytest.fixture
def folder(tmp_path):
    save_sensor(plain_sensor(), tmp_path / "s")
    return tmp_path / "s"


def test_an_exported_sensor_is_the_same_sensor(folder, tmp_path, capsys):
    export.run(str(folder), tmp_path / "models" / "glucose")

    assert load_sensor(tmp_path / "models" / "glucose").digest == plain_sensor().digest
    said = capsys.readouterr().out
    assert f"next: pat verify {tmp_path / 'models' / 'glucose'}" in said


def test_a_sound_folder_is_said_to_agree(folder, capsys):
    verify.run(folder)

    said = capsys.readouterr().out
    assert "every file is as it was made" in said
    assert "13 golden spectra predicted again" in said


def test_a_tampered_folder_is_refused(folder):
    (folder / "requirements.txt").write_text("")

    with pytest.raises(SensorError, match=r"requirements\.txt: was changed"):
        verify.run(folder)
    with pytest.raises(SensorError, match=r"requirements\.txt: was changed"):
        export.run(str(folder), folder.parent / "copy")
    assert not (folder.parent / "copy").exists()


def test_export_does_not_write_over_what_is_there(folder, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("mine")

    with pytest.raises(SensorError, match="expected a new or empty folder"):
        export.run(str(folder), tmp_path / "mine")
