"""SPC files: written ones come back as float32, real ones are read or refused by their axis."""

import struct
import sys

import numpy as np
import pandas as pd
import pytest

from pat.errors import FileFormatError
from pat.readers import read_spectrum_file, write_spectrum_file
from pat.spectra import AxisKind, Spectra

pytest.importorskip("spc_io")

INSTANT = pd.Timestamp("2024-05-01T10:00:00.123456Z")


def spectrum(axis, kind=AxisKind.RAMAN_SHIFT, **keys):
    counts = np.random.default_rng(20240501).poisson(20_000, axis.size).astype(float)
    return Spectra(axis, counts[np.newaxis], pd.DataFrame(keys, index=[0]), kind)


def hand_made(*, exponent, integers, short=False, axis_type=13, date=0, first=100.0, technique=0):
    """Return an SPC file written byte by byte from the format's own description."""
    flags = 0x01 if short else 0x00
    header = struct.pack("<BBBb", flags, 0x4B, technique, exponent)
    header += struct.pack("<Iddi", len(integers), first, first + len(integers) - 1, 1)
    header += struct.pack("<BBBBI", axis_type, 4, 0, 0, date)
    header = header.ljust(512, b"\0")
    sub = struct.pack("<BbH", 0, exponent, 0).ljust(32, b"\0")
    return header + sub + struct.pack(f"<{len(integers)}{'h' if short else 'i'}", *integers)


@pytest.mark.parametrize("kind", AxisKind)
def test_what_is_written_comes_back_in_float32(tmp_path, kind):
    written = spectrum(np.linspace(100, 3425, 3325), kind, vessel="01", time=INSTANT,
                       sample="a=b", exposure_s=10.5, probe="7")  # fmt: skip

    write_spectrum_file(written, tmp_path / "s.spc")
    back = read_spectrum_file(tmp_path / "s.spc")

    assert np.array_equal(back.axis, written.axis)  # even, so nothing is lost
    assert np.array_equal(back.intensities, written.intensities.astype(np.float32))
    assert back.axis_kind is kind
    keys = back.keys.iloc[0]
    assert (keys["vessel"], keys["time"], keys["sample"]) == ("01", INSTANT, "a=b")
    assert (keys["exposure_s"], keys["probe"]) == (10.5, "7")


def test_an_uneven_axis_comes_back_in_float32(tmp_path):
    axis = np.cumsum(np.random.default_rng(20240501).uniform(0.5, 1.5, 500)) + 400

    write_spectrum_file(spectrum(axis), tmp_path / "s.spc")

    assert np.array_equal(read_spectrum_file(tmp_path / "s.spc").axis, axis.astype(np.float32))


def test_the_log_block_lies_where_the_header_says(tmp_path):
    write_spectrum_file(spectrum(np.linspace(100, 200, 50), vessel="V01"), tmp_path / "s.spc")
    content = (tmp_path / "s.spc").read_bytes()

    (log_offset,) = struct.unpack_from("<I", content, 248)
    (log_size,) = struct.unpack_from("<I", content, log_offset)
    assert log_offset == 512 + 32 + 4 * 50
    assert log_offset + log_size == len(content)
    assert b"vessel=V01" in content[log_offset:]


@pytest.mark.parametrize(("short", "bits"), [(True, 16), (False, 32)])
def test_integers_are_fractions_of_a_power_of_two(tmp_path, short, bits):
    integers = [-5, 0, 7, 30_000]
    (tmp_path / "s.spc").write_bytes(hand_made(exponent=12, integers=integers, short=short))

    back = read_spectrum_file(tmp_path / "s.spc")

    assert back.intensities[0].tolist() == [value * 2.0**12 / 2.0**bits for value in integers]
    assert back.axis.tolist() == [100.0, 101.0, 102.0, 103.0]


@pytest.mark.parametrize(
    ("axis_type", "kind"),
    [(13, AxisKind.RAMAN_SHIFT), (1, AxisKind.WAVENUMBER), (3, AxisKind.WAVELENGTH)],
)
def test_the_axis_type_of_the_header_is_the_kind_of_axis(tmp_path, axis_type, kind):
    content = hand_made(exponent=12, integers=[1, 2, 3], axis_type=axis_type, first=600.0)
    (tmp_path / "s.spc").write_bytes(content)

    assert read_spectrum_file(tmp_path / "s.spc").axis_kind is kind


