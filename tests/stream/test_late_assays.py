"""Assays are taken once each, in units that somebody stated, whenever the file has changed."""

import logging
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest

from pat.campaign import Analyte
from pat.stream.drop_names import DropNames
from pat.stream.late_assays import LateAssays
from tests.stream.drop import TEN

GLUCOSE = Analyte("glucose", "g/L", molar_mass=180.16)
AT = TEN.isoformat()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "cho"
    path.mkdir()
    return path


def read(folder: Path, text: str, toml: str = "", settle_s: float = 0.0) -> pd.DataFrame | None:
    if toml:
        (folder / "campaign.toml").write_text(toml)
    (folder / "assays.csv").write_text(text)
    assays = LateAssays(folder, analytes=[GLUCOSE], settle_s=settle_s)
    return assays.refresh(DropNames(folder))


def test_a_wide_file_has_the_units_of_campaign_toml(folder: Path) -> None:
    assays = read(
        folder,
        f"vessel,time,glucose,lactate\nV01,{AT},4.1,<0.2\nV02,{AT},,1.5\n",
        '[analytes.glucose]\nunit = "g/L"\n[analytes.lactate]\nunit = "mmol/L"\n',
    )

    assert assays is not None
    found = assays[["vessel", "analyte", "value", "censored", "limit", "unit", "campaign"]]
    expected = pd.DataFrame(
        {
            "vessel": ["V01", "V01", "V02"],
            "analyte": ["glucose", "lactate", "lactate"],
            "value": [4.1, None, 1.5],
            "censored": [None, "<", None],
            "limit": [None, 0.2, None],
            "unit": ["g/L", "mmol/L", "mmol/L"],
            "campaign": ["cho"] * 3,
        }
    )
    pd.testing.assert_frame_equal(found, expected, check_dtype=False)


def test_a_wide_file_without_units_is_not_guessed_at(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        assert read(folder, f"vessel,time,glucose\nV01,{AT},4.1\n") is None

    assert "[analytes.glucose] with its unit" in caplog.text


def test_a_long_file_brings_its_units_and_is_converted(folder: Path) -> None:
    assays = read(
        folder,
        "vessel,time,analyte,value,unit\n"
        f"V01,{AT},glucose,4100,mg/L\nV02,{AT},glucose,20,mmol/L\nV03,{AT},glucose,3,g/L\n",
    )

    assert assays is not None
    assert assays["value"].tolist() == pytest.approx([4.1, 20 * 0.18016, 3.0])
    assert set(assays["unit"]) == {"g/L"}


@pytest.mark.parametrize("unit", ["", "h", "banana"])
def test_a_value_whose_unit_cannot_be_converted_is_left_out(
    folder: Path, unit: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        assays = read(
            folder,
            "vessel,time,analyte,value,unit\n"
            f"V01,{AT},glucose,4100,{unit}\nV02,{AT},glucose,3,g/L\n",
        )

    assert assays is not None
    assert assays["vessel"].tolist() == ["V02"]
    assert "column unit" in caplog.text


def test_a_line_that_is_not_whole_waits(folder: Path) -> None:
    toml = '[analytes.glucose]\nunit = "g/L"\n'
    text = f"vessel,time,glucose\nV01,{AT},4.1"

    assert read(folder, text, toml, settle_s=1000.0) is None
    assays = read(folder, text, toml)
    assert assays is not None
    assert assays["value"].tolist() == [4.1]


def test_only_a_change_is_news_and_keys_stay_the_same(folder: Path) -> None:
    (folder / "campaign.toml").write_text('[analytes.glucose]\nunit = "g/L"\n')
    path = folder / "assays.csv"
    assays = LateAssays(folder, analytes=[GLUCOSE], settle_s=0.0)
    names = DropNames(folder)
    assert assays.refresh(names) is None

    path.write_text(f"vessel,time,glucose\nV01,{AT},4.1\nV01,{AT},4.1\n")
    first = assays.refresh(names)
    assert assays.refresh(names) is None
    with path.open("a") as file:
        file.write(f"V02,{AT},5\n")
    second = assays.refresh(names)

    assert first is not None
    assert second is not None
    assert first["assay_key"].is_unique
    assert second["assay_key"].tolist()[:2] == first["assay_key"].tolist()


def test_rows_without_vessel_or_place_are_told_and_left_out(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        assays = read(
            folder,
            f"vessel,time,glucose\n,{AT},4.1\nV02,,4.2\nV03,{AT},high\nV04,{AT},4.4\n",
            '[analytes.glucose]\nunit = "g/L"\n',
        )

    assert assays is not None
    assert assays["vessel"].tolist() == ["V04"]
    assert "row 2" in caplog.text
    assert "row 4, column glucose" in caplog.text


def test_the_map_tells_the_campaign(folder: Path) -> None:
    (folder / "campaign.toml").write_text('[analytes.glucose]\nunit = "g/L"\n')
    (folder / "assays.csv").write_text(f"vessel,time,glucose\nV01,{AT},4.1\nV09,{AT},4.1\n")
    vessels = folder.parent / "map.csv"
    vessels.write_text("channel,vessel,campaign\nP1,V01,cho-8\n")

    assays = LateAssays(folder, analytes=[GLUCOSE], settle_s=0.0).refresh(
        DropNames(folder, vessels=vessels)
    )

    assert assays is not None
    assert assays["campaign"].tolist() == ["cho-8", "cho"]


def test_a_sample_or_hours_will_do(folder: Path) -> None:
    later = (TEN + timedelta(hours=1)).isoformat()
    assays = read(
        folder,
        f"vessel,time,elapsed_h,sample,glucose\nV01,,2.5,,1\nV01,,,S1,2\nV01,{later},,,3\n",
        '[analytes.glucose]\nunit = "g/L"\n',
    )

    assert assays is not None
    assert assays["value"].tolist() == [1, 2, 3]
