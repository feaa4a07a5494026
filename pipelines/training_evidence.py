"""From a search result to a sensor with its evidence: facts, held-out rows, figures, card."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from pat.arrays import BoolArray
from pat.calibration import CalibrationSet, SearchResult, check_refit
from pat.calibration.merit import rmse, sensor_share
from pat.campaign import Campaign
from pat.report.card import CardContext, known_limits, model_card
from pat.report.facts import NULL_MODELS, FurtherFigures, StrategyFigures, TrainingFacts
from pat.report.guesses import guess_rows
from pat.report.validation_page import ValidationReport
from pat.soft_sensor import SoftSensor, build_sensor, single_spectra
from pat.soft_sensor.seal import with_card
from pat.spectra import Spectra
from pipelines.sensor_origin import origin
from pipelines.training_classical import beside_words, intervals_beside
from pipelines.training_context import card_context
from pipelines.training_figures import captioned, training_figures
from pipelines.training_heldout import heldout_distances, heldout_table, honest
from pipelines.training_inputs import TrainingOptions
from pipelines.training_learning import sensor_curve
from pipelines.training_outliers import outlier_notes
from pipelines.training_report import training_report
from pipelines.training_validation import TrainingValidation, validated


@dataclass(frozen=True, slots=True, eq=False)
class TrainedSensor:
    """A sensor and what proves it.

    Parameters
    ----------
    facts, further : TrainingFacts, FurtherFigures
    result : SearchResult
    sensor : SoftSensor
    heldout : DataFrame
        One row a held-out sample.
    card : str
        Markdown.
    figures : mapping of name to SVG text
    report : ValidationReport
    validation : TrainingValidation
    """

    facts: TrainingFacts
    further: FurtherFigures
    result: SearchResult
    sensor: SoftSensor
    heldout: pd.DataFrame
    card: str
    figures: Mapping[str, str]
    report: ValidationReport
    validation: TrainingValidation


def trained_sensor(
    cal: CalibrationSet,
    result: SearchResult,
    *,
    held_out: CalibrationSet,
    campaigns: Sequence[Campaign],
    options: TrainingOptions,
    suspects: Sequence[str] = (),
) -> TrainedSensor:
    """Return the champion of a search, fitted on all of `cal`, with its evidence.

    `held_out` holds the cultures that were kept out of everything; it may be empty. `suspects`
    tells what looked wrong in the campaigns.

    Raises
    ------
    CalibrationError
        If the samples are too few for limits and an interval, or the sensor refitted as a
        Pipeline does not predict what the search was judged by.
    """
    result = replace(result, notes=result.notes + check_refit(cal, result))
    sensor = _built(cal, result, campaigns=campaigns, options=options)
    facts = _facts(cal, result, holdout_rmsep=_rmse_of(sensor, held_out))
    further = _further(cal, result, sensor=sensor)
    heldout = heldout_table(result, sensor, measured=cal.measured(result.analyte))
    validation = validated(
        cal, result, sensor, heldout=heldout, campaigns=campaigns, profile=options.targets
    )
    beside = _beside(cal, result, sensor, heldout, further.fit_rmse)
    context = card_context(cal, sensor, campaigns=campaigns, held_out=options.holdout)
    context = _judged(context, validation, beside=beside, unit=facts.unit)
    card = model_card(facts, further, context=context)
    sealed = with_card(sensor, card)
    figures = training_figures(
        result,
        sensor,
        heldout=heldout,
        reads=validation.reads,
        learning=further.learning,
    )
    report = training_report(
        sealed,
        validation,
        heldout=heldout,
        profile=options.targets,
        known_limits=known_limits(facts, further, context=context),
        suspects=(*suspects, *cal.warnings),
        guesses=dict(guess_rows(facts.nulls, further.null_tests, unit=facts.unit)),
        card=card,
        figures=captioned(figures, result=result, heldout=heldout),
    )
    return TrainedSensor(
        facts=facts,
        further=further,
        result=result,
        sensor=sealed,
        heldout=heldout,
        card=card,
        figures=figures,
        report=report,
        validation=validation,
    )


def _judged(
    context: CardContext, validation: TrainingValidation, *, beside: Sequence[str], unit: str
) -> CardContext:
    """Return what the card says with what the held-out cultures say."""
    return replace(
        context,
        limits=[*context.limits, *beside],
        criteria=validation.criteria,
        specificity=validation.specificity(unit),
    )


def _beside(
    cal: CalibrationSet,
    result: SearchResult,
    sensor: SoftSensor,
    heldout: pd.DataFrame,
    fit_rmse: float,
) -> tuple[str, ...]:
    """Return in words what classical intervals hold beside the sensor's own."""
    measured = cal.measured(result.analyte)
    apart = heldout_distances(result.heldout, sensor, measured=measured)
    rows = honest(heldout).assign(t2=apart["t2"], q=apart["q"])
    found = intervals_beside(sensor, rows, fit_rmse=fit_rmse, sel=cal.value_sd(result.analyte))
    return beside_words(found, cal.analytes[result.analyte].unit)


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


