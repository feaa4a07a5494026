"""Tables on the terminal: as wide as it is, and never cut where the output goes to a file."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

_WIDTH_IN_FILES = 160


def print_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows of text below their headings; long cells are folded, not cut."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*row)
    console = Console()
    if not console.is_terminal:
        console = Console(width=_WIDTH_IN_FILES)
    console.print(table)
