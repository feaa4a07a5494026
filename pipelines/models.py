"""`pat models`: what is registered, and which version is the champion."""

from rich.console import Console
from rich.table import Table


def run(*, tracking_uri: str | None) -> None:
    """Print every version of every registered sensor."""
    from pat.registry.tracking import open_tracking
    from pat.registry.versions import registered_sensors

    tracking = open_tracking(tracking_uri)
    console = Console(soft_wrap=True)
    rows = registered_sensors(tracking)
    if not rows:
        console.print(f"nothing is registered in {tracking.uri}; train with: pat train CAMPAIGN")
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in (
        "sensor",
        "version",
        "alias",
        "RMSECV",
        "nested RMSE",
        "unit",
        "made",
        "digest",
    ):
        table.add_column(heading, no_wrap=True)
    for row in rows:
        table.add_row(
            row.name,
            str(row.version),
            ", ".join(row.aliases),
            row.rmsecv,
            row.nested_rmse,
            row.unit,
            row.created,
            row.digest[:12],
        )
    console.print(table)
    console.print(f"tracking: {tracking.uri}")
