"""Broken files by the hundred and thousand do not stop the stream, and each is accounted for."""

import hashlib
import os
import random
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select

from pat.stream import State
from pat.stream.tables import FILES
from tests.readers.mutations import cut, double, flip, overwrite, small_files
from tests.stream.drop import MeanSensor, Stream, drop_hourly, wait_for

SOUND_EVERY = 50


@pytest.mark.parametrize("count", [100, pytest.param(5_000, marks=pytest.mark.slow)])
def test_every_broken_file_is_accounted_for_and_sound_ones_are_scored(
    shared_data: Path, tmp_path: Path, count: int
) -> None:
    seed = int(os.environ.get("PAT_FUZZ_SEED", time.time_ns() % 2**32))
    print(f"seed {seed}")  # noqa: T201 - to run it again
    rng = random.Random(seed)
    originals = small_files(shared_data / "instrument-files")
    folder = tmp_path / "cho"
    folder.mkdir()
    stream = Stream(folder, sensors=[MeanSensor()], once=False)
    thread = stream.start()
    contents = {}
    for number in range(count):
        name, content = rng.choice(originals)
        mutated = rng.choice([cut, flip, flip, overwrite, double])(content, rng)
        path = folder / f"{number:06d}{Path(name).suffix}"
        contents[path.name] = hashlib.sha256(mutated).hexdigest()
        part = path.with_name(path.name + ".tmp")
        part.write_bytes(mutated)
        part.rename(path)
        if number % SOUND_EVERY == 0:
            drop_hourly(folder, 1, start=number)

    n_sound = len(range(0, count, SOUND_EVERY))
    n_files = select(func.count(FILES.c.id).label("n"))
    wait_for(lambda: stream.rows(n_files)["n"].iloc[0] >= count + n_sound, timeout_s=count / 5 + 30)
    assert thread.is_alive()
    stream.stop.set()
    stream.source.wake()
    thread.join(60)

    files = stream.table("files").set_index("path")
    broken = files.loc[list(contents)]
    assert len(files) == count + n_sound
    assert broken["sha256"].to_dict() == contents
    assert set(broken["state"]) <= {State.SCORED, State.UNNAMED, State.INSTRUMENT, State.UNREADABLE}
    assert broken.loc[broken["state"] == State.UNREADABLE, "reason"].str.len().gt(0).all()
    assert not broken["reason"].fillna("").str.contains("Error: ").any()  # a fault of ours
    sound = stream.table()
    sound = sound[sound["source_file"].str.startswith("V01__")]
    assert sorted(sound["value"]) == pytest.approx(
        [hour + 1.0 for hour in range(0, count, SOUND_EVERY)]
    )
    for name, digest in contents.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
