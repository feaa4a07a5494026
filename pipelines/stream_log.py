"""What the stream logs, on standard error: plain lines, or JSON for a machine to gather."""

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

#: What a record may tell beside its message.
CONTEXT = ("vessel", "spectrum", "sensor", "file")

# These tell at length what we tell in a line: a peer that is away, a port that is taken.
_QUIET = ("asyncua", "paho", "watchdog")


class JsonLine(logging.Formatter):
    """One object a line: at, level, message, and vessel, spectrum, sensor, file where told."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        at = datetime.fromtimestamp(record.created, tz=UTC)
        cells: dict[str, object] = {
            "at": at.isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "message": record.getMessage(),
        }
        cells |= {name: getattr(record, name) for name in CONTEXT if getattr(record, name, None)}
        if record.exc_info:
            cells["exception"] = self.formatException(record.exc_info)
        return json.dumps(cells, ensure_ascii=False)


@contextmanager
def stream_logging(log: str) -> Iterator[None]:
    """Send what the stream logs to standard error for as long as it runs."""
    logger = logging.getLogger("pat.stream")
    handler = logging.StreamHandler(sys.stderr)
    plain = logging.Formatter("%(levelname)s %(message)s")
    handler.setFormatter(JsonLine() if log == "json" else plain)
    before = logger.level, logger.propagate
    quiet = [logging.getLogger(name) for name in _QUIET]
    levels = [each.level for each in quiet]
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    for each in quiet:
        each.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.level, logger.propagate = before
        for each, level in zip(quiet, levels, strict=True):
            each.setLevel(level)
