"""`pat promote`: move an alias, after showing challenger and champion side by side."""


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
    """Show the comparison, move the alias, and say what was done and how to undo it."""
    from pat.registry import promotion
    from pat.registry.tracking import open_tracking
    from pat.registry.versions import get_version, version_with_alias

    tracking = open_tracking(tracking_uri)
    target = get_version(name, version, tracking)
    current = version_with_alias(name, alias, tracking)
    if current is not None and current.version != target.version:
        compared = promotion.compare(target, current, tracking)
        if compared is None:
            print(f"version {version} and {alias} {current.version} share no held-out sample")
        else:
            print(
                f"on {compared.n_samples} samples of {compared.n_cultures} cultures that both "
                f"held out:\n"
                f"  version {version} (challenger)  {compared.rmse_challenger:.4g} {target.unit}\n"
                f"  version {current.version} ({alias})  "
                f"{compared.rmse_champion:.4g} {target.unit}\n"
                f"  {compared.test.meaning}"
            )
    move = promotion.promote(
        name, version, alias=alias, by=by, why=why, waive=waive, tracking=tracking
    )
    print(f"{name}: {alias} is now version {move.to_version} (by {move.by}: {move.why})")
    if move.from_version is not None and move.from_version != move.to_version:
        print(f"undo: pat promote {name} {move.from_version} --by WHO --why TEXT")
    print(f"tracking: {tracking.uri}")
