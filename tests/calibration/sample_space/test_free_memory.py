"""Memory that can be had is what machine, container and process all leave.

Oracle: files as the kernel writes them, with the answer known.
"""

import resource
from pathlib import Path

import pytest

from pat.calibration.sample_space import free_memory as module
from pat.calibration.sample_space.free_memory import free_memory

GIB = 2**30


@pytest.fixture(autouse=True)
def kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in for /proc and /sys of a machine with 8 GiB to be had and no other limit."""
    (tmp_path / "meminfo").write_text(f"MemTotal: 9 kB\nMemAvailable:    {8 * GIB // 1024} kB\n")
    (tmp_path / "status").write_text(f"Name:\tpat\nVmSize:\t  {GIB // 1024} kB\n")
    monkeypatch.setattr(module, "MACHINE", tmp_path / "meminfo")
    monkeypatch.setattr(module, "PROCESS", tmp_path)
    monkeypatch.setattr(module, "CONTAINERS", tmp_path / "groups")
    limit_addresses(monkeypatch, resource.RLIM_INFINITY)
    return tmp_path


def limit_addresses(monkeypatch: pytest.MonkeyPatch, limit: int) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (limit, resource.RLIM_INFINITY))


def write_group(folder: Path, *, limit: str, used: int, v1: bool = False, cached: int = 0) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    names = (
        ("memory.limit_in_bytes", "memory.usage_in_bytes")
        if v1
        else ("memory.max", "memory.current")
    )
    (folder / names[0]).write_text(f"{limit}\n")
    (folder / names[1]).write_text(f"{used}\n")
    name = "total_inactive_file" if v1 else "inactive_file"
    (folder / "memory.stat").write_text(f"anon 12\n{name} {cached}\n")


def test_without_other_limits_it_is_what_the_machine_has() -> None:
    assert free_memory() == 8 * GIB


def test_a_container_leaves_its_limit_less_what_is_used_and_no_cache(kernel: Path) -> None:
    write_group(kernel / "groups", limit=str(3 * GIB), used=2 * GIB, cached=GIB // 2)

    assert free_memory() == GIB + GIB // 2


def test_the_tightest_of_nested_groups_holds(kernel: Path) -> None:
    (kernel / "cgroup").write_text("0::/system.slice/pat.service\n")
    write_group(kernel / "groups" / "system.slice", limit=str(GIB), used=GIB // 4)
    write_group(kernel / "groups" / "system.slice" / "pat.service", limit="max", used=GIB // 4)

    assert free_memory() == GIB - GIB // 4


def test_groups_of_the_first_kind_are_known_too(kernel: Path) -> None:
    (kernel / "cgroup").write_text("5:devices:/\n4:memory:/docker/ab\n0::/\n")
    write_group(kernel / "groups" / "memory", limit=str(2**63 - 4096), used=5 * GIB, v1=True)
    own = kernel / "groups" / "memory" / "docker" / "ab"
    write_group(own, limit=str(2 * GIB), used=3 * GIB // 2, v1=True)

    assert free_memory() == GIB // 2


def test_a_limit_of_addresses_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    limit_addresses(monkeypatch, 3 * GIB)

    assert free_memory() == 2 * GIB


def test_more_than_the_limit_used_leaves_nothing(kernel: Path) -> None:
    write_group(kernel / "groups", limit=str(GIB), used=2 * GIB)

    assert free_memory() == 0
