"""`pat models`: what is registered, and which version is the champion."""

from pipelines.tables import print_table


def run(*, tracking_uri: str | None) -> None:
    """Print every version of every registered sensor."""
    from pat.registry import open_tracking, registered_sensors

    tracking = open_tracking(tracking_uri)
    rows = registered_sensors(tracking)
    if rows:
        print_table(
            ("sensor", "version", "alias", "RMSECV", "nested RMSE", "unit", "made", "digest"),
            [
                (
                    row.name,
                    str(row.version),
                    ", ".join(row.aliases),
                    row.rmsecv,
                    row.nested_rmse,
                    row.unit,
                    row.created,
                    row.digest[:12],
                )
                for row in rows
            ],
        )
    else:
        print("nothing is registered; train with: pat train CAMPAIGN")
    print(f"tracking: {tracking.address}")
