"""campaign.toml is checked key by key, and what is written reads back the same."""

from pathlib import Path

import pytest
from hypothesis import given

from pat.campaign import CampaignInfo
from pat.readers.campaign_toml import read_info, written_info
from pat.readers.findings import Findings
from pat.spectra import AxisKind
from tests.strategies import campaign_infos

PLAIN = """\
id = "demo"
axis = "raman_shift_cm1"

[analytes.glucose]
unit = "g/L"
"""


def read(folder: Path, text: str) -> tuple[CampaignInfo, Findings]:
    (folder / "campaign.toml").write_text(text, encoding="utf-8")
    findings = Findings()
    return read_info(folder, findings=findings), findings


def told(folder: Path, text: str) -> list[str]:
    return [str(fault) for fault in read(folder, text)[1].faults]


def test_every_setting_is_read(tmp_path):
    info, findings = read(
        tmp_path,
        """
        id = "demo"
        description = "what"
        axis = "wavelength_nm"
        intensity = "absorbance"
        instrument = "A"
        laser_nm = 785
        timezone = "Europe/Berlin"
        saturation = 65535
        pair_within_min = 5
        [clock]
        assays = -3600
        [analytes.lactate]
        unit = "mmol/L"
        range = [0, 40]
        method = "HPLC"
        molar_mass = 90.08
        sel = 0.1
        [online.pH]
        unit = "1"
        normal_range = [6.8, 7.2]
        """,
    )

    assert not findings.faults
    assert not findings.warnings
    assert info.axis_kind is AxisKind.WAVELENGTH
    assert (info.laser_nm, info.saturation, info.pair_within_min) == (785.0, 65535.0, 5.0)
    assert info.clock_s == {"assays": -3600.0}
    assert info.analytes["lactate"].range == (0.0, 40.0)
    assert info.analytes["lactate"].molar_mass == 90.08
    assert info.online["pH"].normal_range == (6.8, 7.2)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('id = "a/b"', "without / and :"),
        ("id = 7", "text in quotes"),
        ('axis = "raman"', "raman_shift_cm1, wavenumber_cm1"),
        ('timezone = "CET+1"', "Europe/Berlin"),
        ("saturation = 0", "above 0"),
        ('laser_nm = "785"', "expected a number"),
        ("pair_within_min = -1", "0 or more"),
        ("saturaton = 65535", "did you mean saturation?"),
        ("clock = 5", "section [clock]"),
    ],
)
def test_a_setting_that_cannot_be_is_a_fault_at_its_line(tmp_path, line, words):
    key = line.split(" = ")[0]
    others = [text for text in PLAIN.splitlines() if not text.startswith(f"{key} =")]

    (fault,) = told(tmp_path, "\n".join(["# a comment", line, *others]))

    assert fault.startswith(f"campaign.toml, row 2, column {key}: ")
    assert words in fault


@pytest.mark.parametrize(
    ("section", "place", "words"),
    [
        ("[clock]\nspectrum = 60", "row 7, column clock.spectrum", "did you mean spectra?"),
        ("[analytes.a]\nunit = 'g/L'\nrange = [1, 0]", "row 8, column analytes.a.range", "[low"),
        ("[analytes.a]\nunit = 'g/L'\nsel = true", "row 8, column analytes.a.sel", "a number"),
        ("[analytes.a]", "row 6, column analytes.a.unit", "missing"),
        ("[analytes.a]\nunit = 'ban'", "row 7, column analytes.a.unit", "unknown unit 'ban'"),
        ("[analytes.time]\nunit = 'g/L'", "row 6, column analytes.time", "another name"),
        ("[analytes.'400']\nunit = 'g/L'", "row 6, column analytes.400", "another name"),
        ("[analytes.'a:b']\nunit = 'g/L'", "row 6, column analytes.a:b", "without / and :"),
        ("[online.pH]", "row 6, column online.pH.unit", "missing"),
    ],
)
def test_a_section_that_cannot_be_is_a_fault_at_its_line(tmp_path, section, place, words):
    (fault,) = told(tmp_path, PLAIN + section)

    assert fault.startswith(f"campaign.toml, {place}: ")
    assert words in fault


def test_an_unknown_key_that_resembles_nothing_is_a_warning(tmp_path):
    _, findings = read(tmp_path, 'operator = "x"\n' + PLAIN)

    assert not findings.faults
    assert "operator" in findings.warnings[0]


def test_all_faults_are_told_at_once(tmp_path):
    assert len(told(tmp_path, 'axis = "x"\nlaser_nm = -1\n[analytes.a]\n')) == 4


def test_text_that_is_no_toml_names_its_line(tmp_path):
    assert "row 2" in told(tmp_path, 'id = "demo"\naxis = \n')[0]


def test_a_missing_file_says_what_to_do(tmp_path):
    findings = Findings()
    read_info(tmp_path, findings=findings)

    assert "pat check" in findings.faults[0].message


@given(campaign_infos())
def test_what_is_written_reads_back_the_same(tmp_path_factory, info):
    folder = tmp_path_factory.mktemp("toml")

    again, findings = read(folder, written_info(info))

    assert [str(fault) for fault in findings.faults] == []
    assert again == info
