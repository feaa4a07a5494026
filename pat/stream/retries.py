"""Files that could not be opened, and when each is tried again."""

from pat.stream.records import FileVersion

#: Seconds until a file is tried again, doubled each time up to the last.
FIRST_S = 1.0
LAST_S = 300.0


class Retries:
    """A locked file is tried again, ever more rarely, until it is gone or changes."""

    def __init__(self) -> None:
        self._next: dict[FileVersion, tuple[float, float]] = {}  # when, after which pause

    def add(self, file: FileVersion, *, now: float) -> None:
        """Try a file again after its pause, the next pause being twice as long."""
        _, pause = self._next.get(file, (0.0, FIRST_S / 2))
        pause = min(2 * pause, LAST_S)
        self._next[file] = (now + pause, pause)

    def forget(self, file: FileVersion) -> None:
        """Try a file no more."""
        self._next.pop(file, None)

    def due(self, now: float) -> list[FileVersion]:
        """Return the files whose pause is over."""
        return [file for file, (when, _) in self._next.items() if when <= now]
