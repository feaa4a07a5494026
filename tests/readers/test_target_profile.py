"""A target profile is read whole or refused with every fault: a slip would test nothing."""

import hashlib

import pytest

from pat.errors import CampaignError, InputError
from pat.readers.target_profile import read_target_profile

PROFILE = """\
purpose = "feeding"
context_of_use = "fed-batch"
risk = "low"

[analytes.glucose]
unit = "g/L"
range = [0.5, 8.0]
max_rmsep = 0.3
max_bias = 0.1
min_coverage = 0.9
null_margin = 0.5
"""


def written(folder, text):
    path = folder / "targets.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_it_holds_what_the_file_says_and_the_files_digest(tmp_path):
    path = written(tmp_path, PROFILE)

    profile = read_target_profile(path)

    target = profile.target("glucose", "g/L")
    assert (profile.purpose, profile.context_of_use, profile.risk) == (
        "feeding", "fed-batch", "low",
    )  # fmt: skip
    assert target.range == (0.5, 8.0)
    assert (target.max_rmsep, target.max_bias) == (0.3, 0.1)
    assert (target.min_coverage, target.null_margin) == (0.9, 0.5)
    assert profile.digest == hashlib.sha256(path.read_bytes()).hexdigest()


def test_all_faults_come_at_once_with_their_lines(tmp_path):
    text = (
        PROFILE.replace("max_rmsep", "max_rmse").replace("0.9", "90").replace('"g/L"', '"furlong?"')
    )

    with pytest.raises(CampaignError) as error:
        read_target_profile(written(tmp_path, text))

    said = str(error.value)
    assert "row 6, column analytes.glucose.unit" in said
    assert "row 8, column analytes.glucose.max_rmse: unknown key" in said
    assert "row 10, column analytes.glucose.min_coverage" in said


@pytest.mark.parametrize(
    "text,said",
    [
        ('purpose = "none"\n', r"expected a section \[analytes.NAME\]"),
        ('[analytes.glucose]\nunit = "g/L"\n', "at least one criterion"),
        ("[analytes.glucose]\nmax_rmsep = 0.3\n", "missing; expected a unit"),
        ('[analytes.glucose]\nunit = "g/L"\nmax_bias = -1\n', "expected a number above 0"),
        ('[analytes.glucose]\nunit = "g/L"\nrange = [8, 1]\n', "expected .low, high."),
    ],
)
def test_a_profile_that_asks_nothing_or_nonsense_is_refused(tmp_path, text, said):
    with pytest.raises(CampaignError, match=said):
        read_target_profile(written(tmp_path, text))


def test_what_is_no_toml_or_not_there_is_refused_with_its_place(tmp_path):
    with pytest.raises(InputError, match="row 1: expected TOML"):
        read_target_profile(written(tmp_path, "glucose max 0.3"))
    with pytest.raises(InputError, match="expected a target profile"):
        read_target_profile(tmp_path / "none.toml")


def test_an_analyte_or_unit_that_it_does_not_know_is_refused(tmp_path):
    profile = read_target_profile(written(tmp_path, PROFILE))

    with pytest.raises(InputError, match=r"expected a section \[analytes.lactate\]; got glucose"):
        profile.target("lactate", "g/L")
    with pytest.raises(InputError, match="expected the sensor's unit mM; got g/L"):
        profile.target("glucose", "mM")
