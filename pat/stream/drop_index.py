"""DIR/index.csv: what somebody wrote down about each dropped file."""

import logging
from pathlib import Path

from pat.readers.findings import Findings
from pat.readers.labels import labels_of
from pat.readers.naming import Label
from pat.stream.appended import AppendedTable

log = logging.getLogger(__name__)


class DropIndex:
    """The labels that index.csv gives, by file; it may grow or be replaced at any time."""

    def __init__(self, path: Path, *, settle_s: float) -> None:
        self._appended = AppendedTable(path, settle_s=settle_s)
        self._labels: dict[str, Label] = {}

    def refresh(self, *, timezone: str | None) -> bool:
        """Read what is new, and return whether anything was."""
        is_new = False
        for rows in self._appended.take():
            if rows.is_anew:
                self._labels = {}
            findings = Findings()
            self._labels.update(labels_of(rows.table, timezone=timezone, findings=findings))
            for fault in findings.faults:
                log.warning("%s", fault)
            is_new = True
        return is_new

    def label(self, path: str) -> Label:
        """Return what the index tells of a file, by its path relative to the folder."""
        return self._labels.get(path, Label())
