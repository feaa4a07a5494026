"""A locked file is tried again, ever more rarely."""

from pat.stream.records import FileVersion
from pat.stream.retries import LAST_S, Retries

FILE = FileVersion("a.csv", 1, 1)


def test_pauses_double_up_to_the_last() -> None:
    retries = Retries()
    now, pauses = 0.0, []
    for _ in range(12):
        retries.add(FILE, now=now)
        due = next(step for step in range(1, 10_000) if retries.due(now + step))
        pauses.append(due)
        now += due

    assert pauses[:4] == [1, 2, 4, 8]
    assert pauses[-1] == LAST_S


def test_a_file_that_could_be_opened_is_forgotten() -> None:
    retries = Retries()
    retries.add(FILE, now=0.0)
    retries.forget(FILE)
    retries.add(FILE, now=0.0)

    assert retries.due(0.9) == []
    assert retries.due(1.0) == [FILE]
