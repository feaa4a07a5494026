"""Builds the transferred sensor: members fitted to both sets, limits and interval from the new."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from pat.arrays import FloatArray, IntArray
from pat.soft_sensor import Origin, SoftSensor, build_sensor
from pat.soft_sensor.seal import resealed
from pat.transfer.choice import Choice, Rule, choose
from pat.transfer.data import TransferData
from pat.transfer.few import FEWEST_TO_CHOOSE, UNTESTED, agreed_choice, not_narrower, wider
from pat.transfer.folds import left_out_together
from pat.transfer.nested import price_of_choosing
from pat.transfer.new_gates import new_gates
from pat.transfer.recalibration import Recalibration, Recipe
from pat.transfer.sets import chosen_samples, joint_set, samples_of


def compare(data: TransferData, rows: IntArray, recipes: Sequence[Recipe]) -> Choice:
    """Return how the transfer samples `rows` of `data.new` are best used."""
    assert data.new is not None
    samples = [samples_of(data, rows, recipe) for recipe in recipes]
    wanted = samples[0].new_y
    if len(wanted) < FEWEST_TO_CHOOSE:
        alone = np.arange(len(wanted)).astype(object)
        return agreed_choice(recipes, samples, alone)
    return choose(recipes, samples, left_out_together(data.new.groups[rows]))


def _price_in_words(price: float) -> dict[str, str]:
    if price == 1.0:
        return {}
    return {"error where the choice is made anew": f"{price:.3g} times; the interval is as wider"}


def transferred_sensor(
    data: TransferData,
    rows: IntArray,
    choice: Choice,
    *,
    anew: FloatArray,
    facts: Mapping[str, str],
) -> SoftSensor:
    """Return the mean of the chosen methods as a sensor of the new instrument.

    `anew` (n_rows,) is what `predicted_anew` says of the transfer samples: the interval is as
    much wider as the error grows.
    """
    assert data.new is not None
    new = chosen_samples(data.new, rows)
    together = left_out_together(new.groups)
    wanted = data.assays[rows]
    price = price_of_choosing(choice, anew, wanted)
    joint = joint_set(data, new, together)
    n_old = len(data.old.assays)
    partner = data.partners(rows)
    partners = {
        spectrum.tobytes(): int(row)
        for spectrum, row in zip(new.intensities, partner, strict=True)
        if row >= 0
    }
    folds = [
        np.r_[np.zeros(n_old, dtype=np.bool_), together == group]
        for group in dict.fromkeys(together.tolist())
    ]
    built = build_sensor(
        joint,
        data.sensor.analyte.name,
        pipelines=[
            Recalibration(one.recipe, one.method, n_old, partners) for one in choice.members
        ],
        folds=folds,
        name=data.sensor.name,
        origin=Origin(
            seed=data.sensor.provenance.seed,
            facts={**facts, **_price_in_words(price)},
            recipe=tuple(one.recipe.name for one in choice.members),
            model=tuple(one.method.name for one in choice.members),
        ),
    )
    gates, interval = new_gates(data, built), wider(built.interval, price)
    if choice.rule is Rule.AGREED:
        gates = replace(gates, unverified=UNTESTED.format(len(wanted)))
        interval = not_narrower(interval, data.sensor.interval, n_samples=len(wanted))
    return resealed(
        built,
        joint.intensities,
        targets=joint.values[data.sensor.analyte.name].to_numpy(dtype=np.float64),
        gates=gates,
        interval=interval,
        calibrated_range=(float(wanted.min()), float(wanted.max())),
    )
