"""A spectrum as JSON comes back bit for bit, and whatever else is JSON is refused in words."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pat.errors import FileFormatError
from pat.readers import read_spectrum_file
from pat.readers.spectrum_json import spectrum_json
from pat.spectra import AxisKind

WHOLE = {"vessel": "V01", "raman_shift_cm1": [400, 401.5], "intensity": [1, None]}


def read(tmp_path: Path, content: bytes | dict[str, object]):
    path = tmp_path / "spectrum.json"
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return read_spectrum_file(path)


@given(st.lists(st.floats(allow_infinity=False), min_size=2, max_size=9))
def test_every_float_comes_back_and_what_is_no_number_stays_none(
    tmp_path_factory: pytest.TempPathFactory, values: list[float]
) -> None:
    axis = 400.0 + np.cumsum(np.full(len(values), 1 / 3))
    content = spectrum_json(
        {"vessel": "7", "time": "2024-05-01T12:00:00+02:00", "laser_mw": 450.5},
        axis, np.array(values), axis_kind=AxisKind.WAVENUMBER,
    )  # fmt: skip

    spectra = read(tmp_path_factory.mktemp("json"), content)

    np.testing.assert_array_equal(spectra.axis, axis)
    np.testing.assert_array_equal(spectra.intensities[0], values)
    assert spectra.axis_kind is AxisKind.WAVENUMBER
    told = spectra.keys.iloc[0]
    assert (told["vessel"], told["laser_mw"]) == ("7", 450.5)
    assert told["time"] == pd.Timestamp("2024-05-01T10:00:00Z")
    assert told["kind"] == "culture"


def test_keys_are_text_whatever_they_look_like(tmp_path: Path) -> None:
    told = read(tmp_path, {**WHOLE, "vessel": 1, "scan": 17, "elapsed_h": 2}).keys.iloc[0]

    assert (told["vessel"], told["scan"], told["elapsed_h"]) == ("1", "17", 2.0)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "expected a JSON object"),
        (b"\xff\xfe{}", "expected a JSON object"),
        (b"[" * 100_000, "expected a JSON object"),
        (b"[1, 2]", "expected a JSON object; got list"),
        ({"intensity": [1, 2]}, "expected one axis out of .*; got none"),
        ({**WHOLE, "wavelength_nm": [800, 801]}, "got raman_shift_cm1, wavelength_nm"),
        ({**WHOLE, "intensity": [1]}, "expected 2 intensities, one a channel; got 1"),
        ({**WHOLE, "intensity": "1 2"}, "expected intensity as a list of numbers; got str"),
        ({**WHOLE, "intensity": [1, "2"]}, "expected numbers in intensity; got '2'"),
        ({**WHOLE, "intensity": [1, True]}, "expected numbers in intensity; got 'True'"),
        ({**WHOLE, "intensity": [1, 10**400]}, "beyond float64"),
        ({**WHOLE, "raman_shift_cm1": [400, 400]}, "expected a rising or falling axis"),
        ({**WHOLE, "raman_shift_cm1": [400, None]}, "expected a rising or falling axis"),
        ({**WHOLE, "vessel": ["V01"]}, "expected text or a number for vessel; got list"),
        ({**WHOLE, "time": "yesterday"}, "yesterday"),
        ({**WHOLE, "kind": "soup"}, "expected a kind of"),
        ({"wavelength_nm": [300, 301], "intensity": [1, 2]}, "ultraviolet or visible light"),
    ],
)
def test_what_is_no_spectrum_is_refused(
    tmp_path: Path, content: bytes | dict[str, object], message: str
) -> None:
    with pytest.raises(FileFormatError, match=rf"spectrum.json: .*{message}"):
        read(tmp_path, content)


def test_a_file_says_not_where_it_lies(tmp_path: Path) -> None:
    told = read(tmp_path, {**WHOLE, "source_file": "../../etc/passwd"}).keys.iloc[0]

    assert told["source_file"] == "spectrum.json"
