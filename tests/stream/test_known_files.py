"""The set of known files answers as a set does, in a few bytes a file."""

from hypothesis import given
from hypothesis import strategies as st

from pat.stream.known_files import KnownFiles
from pat.stream.records import FileVersion

files = st.builds(FileVersion, st.text(max_size=3), st.integers(0, 2), st.integers(0, 2))


@given(st.lists(files), st.lists(st.tuples(st.booleans(), files)))
def test_it_holds_what_a_set_holds(
    first: list[FileVersion], steps: list[tuple[bool, FileVersion]]
) -> None:
    known, expected = KnownFiles(first), set(first)

    for is_added, file in steps:
        (known.add if is_added else known.discard)(file)
        (expected.add if is_added else expected.discard)(file)

    assert len(known) == len(expected)
    assert all((file in known) == (file in expected) for _, file in steps)


def test_another_size_or_time_is_another_version() -> None:
    known = KnownFiles([FileVersion("a.csv", 10, 1)])

    assert FileVersion("a.csv", 10, 1) in known
    assert FileVersion("a.csv", 11, 1) not in known
    assert FileVersion("a.csv", 10, 2) not in known
