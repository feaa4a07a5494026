"""Long work says how far it is: a plain line now and then where there is no terminal."""

import pytest

from pipelines import progress
from pipelines.tables import print_table


def test_plain_lines_come_at_the_end_and_not_for_every_step(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: False)

    with progress.progress_reporter("searching") as report:
        for done in range(1, 51):
            report(done, 50, f"recipe {done}")

    lines = capsys.readouterr().err.splitlines()
    assert lines == ["searching: 50 of 50 (recipe 50), about 0 s left"]


def test_a_line_comes_every_few_seconds_with_the_time_that_is_left(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = iter([0.0, 4.0, 12.0, 16.0])
    monkeypatch.setattr("sys.stderr.isatty", lambda: False)
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(now))

    with progress.progress_reporter("searching") as report:
        for done in (1, 3, 4):
            report(done, 12, "d1 25")

    lines = capsys.readouterr().err.splitlines()
    assert lines == ["searching: 3 of 12 (d1 25), about 36 s left"]


def test_a_terminal_gets_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)

    with progress.progress_reporter("searching") as report:
        report(1, 2, "d1 25")


def test_a_table_in_a_file_is_not_cut(capsys: pytest.CaptureFixture[str]) -> None:
    long = "models:/" + "x" * 100

    print_table(("sensor", "alias"), [(long, "champion")])

    assert long in capsys.readouterr().out
