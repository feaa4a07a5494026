"""WiRE and OPUS files: written byte by byte here, and read as other readers read real ones."""

import struct
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from pat.errors import FileFormatError
from pat.readers.opus import read_opus
from pat.readers.wdf import read_wdf
from pat.spectra import AxisKind

AXIS = np.array([1800.5, 1799.25, 1797.75], dtype="<f4")
COUNTS = np.array([[1.5, 2.5, 3.5], [4.5, 5.5, 6.5]], dtype="<f4")
STARTED = datetime(2024, 5, 1, 10, 0, tzinfo=UTC)


def ticks(seconds):
    zero = datetime(1601, 1, 1, tzinfo=UTC)
    return int((STARTED - zero).total_seconds() + seconds) * 10**7


def wdf_bytes(*, unit=1, count=2, capacity=2, n_channels=3, times=(30, 60)):
    header = struct.pack("<4sIQ", b"WDF1", 1, 512).ljust(60, b"\0")
    header += struct.pack("<IQQIIII", n_channels, capacity, count, 5, 1, n_channels, 2)
    header = header.ljust(136, b"\0") + struct.pack("<Q", ticks(0))
    header = header.ljust(156, b"\0") + struct.pack("<f", 1e7 / 785)
    header = (header.ljust(240, b"\0") + b"Culture 7").ljust(512, b"\0")
    lists = struct.pack("<I", 2)
    lists += struct.pack("<II16s", 11, 24, b"Time") + struct.pack("<2Q", *map(ticks, times))
    lists += struct.pack("<II16s", 3 | 1 << 31, 5, b"X") + struct.pack("<2d", -1.5, 2.5)
    blocks = ((b"DATA", COUNTS.tobytes()), (b"XLST", struct.pack("<II", 1, unit) + AXIS.tobytes()),
              (b"ORGN", lists))  # fmt: skip
    return header + b"".join(
        struct.pack("<4sIQ", name, 0, 16 + len(body)) + body for name, body in blocks
    )


def parameters(**values):
    out = b""
    for name, value in values.items():
        if isinstance(value, int):
            kind, body = 0, struct.pack("<i", value)
        elif isinstance(value, float):
            kind, body = 1, struct.pack("<d", value)
        else:
            kind, body = 2, value.encode() + b"\0" * (2 - len(value) % 2)
        out += struct.pack("<4shh", name.encode(), kind, len(body) // 2) + body
    return out + b"END\0\0\0\0\0"


def opus_bytes(*, result=10, group=0, form=0, extra=(), **facts):
    said = {"DPF": 1, "NPT": 3, "FXV": 3000.0, "LXV": 100.0, "CSF": 2.0, "MNY": 1.5, "MXY": 3.5,
            "DXU": "WN", "DAT": "01/05/2024", "TIM": "12:00:00.500 (GMT+2)"} | facts  # fmt: skip
    bodies = [
        (group | result << 10 | form << 19, COUNTS[0].tobytes()),
        (1 << 4 | result << 10, parameters(**{k: v for k, v in said.items() if v is not None})),
        (10 << 4, parameters(SNM="culture 7")),
        (2 << 4, parameters(INS="MultiRAM")),
        *extra,
    ]
    start = 24 + 12 * (len(bodies) + 1)
    directory, content = b"", b""
    for code, body in bodies:
        body += b"\0" * (-len(body) % 4)
        directory += struct.pack("<3i", code, len(body) // 4, start + len(content))
        content += body
    head = b"\x0a\x0a\xfe\xfe" + struct.pack("<diii", 9.0, 24, len(bodies) + 1, len(bodies))
    return head + directory + bytes(12) + content


def read(folder, content, reader):
    name = {read_wdf: "s.wdf", read_opus: "s.0"}[reader]
    (folder / name).write_bytes(content)
    return reader(folder / name)


def test_a_wire_series_is_its_spectra_with_their_starts_and_places(tmp_path):
    back = read(tmp_path, wdf_bytes(), read_wdf)

    assert np.array_equal(back.axis, AXIS)
    assert np.array_equal(back.intensities, COUNTS)
    assert back.axis_kind is AxisKind.RAMAN_SHIFT
    assert back.keys["time"].tolist() == [STARTED, STARTED + pd.Timedelta(30, "s")]
    assert back.keys["position_x_um"].tolist() == [-1.5, 2.5]
    assert back.keys["laser_nm"].tolist() == pytest.approx([785, 785])
    assert back.keys["accumulations"].tolist() == [5, 5]
    assert back.keys["title"].tolist() == ["Culture 7"] * 2
    assert back.keys["scan"].tolist() == ["0", "1"]


def test_a_measurement_that_was_stopped_gives_what_it_has(tmp_path):
    back = read(tmp_path, wdf_bytes(count=1), read_wdf)

    assert np.array_equal(back.intensities, COUNTS[:1])
    assert back.keys["time"].tolist() == [STARTED]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"unit": 2}, "wavenumber"),
        ({"unit": 16}, "pixel"),
        ({"unit": 4}, "eV"),
        ({"n_channels": 4}, "4 values expected"),
        ({"capacity": 10**12}, "channels"),
        ({"count": 3}, "3 of 2 spectra"),
        ({"count": 0}, "0 of 2 spectra"),
    ],
)
def test_a_wire_file_of_another_content_is_refused(tmp_path, changed, words):
    with pytest.raises(FileFormatError, match=words):
        read(tmp_path, wdf_bytes(**changed), read_wdf)


