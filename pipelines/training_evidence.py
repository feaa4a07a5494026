"""From a search result to a sensor with its evidence: facts, held-out rows, figures, card."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from pat.calibration import CalibrationSet, SearchResult
from pat.calibration.merit import rmse
from pat.campaign import Campaign
from pat.report.card import CardContext, model_card
from pat.report.facts import TrainingFacts
from pat.soft_sensor import Origin, SoftSensor, build_sensor, single_spectra
from pat.spectra import AxisKind, describe_axis
from pipelines.training_figures import training_figures

if TYPE_CHECKING:
    from pipelines.train import TrainingOptions

_AXIS_UNIT = {
    AxisKind.RAMAN_SHIFT: "Raman shift (cm-1)",
    AxisKind.WAVENUMBER: "wavenumber (cm-1)",
    AxisKind.WAVELENGTH: "wavelength (nm)",
}


@dataclass(frozen=True, slots=True)
class TrainedSensor:
    """A sensor and what proves it."""

    facts: TrainingFacts
    result: SearchResult
    sensor: SoftSensor
    heldout: pd.DataFrame
    card: str
    figures: Mapping[str, str]


def trained_sensor(
    cal: CalibrationSet,
    result: SearchResult,
    *,
    held_out: CalibrationSet,
    campaigns: Sequence[Campaign],
    options: "TrainingOptions",
) -> TrainedSensor:
    """Return the champion of a search, fitted on all of `cal`, with its evidence.

    `held_out` holds the cultures that were kept out of everything; it may be empty.
    """
    analyte, champion = result.analyte, result.champion
    used = cal if champion.family.with_process else without_process(cal)
    honest = result.nested if len(result.nested) else result.heldout
    sensor = build_sensor(
        used,
        analyte,
        pipelines=[champion.pipeline(n_channels=cal.axis.size, n_tags=len(used.process_names))],
        folds=_folds(result, len(cal)),
        heldout=honest,
        singles=single_spectra(campaigns, used),
        name=f"{options.name}.{analyte}",
        origin=Origin(
            recipe=(champion.recipe,),
            model=(f"{champion.model}: {champion.parameters}",),
            seed=options.seed,
        ),
    )
    facts = _facts(cal, result, _rmsep(sensor, held_out, analyte))
    heldout = heldout_table(result, sensor)
    context = _context(cal, sensor, campaigns, options)
    return TrainedSensor(
        facts=facts,
        result=result,
        sensor=sensor,
        heldout=heldout,
        card=model_card(facts, context),
        figures=training_figures(result, sensor, heldout, axis_label=_AXIS_UNIT[cal.axis_kind]),
    )


def without_process(cal: CalibrationSet) -> CalibrationSet:
    """Return the calibration set with spectra alone."""
    from dataclasses import replace

    return replace(cal, process=cal.process.iloc[:, :0])


def pairing_facts(cal: CalibrationSet, analyte: str) -> TrainingFacts:
    """Return the facts that the data alone decide, before anything is trained."""
    measured = cal.measured(analyte)
    return TrainingFacts(
        analyte=analyte,
        unit=cal.analytes[analyte].unit,
        n_samples=int(measured.sum()),
        n_cultures=len(set(cal.cultures[measured])),
        n_campaigns=len(set(cal.samples["campaign"][measured])),
        paired=int(measured.sum()),
        unpaired=tuple((one.key, one.reason) for one in cal.unpaired[analyte]),
        censored=cal.censored[analyte],
        excluded=cal.excluded[analyte],
        sel=cal.sel[analyte],
    )


def heldout_table(result: SearchResult, sensor: SoftSensor) -> pd.DataFrame:
    """Return one row a held-out sample, so that anyone can recompute RMSECV in a spreadsheet."""
    columns = ["culture", "campaign", "vessel", "time", "elapsed_h", "sample", "assay"]
    table = result.heldout[[*columns, "prediction", "fold"]].copy()
    lower, upper = sensor.interval.bounds(table["prediction"].to_numpy(dtype=np.float64))
    table.insert(len(columns) + 1, "lower", lower)
    table.insert(len(columns) + 2, "upper", upper)
    return table


def _facts(cal: CalibrationSet, result: SearchResult, rmsep: float | None) -> TrainingFacts:
    from dataclasses import replace

    return replace(
        pairing_facts(cal, result.analyte),
        model=result.champion.model,
        recipe=result.champion.recipe,
        parameters=dict(result.champion.setting),
        rmsecv=result.rmsecv,
        rmsecv_interval=result.rmsecv_interval,
        q2=result.q2,
        bias=result.bias,
        rpd=result.rpd,
        nested_rmse=result.nested_rmse,
        resample_rmse=result.resample_rmse,
        holdout_rmsep=rmsep,
        nulls=result.nulls,
    )


def _folds(result: SearchResult, n_samples: int) -> list[np.ndarray]:
    folds = []
    for _, rows in result.heldout.groupby("fold"):
        mask = np.zeros(n_samples, dtype=np.bool_)
        mask[rows["row"].to_numpy(dtype=np.int64)] = True
        folds.append(mask)
    return folds


def _rmsep(sensor: SoftSensor, held_out: CalibrationSet, analyte: str) -> float | None:
    """Return the error on cultures kept out of everything; None where there are none."""
    from pat.spectra import Spectra

    known = held_out.measured(analyte)
    if not known.any():
        return None
    kept = held_out.select(known)
    keys = kept.samples[["campaign", "vessel", "time", "elapsed_h", "sample"]]
    spectra = Spectra(kept.axis, kept.intensities, keys, kept.axis_kind)
    values = sensor.predict(spectra, kept.process)["value"].to_numpy(dtype=np.float64)
    error = values - kept.values[analyte].to_numpy(dtype=np.float64)
    return rmse(error[np.isfinite(error)])


def _context(
    cal: CalibrationSet,
    sensor: SoftSensor,
    campaigns: Sequence[Campaign],
    options: "TrainingOptions",
) -> CardContext:
    instruments = {c.info.instrument for c in campaigns if c.info.instrument}
    unit = sensor.analyte.unit
    provenance = sensor.provenance
    return CardContext(
        campaigns=[f"{c.id}: {c.info.description or 'no description'}" for c in campaigns],
        instrument=", ".join(sorted(instruments)) or "not stated",
        axis=f"{describe_axis(cal.axis)}, {_AXIS_UNIT[cal.axis_kind]}",
        calibrated_range=sensor.calibrated_range,
        limits=[
            f"95 % interval: value ± {sensor.interval.half_width:.3g} {unit} "
            f"({sensor.interval.method.value}, {sensor.interval.n_cultures} cultures)",
            f"uncertain above T² {sensor.limits.t2:.3g} or Q {sensor.limits.q:.3g} (limits from "
            f"left-out cultures), or outside the calibrated range",
            "bad: dead, saturated or non-finite spectrum, wrong axis, or nothing like the "
            "calibration; never for control",
        ],
        process_names=sensor.process_names,
        held_out=options.holdout,
        software=f"raman-pat {provenance.software}, commit {provenance.commit or 'unknown'}",
    )
