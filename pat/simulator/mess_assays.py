"""Disorder in the laboratory: limits, gaps, replicates and a second method."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from pat.simulator.assays import AssayMethod, measured, sample_assays
from pat.simulator.culture import Trajectory
from pat.simulator.mess import MessKind
from pat.simulator.streams import stream

#: Limits of quantification, in the analyte's unit.
LIMITS = {"glucose": 0.6, "lactate": 0.3, "titre": 0.2}
N_REPLICATES = 3
MISSING_CELLS, MISSING_SAMPLES = 0.05, 0.02
FIRST_METHOD, SECOND_METHOD, SECOND_SHARE, SECOND_BIAS = "enzymatic", "hplc", 1 / 3, 0.06


def campaign_assays(
    cultures: Sequence[Trajectory],
    *,
    methods: Mapping[str, AssayMethod],
    seed: int,
    kinds: Sequence[MessKind] = (),
) -> pd.DataFrame:
    """Return the assays of a campaign, with these kinds of disorder."""
    used = limited(methods) if MessKind.CENSORED in kinds else dict(methods)
    if MessKind.SECOND_METHOD in kinds and "glucose" in used:
        used["glucose"] = replace(used["glucose"], name=FIRST_METHOD)
    copies = range(1, N_REPLICATES + 1) if MessKind.REPLICATES in kinds else (None,)
    frames = [
        sample_assays(culture, methods=used, seed=seed, replicate=copy)
        for culture in cultures
        for copy in copies
    ]
    if MessKind.SECOND_METHOD in kinds and "glucose" in used:
        frames += [
            second_method(culture, method=used["glucose"], seed=seed) for culture in cultures
        ]
    assays = pd.concat(frames, ignore_index=True)
    if MessKind.MISSING in kinds:
        assays = with_gaps(assays, seed=seed)
    return assays


def limited(methods: Mapping[str, AssayMethod]) -> dict[str, AssayMethod]:
    """Return the methods with their limits of quantification."""
    return {
        name: replace(method, limit=LIMITS.get(name, method.limit))
        for name, method in methods.items()
    }


def second_method(culture: Trajectory, *, method: AssayMethod, seed: int) -> pd.DataFrame:
    """Return glucose by a method that reads high, of about a third of the samples."""
    other = replace(method, name=SECOND_METHOD, bias=SECOND_BIAS)
    rng = stream(seed, culture.vessel, "mess", "second_method")
    hours = np.array(culture.plan.sample_hours)
    chosen = hours[rng.random(hours.size) < SECOND_SHARE]
    return measured(
        culture.at(chosen), vessel=culture.vessel, methods={"glucose": other}, seed=seed
    )


def with_gaps(assays: pd.DataFrame, *, seed: int) -> pd.DataFrame:
    """Return the assays without those that were forgotten, spilt or lost."""
    rng = stream(seed, "mess", "missing")
    kept = rng.random(len(assays)) >= MISSING_CELLS
    drawn = pd.MultiIndex.from_frame(assays[["vessel", "elapsed_h"]])
    samples = drawn.unique()
    lost = samples[rng.random(len(samples)) < MISSING_SAMPLES]
    return assays[kept & ~drawn.isin(lost)].reset_index(drop=True)