@pytest.mark.parametrize("size", [0, 1 << 40])
def test_a_block_of_no_size_or_an_absurd_one_is_refused(tmp_path, size):
    content = bytearray(wdf_bytes())
    struct.pack_into("<Q", content, 512 + 8, size)

    with pytest.raises(FileFormatError, match="cut short"):
        read(tmp_path, bytes(content), read_wdf)


@pytest.mark.parametrize("reader", [read_wdf, read_opus])
def test_every_file_cut_short_is_refused(tmp_path, reader):
    content = {read_wdf: wdf_bytes(), read_opus: opus_bytes()}[reader]
    whole = len(content) - (8 if reader is read_opus else 0)  # no value lies behind the last END

    for size in range(0, whole, 7):
        with pytest.raises(FileFormatError, match=r"s\.(wdf|0): "):
            read(tmp_path, content[:size], reader)


def test_the_raman_spectrum_of_an_opus_file_is_read(tmp_path):
    back = read(tmp_path, opus_bytes(), read_opus)

    assert back.axis.tolist() == [3000.0, 1550.0, 100.0]
    assert back.intensities.tolist() == [[3.0, 5.0, 7.0]]  # scaled by CSF
    assert back.axis_kind is AxisKind.RAMAN_SHIFT
    assert back.keys["time"][0] == pd.Timestamp("2024-05-01T10:00:00.5Z")
    assert back.keys["title"][0] == "culture 7"
    assert back.keys["instrument"][0] == "MultiRAM"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"DXU": "PNT"}, "PNT"),
        ({"DXU": "MI"}, "DXU MI"),
        ({"FXV": 9300.0, "LXV": 6000.0}, "may be absolute"),
        ({"LXV": 3000.0}, "rising or falling"),
        ({"NPT": 4}, "NPT 4"),
        ({"NPT": 2**31 - 1}, "NPT 2147483647"),
        ({"NPT": -1}, "NPT -1"),
        ({"DPF": 2}, "DPF 2"),
        ({"MXY": 3.6}, "extreme MXY is 3.6; got 3.5"),
        ({"MNY": None}, "number in the parameter MNY"),
        ({"CSF": "x"}, "number in the parameter CSF"),
        ({"result": 2}, "got none"),
        ({"result": 1}, "got none"),
        ({"form": 2}, "series"),
        ({"form": 4}, "compact"),
        ({"extra": [(4 << 10, COUNTS[0].tobytes())]}, "got Raman, absorbance"),
    ],
)
def test_an_opus_file_of_another_content_is_refused(tmp_path, changed, words):
    with pytest.raises(FileFormatError, match=words):
        read(tmp_path, opus_bytes(**changed), read_opus)


def test_a_parameter_of_negative_length_is_refused(tmp_path):
    content = opus_bytes()
    place = content.index(b"NPT\0") + 6

    with pytest.raises(FileFormatError, match="inside its block"):
        read(tmp_path, content[:place] + b"\xfc\xff" + content[place + 2 :], read_opus)


@pytest.mark.parametrize("name", ["sp.wdf", "depth.wdf"])
def test_real_wire_files_are_read_as_another_reader_reads_them(shared_data, name):
    wire = pytest.importorskip("renishawWiRE")
    path = shared_data / "instrument-files" / "renishaw-wdf" / name

    back, other = read_wdf(path), wire.WDFReader(path)
    other.close()

    assert np.array_equal(back.axis, other.xdata)
    assert np.array_equal(back.intensities, np.atleast_2d(other.spectra))


def test_a_real_opus_file_is_read_as_another_reader_reads_it(shared_data):
    brukeropus = pytest.importorskip("brukeropus")
    path = shared_data / "instrument-files" / "openspecy" / "ftir_ps.0"

    back, other = read_opus(path), brukeropus.read_opus(path)

    assert np.array_equal(back.axis, other.a.x)
    assert np.array_equal(back.intensities[0], other.a.y)
    assert back.axis_kind is AxisKind.WAVENUMBER
    assert back.keys["time"][0] == pd.Timestamp("2020-10-28T14:33:02.042-05:00")
