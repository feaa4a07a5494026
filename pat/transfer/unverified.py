"""The sensor of a new instrument of which no assay was used: it follows, its level is unknown."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pat.soft_sensor import Origin, SoftSensor, build_sensor
from pat.soft_sensor.seal import resealed, with_domain, without_domain
from pat.transfer.catalogue import UNCHANGED
from pat.transfer.data import TransferData
from pat.transfer.folds import joined_folds
from pat.transfer.new_domain import new_limits
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

    Its limits and its applicability domain come from the new instrument's own spectra, which
    need no assay for that; no row of it is good.
    """
    old = old_set(data)
    built = build_sensor(
        old,
        data.sensor.analyte.name,
        pipelines=[
            Recalibration(recipe, UNCHANGED, len(data.old.assays), {}) for recipe in recipes
        ],
        folds=joined_folds(old.groups),
        name=data.sensor.name,
        origin=Origin(
            seed=data.sensor.provenance.seed,
            facts=facts,
            recipe=tuple(recipe.name for recipe in recipes),
            model=tuple(UNCHANGED.name for _ in recipes),
        ),
    )
    gates = new_gates(data, built)
    limits, domain = new_limits(
        built, data.unlabelled, bands=[light.band for light in gates.light], confidence=confidence
    )
    return resealed(
        without_domain(built) if domain is None else with_domain(built, domain),
        old.intensities,
        targets=data.old.assays,
        gates=replace(gates, unverified=UNVERIFIED),
        limits=limits,
    )
