"""Files broken in the ways that disks, networks and ill will break them."""

import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from pat.errors import FileFormatError

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


def small_files(folder: Path) -> list[tuple[str, bytes]]:
    """Return name and content of the files below a folder that are small enough."""
    paths = sorted(p for p in folder.rglob("*") if p.is_file() and p.stat().st_size < LARGEST_FILE)
    return [(path.name, path.read_bytes()) for path in paths]


def outcomes(
    read: Callable[[Path], object],
    files: Sequence[tuple[str, bytes]],
    folder: Path,
    *,
    count: int,
    seed: int,
) -> tuple[Counter[str], float]:
    """Return how many of `count` mutated files were read and refused, and the slowest seconds."""
    rng = random.Random(seed)
    found: Counter[str] = Counter()
    slowest = 0.0
    for number in range(count):
        name, content = rng.choice(files)
        mutated = folder / f"m{Path(name).suffix}"
        mutated.write_bytes(rng.choice([cut, flip, flip, overwrite, double])(content, rng))
        started = time.process_time()
        try:
            read(mutated)
            found["read"] += 1
        except FileFormatError:
            found["refused"] += 1
        except Exception as error:
            pytest.fail(f"mutation {number} of {name}, seed {seed}: {error!r}")
        slowest = max(slowest, time.process_time() - started)
    return found, slowest
