"""`pat export`: a sensor in a folder that scores without MLflow."""

from pathlib import Path

from pipelines.sensors import open_sensor


def run(sensor: str, out: Path, *, tracking_uri: str | None = None) -> None:
    """Write a sensor to a new folder and say how to use it.

    Raises
    ------
    SensorError
        If there is no such sensor, or the folder is not empty.
    StoreError
        If the folder cannot be written.
    """
    from pat.soft_sensor import save_sensor

    found, address = open_sensor(sensor, tracking_uri=tracking_uri)
    save_sensor(found, out)
    size = sum(path.stat().st_size for path in out.iterdir()) / 1e6
    print(f"{found.title} ({address}, {found.digest[:12]}) -> {out}, {size:.1f} MB")
    print(f"next: pat verify {out}")
    print(f"      pat predict CAMPAIGN --sensor {out}")
