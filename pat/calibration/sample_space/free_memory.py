"""How much memory can still be had: of the machine, of a container, of this process."""

from collections.abc import Iterator
from pathlib import Path

MACHINE = Path("/proc/meminfo")  # Linux alone tells what its caches would give back
PROCESS = Path("/proc/self")
CONTAINERS = Path("/sys/fs/cgroup")

#: Limit, what is used, and the name of what its caches would give back: cgroups 2, then 1.
_CONTAINER_FILES = (
    ("memory.max", "memory.current", "inactive_file"),
    ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
)


def free_memory() -> int | None:
    """Return the bytes of memory that can be had, None where the system does not tell."""
    return min((*_of_machine(), *_of_containers(), *_of_process()), default=None)


def _of_machine() -> Iterator[int]:
    yield from (1024 * size for size in _sizes(MACHINE, "MemAvailable:"))


def _of_containers() -> Iterator[int]:
    """Yield what is left below the limit of each group of processes that this one is in."""
    for folder in _groups():
        for limit_file, used_file, cached in _CONTAINER_FILES:
            limit, used = _number(folder / limit_file), _number(folder / used_file)
            if limit is not None and used is not None:
                yield max(limit - used + sum(_sizes(folder / "memory.stat", cached)), 0)


def _groups() -> set[Path]:
    """Return the folders that describe this process' groups, from its own to the outermost."""
    found = {CONTAINERS, CONTAINERS / "memory"}
    for line in _lines(PROCESS / "cgroup"):
        _, controllers, place = line.split(":", 2)
        if controllers in ("", "memory"):
            own = CONTAINERS / controllers / place.strip("/")
            found |= {own, *(one for one in own.parents if one.is_relative_to(CONTAINERS))}
    return found


def _of_process() -> Iterator[int]:
    """Yield what is left of the addresses that this process may use."""
    try:
        import resource
    except ImportError:  # Windows
        return
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    if limit != resource.RLIM_INFINITY:
        used = sum(1024 * size for size in _sizes(PROCESS / "status", "VmSize:"))
        yield max(limit - used, 0)


def _sizes(path: Path, name: str) -> list[int]:
    """Return the number that stands behind a name, as a list of none or one."""
    return [int(line.split()[1]) for line in _lines(path) if line.split()[:1] == [name]]


def _number(path: Path) -> int | None:
    """Return the number that is all of a file; None where there is none, or no limit."""
    text = "".join(_lines(path)[:1])
    return int(text) if text.isdigit() else None


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="ascii").splitlines()
    except OSError:
        return []
