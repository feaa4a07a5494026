"""A replayed campaign fills the folder once, in order, however often it is begun again."""

import threading
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pat.campaign import Campaign
from pat.errors import InputError
from pat.stream.feeds import FedFolder, ReplayFeed
from pat.stream.feeds.replay import Replay, check_folder, replay_of
from pat.stream.feeds.replayed_folder import ReplayedFolder
from tests.alignment.campaigns import make_campaign
from tests.stream.drop import Stream

SOON = float("inf")


def at(hour: float, vessel: str = "V01") -> dict[str, object]:
    time = pd.Timestamp("2024-05-01T10:00:00Z") + pd.Timedelta(hours=hour)
    return {"vessel": vessel, "time": time.isoformat()}


def five() -> Campaign:
    return make_campaign(
        [at(2), at(0), at(1, "V02"), at(4), at(3, "V02")],
        [{**at(0), "value": 4.5}, {**at(3, "V02"), "value": 3.0}],
        online=[{**at(hour), "ph": 7 + hour / 10} for hour in range(5)],
        intensities=np.random.default_rng(1).normal(1e4, 100, (5, 8)),
    )


def feed_of(replay: Replay, folder: Path) -> ReplayFeed:
    return ReplayFeed(replay, ReplayedFolder(folder, replay), speed=SOON, note=print)


def test_a_replay_is_scored_with_its_own_times_and_ends(tmp_path: Path) -> None:
    folder = tmp_path / "cho"
    stream = Stream(folder, feeds=[feed_of(replay_of(five()), folder)]).run()

    table = stream.table().sort_values("time")
    assert isinstance(stream.source, FedFolder)
    assert table["vessel"].tolist() == ["V01", "V02", "V01", "V02", "V01"]
    assert table["time"].is_monotonic_increasing
    assert stream.table("assays")["value"].tolist() == [4.5, 3.0]


def test_a_replay_that_was_broken_off_goes_on_and_repeats_nothing(tmp_path: Path) -> None:
    replay, whole, broken = replay_of(five()), tmp_path / "whole", tmp_path / "broken"
    list(replay.send(ReplayedFolder(whole, replay), speed=SOON))

    stop = threading.Event()
    for n, _ in enumerate(replay.send(ReplayedFolder(broken, replay), speed=SOON, stop=stop)):
        if n == 2:
            stop.set()
    first = sorted(path.name for path in broken.glob("V*.csv"))
    again = list(replay.send(ReplayedFolder(broken, replay), speed=SOON))

    assert len(first) == 3
    assert len(again) == 2
    for path in whole.iterdir():
        assert (broken / path.name).read_bytes() == path.read_bytes(), path.name


def test_a_vessel_that_is_not_there_is_told() -> None:
    with pytest.raises(InputError, match="vessel V09 not in run; there are V01, V02"):
        replay_of(five(), ["V09"])


def test_the_campaign_s_own_folder_is_not_filled(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="another folder than the campaign's own"):
        check_folder(tmp_path, tmp_path)
