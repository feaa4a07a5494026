"""Disorder in front of the spectrometer: what it sees is not what the log book says."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from pat.arrays import FloatArray, IntArray
from pat.simulator.culture import Trajectory
from pat.simulator.design import Spike
from pat.simulator.mess import MessKind
from pat.simulator.scene import Scene, joined
from pat.simulator.streams import stream
from pat.spectra import Kind

CARRY_OVER = (0.01, 0.02)
BAD_SHARE, COLLECTED = 0.05, (0.1, 0.5)
SPIKED_SHARE, SPIKE_GLUCOSE, SPIKE_LACTATE = 0.08, (1.0, 6.0), (0.5, 3.0)
SHIFT_CM1 = 1.0


def with_spikes(cultures: Sequence[Trajectory], *, seed: int) -> list[Trajectory]:
    """Return the cultures with spiked aliquots of about one sample in twelve."""
    spiked = []
    for culture in cultures:
        rng = stream(seed, culture.vessel, "mess", "spikes")
        hours = np.array(culture.plan.sample_hours)
        chosen = hours[rng.random(hours.size) < SPIKED_SHARE]
        spikes = tuple(
            Spike(
                float(hour), float(rng.uniform(*SPIKE_GLUCOSE)), float(rng.uniform(*SPIKE_LACTATE))
            )
            for hour in chosen
        )
        plan = replace(culture.plan, spikes=culture.plan.spikes + spikes)
        spiked.append(replace(culture, plan=plan))
    return spiked


def disordered_scene(scene: Scene, *, kinds: Sequence[MessKind], seed: int) -> Scene:
    """Return the scene with these kinds of disorder; kinds that lie elsewhere change nothing."""
    steps = {
        MessKind.CAROUSEL: carried_over,
        MessKind.BAD_COLLECTION: badly_collected,
        MessKind.EXPOSURE_CHANGE: half_exposed,
        MessKind.AXIS_SHIFT: shifted,
        MessKind.BLANKS: with_blanks,
    }
    for kind, step in steps.items():
        if kind in kinds:
            scene = step(scene, seed=seed)
    return scene


def carried_over(scene: Scene, *, seed: int) -> Scene:
    """Return the scene of one flow cell: 1-2 % of the sample before is still in it."""
    order = scene.keys.sort_values(["middle_h", "position"], kind="stable").index.to_numpy()
    shares = np.empty(len(scene))
    shares[order] = stream(seed, "mess", "carousel").uniform(*CARRY_OVER, len(scene))
    shares[order[0]] = 0.0
    before = np.empty(len(scene), dtype=np.int64)
    before[order] = np.concatenate([order[:1], order[:-1]])
    states = scene.states.to_numpy()
    mixed = states + shares[:, np.newaxis] * (states[before] - states)
    carried = pd.DataFrame(mixed, columns=scene.states.columns)
    carried["elapsed_h"] = scene.states["elapsed_h"].to_numpy()
    keys = scene.keys.assign(carry_over=shares)
    return replace(scene, keys=keys, states=carried)


def badly_collected(scene: Scene, *, seed: int) -> Scene:
    """Return the scene with bubbles, dry probes and low volumes in one spectrum in twenty."""
    rng = stream(seed, "mess", "bad_collection")
    bad = rng.random(len(scene)) < BAD_SHARE
    share = np.where(bad, rng.uniform(*COLLECTED, len(scene)), 1.0)
    collected = scene.conditions["collected"] * share
    return replace(scene, conditions=scene.conditions.assign(collected=collected))


def half_exposed(scene: Scene, *, seed: int) -> Scene:
    """Return the scene with half the exposure in its second half."""
    del seed  # nothing random in it
    exposure = scene.conditions["exposure_s"] * np.where(_second_half(scene), 0.5, 1.0)
    return replace(scene, conditions=scene.conditions.assign(exposure_s=exposure))


def shifted(scene: Scene, *, seed: int) -> Scene:
    """Return the scene with every band 1 cm-1 higher in its second half."""
    del seed  # nothing random in it
    shift = scene.conditions["shift_cm1"] + SHIFT_CM1 * _second_half(scene)
    return replace(scene, conditions=scene.conditions.assign(shift_cm1=shift))


def with_blanks(scene: Scene, *, seed: int) -> Scene:
    """Return the scene with a dark, a water blank and an empty cell before each day's spectra.

    The empty cell is the reference: its sapphire bands are the check of the axis.
    """
    del seed  # they share the light path of the spectrum that they come before
    day = np.floor(scene.keys["middle_h"] / 24.0)
    first = scene.keys.groupby(day, sort=True)["middle_h"].idxmin().to_numpy()
    parts = [scene]
    for place, kind in enumerate((Kind.DARK, Kind.BLANK, Kind.REFERENCE), start=1):
        parts.append(_without_culture(scene, first, kind=kind, before=place))
    return joined(parts)


def _without_culture(scene: Scene, rows: IntArray, *, kind: Kind, before: int) -> Scene:
    keys = scene.keys.loc[rows].reset_index(drop=True)
    lead = before * (keys["middle_h"] - keys["start_h"]) * 2.5
    keys = keys.assign(
        start_h=keys["start_h"] - lead, middle_h=keys["middle_h"] - lead, kind=kind.value
    )
    keys["vessel"] = pd.Series([np.nan] * len(keys), dtype="str")
    keys["sample"] = pd.Series([np.nan] * len(keys), dtype="str")
    states = scene.states.loc[rows].reset_index(drop=True) * 0.0
    states["elapsed_h"] = keys["middle_h"]
    lit = scene.conditions.loc[rows].reset_index(drop=True)
    lit = lit.assign(**{"fluorescence.medium": 0.0, "fouling": 0.0})
    lit.loc[:, lit.columns.str.startswith("medium.")] = 0.0
    if kind is Kind.DARK:
        lit["laser_mw"] = 0.0
    if kind is Kind.REFERENCE:
        lit["collected"] = 0.0
    return Scene(keys=keys, states=states, conditions=lit)


def _second_half(scene: Scene) -> FloatArray:
    middle = scene.keys["middle_h"].to_numpy()
    late: FloatArray = (middle > 0.5 * float(middle.max())).astype(np.float64)
    return late