def _built(
    cal: CalibrationSet,
    result: SearchResult,
    *,
    campaigns: Sequence[Campaign],
    options: TrainingOptions,
) -> SoftSensor:
    champion = result.champion
    used = cal if champion.with_process else _spectra_alone(cal)
    return build_sensor(
        used,
        result.analyte,
        pipelines=champion.pipelines(n_channels=cal.axis.size, n_tags=len(used.process_names)),
        weights=champion.weights,
        folds=_folds(result, len(cal)),
        heldout=result.nested if len(result.nested) else result.heldout,
        singles=single_spectra(campaigns, used),
        name=f"{options.name}.{result.analyte}",
        origin=origin(result, unit=cal.analytes[result.analyte].unit, options=options),
    )


def _spectra_alone(cal: CalibrationSet) -> CalibrationSet:
    return replace(cal, process=cal.process.iloc[:, :0])


def _folds(result: SearchResult, n_samples: int) -> list[BoolArray]:
    folds = []
    for _, rows in result.heldout.groupby("fold"):
        mask = np.zeros(n_samples, dtype=np.bool_)
        mask[rows["row"].to_numpy(dtype=np.int64)] = True
        folds.append(mask)
    return folds


def _facts(
    cal: CalibrationSet, result: SearchResult, *, holdout_rmsep: float | None
) -> TrainingFacts:
    return replace(
        pairing_facts(cal, result.analyte),
        model=result.champion.model,
        recipe=result.champion.recipe,
        parameters=result.champion.setting,
        rmsecv=result.rmsecv,
        rmsecv_interval=result.rmsecv_interval,
        q2=result.q2,
        bias=result.bias,
        rpd=result.rpd,
        nested_rmse=result.nested_rmse,
        resample_rmse=result.resample_rmse,
        holdout_rmsep=holdout_rmsep,
        nulls={name: result.nulls.get(name) for name in NULL_MODELS},
    )


def _further(cal: CalibrationSet, result: SearchResult, *, sensor: SoftSensor) -> FurtherFigures:
    honest = result.rmsecv if result.nested_rmse is None else result.nested_rmse
    fit_rmse = _rmse_of(sensor, cal)
    assert fit_rmse is not None  # a sensor is fitted to samples
    return FurtherFigures(
        fit_rmse=fit_rmse,
        optimism=result.optimism,
        leave_campaign_out=result.leave_campaign_out,
        nested_resample_rmse=result.nested_resample_rmse,
        split=sensor_share(honest, cal.value_sd(result.analyte)),
        strategies=_strategies(result),
        notes=(*result.notes, *outlier_notes(sensor, cal)),
        learning=sensor_curve(sensor),
        null_tests=result.null_tests,
    )


def _strategies(result: SearchResult) -> tuple[StrategyFigures, ...]:
    return tuple(
        StrategyFigures(
            strategy=row.strategy,
            n_members=int(row.members),
            rmsecv=float(row.rmsecv),
            nested_rmse=float(row.nested_rmse) if np.isfinite(row.nested_rmse) else None,
            is_champion=bool(row.champion),
        )
        for row in result.strategies.itertuples()
    )


def _rmse_of(sensor: SoftSensor, cal: CalibrationSet) -> float | None:
    """Return the error on the samples of `cal`; None where none was measured or scored."""
    kept = cal.select(cal.measured(sensor.analyte.name))
    if len(kept) == 0:
        return None
    keys = kept.samples[["campaign", "vessel", "time", "elapsed_h", "sample"]]
    spectra = Spectra(kept.axis, kept.intensities, keys, kept.axis_kind)
    values = sensor.predict(spectra, kept.process)["value"].to_numpy(dtype=np.float64)
    error = values - kept.values[sensor.analyte.name].to_numpy(dtype=np.float64)
    error = error[np.isfinite(error)]
    return rmse(error) if error.size else None
