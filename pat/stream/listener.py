"""Who hears of what was stored: the one seam to whoever looks on."""

from typing import Protocol

from pat.stream.comparison import Comparison, Row
from pat.stream.records import FileOutcome


class Listener(Protocol):
    """Is told what was stored; a terminal, for one."""

    def predicted(self, prediction: Row, comparison: Comparison | None) -> None:
        """Hear of a prediction, beside its assay where there is one already."""

    def refused(self, outcome: FileOutcome) -> None:
        """Hear of a file without predictions, and why."""

    def compared(self, comparison: Comparison) -> None:
        """Hear of an assay that came later than its prediction."""
