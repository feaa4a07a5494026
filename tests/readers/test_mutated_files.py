"""Broken instrument files and exports end in one clear error, soon and in little memory.

Real files are cut, bits are flipped, sizes are overwritten with absurd ones and parts are
doubled. What comes out is a spectrum, a table or a `FileFormatError`, and nothing else.
"""

import io
import zipfile

import pytest

from pat.readers import read_spectrum_file
from pat.readers.analysers import read_assay_export
from tests.readers.mutations import LONGEST_S, MOST_MEMORY_MB, outcomes, small_files

pytest.importorskip("spc_io")


def read_assays(path):
    return read_assay_export(path, timezone="Europe/Berlin")


READERS = {"instrument-files": read_spectrum_file, "analyser-exports": read_assays}


def files_of(shared_data, what):
    files = small_files(shared_data / what)
    if what == "analyser-exports":
        files += [(name, unpacked(content)) for name, content in files if name.endswith(".xlsx")]
    return files


def unpacked(content):
    """Return a workbook whose parts are stored as they are, so that mutations reach the cells."""
    stored = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as packed,
        zipfile.ZipFile(stored, "w", zipfile.ZIP_STORED) as archive,
    ):
        for name in packed.namelist():
            archive.writestr(name, packed.read(name))
    return stored.getvalue()


@pytest.mark.parametrize(("what", "count"), [("instrument-files", 300), ("analyser-exports", 120)])
def test_some_hundred_mutated_files_are_read_or_refused(shared_data, tmp_path, what, count):
    files = files_of(shared_data, what)

    found, slowest = outcomes(READERS[what], files, tmp_path, count=count, seed=20240501)

    assert min(found["refused"], found["read"]) > count / 10
    assert slowest < LONGEST_S


@pytest.mark.slow
@pytest.mark.parametrize("what", READERS)
def test_twenty_thousand_mutated_files_are_read_or_refused_in_little_memory(
    shared_data, tmp_path, what
):
    resource = pytest.importorskip("resource")
    files = files_of(shared_data, what)
    outcomes(READERS[what], files, tmp_path, count=200, seed=0)  # libraries are loaded once
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    found, slowest = outcomes(READERS[what], files, tmp_path, count=20_000, seed=1)

    grown_mb = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert found.total() == 20_000
    assert slowest < LONGEST_S
    assert grown_mb < MOST_MEMORY_MB
