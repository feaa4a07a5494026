"""The tables of a campaign beside its spectra, out of its cultures."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

import numpy as np
import pandas as pd

from pat.campaign import OnlineTag
from pat.simulator.culture import Trajectory
from pat.simulator.streams import stream

#: Online tag: column of the states, unit, noise (standard deviation in that unit), decimals.
ONLINE = {
    "ph": ("ph_probe", "1", 0.004, 3),
    "do": ("do_percent", "%", 0.4, 1),
    "temperature": ("temperature_c", "degC", 0.02, 2),
    "volume": ("volume_ml", "mL", 0.0, 1),
    "air_flow": ("air_flow_ml_per_min", "mL/min", 0.0, 2),
    "n2_flow": ("n2_flow_ml_per_min", "mL/min", 0.0, 2),
    "o2_flow": ("o2_flow_ml_per_min", "mL/min", 0.0, 2),
    "co2_flow": ("co2_flow_ml_per_min", "mL/min", 0.0, 2),
    "base_total": ("base_addition_ml", "mL", 0.0, 2),
}
#: Values are logged a quarter of an hour before the full hour: a sample's spectrum takes 12.5 min
#: and ends at the full hour, and a sensor takes the newest value that is at most 30 min old.
LOGGED_BEFORE_H = 0.25

#: Between the logged values of a campaign whose analyser visits its vessels in rounds.
DENSE_ONLINE_H = 0.25

ONLINE_TAGS = {name: OnlineTag(name, unit) for name, (_, unit, _, _) in ONLINE.items()}


def timed(table: pd.DataFrame, *, start: datetime) -> pd.DataFrame:
    """Return the table with `time` before its `elapsed_h`, to the second."""
    seconds = np.round(table["elapsed_h"].to_numpy(dtype=np.float64) * 3600.0)
    elapsed = pd.to_timedelta(seconds, unit="s")
    times = pd.Series(pd.Timestamp(start) + elapsed, index=table.index).dt.as_unit("us")
    placed = table.assign(elapsed_h=seconds / 3600.0)
    placed.insert(list(placed.columns).index("elapsed_h"), "time", times)
    return placed


def vessel_table(cultures: Sequence[Trajectory], *, start: datetime) -> pd.DataFrame:
    """Return the vessels: inoculation, group and one column a factor of the design."""
    rows = [
        {
            "vessel": culture.vessel,
            "inoculated": pd.Timestamp(start),
            "group": culture.plan.group or culture.vessel,
            **{name: round(value, 4) for name, value in asdict(culture.plan.factors).items()},
        }
        for culture in cultures
    ]
    table = pd.DataFrame(rows).astype({"vessel": "str", "group": "str"})
    table["inoculated"] = pd.to_datetime(table["inoculated"], utc=True).dt.as_unit("us")
    return table


def online_table(
    cultures: Sequence[Trajectory], *, seed: int, every_h: float = 1.0
) -> pd.DataFrame:
    """Return the online values as the control system stores them, every `every_h` hours."""
    frames = []
    for culture in cultures:
        hours = np.arange(0.0, culture.hours[-1] + 1e-9, every_h) - LOGGED_BEFORE_H
        states = culture.at(np.maximum(hours, 0.0))
        noise = stream(seed, culture.vessel, "online").standard_normal((hours.size, len(ONLINE)))
        values = {
            name: np.round(states[state].to_numpy() + spread * noise[:, k], decimals)
            for k, (name, (state, _, spread, decimals)) in enumerate(ONLINE.items())
        }
        keys = {"vessel": culture.vessel, "elapsed_h": hours}
        frames.append(pd.DataFrame(keys | values))
    return pd.concat(frames, ignore_index=True).astype({"vessel": "str"})


def event_table(cultures: Sequence[Trajectory]) -> pd.DataFrame:
    """Return what was done to each vessel: vessel, elapsed_h, kind, amount, unit."""
    frames = []
    for culture in cultures:
        table = culture.events[["elapsed_h", "kind", "amount", "unit"]].reset_index(drop=True)
        table.insert(0, "vessel", culture.vessel)
        frames.append(table)
    events = pd.concat(frames, ignore_index=True)
    events["amount"] = events["amount"].astype(np.float64).round(4)
    return events.astype({"vessel": "str", "kind": "str", "unit": "str"})
