"""A file goes to the reader its first bytes ask for; readers of others fail as ours do."""

from importlib.metadata import EntryPoint

import numpy as np
import pandas as pd
import pytest

from pat.errors import FileFormatError
from pat.readers import formats, read_spectrum_file
from pat.readers.formats import BY_CONTENT, BY_SUFFIX, reader_for
from pat.spectra import Spectra


def read_xyz(path, *, timezone):
    lines = path.read_text().splitlines()
    keys = pd.DataFrame({"source_file": [path.name], "zone": [timezone]})
    return Spectra(np.array([1.0, 2.0]), np.array([[float(x) for x in lines]]), keys)


def read_wrongly(path, *, timezone):
    return path.read_text()


@pytest.fixture
def installed(monkeypatch):
    points = {
        ".xyz": EntryPoint("xyz", f"{__name__}:read_xyz", "pat.readers"),
        ".wrong": EntryPoint("wrong", f"{__name__}:read_wrongly", "pat.readers"),
        ".gone": EntryPoint("gone", "no_such_module:read", "pat.readers"),
        ".csv": EntryPoint("csv", f"{__name__}:read_xyz", "pat.readers"),
    }
    monkeypatch.setattr(EntryPoint, "load", lambda point: LOADED[point.attr](point))
    monkeypatch.setattr(formats, "_third_parties", lambda: points)


def missing(point):
    raise ModuleNotFoundError(point.module)


LOADED = {"read_xyz": lambda _: read_xyz, "read_wrongly": lambda _: read_wrongly, "read": missing}


def put(folder, name, content):
    (folder / name).write_bytes(content)
    return folder / name


@pytest.mark.parametrize("target", sorted({*BY_SUFFIX.values(), *(t for _, t in BY_CONTENT)}))
def test_every_reader_of_the_tables_is_there(target):
    module, _, name = target.partition(":")

    assert callable(getattr(__import__(module, fromlist=[name]), name))


@pytest.mark.parametrize(
    ("name", "content", "reader"),
    [
        ("s.txt", b"##TITLE= a\n", "read_jcamp"),
        ("s.csv", b"\xef\xbb\xbf$$ said\n$$ more\n## TITLE = a\n", "read_jcamp"),
        ("s.0", b"\x0a\x0a\xfe\xfe", "read_opus"),
        ("s.spc", b"WDF1", "read_wdf"),
        ("s.SPC", b"\0K", "read_spc"),
        ("s.JDX", b"", "read_jcamp"),
        ("s.csv", b"# title: a\n1,2\n", None),
        ("s.txt", b"", None),
    ],
)
def test_the_first_bytes_go_before_the_name(tmp_path, name, content, reader):
    found = reader_for(put(tmp_path, name, content))

    assert getattr(found, "__name__", None) == reader


def test_a_reader_of_a_third_party_is_found_by_its_suffix(tmp_path, installed):
    back = read_spectrum_file(put(tmp_path, "a.XYZ", b"3\n4\n"), timezone="UTC")

    assert back.intensities.tolist() == [[3.0, 4.0]]
    assert back.keys["zone"].tolist() == ["UTC"]


def test_a_third_party_cannot_take_over_text(tmp_path, installed):
    assert reader_for(put(tmp_path, "a.csv", b"1,2\n")) is None


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("a.xyz", r"a\.xyz: the reader .*read_xyz failed \(ValueError"),
        ("a.gone", r"a\.gone: the reader no_such_module:read failed \(ModuleNotFoundError"),
        ("a.wrong", r"a\.wrong: expected Spectra from .*; got str"),
    ],
)
def test_what_others_raise_or_return_wrongly_is_an_error_of_the_file(
    tmp_path, installed, name, words
):
    with pytest.raises(FileFormatError, match=words):
        read_spectrum_file(put(tmp_path, name, b"no number"))
