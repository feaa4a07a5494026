"""The facts that a command writes as JSON, and the folder that they need."""

import json as json_module
from pathlib import Path
from typing import Any

from pat.errors import StoreError


def check_folders(*, json: Path | None, report: Path | None = None) -> None:
    """Raise StoreError where a file to write has no folder, or is one."""
    for path, what in ((json, "figures"), (report, "report")):
        if path is not None and not path.resolve().parent.is_dir():
            msg = f"{path}: the {what} cannot be written: there is no folder {path.parent}"
            raise StoreError(msg)
        if path is not None and path.is_dir():
            msg = f"{path}: the {what} cannot be written: it is a folder"
            raise StoreError(msg)


def write_facts(facts: Any, path: Path) -> None:
    """Write what a command found out.

    Raises
    ------
    StoreError
        If the file cannot be written.
    """
    text = json_module.dumps(facts, indent=2, allow_nan=False) + "\n"
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        msg = f"{path}: the figures cannot be written: {error}"
        raise StoreError(msg) from error
