"""Cultures written down by hand, for tests of what is measured on them."""

import numpy as np
import pandas as pd

from pat.simulator.culture import Trajectory
from pat.simulator.design import Factors, VesselPlan
from pat.simulator.faults import Fault
from pat.simulator.observables import Observation


def made_up_states(hours: np.ndarray, *, level: float = 1.0) -> pd.DataFrame:
    """Return smooth states that no equation made; `level` sets the vessel apart."""
    day = hours / 24.0
    columns = {name: np.zeros(hours.size) for name in Observation._fields}
    columns |= {
        "elapsed_h": hours,
        "vcd_1e6_per_ml": level * (0.5 + 1.2 * day),
        "tcd_1e6_per_ml": level * (0.5 + 1.3 * day),
        "viability_percent": 98.0 - day,
        "glucose_g_per_l": level * (6.0 - 0.3 * day),
        "lactate_g_per_l": level * (0.1 + 0.25 * day),
        "glutamine_mmol_per_l": 4.0 * np.exp(-day),
        "glutamate_mmol_per_l": 1.0 + 0.2 * day,
        "ammonium_mmol_per_l": 1.0 + 0.1 * day,
        "titre_g_per_l": level * 0.2 * day,
        "volume_ml": 200.0 + day,
        "ph_probe": 7.05 - 0.01 * day,
        "do_percent": np.full(hours.size, 40.0),
        "temperature_c": np.full(hours.size, 36.8),
    }
    return pd.DataFrame(columns)


def made_up_culture(
    vessel: str = "V01",
    *,
    days: int = 3,
    level: float = 1.0,
    faults: tuple[Fault, ...] = (),
) -> Trajectory:
    """Return a culture sampled once a day from inoculation, fed right after each sample."""
    hours = np.arange(24.0 * days + 1.0)
    sampled = tuple(24.0 * day for day in range(days))
    states = made_up_states(hours, level=level)
    events = pd.DataFrame(
        [(hour, kind, amount, "mL") for hour in sampled for kind, amount in
         (("sample", 3.0), ("feed", 6.0))],
        columns=["elapsed_h", "kind", "amount", "unit"],
    )  # fmt: skip
    plan = VesselPlan(vessel, Factors(), days=float(days), sample_hours=sampled)
    return Trajectory(
        plan=plan, hours=hours, states=states, events=events, knots=states, faults=faults
    )


def made_up_cultures(n: int, *, days: int = 3) -> list[Trajectory]:
    """Return several cultures that differ."""
    return [
        made_up_culture(f"V{k + 1:02d}", days=days, level=0.7 + 0.5 * k / max(n - 1, 1))
        for k in range(n)
    ]
