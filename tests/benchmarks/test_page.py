"""A stage writes its own section of the page and leaves remarks and other sections alone."""

from pathlib import Path

import pytest

from benchmarks import run, stages
from benchmarks.page import PAGE, with_section

WRITTEN = """# Benchmarks

## Scoring

Read this first.

<!-- measured: scoring -->

| old |

<!-- end of scoring -->

A remark that took an afternoon.

## History
"""


def test_a_section_is_replaced_between_its_marks_and_nothing_else_changes() -> None:
    page = with_section(WRITTEN, "scoring", "Scoring", [r"| new \1 |"])

    assert page == WRITTEN.replace("| old |", r"| new \1 |")


def test_a_section_that_is_not_there_comes_at_the_end_and_is_replaced_from_then_on() -> None:
    once = with_section(WRITTEN, "training", "Training", ["12 s"])

    assert once.startswith(WRITTEN.rstrip())
    assert once.count("## Training") == 1
    assert with_section(once, "training", "Training", ["9 s"]) == once.replace("12 s", "9 s")


def test_half_a_pair_of_marks_is_refused_before_anything_is_lost() -> None:
    with pytest.raises(ValueError, match="expected both"):
        with_section(WRITTEN.replace("<!-- end of scoring -->", ""), "scoring", "Scoring", [])


def test_the_page_has_the_marks_of_every_stage() -> None:
    page = PAGE.read_text(encoding="utf-8")

    for name in stages.STAGES:
        assert with_section(page, name, "", ["x"]).count(f"measured: {name} ") == 1
        assert f"<!-- measured: {name} -->" in page


def test_a_stage_runs_in_a_process_of_its_own_and_is_written(tmp_path: Path) -> None:
    page = tmp_path / "BENCHMARKS.md"

    run.main(["--only", "machine", "--page", str(page)])

    assert "chemotools 0." in page.read_text(encoding="utf-8")


def test_a_stage_that_fails_leaves_the_page_and_the_others_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "BENCHMARKS.md"
    page.write_text(WRITTEN, encoding="utf-8")
    monkeypatch.setattr(run, "in_own_process", _only_the_machine)

    with pytest.raises(SystemExit, match="failed: scoring"):
        run.main(["--only", "scoring", "machine", "--page", str(page)])

    assert page.read_text(encoding="utf-8").startswith(WRITTEN.rstrip())
    assert "no such kernel" in capsys.readouterr().err


def _only_the_machine(name: str) -> list[str]:
    if name != "machine":
        raise RuntimeError("no such kernel")
    return stages.run(name)
