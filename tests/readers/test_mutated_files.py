"""Broken instrument files end in one clear error, soon and in little memory.

Real files are cut, bits are flipped, sizes are overwritten with absurd ones and parts are
doubled. What comes out is a spectrum or a `FileFormatError`, and nothing else.
"""

import random
import time
from collections import Counter

import pytest

from pat.errors import FileFormatError
from pat.readers import read_spectrum_file

pytest.importorskip("spc_io")

#: A reader that is right needs 40 ms for the largest of these files.
LARGEST_FILE = 200_000
LONGEST_S = 2.0
MOST_MEMORY_MB = 200
ABSURD = [b"\xff" * 4, b"\0" * 4, b"\xff\xff\xff\x7f", b"\0\0\0\x80", b"\0" * 8, b"\xff" * 8,
          b"1e999", b"-1", b"nan", b"9" * 400, b"\0\0\0\0\x02\0\0\0"]  # fmt: skip
#: Where mutations fall: headers are short and rule the rest, so most of them fall there.
REACHES = [64, 512, 4096, LARGEST_FILE]


def cut(content, rng):
    return content[: rng.randrange(len(content) + 1)]


def flip(content, rng):
    changed = bytearray(content)
    for _ in range(rng.choice([1, 1, 2, 8, 64])):
        changed[rng.randrange(min(len(changed), rng.choice(REACHES)))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def overwrite(content, rng):
    at, value = rng.randrange(min(len(content), rng.choice(REACHES))), rng.choice(ABSURD)
    return content[:at] + value + content[at + len(value) :]


def double(content, rng):
    at, start = rng.randrange(len(content)), rng.randrange(len(content))
    return content[:at] + content[start : start + rng.randrange(1, 2000)] + content[at:]


def outcomes(shared_data, folder, *, count, seed):
    """Return how many of `count` mutated files were read and refused, and the slowest seconds."""
    rng = random.Random(seed)
    root = shared_data / "instrument-files"
    paths = sorted(p for p in root.rglob("*") if p.is_file() and p.stat().st_size < LARGEST_FILE)
    contents = {path: path.read_bytes() for path in paths}
    found, slowest = Counter(), 0.0
    for number in range(count):
        path = rng.choice(paths)
        mutated = folder / f"m{path.suffix}"
        mutated.write_bytes(rng.choice([cut, flip, flip, overwrite, double])(contents[path], rng))
        started = time.perf_counter()
        try:
            read_spectrum_file(mutated)
            found["read"] += 1
        except FileFormatError:
            found["refused"] += 1
        except Exception as error:
            pytest.fail(f"mutation {number} of {path.name}, seed {seed}: {error!r}")
        slowest = max(slowest, time.perf_counter() - started)
    return found, slowest


def test_some_hundred_mutated_files_are_read_or_refused(shared_data, tmp_path):
    found, slowest = outcomes(shared_data, tmp_path, count=300, seed=20240501)

    assert found["refused"] > found["read"] > 0
    assert slowest < LONGEST_S


@pytest.mark.slow
def test_twenty_thousand_mutated_files_are_read_or_refused_in_little_memory(shared_data, tmp_path):
    resource = pytest.importorskip("resource")
    outcomes(shared_data, tmp_path, count=200, seed=0)  # libraries are loaded once
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    found, slowest = outcomes(shared_data, tmp_path, count=20_000, seed=1)

    grown_mb = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert found.total() == 20_000
    assert slowest < LONGEST_S
    assert grown_mb < MOST_MEMORY_MB
