"""A file counts when it was seen still for long enough, by this program's own clock."""

from datetime import UTC, datetime

from pat.stream.settling import Settling, Stamp

FIRST = datetime(2024, 5, 1, 10, tzinfo=UTC)
LATER = datetime(2024, 5, 1, 11, tzinfo=UTC)


def test_a_file_that_holds_still_is_due_after_its_time() -> None:
    settling = Settling(5.0)
    settling.saw("a", Stamp(1, 1), now=100.0, at=FIRST)
    settling.saw("a", Stamp(1, 1), now=103.0, at=LATER)

    assert settling.due(104.9, at_most=9) == []
    assert [path for path, _ in settling.due(105.0, at_most=9)] == ["a"]
    assert settling.next_due() == 105.0


def test_a_file_that_grows_starts_again_and_keeps_when_it_first_came() -> None:
    settling = Settling(5.0)
    settling.saw("a", Stamp(1, 1), now=100.0, at=FIRST)
    settling.saw("a", Stamp(2, 1), now=104.0, at=LATER)

    assert settling.due(105.0, at_most=9) == []
    [(_, sighting)] = settling.due(109.0, at_most=9)
    assert sighting.received_at == FIRST
    assert sighting.restarts == 1


def test_the_one_that_waits_longest_is_due_first() -> None:
    settling = Settling(5.0)
    for number, path in enumerate("abc"):
        settling.saw(path, Stamp(1, 1), now=float(number), at=FIRST)
    settling.saw("a", Stamp(2, 1), now=3.0, at=FIRST)

    assert [path for path, _ in settling.due(10.0, at_most=2)] == ["b", "c"]


def test_no_more_files_wait_than_there_is_room_for() -> None:
    settling = Settling(5.0, capacity=2)
    for path in "abc":
        settling.saw(path, Stamp(1, 1), now=0.0, at=FIRST)

    assert settling.is_full
    assert "c" not in settling
    settling.forget("a")
    assert not settling.is_full
