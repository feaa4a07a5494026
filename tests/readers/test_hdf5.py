"""HDF5 tables: one axis and one table of intensities are read, anything less sure is refused."""

import random
import sys

import numpy as np
import pandas as pd
import pytest

from pat.errors import FileFormatError
from pat.readers import read_spectrum_file
from pat.spectra import AxisKind

h5py = pytest.importorskip("h5py")

AXIS = np.linspace(600, 1800, 5)
COUNTS = np.arange(15.0).reshape(3, 5)


def write(folder, **datasets):
    with h5py.File(folder / "s.h5", "w") as file:
        for name, values in datasets.items():
            file[name.replace("__", "/")] = values
    return folder / "s.h5"


def read(folder, **datasets):
    return read_spectrum_file(write(folder, **datasets), timezone="UTC")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("raman_shift", AxisKind.RAMAN_SHIFT),
        ("Wavenumbers", AxisKind.WAVENUMBER),
        ("run__1__wavelength_nm", AxisKind.WAVELENGTH),
    ],
)
def test_a_table_is_read_over_the_axis_that_its_name_tells(tmp_path, name, kind):
    back = read(tmp_path, **{name: AXIS, "counts": COUNTS.astype("i4")})

    assert np.array_equal(back.axis, AXIS)
    assert np.array_equal(back.intensities, COUNTS)
    assert back.axis_kind is kind


def test_one_spectrum_may_have_one_dimension(tmp_path):
    assert read(tmp_path, raman_shift=AXIS, y=COUNTS[0]).intensities.tolist() == [[0, 1, 2, 3, 4]]


def test_values_beside_the_spectra_are_their_keys(tmp_path):
    times = np.array([b"2024-05-01T10:00Z", b"2024-05-01 11:00", b"2024-05-01T12:00Z"])

    keys = read(
        tmp_path, raman_shift=AXIS, spectra=COUNTS, vessel=np.array([b"V01"] * 3), time=times,
        elapsed_h=[1.0, 2.0, 3.0], sample=[7, 8, 9], temperature=[1, 2, 3],
    ).keys  # fmt: skip

    assert keys["vessel"].tolist() == ["V01"] * 3
    assert keys["time"][1] == pd.Timestamp("2024-05-01T11:00Z")
    assert keys["elapsed_h"].tolist() == [1.0, 2.0, 3.0]
    assert keys["sample"].tolist() == ["7", "8", "9"]


@pytest.mark.parametrize(
    ("datasets", "words"),
    [
        ({"x": AXIS, "counts": COUNTS}, "named as an axis"),
        ({"raman_shift": AXIS, "wavenumber": AXIS, "y": COUNTS}, "named as an axis"),
        ({"raman_shift": AXIS}, "of 5 columns; got none"),
        ({"raman_shift": AXIS, "a": COUNTS, "b": COUNTS}, "of 5 columns; got"),
        ({"raman_shift": AXIS, "a": COUNTS.T}, "of 5 columns; got none"),
        ({"raman_shift": AXIS[[0, 2, 1, 3, 4]], "a": COUNTS}, "rising or falling"),
        ({"wavelength": AXIS - 400, "a": COUNTS}, "ultraviolet"),
        ({"raman_shift": AXIS, "a": COUNTS, "time": np.array([b"soon"] * 3)}, "soon"),
        ({"raman_shift": AXIS, "a": COUNTS, "vessel": ["V01"] * 3}, "text of fixed length"),
    ],
)
def test_what_is_not_one_axis_and_one_table_is_refused(tmp_path, datasets, words):
    with pytest.raises(FileFormatError, match=words):
        read(tmp_path, **datasets)


@pytest.mark.parametrize("shape", [(10**6, 3000), (10**4, 3000)])
def test_a_small_file_that_unpacks_to_gigabytes_is_refused_unread(tmp_path, shape):
    with h5py.File(tmp_path / "s.h5", "w") as file:
        file["raman_shift"] = np.linspace(100, 3000, 3000)
        file.create_dataset("counts", shape, "f4", chunks=(100, 3000), compression="gzip")
    assert (tmp_path / "s.h5").stat().st_size < 100_000

    with pytest.raises(FileFormatError, match="at most 100000000 bytes"):
        read_spectrum_file(tmp_path / "s.h5")


def test_links_to_other_files_are_not_followed(tmp_path):
    path = write(tmp_path, raman_shift=AXIS)
    with h5py.File(tmp_path / "other.h5", "w") as file:
        file["counts"] = COUNTS
    with h5py.File(path, "a") as file:
        file["counts"] = h5py.ExternalLink("other.h5", "counts")

    with pytest.raises(FileFormatError, match="got none"):
        read_spectrum_file(path)


def test_a_missing_extra_is_named_with_the_line_to_type(tmp_path, monkeypatch):
    path = write(tmp_path, raman_shift=AXIS, counts=COUNTS)
    monkeypatch.setitem(sys.modules, "h5py", None)

    with pytest.raises(FileFormatError, match=r"pip install 'raman-pat\[hdf5\]'"):
        read_spectrum_file(path)


def test_broken_files_are_read_or_refused(tmp_path):
    content = write(
        tmp_path, raman_shift=AXIS, counts=COUNTS, vessel=np.array([b"V01"] * 3)
    ).read_bytes()
    rng = random.Random(20240501)
    refused = 0
    for number in range(200):
        broken = bytearray(content[: rng.randrange(len(content))] if number % 4 == 0 else content)
        for _ in range(rng.choice([1, 2, 8])):
            if broken:
                broken[rng.randrange(len(broken))] ^= 1 << rng.randrange(8)
        (tmp_path / "b.h5").write_bytes(broken)
        try:
            read_spectrum_file(tmp_path / "b.h5")
        except FileFormatError:
            refused += 1
    assert refused > 50
