"""docs/BENCHMARKS.md: what is measured stands between marks, remarks around them stay."""

import re
from collections.abc import Sequence
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "BENCHMARKS.md"


def with_section(page: str, name: str, title: str, lines: Sequence[str]) -> str:
    """Return a page whose section of this name is these lines; a new one comes at its end.

    Raises
    ------
    ValueError
        If only one of the section's two marks is there.
    """
    opened, closed = f"<!-- measured: {name} -->", f"<!-- end of {name} -->"
    if (opened in page) != (closed in page):
        msg = f"expected both {opened} and {closed} in the page; got one: put the other back"
        raise ValueError(msg)
    block = "\n".join([opened, "", *lines, "", closed])
    if opened not in page:
        heading = [f"## {title}", ""] if title else []
        return "\n".join([page.rstrip("\n"), "", *heading, block, ""]).lstrip("\n")
    between = re.escape(opened) + ".*?" + re.escape(closed)
    return re.sub(between, lambda _: block, page, flags=re.DOTALL)
