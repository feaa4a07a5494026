"""The sensor of a new instrument of which no assay was used: it follows, its level is unknown."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from pat.arrays import BoolArray, FloatArray
from pat.diagnostics import box_limit
from pat.soft_sensor import Origin, SoftSensor, build_sensor
from pat.soft_sensor.seal import resealed, without_domain
from pat.transfer.catalogue import UNCHANGED
from pat.transfer.data import TransferData
from pat.transfer.new_gates import new_gates
from pat.transfer.recalibration import Recalibration, Recipe
from pat.transfer.sets import old_set

UNVERIFIED = "level unverified on this instrument: no assay of it was used"


def unverified_sensor(
    data: TransferData,
    recipes: Sequence[Recipe],
    *,
    facts: Mapping[str, str],
    confidence: float = 0.95,
) -> SoftSensor:
    """Return the old calibration on the new instrument, whose level no assay has confirmed.

    Its distance limits come from the new instrument's own spectra; no row of it is good.
    """
    old = old_set(data)
    groups = old.groups
    folds = [groups == group for group in dict.fromkeys(groups.tolist())]
    built = build_sensor(
        old,
        data.sensor.analyte.name,
        pipelines=[
            Recalibration(recipe, UNCHANGED, len(data.old.assays), {}) for recipe in recipes
        ],
        folds=_thinned(folds),
        name=data.sensor.name,
        origin=Origin(
            seed=data.sensor.provenance.seed,
            facts=facts,
            recipe=tuple(recipe.name for recipe in recipes),
            model=tuple(UNCHANGED.name for _ in recipes),
        ),
    )
    found = built.predict(data.unlabelled)
    each = float(np.sqrt(confidence))
    t2, q = (found[name].to_numpy(dtype=np.float64) for name in ("t2", "q"))
    limits = replace(built.limits, t2=_limit(t2, each), q=_limit(q, each), confidence=confidence)
    return resealed(
        without_domain(built),
        old.intensities,
        targets=data.old.assays,
        gates=replace(new_gates(data, built), unverified=UNVERIFIED),
        limits=limits,
    )


def _limit(distances: FloatArray, confidence: float) -> float:
    known = distances[np.isfinite(distances)]
    weights = np.full(known.size, 1.0 / known.size)
    return box_limit(known, weights=weights, n_cultures=known.size, confidence=confidence)


def _thinned(folds: Sequence[BoolArray], most: int = 10) -> list[BoolArray]:
    """Return at most so many folds, groups joined."""
    return [np.any(folds[start::most], axis=0) for start in range(min(most, len(folds)))]
