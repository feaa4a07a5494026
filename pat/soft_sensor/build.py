"""Builds a sensor: fitted on every culture, its limits and interval from left-out ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from sklearn.base import clone

from pat.arrays import BoolArray, FloatArray
from pat.diagnostics import calibration_spread, takes_process, used_channels
from pat.errors import CalibrationError
from pat.soft_sensor.calibration_spectra import packed
from pat.soft_sensor.coefficients import coefficient_table
from pat.soft_sensor.document import digest, document
from pat.soft_sensor.domain_file import packed_domain
from pat.soft_sensor.domain_left_out import learnt_domain
from pat.soft_sensor.folder import (
    CALIBRATION,
    COEFFICIENTS,
    DOMAIN,
    GOLDEN,
    LEFT_OUT,
    MODEL,
    REQUIREMENTS,
    SAMPLES,
)
from pat.soft_sensor.gates import GateSettings
from pat.soft_sensor.golden import as_csv, golden_table
from pat.soft_sensor.input_axis import InputAxis
from pat.soft_sensor.interval import Interval, residual_interval
from pat.soft_sensor.left_out import (
    LeftOut,
    Training,
    distance_limits,
    equal_shares,
    leave_out,
    member_units,
    pooled_distances,
)
from pat.soft_sensor.light import least_light
from pat.soft_sensor.members import (
    Member,
    dissected,
    equal_or_weighted,
    latent_beside,
    preprocessed_axis,
    quiet,
)
from pat.soft_sensor.provenance import (
    Provenance,
    now,
    package_versions,
    software_commit,
    software_version,
)
from pat.soft_sensor.sensor import SoftSensor
from pat.soft_sensor.single_spectra import SingleSpectra, sample_means
from pat.soft_sensor.trusted import dumped

if TYPE_CHECKING:  # a predictor loads none of the calibration
    from pat.calibration.calibration_set import CalibrationSet


@dataclass(frozen=True, slots=True)
class Origin:
    """How a sensor's recipe was found; kept with it.

    Parameters
    ----------
    recipe, model : tuple of str
        Name of each member's preprocessing, and its model with its settings.
    seed : int or None
    facts : mapping of str to str
        Whatever else should travel with the sensor.
    """

    recipe: tuple[str, ...] = ()
    model: tuple[str, ...] = ()
    seed: int | None = None
    facts: Mapping[str, str] = field(default_factory=dict)


def build_sensor(
    cal: "CalibrationSet",
    analyte: str,
    *,
    pipelines: Sequence[Any],
    folds: Sequence[BoolArray],
    weights: Sequence[float] | None = None,
    heldout: pd.DataFrame | None = None,
    singles: SingleSpectra | None = None,
    name: str = "",
    origin: Origin = Origin(),
) -> SoftSensor:
    """Return the sensor that is the weighted mean of `pipelines`, fitted on all of `cal`.

    Parameters
    ----------
    cal : "CalibrationSet"
    analyte : str
    pipelines : sequence of unfitted estimators
        Each takes intensities on `cal.axis`, (n_samples, n_channels); one that begins with a
        ColumnTransformer takes the process values of `cal` behind them.
    folds : sequence of bool masks of shape (n_samples,)
        The outer folds: samples held out together, whole cultures.
    weights : sequence of float, optional
        How much each pipeline counts, above zero; all the same where left out.
    heldout : DataFrame, optional
        Nested held-out predictions: row (of `cal`), assay, prediction. They carry the price of
        choosing the recipe too; without them the folds' own residuals set the interval.
    singles : SingleSpectra, optional
        The single spectra behind the samples' means (`single_spectra`): limits and interval
        are promises about those. Without them the means stand for them.
    name : str
        `NAME.ANALYTE`, or empty.
    origin : Origin

    Raises
    ------
    CalibrationError
        If no fold holds anything out, or too few samples or cultures have an assay.
    """
    known = cal.measured(analyte)
    if not any(takes_process(pipeline) for pipeline in pipelines):
        cal = replace(cal, process=cal.process.iloc[:, :0])
    training = _training(cal, analyte)
    held = [fold[known] for fold in folds if np.any(fold[known]) and not np.all(fold[known])]
    if not held:
        msg = f"{analyte}: expected folds that hold out some cultures; got none"
        raise CalibrationError(msg)
    looked_at = _measured_only(singles or sample_means(cal), known)
    share = equal_or_weighted(weights, len(pipelines))
    left = leave_out(pipelines, training, folds=held, singles=looked_at, share=share)
    units = member_units(left, equal_shares(left, training.groups))
    members = [
        _member(pipeline, training, axis=cal.axis, units=units[:, number], weight=share[number])
        for number, pipeline in enumerate(pipelines)
    ]
    axis = _input_axis(cal, members, training)
    gates = GateSettings(0.0, cal.saturation, least_light(cal, looked_at, known=known))
    bands = [light.band for light in gates.light]
    domain, beside = learnt_domain(
        training.spectra, looked_at, folds=held, axis=cal.axis, used=axis.used, bands=bands
    )
    limits, looks = distance_limits(left, training.groups, units=units, beside=beside)
    bare = SoftSensor(
        name=name,
        analyte=cal.analytes[analyte],
        input_axis=axis,
        process_names=cal.process_names,
        members=tuple(members),
        mean_spectrum=training.spectra.mean(axis=0),
        gates=gates,
        limits=limits,
        domain=None if domain is None else domain.with_limits(looks),
        interval=_interval(left, training, units=units, heldout=heldout, known=known),
        calibrated_range=(float(training.targets.min()), float(training.targets.max())),
        provenance=_provenance(cal, training, known, origin),
        digest="",
        contents={},
    )
    spanned = replace(bare, gates=replace(bare.gates, usual_span=_usual_span(bare, training)))
    return _sealed(
        spanned, cal.samples[known], training, left_out=_left_out_table(left, training, units)
    )


def _training(cal: "CalibrationSet", analyte: str) -> Training:
    known = cal.measured(analyte)
    spectra = cal.intensities[known]
    process = cal.process.to_numpy(dtype=np.float64)[known]
    return Training(
        inputs=np.hstack([spectra, process]),
        n_channels=spectra.shape[1],
        targets=cal.values[analyte].to_numpy(dtype=np.float64)[known],
        groups=cal.groups[known],
    )


def _measured_only(singles: SingleSpectra, known: BoolArray) -> SingleSpectra:
    """Return the spectra of samples with an assay, numbered among those."""
    number = np.cumsum(known) - 1
    keep = known[singles.sample]
    return SingleSpectra(singles.intensities[keep], number[singles.sample[keep]])


def _member(
    pipeline: Any, training: Training, *, axis: FloatArray, units: FloatArray, weight: float
) -> Member:
    with quiet():
        fitted = clone(pipeline).fit(training.inputs_of(pipeline), training.targets)
        parts = dissected(fitted, training.spectra)
        spread = calibration_spread(parts, training.spectra, training.process)
    return Member(
        pipeline=fitted,
        parts=parts,
        spread=spread,
        axis=preprocessed_axis(fitted, parts, axis),
        t2_unit=float(units[0]),
        q_unit=float(units[1]),
        weight=float(weight),
    )


def _input_axis(cal: "CalibrationSet", members: Sequence[Member], training: Training) -> InputAxis:
    """Return the axis with the channels that any member reads."""
    mean = training.spectra.mean(axis=0)
    scatter = float(np.std(training.spectra - mean)) or 1.0
    with quiet():
        each = [used_channels(member.parts, mean, scatter=scatter) for member in members]
    return InputAxis(cal.axis, cal.axis_kind, np.any(each, axis=0), cal.correction)


def _interval(
    left: LeftOut,
    training: Training,
    *,
    units: FloatArray,
    heldout: pd.DataFrame | None,
    known: BoolArray,
) -> Interval:
    """Return the interval of single spectra, from nested predictions where there are some."""
    prediction = left.prediction
    if heldout is not None:
        number = np.cumsum(known) - 1
        nested = heldout.groupby("row")["prediction"].mean()
        by_sample = np.full(len(training.targets), np.nan)
        by_sample[number[nested.index.to_numpy(dtype=np.int64)]] = nested.to_numpy(np.float64)
        nested_prediction = by_sample[left.sample]
        prediction = np.where(np.isfinite(nested_prediction), nested_prediction, prediction)
    residuals = prediction + left.shift - training.targets[left.sample]
    t2, q = pooled_distances(left, units)
    return residual_interval(residuals, training.groups[left.sample], left.sample, t2=t2, q=q)


def _usual_span(sensor: SoftSensor, training: Training) -> float:
    inside = training.spectra[:, sensor.input_axis.used]
    return float(np.median(np.ptp(inside, axis=1)))


def _provenance(
    cal: "CalibrationSet", training: Training, known: BoolArray, origin: Origin
) -> Provenance:
    return Provenance(
        campaigns=cal.sources,
        n_samples=len(training.targets),
        n_cultures=len(set(cal.cultures[known])),
        recipe=origin.recipe,
        model=origin.model,
        seed=origin.seed,
        made_at=now(),
        software=software_version(),
        commit=software_commit(),
        packages=package_versions(),
        facts=dict(origin.facts),
    )


def _left_out_table(left: LeftOut, training: Training, units: FloatArray) -> pd.DataFrame:
    """Return the distances that the limits rest on, one row a spectrum left out.

    `sample` counts the rows of samples.csv from 0.
    """
    t2, q = pooled_distances(left, units)
    group = training.groups[left.sample]
    return pd.DataFrame(
        {"fold": left.fold, "sample": left.sample, "group": group, "t2": t2, "q": q}
    )


def _sealed(
    sensor: SoftSensor, samples: pd.DataFrame, training: Training, *, left_out: pd.DataFrame
) -> SoftSensor:
    """Return the sensor with its files and the digest over everything."""
    golden = golden_table(
        sensor, training.spectra, process=training.process, targets=training.targets
    )
    pipelines = [member.pipeline for member in sensor.members]
    beside = [latent_beside(member.pipeline, member.parts) for member in sensor.members]
    used = samples.assign(assay=training.targets)
    contents = {
        MODEL: dumped([pipelines, beside]),
        GOLDEN: as_csv(golden),
        SAMPLES: as_csv(used),
        CALIBRATION: packed(training.spectra),
        LEFT_OUT: as_csv(left_out),
        REQUIREMENTS: sensor.provenance.requirements().encode(),
    }
    if sensor.domain is not None:
        contents[DOMAIN] = packed_domain(sensor.domain)
    table = coefficient_table(
        sensor.members,
        training.spectra,
        process=training.process,
        axis=sensor.axis,
        process_names=sensor.process_names,
    )
    if table is not None:
        contents[COEFFICIENTS] = as_csv(table)
    sealed = replace(sensor, contents=contents)
    return replace(sealed, digest=digest(document(sealed)))
