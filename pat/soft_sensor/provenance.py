"""Provenance: what a sensor was made from, with which code, and when."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

DISTRIBUTION = "raman-pat"

#: Packages whose version decides what a stored sensor computes.
PACKAGES = (
    "numpy", "scipy", "pandas", "scikit-learn", "skops", "pybaselines", "lightgbm",
)  # fmt: skip

_COMMIT = re.compile(r"[0-9a-f]{40,64}")


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a sensor comes from.

    Parameters
    ----------
    campaigns : tuple of (campaign id, digest)
    n_samples, n_cultures : int
        Rows it was trained on; which ones stands in samples.csv of its folder.
    recipe : tuple of str
        One name a member.
    model : tuple of str
        One family with its settings a member.
    seed : int or None
    made_at : datetime
        UTC.
    software : str
        Version of this package.
    commit : str or None
        Of its source, where it runs from a clone.
    packages : mapping of package to version
        Python among them.
    facts : mapping of str to str
        Whatever else the card should say.
    """

    campaigns: tuple[tuple[str, str], ...]
    n_samples: int
    n_cultures: int
    recipe: tuple[str, ...]
    model: tuple[str, ...]
    seed: int | None
    made_at: datetime
    software: str
    commit: str | None
    packages: Mapping[str, str]
    facts: Mapping[str, str] = field(default_factory=dict)

    def requirements(self) -> str:
        """Return the versions as pip reads them, one a line."""
        pins = [f"{DISTRIBUTION}=={self.software}"] if self.software != UNKNOWN else []
        pins += [
            f"{name}=={version}" for name, version in self.packages.items() if name != "python"
        ]
        return "\n".join(pins) + "\n"


UNKNOWN = "unknown"


def software_version() -> str:
    """Return the version of this package; "unknown" where it is not installed."""
    return _version(DISTRIBUTION) or UNKNOWN


def software_commit() -> str | None:
    """Return the commit of the clone that this code runs from, None where it is no clone."""
    git = Path(__file__).parents[2] / ".git"
    try:
        head = (git / "HEAD").read_text(encoding="utf-8").strip()
        if not head.startswith("ref: "):
            return head if _COMMIT.fullmatch(head) else None
        return _commit_of(git, head.removeprefix("ref: "))
    except OSError:
        return None


def package_versions() -> dict[str, str]:
    """Return the version of Python and of each package that a sensor's numbers rest on."""
    import platform

    found = {name: _version(name) for name in PACKAGES}
    return {"python": platform.python_version()} | {k: v for k, v in found.items() if v}


def now() -> datetime:
    """Return the time in UTC, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


def _commit_of(git: Path, ref: str) -> str | None:
    loose = git / ref
    if loose.is_file():
        return loose.read_text(encoding="utf-8").strip()
    for line in (git / "packed-refs").read_text(encoding="utf-8").splitlines():
        commit, _, name = line.partition(" ")
        if name == ref:
            return commit
    return None


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
