"""`pat promote`: move an alias, after showing challenger and champion side by side."""

import shlex
from typing import TYPE_CHECKING

from pat.report.counted import counted

if TYPE_CHECKING:
    from pat.registry import Margin, SensorVersion, Tracking


def run(
    name: str,
    version: int,
    *,
    by: str,
    why: str,
    alias: str,
    waive: str | None,
    tracking_uri: str | None,
) -> None:
    """Show the evidence, move the alias, and say what was done and how to undo it.

    Raises
    ------
    SensorError
        If there is no such version, or it does not meet the margin and nobody waives it.
    """
    from pat.registry import get_version, margin, open_tracking, promote, version_with_alias

    tracking = open_tracking(tracking_uri)
    target = get_version(name, version, tracking=tracking)
    current = version_with_alias(name, alias, tracking=tracking)
    if current is not None and current.version == target.version:
        print(f"{name}: version {version} is the {alias} already; nothing was changed")
        return
    _show_margin(target, margin(target, tracking))
    if current is not None:
        _show_comparison(target, current, alias=alias, tracking=tracking)
    move = promote(name, version, alias=alias, by=by, why=why, waive=waive, tracking=tracking)
    waived = f"; margin waived: {move.waived}" if move.waived else ""
    print(f"{name}: {alias} is now version {move.to_version} (by {move.by}: {move.why}{waived})")
    if move.from_version is not None:
        to = "" if alias == "champion" else f" --to {alias}"
        undo = f"pat promote {shlex.quote(name)} {move.from_version}{to} --by WHO --why TEXT"
        print(f"undo: {undo}")
    print(f"tracking: {tracking.address}")


def _show_margin(version: "SensorVersion", found: "Margin") -> None:
    error, guess = (
        "unknown" if one is None else f"{one:.3g} {version.unit}"
        for one in (found.rmse, found.guess_rmse)
    )
    print(f"version {version.version}: {found.error} {error}; guessing from {found.guess} {guess}")


def _show_comparison(
    target: "SensorVersion", current: "SensorVersion", *, alias: str, tracking: "Tracking"
) -> None:
    from pat.registry import compare

    found = compare(target, current, tracking=tracking)
    first, second = f"version {target.version}", f"version {current.version}, now {alias}"
    if found is None:
        print(f"{first} and {second}, share no held-out sample to be compared on")
        return
    print(
        f"on {counted(found.n_samples, 'sample')} of "
        f"{counted(found.n_cultures, 'culture')} that both held out:"
    )
    print(f"  first   {first}: RMSE {found.rmse_challenger:.4g} {target.unit}")
    print(f"  second  {second}: RMSE {found.rmse_champion:.4g} {target.unit}")
    print(f"  paired by culture: {found.test.meaning}")
