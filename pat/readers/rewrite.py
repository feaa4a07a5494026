"""A file of a campaign folder, replaced as a whole, unless somebody made it read-only."""

from pathlib import Path

from pat.errors import InputError
from pat.whole_file import write_whole

_ANYBODY_WRITES = 0o222


def rewrite(path: Path, text: str, *, otherwise: str = "") -> None:
    """Write a file of a campaign folder, or leave what stands there.

    Parameters
    ----------
    path : Path
    text : str
    otherwise : str
        What else can be done where it cannot be written.

    Raises
    ------
    InputError
        If it cannot be written, or the file or its folder is read-only: renaming would replace
        a locked file all the same, and root may write anywhere.
    """
    for place in (path, path.parent):
        if place.exists() and not place.stat().st_mode & _ANYBODY_WRITES:
            raise _not_written(path, f"{place.name} is read-only", otherwise)
    try:
        write_whole(path, text.encode("utf-8"), scratch=path.with_name(f".{path.name}.part"))
    except OSError as error:
        raise _not_written(path, error.strerror or str(error), otherwise) from error


def _not_written(path: Path, why: str, otherwise: str) -> InputError:
    advice = "copy the campaign folder to where it can be" + otherwise
    return InputError(f"{path}: cannot be written ({why}); {advice}")
