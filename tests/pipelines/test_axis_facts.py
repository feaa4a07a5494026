"""The corrected axis is printed to paste, and added to campaign.toml where asked."""

import shutil

import pytest

from pat.errors import InputError
from pat.readers import read_campaign
from pipelines import check
from pipelines.axis_facts import add_axis_correction, axis_facts
from tests.readers.folders import folder

SETTING = "[axis_correction]\ncoefficients = [-1.5, 1.0]"


def test_the_lines_are_added_and_the_campaign_reads_with_them(tmp_path, capsys):
    place = folder(tmp_path)

    add_axis_correction(place, {"setting": SETTING, "reason": "off"})

    assert read_campaign(place).spectra.axis.tolist() == [398.5, 399.5, 401.0]
    assert "was added to" in capsys.readouterr().out


def test_a_correction_that_is_there_is_not_overwritten(tmp_path):
    place = folder(tmp_path)
    add_axis_correction(place, {"setting": SETTING, "reason": "off"})
    before = (place / "campaign.toml").read_bytes()

    with pytest.raises(InputError, match=r"has an \[axis_correction\] already"):
        add_axis_correction(place, {"setting": SETTING, "reason": "off"})
    assert (place / "campaign.toml").read_bytes() == before


def test_an_axis_that_needs_nothing_changes_nothing(tmp_path, capsys):
    place = folder(tmp_path)
    before = (place / "campaign.toml").read_bytes()

    check.run(place, mend_axis=True)

    assert "the axis is not changed: too few" in capsys.readouterr().out
    assert (place / "campaign.toml").read_bytes() == before


def test_a_real_plate_is_right_once_it_was_mended(shared_data, tmp_path, capsys):
    place = tmp_path / "plate"
    shutil.copytree(shared_data / "mixtures-plate", place, copy_function=shutil.copyfile)
    place.chmod(0o700)

    check.run(place, mend_axis=True)
    again = axis_facts(read_campaign(place))

    assert "sulfate 981 is found at 789.2, corrected at 981.0" in capsys.readouterr().out
    assert (again["verdict"], again["setting"]) == ("right", "")
