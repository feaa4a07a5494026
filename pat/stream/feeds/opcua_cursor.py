"""How far a feed has come, on disk, with what was known by then."""

import json
import logging
from datetime import datetime
from pathlib import Path

from pat.stream.feeds.known_values import KnownValues
from pat.whole_file import write_whole

log = logging.getLogger(__name__)


class OpcUaCursor:
    """The time of the last spectrum that is in the spool.

    It is written after the spectrum: behind, it has more of a history read again than need be,
    which changes nothing. Lost or damaged, the files in the spool tell as much.

    Parameters
    ----------
    path : Path
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._at: datetime | None = None

    def read(self, known: KnownValues) -> datetime | None:
        """Return the time and teach what was known then; None where that cannot be read."""
        try:
            told = json.loads(self._path.read_text(encoding="utf-8"))
            at = datetime.fromisoformat(told["at"])
            for name, (since, value) in told["known"].items():
                known.learn(name, datetime.fromisoformat(since), value)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as error:
            log.warning("%s is damaged (%s); it is begun anew", self._path, error)
            return None
        self._at = at
        return at

    def write(self, at: datetime, known: KnownValues) -> None:
        """Remember a spectrum's time, unless a later one is remembered."""
        if self._at is not None and at <= self._at:
            return
        since = known.since(at)
        values = {
            name: (since[name].isoformat(), value)
            for name, value in known.at(at).items()
            if isinstance(value, str | int | float | list)
        }
        self._path.parent.mkdir(parents=True, exist_ok=True)
        content = json.dumps({"at": at.isoformat(), "known": values}).encode()
        write_whole(self._path, content, scratch=self._path.with_name(f"{self._path.name}.tmp"))
        self._at = at
