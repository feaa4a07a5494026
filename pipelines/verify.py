"""`pat verify`: an exported sensor's files are whole, and it still predicts what it did."""

from pathlib import Path


def run(folder: Path) -> None:
    """Check digests and predict the golden set again, offline.

    Raises
    ------
    SensorError
        If a file was changed or is missing, or a prediction is not what it was.
    """
    from pat.soft_sensor import verify_sensor

    found = verify_sensor(folder)
    print(f"{found.sensor} {found.digest[:12]}: every file is as it was made")
    print(
        f"{found.n_spectra} golden spectra predicted again, the largest difference "
        f"{found.worst:.1g} relative: it agrees"
    )
    for line in found.versions:
        print(f"note: {line}")
