"""`pat inspect` tells what is in a file or a campaign, and refuses the rest with the reason."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pat.errors import InputError
from pat.readers import write_spectrum_file
from pat.spectra import Spectra
from pipelines import inspecting
from tests.importing.laboratory import AXIS, scan, table, workbook
from tests.readers.folders import folder

PNG = b"\x89PNG\r\n\x1a\n"


def printed(target: Path, capsys: pytest.CaptureFixture[str], png: Path | None = None) -> str:
    inspecting.run(target, png=png, timezone="UTC")
    return capsys.readouterr().out


def test_a_spectrum_is_told_by_axis_spacing_and_intensity(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    png = tmp_path / "scan.png"
    text = printed(scan(tmp_path, "V01__20240501T100000Z.spc"), capsys, png)

    assert "400 to 500 in 12 channels, rising (raman_shift_cm1)" in text
    assert "9.091" in text
    assert "100 to 221, median 130.5" in text
    assert "vessel V01, 2024-05-01T10:00:00Z" in text
    assert png.read_bytes().startswith(PNG)


def test_a_detector_at_full_scale_is_hinted_at(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    flat = np.minimum(np.arange(12.0) * 100, 700.0)
    keys = pd.DataFrame({"source_file": ["x"]})
    write_spectrum_file(Spectra(AXIS, flat[np.newaxis], keys), tmp_path / "flat.csv")

    assert "1 spectrum stays at the highest value (700)" in printed(tmp_path / "flat.csv", capsys)


def test_a_table_is_told_by_columns_units_gaps_and_order(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    times = ["10:00", "10:10", "10:05", "10:20", "12:00", "12:00"]
    rows = "".join(f"V01,2024-05-01 {time},{i}\n" for i, time in enumerate(times))
    path = table(tmp_path / "online.csv", f"Reactor,Timestamp,pO2 [%]\n{rows}")
    png = tmp_path / "online.png"

    text = printed(path, capsys, png)

    assert "table of online values" in text
    assert "1, the longest 1.67 h before 2024-05-01T12:00:00Z" in text
    assert "go back in time" in text
    assert "comes again in row 7" in text
    assert "0 to 5" in text
    assert png.read_bytes().startswith(PNG)


def test_an_excel_log_and_a_table_of_unclear_content_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [["Reactor", "Time", "Event", "Amount (mL)"], ["V01", "2024-05-01T10:00Z", "feed", 5.0]]
    log = printed(workbook(tmp_path / "log.xlsx", rows), capsys)
    unclear = printed(table(tmp_path / "x.csv", "vessel,time,a\nV1,2024-05-01 10:00,1\n"), capsys)

    assert "table of events" in log
    assert "mL" in log
    assert "x.csv: table\n" in unclear


def test_a_campaign_is_told_and_drawn(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    png = tmp_path / "demo.png"
    text = printed(folder(tmp_path), capsys, png)

    assert "400 to 402.5 in 3 channels" in text
    assert "glucose" in text
    assert png.read_bytes().startswith(PNG)


@pytest.mark.parametrize(
    "name, content, words",
    [
        ("photo.png", PNG + b"\0" * 50, "binary file"),
        ("notes.txt", b"shake well\n", "two columns"),
        ("empty.csv", b"", "empty|two columns"),
    ],
)
def test_a_file_of_another_kind_is_refused_with_the_reason(
    tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)

    with pytest.raises(InputError, match=words):
        inspecting.run(path)


def test_a_folder_that_is_no_campaign_points_to_import(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="pat import"):
        inspecting.run(tmp_path)


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no file"):
        inspecting.run(tmp_path / "none.spc")
