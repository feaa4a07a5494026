"""Builds the transferred sensor: members fitted to both sets, limits and interval from the new."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pat.arrays import BoolArray, FloatArray, IntArray
from pat.calibration import CalibrationSet
from pat.diagnostics import box_limit
from pat.diagnostics.collection import LEAST_SHARE, own_probes, standards
from pat.soft_sensor import Origin, SoftSensor, build_sensor
from pat.soft_sensor.gates import GateSettings, LeastLight
from pat.soft_sensor.seal import resealed
from pat.spectra import Spectra
from pat.transfer.choice import Choice, choose
from pat.transfer.data import TransferData
from pat.transfer.methods import UNCHANGED, Samples
from pat.transfer.recalibration import Recalibration, Recipe

UNVERIFIED = "level unverified on this instrument: no assay of it was used"


@dataclass(frozen=True, slots=True, eq=False)
class Transferred:
    """A sensor for the new instrument, and how it was chosen."""

    sensor: SoftSensor
    choice: Choice


def compare(data: TransferData, rows: IntArray, recipes: Sequence[Recipe]) -> Choice:
    """Return what leaving out the transfer samples `rows` of `data.new` says of each method."""
    assert data.new is not None
    new = _chosen(data.new, rows)
    wanted = new.values[data.sensor.analyte.name].to_numpy(dtype=np.float64)
    partner = data.partners(rows)
    samples = [
        Samples(
            recipe.rows(data.old.spectra),
            data.old.assays,
            recipe.rows(new.intensities),
            wanted,
            partner,
        )
        for recipe in recipes
    ]
    return choose(recipes, samples, left_out_together(new.groups))


def left_out_together(groups: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return the vessels where there are five or more, else each sample by itself."""
    if len(set(groups.tolist())) >= _FEWEST_VESSELS:
        return groups
    return np.arange(len(groups)).astype(object)


_FEWEST_VESSELS = 5


def transferred_sensor(
    data: TransferData, rows: IntArray, choice: Choice, *, facts: Mapping[str, str]
) -> SoftSensor:
    """Return the mean of the chosen methods as a sensor of the new instrument."""
    assert data.new is not None
    new = _chosen(data.new, rows)
    joint = _joint(data, new)
    n_old = len(data.old.assays)
    partner = data.partners(rows)
    partners = {
        spectrum.tobytes(): int(row)
        for spectrum, row in zip(new.intensities, partner, strict=True)
        if row >= 0
    }
    together = left_out_together(new.groups)
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
        origin=_origin(data, choice, facts),
    )
    wanted = new.values[data.sensor.analyte.name].to_numpy(dtype=np.float64)
    return resealed(
        built,
        joint.intensities,
        targets=joint.values[data.sensor.analyte.name].to_numpy(dtype=np.float64),
        gates=_gates(data, built),
        calibrated_range=(float(wanted.min()), float(wanted.max())),
    )


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
    old = _as_set(data)
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
        origin=replace(
            data_origin(data, facts),
            recipe=tuple(recipe.name for recipe in recipes),
            model=tuple(UNCHANGED.name for _ in recipes),
        ),
    )
    found = built.predict(data.unlabelled)
    each = float(np.sqrt(confidence))
    t2, q = (found[name].to_numpy(dtype=np.float64) for name in ("t2", "q"))
    limits = replace(built.limits, t2=_limit(t2, each), q=_limit(q, each), confidence=confidence)
    return resealed(
        built,
        old.intensities,
        targets=data.old.assays,
        gates=replace(_gates(data, built), unverified=UNVERIFIED),
        limits=limits,
    )


def _limit(distances: FloatArray, confidence: float) -> float:
    known = distances[np.isfinite(distances)]
    weights = np.full(known.size, 1.0 / known.size)
    return box_limit(known, weights=weights, n_cultures=known.size, confidence=confidence)


def _thinned(folds: Sequence[BoolArray], most: int = 10) -> list[BoolArray]:
    """Return at most so many folds, groups joined."""
    return [np.any(folds[start::most], axis=0) for start in range(min(most, len(folds)))]


def _origin(data: TransferData, choice: Choice, facts: Mapping[str, str]) -> Origin:
    return replace(
        data_origin(data, facts),
        recipe=tuple(one.recipe.name for one in choice.members),
        model=tuple(one.method.name for one in choice.members),
    )


def data_origin(data: TransferData, facts: Mapping[str, str]) -> Origin:
    """Return where a transferred sensor comes from."""
    return Origin(seed=data.sensor.provenance.seed, facts=facts)


def _gates(data: TransferData, built: SoftSensor) -> GateSettings:
    """Return the gates of the new instrument: its span, and its light."""
    spectra = data.unlabelled
    if len(spectra) == 0:
        return built.gates
    span = float(np.median(np.ptp(spectra.intensities[:, built.input_axis.used], axis=1)))
    return replace(built.gates, usual_span=span, light=_light(spectra))


def _light(spectra: Spectra) -> tuple[LeastLight, ...]:
    shown = standards(
        spectra.intensities, spectra.axis, spectra.axis_kind, probes=own_probes(spectra.keys)
    )
    return tuple(
        LeastLight(one.band, one.usual, min(LEAST_SHARE * one.usual, 0.9 * one.lowest_good))
        for one in shown
    )


def _chosen(new: CalibrationSet, rows: IntArray) -> CalibrationSet:
    mask = np.zeros(len(new), dtype=np.bool_)
    mask[rows] = True
    return new.select(mask)


def _joint(data: TransferData, new: CalibrationSet) -> CalibrationSet:
    """Return the old calibration, then the transfer samples, as one calibration set."""
    old = _as_set(data)
    return replace(
        old,
        intensities=np.vstack([old.intensities, new.intensities]),
        process=pd.DataFrame(index=range(len(old) + len(new))),
        samples=pd.concat([old.samples, new.samples], ignore_index=True),
        values=pd.concat([old.values, new.values], ignore_index=True),
        readings=pd.concat([old.readings, new.readings], ignore_index=True),
        sources=(*data.sensor.provenance.campaigns, *new.sources),
        saturation=new.saturation,
    )


def _as_set(data: TransferData) -> CalibrationSet:
    """Return the sensor's own calibration as a calibration set on its axis."""
    sensor, samples = data.sensor, data.old.samples
    name, n = sensor.analyte.name, len(data.old.samples)
    return CalibrationSet(
        axis=sensor.axis,
        axis_kind=sensor.axis_kind,
        intensities=data.old.spectra,
        process=pd.DataFrame(index=range(n)),
        samples=samples.drop(columns="assay"),
        values=pd.DataFrame({name: data.old.assays}),
        readings=pd.DataFrame({name: np.ones(n)}),
        analytes={name: sensor.analyte},
        unpaired={name: ()},
        unpaired_spectra=(),
        censored={name: 0},
        excluded={name: 0},
        sel={name: None},
        sources=sensor.provenance.campaigns,
        correction=data.correction,
    )
