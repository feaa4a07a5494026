"""Reference assays: what the analysers in the laboratory make of the truth."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from pat.errors import InputError
from pat.simulator.components import MOLAR_MASS
from pat.simulator.culture import Trajectory
from pat.simulator.streams import stream

ASSAY_COLUMNS = (
    "vessel", "elapsed_h", "sample", "analyte", "value", "censored", "limit", "method", "replicate",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class AssayMethod:
    """How one analyte is measured: its errors are normal, with mean zero but for `bias`.

    Sizes are chosen, after the usual claims for enzymatic analysers and protein A columns.
    """

    state: str  # column of the trajectory's states
    unit: str
    proportional: float = 0.0  # standard deviation as a share of the value
    constant: float = 0.0  # standard deviation in `unit`
    bias: float = 0.0  # as a share of the value
    decimals: int | None = None  # None: not rounded
    limit: float | None = None  # of quantification, in `unit`; below it "<limit" is reported
    name: str | None = None  # of the method; None: not written down
    molar_mass: float | None = None  # g/mol, where the unit may be turned into moles

    def exact(self) -> "AssayMethod":
        """Return the same method without error, rounding or limit."""
        return replace(self, proportional=0, constant=0, bias=0, decimals=None, limit=None)


DEFAULT_METHODS: dict[str, AssayMethod] = {
    "glucose": AssayMethod("glucose_g_per_l", "g/L", 0.035, 0.06, decimals=2,
                           molar_mass=MOLAR_MASS["glucose"]),
    "lactate": AssayMethod("lactate_g_per_l", "g/L", 0.03, 0.04, decimals=2,
                           molar_mass=MOLAR_MASS["lactate"]),
    "titre": AssayMethod("titre_g_per_l", "g/L", 0.04, 0.05, decimals=3),
}  # fmt: skip

#: What can be assayed beside the default: for tests of specificity and for other sensors.
FURTHER_METHODS: dict[str, AssayMethod] = {
    "vcd": AssayMethod("vcd_1e6_per_ml", "1e6/mL", 0.06, 0.1, decimals=2),
    "viability": AssayMethod("viability_percent", "%", 0.0, 1.0, decimals=1),
    "glutamine": AssayMethod("glutamine_mmol_per_l", "mmol/L", 0.05, 0.05, decimals=2),
    "glutamate": AssayMethod("glutamate_mmol_per_l", "mmol/L", 0.05, 0.05, decimals=2),
    "ammonium": AssayMethod("ammonium_mmol_per_l", "mmol/L", 0.05, 0.05, decimals=2),
    "osmolality": AssayMethod("osmolality_mosm_per_kg", "mOsm/kg", 0.01, 1.0, decimals=0),
}


def methods(names: Sequence[str]) -> dict[str, AssayMethod]:
    """Return the methods of these analytes.

    Raises
    ------
    InputError
        If an analyte has no method.
    """
    known = DEFAULT_METHODS | FURTHER_METHODS
    unknown = [name for name in names if name not in known]
    if unknown:
        msg = f"expected analytes among {', '.join(known)}; got {', '.join(unknown)}"
        raise InputError(msg)
    return {name: known[name] for name in names}


def sample_assays(
    trajectory: Trajectory,
    *,
    methods: Mapping[str, AssayMethod],
    seed: int,
    replicate: int | None = None,
) -> pd.DataFrame:
    """Return the assays of every sample and spiked aliquot of one culture, `ASSAY_COLUMNS`."""
    plan = trajectory.plan
    drawn = trajectory.at(plan.sample_hours)
    names: list[str | float] = [np.nan] * len(drawn)
    if plan.spikes:
        drawn = pd.concat([drawn, spiked_states(trajectory)], ignore_index=True)
        names += [spike_name(plan.vessel, number=k + 1) for k in range(len(plan.spikes))]
    return measured(
        drawn, vessel=plan.vessel, methods=methods, seed=seed, samples=names, replicate=replicate
    )


def spike_name(vessel: str, *, number: int) -> str:
    """Return the sample name of a vessel's spiked aliquot."""
    return f"{vessel}-spike-{number}"


def spiked_states(trajectory: Trajectory) -> pd.DataFrame:
    """Return what is in each spiked aliquot of a culture."""
    spikes = trajectory.plan.spikes
    states = trajectory.at([spike.hour for spike in spikes])
    states["glucose_g_per_l"] += [spike.glucose_g_per_l for spike in spikes]
    states["lactate_g_per_l"] += [spike.lactate_g_per_l for spike in spikes]
    return states


def measured(
    states: pd.DataFrame,
    *,
    vessel: str,
    methods: Mapping[str, AssayMethod],
    seed: int,
    samples: Sequence[str | float] | None = None,
    replicate: int | None = None,
) -> pd.DataFrame:
    """Return what the methods report for these states, long: `ASSAY_COLUMNS`.

    The error of a cell depends on the seed, its vessel, analyte, hour, sample, method and
    replicate alone, so that a further analyte changes no other.
    """
    names = samples if samples is not None else [np.nan] * len(states)
    copy = np.nan if replicate is None else str(replicate)
    rows = []
    for analyte, method in methods.items():
        named = method.name or np.nan
        for hour, sample, truth in zip(
            states["elapsed_h"], names, states[method.state], strict=True
        ):
            key = (f"{round(hour * 3600)}", str(sample), str(named), str(copy))
            noise = stream(seed, vessel, "assay", analyte, *key).standard_normal(2)
            value = _reported(float(truth), method=method, noise=noise.tolist())
            censored = method.limit is not None and value < method.limit
            cell = (np.nan, "<", method.limit) if censored else (value, np.nan, np.nan)
            rows.append((vessel, hour, sample, analyte, *cell, named, copy))
    frame = pd.DataFrame(rows, columns=list(ASSAY_COLUMNS))
    text = ["vessel", "sample", "analyte", "censored", "method", "replicate"]
    numbers = dict.fromkeys(("elapsed_h", "value", "limit"), "float64")
    return frame.astype(dict.fromkeys(text, "str") | numbers)


def _reported(truth: float, *, method: AssayMethod, noise: Sequence[float]) -> float:
    value = truth * (1.0 + method.bias + method.proportional * noise[0])
    value = max(value + method.constant * noise[1], 0.0)
    return value if method.decimals is None else round(value, method.decimals)
