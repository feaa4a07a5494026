"""Every benchmark beside its peers in one run: prints the tables, writes docs/BENCHMARKS.md.

    make bench        # python -m benchmarks.run [--only STAGE ...] [--page FILE]

Each stage runs in a process of its own, so that its memory is its own, and replaces its own
section of the page as soon as it is done. Real spectra come from the folder that PAT_SHARED_DATA
names; without it only simulated ones are measured.
"""

import argparse
import multiprocessing
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from benchmarks import stages
from benchmarks.page import PAGE, with_section


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the stages, print what each found and write it to the page; 1 where one failed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--only", nargs="+", choices=list(stages.STAGES), metavar="STAGE",
                        default=list(stages.STAGES), help=", ".join(stages.STAGES))  # fmt: skip
    parser.add_argument("--page", type=Path, default=PAGE)
    asked = parser.parse_args(arguments)
    failed = [name for name in asked.only if not measured(name, asked.page)]
    if failed:
        sys.exit(f"failed: {', '.join(failed)}; their sections are as they were")


def measured(name: str, page: Path) -> bool:
    """Run one stage and write its section; False, with the reason printed, where it failed."""
    try:
        lines = in_own_process(name)
    except Exception as reason:  # noqa: BLE001 - the other stages go on
        print(f"{name}: {reason}", file=sys.stderr, flush=True)
        return False
    title = stages.STAGES[name].title
    print("\n".join([f"## {title}" if title else "", "", *lines, ""]), flush=True)
    before = page.read_text(encoding="utf-8") if page.exists() else "# Benchmarks\n"
    page.write_text(with_section(before, name, title, lines), encoding="utf-8")
    return True


def in_own_process(name: str) -> list[str]:
    """Return the lines of a stage."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn) as pool:
        return pool.submit(stages.run, name).result()


if __name__ == "__main__":
    main()