@pytest.mark.parametrize("axis_type", [0, 4, 9, 10, 16, 22, 77])
def test_another_axis_is_refused(tmp_path, axis_type):
    content = hand_made(exponent=12, integers=[1, 2, 3], axis_type=axis_type)
    (tmp_path / "s.spc").write_bytes(content)

    with pytest.raises(FileFormatError, match=r"s\.spc: expected an axis in cm-1 or nm"):
        read_spectrum_file(tmp_path / "s.spc")


@pytest.mark.parametrize(("technique", "words"), [(7, "UV-VIS"), (12, "fluorescence"), (9, "mass")])
def test_another_technique_is_refused_whatever_its_axis(tmp_path, technique, words):
    content = hand_made(exponent=12, integers=[1, 2, 3], technique=technique)
    (tmp_path / "s.spc").write_bytes(content)

    with pytest.raises(FileFormatError, match=words):
        read_spectrum_file(tmp_path / "s.spc")


def test_wavelengths_of_visible_light_are_refused_unless_said_to_be_near_infrared(tmp_path):
    visible = {"exponent": 12, "integers": [1, 2, 3], "axis_type": 3, "first": 200.0}
    (tmp_path / "visible.spc").write_bytes(hand_made(**visible))
    (tmp_path / "near.spc").write_bytes(hand_made(**visible, technique=5))

    with pytest.raises(FileFormatError, match="ultraviolet or visible"):
        read_spectrum_file(tmp_path / "visible.spc")
    assert read_spectrum_file(tmp_path / "near.spc").axis_kind is AxisKind.WAVELENGTH


def test_the_minute_in_the_header_is_local(tmp_path):
    packed = 30 | 12 << 6 | 1 << 11 | 7 << 16 | 2024 << 20
    (tmp_path / "s.spc").write_bytes(hand_made(exponent=12, integers=[1, 2, 3], date=packed))

    alone = read_spectrum_file(tmp_path / "s.spc").keys
    zoned = read_spectrum_file(tmp_path / "s.spc", timezone="Europe/Berlin").keys

    assert alone["time_local"].tolist() == ["2024-07-01T12:30:00"]
    assert zoned["time"][0] == pd.Timestamp("2024-07-01T10:30Z")


@pytest.mark.parametrize("size", [0, 1, 100, 511, 520, 544, 600])
def test_a_file_cut_short_is_refused(tmp_path, size):
    content = hand_made(exponent=12, integers=list(range(100)))
    (tmp_path / "s.spc").write_bytes(content[:size])

    with pytest.raises(FileFormatError, match=r"s\.spc"):
        read_spectrum_file(tmp_path / "s.spc")


def test_the_older_edition_is_named(tmp_path):
    (tmp_path / "s.spc").write_bytes(b"\0\x4d" + bytes(600))

    with pytest.raises(FileFormatError, match="before 1996"):
        read_spectrum_file(tmp_path / "s.spc")


def test_a_missing_extra_is_named_with_the_line_to_type(tmp_path, monkeypatch):
    (tmp_path / "s.spc").write_bytes(hand_made(exponent=12, integers=[1, 2, 3]))
    monkeypatch.setitem(sys.modules, "spc_io", None)

    with pytest.raises(FileFormatError, match=r"pip install 'raman-pat\[formats\]'"):
        read_spectrum_file(tmp_path / "s.spc")


@pytest.mark.parametrize(
    ("name", "n_spectra", "kind", "first", "last"),
    [
        ("RAMAN.SPC", 1, AxisKind.RAMAN_SHIFT, 3996.82, -3005.96),
        ("raman-sion.spc", 36, AxisKind.RAMAN_SHIFT, 2801.46, 1218.43),
        ("Ft-ir.spc", 1, AxisKind.WAVENUMBER, 4000.0, 450.0),
        ("nir.spc", 20, AxisKind.WAVELENGTH, 1100.0, 2498.0),
        ("4d_map.spc", 121, AxisKind.WAVENUMBER, 798.395, 2001.774),
    ],
)
def test_real_files_are_read(shared_data, name, n_spectra, kind, first, last):
    back = read_spectrum_file(shared_data / "instrument-files" / "spc-cheminfo" / name)

    assert len(back) == n_spectra
    assert back.axis_kind is kind
    assert back.axis[[0, -1]] == pytest.approx([first, last], abs=0.01)
    assert np.isfinite(back.intensities).all()


@pytest.mark.parametrize("name", ["NMR_FID.SPC", "NMR_SPC.SPC", "m_xyxy.spc", "ms.spc", "s_xy.spc"])
def test_what_is_no_vibrational_spectrum_is_refused(shared_data, name):
    with pytest.raises(FileFormatError, match="axis in cm-1 or nm"):
        read_spectrum_file(shared_data / "instrument-files" / "spc-cheminfo" / name)
