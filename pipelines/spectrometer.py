"""`pat spectrometer`: send a campaign's stored spectra in order of time, and end."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from pat.errors import InputError, StoreError
from pat.readers import read_campaign
from pat.readers.times import iso
from pat.report.counted import counted
from pat.stream.feeds import Outlet, Replay
from pat.stream.feeds.growing_tables import EPOCH
from pat.stream.feeds.replay import check_folder, replay_of
from pat.stream.feeds.replayed_folder import ReplayedFolder
from pipelines.progress import progress_reporter


def run(
    campaign: Path,
    *,
    drop: str | Path,
    vessels: Sequence[str] = (),
    speed: float = 3600.0,
    format: str = "csv",
) -> None:
    """Send the spectra of a campaign folder as a spectrometer would: into a drop folder, or out.

    Raises
    ------
    InputError
        If the campaign has faults, a vessel is unknown, or spectra have no time.
    StoreError
        If the drop folder cannot be written, or the network does not take it.
    """
    if not speed > 0:
        msg = f"--speed: expected process seconds a second, above 0; got {speed:g}"
        raise InputError(msg)
    whole = read_campaign(campaign)
    is_folder = "://" not in str(drop)
    if is_folder:
        check_folder(Path(drop), campaign)
    replay = replay_of(whole, vessels, suffix=f".{format}")
    for line in _head(replay, drop=str(drop), speed=speed, format=format):
        print(line, flush=True)
    try:
        outlet = ReplayedFolder(Path(drop), replay) if is_folder else _published(str(drop))
        with progress_reporter("dropped") as report:
            for number, name in enumerate(replay.send(outlet, speed=speed), start=1):
                report(number, replay.rows.size, name)
    except OSError as error:
        msg = f"{drop} cannot be written: {error.strerror or error}"
        raise StoreError(msg) from error
    print(f"{counted(replay.rows.size, 'spectrum', 'spectra')} dropped into {drop}")


def _published(address: str) -> Outlet:
    """Return a spectrometer on the network, at an address of OPC UA or MQTT."""
    from pipelines.spectrometer_outlets import MqttOutlet, OpcUaOutlet

    if address.startswith("opc.tcp://"):
        return OpcUaOutlet(address)
    return MqttOutlet(address)


def _head(replay: Replay, *, drop: str, speed: float, format: str) -> list[str]:
    seconds = replay.seconds
    first, last = (pd.Timestamp(at, unit="s", tz="UTC") for at in (seconds[0], seconds[-1]))
    count = counted(seconds.size, "spectrum", "spectra")
    lines = [
        f"{replay.campaign.id}: {count} from {iso(first)} to {iso(last)} "
        f"into {drop}, in {(seconds[-1] - seconds[0]) / speed:.0f} s"
    ]
    if replay.campaign.spectra.keys["time"].isna().any():
        lines.append(f"files are named as if every culture was inoculated at {iso(EPOCH)}")
    if format == "spc":
        lines.append("SPC holds intensities as float32: expect values rounded to 7 digits")
    return lines
