"""Which cultures a campaign runs: designs over the factors, sampling, spiked samples."""

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum

import numpy as np
from scipy.stats import qmc

from pat.arrays import FloatArray
from pat.errors import InputError
from pat.simulator.factorial import two_level
from pat.simulator.plan import (
    FACTOR_RANGES,
    SAMPLED_ML_A_DAY,
    Factors,
    Spike,
    VesselPlan,
    check_days,
    last_hour,
)
from pat.simulator.streams import stream

__all__ = [
    "DesignKind",
    "Factors",
    "Spike",
    "VesselPlan",
    "design",
    "factors_at",
    "sampling",
    "with_spikes",
]

#: Latin hypercubes drawn, of which the most even is taken.
N_DRAWS = 64
#: Added to an aliquot, g/L.
SPIKED_GLUCOSE, SPIKED_LACTATE = (1.0, 6.0), (0.5, 4.0)


class DesignKind(StrEnum):
    """How the factors are spread over the vessels."""

    SPACE_FILLING = "space_filling"
    FACTORIAL = "factorial"


def design(
    n_vessels: int,
    *,
    kind: str = DesignKind.SPACE_FILLING,
    centre_points: int | None = None,
    days: float = 14.0,
    samples_per_day: float = 1.0,
    seed: int = 0,
) -> list[VesselPlan]:
    """Return a plan for each vessel, V01 and so on, in an order drawn by lot.

    Parameters
    ----------
    n_vessels : int
        At least 1; a factorial design needs 8 beside the centre points.
    kind : DesignKind
        space_filling: a Latin hypercube, the most even of several. factorial: the largest
        two-level design that fits, and replicates of its runs in what vessels are left.
    centre_points : int or None
        Vessels at the middle of every range. None: three from 12 vessels on, else none.
    days, samples_per_day : float
        Length of the run; samples from hour 0 on, none at the end.
    seed : int

    Raises
    ------
    InputError
        If these numbers do not make a campaign.
    """
    centres = centre_points if centre_points is not None else 3 * (n_vessels >= 12)
    if n_vessels < 1 or not 0 <= centres <= n_vessels:
        msg = (
            "expected at least one vessel and no more centre points than vessels; "
            f"got {n_vessels} vessels and {centres} centre points"
        )
        raise InputError(msg)
    levels = _levels(n_vessels - centres, kind=_design_kind(kind), seed=seed)
    levels = np.vstack([levels, np.zeros((centres, len(FACTOR_RANGES)))])
    order = stream(seed, "design", "order").permutation(n_vessels)
    hours, sample_ml = sampling(days, samples_per_day=samples_per_day)
    return [
        VesselPlan(
            vessel=f"V{k:02d}",
            factors=factors_at(row),
            days=days,
            sample_hours=hours,
            sample_ml=sample_ml,
            group=_group(row, levels),
        )
        for k, row in enumerate(levels[order], start=1)
    ]


def sampling(days: float, *, samples_per_day: float = 1.0) -> tuple[tuple[float, ...], float]:
    """Return the hours of evenly spaced samples from 0 to before the end, and mL of each.

    Raises
    ------
    InputError
        If there are no samples or more than one an hour, or the run is too long.
    """
    if not 0.0 < samples_per_day <= 24.0:
        msg = f"expected more than 0 and at most 24 samples a day; got {samples_per_day:g}"
        raise InputError(msg)
    check_days(days)
    hours = np.arange(0.0, last_hour(days) - 1e-9, 24.0 / samples_per_day)
    return tuple(hours.tolist()), SAMPLED_ML_A_DAY / max(1.0, samples_per_day)


def factors_at(levels: FloatArray) -> Factors:
    """Return the factors at coded levels (7,): -1 is the low end of a range, 1 the high."""
    values = {}
    for (name, span), level in zip(FACTOR_RANGES.items(), levels.tolist(), strict=True):
        value = span.low + (span.high - span.low) * (level + 1.0) / 2.0
        values[name] = round(round(value / span.step) * span.step, 4)
    return Factors(**values)


def with_spikes(plans: Sequence[VesselPlan], *, per_vessel: int, seed: int) -> list[VesselPlan]:
    """Return the plans with spiked aliquots of that many samples of each vessel.

    Notes
    -----
    What is added of glucose tells nothing of what is added of lactate, nor of the culture's age:
    that is what breaks the correlations of a fed-batch.
    """
    spiked = []
    for plan in plans:
        if not 0 <= per_vessel <= len(plan.sample_hours):
            msg = (
                f"vessel {plan.vessel}: expected 0 to {len(plan.sample_hours)} spiked samples; "
                f"got {per_vessel}"
            )
            raise InputError(msg)
        rng = stream(seed, plan.vessel, "spikes")
        hours = np.sort(rng.permutation(plan.sample_hours)[:per_vessel])
        added = qmc.LatinHypercube(2, rng=rng).random(per_vessel)
        low, high = np.transpose([SPIKED_GLUCOSE, SPIKED_LACTATE])
        amounts = low + (high - low) * added
        spikes = [
            Spike(hour, round(glucose, 2), round(lactate, 2))
            for hour, (glucose, lactate) in zip(hours.tolist(), amounts.tolist(), strict=True)
        ]
        spiked.append(replace(plan, spikes=(*plan.spikes, *spikes)))
    return spiked


def _design_kind(kind: str) -> DesignKind:
    if kind not in set(DesignKind):
        msg = f"expected a design out of {', '.join(DesignKind)}; got {kind!r}"
        raise InputError(msg)
    return DesignKind(kind)


def _levels(n_runs: int, *, kind: DesignKind, seed: int) -> FloatArray:
    if n_runs == 0:
        return np.empty((0, len(FACTOR_RANGES)))
    if kind is DesignKind.FACTORIAL:
        runs = two_level(n_runs)
        again = stream(seed, "design", "replicates").permutation(len(runs))
        rows = np.concatenate([np.arange(len(runs)), np.resize(again, n_runs - len(runs))])
        return runs[rows]
    cubes = qmc.LatinHypercube(len(FACTOR_RANGES), rng=stream(seed, "design", "levels"))
    draws = [cubes.random(n_runs) for _ in range(N_DRAWS)]
    levels: FloatArray = 2.0 * min(draws, key=qmc.discrepancy) - 1.0
    return levels


def _group(row: FloatArray, levels: FloatArray) -> str:
    same = np.flatnonzero(np.all(levels == row, axis=1))
    if same.size == 1:
        return ""
    return "centre" if not row.any() else f"run{same[0] + 1:02d}"
