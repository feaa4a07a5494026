"""What a campaign and a sensor's own calibration say of what the sensor reads."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pat.calibration import CalibrationSet, calibration_set
from pat.calibration.merit import error_by_condition, rmse
from pat.campaign import Campaign
from pat.diagnostics.net_signal import net_signal
from pat.errors import InputError, SensorError
from pat.readers.pure_spectra import PureSpectra
from pat.report.specificity import MemberSignal, Specificity
from pat.soft_sensor import SoftSensor
from pat.soft_sensor.evaluation import Evaluation
from pat.soft_sensor.member_vectors import MemberVector
from pipelines.conditions_left_out import conditions_left_out
from pipelines.detection_evidence import detection_evidence
from pipelines.pure_library import known_pure, measured_pure, predict_with, spiked
from pipelines.reading_figures import added_by_one, boosting_words, reading_figures
from pipelines.sensor_reading import SensorReading, sensor_reading

AGE = "culture age"
_NO_LIMITS = (
    "No limit of detection or quantitation can be stated: what is added is not found, so a small "
    "value tells of what comes and goes with the analyte."
)


def specificity_evidence(
    evaluation: Evaluation, campaign: Campaign, *, pure: PureSpectra | None = None
) -> Specificity:
    """Return everything that a report says of what the sensor reads.

    Parameters
    ----------
    evaluation : Evaluation
    campaign : Campaign
        That was evaluated.
    pure : PureSpectra or None
        A user's own, in the campaign's counts; None: the product's library.

    Raises
    ------
    InputError
        If the user's pure spectra lack the analyte or do not reach what the sensor reads.
    """
    sensor = evaluation.sensor
    try:
        cal = calibration_set([campaign])
    except InputError as error:
        analyte = sensor.analyte
        reason = f"Nothing could be spiked: {error}"
        return Specificity(analyte.name, analyte.unit, not_spiked=reason)
    return specificity(sensor, cal, evaluation.compared, campaigns=[campaign], pure=pure)


def specificity(
    sensor: SoftSensor,
    cal: CalibrationSet,
    held: pd.DataFrame,
    *,
    campaigns: Sequence[Campaign],
    pure: PureSpectra | None = None,
) -> Specificity:
    """Return everything that is known of what a sensor reads.

    Parameters
    ----------
    sensor : SoftSensor
    cal : CalibrationSet
        Samples to spike, to correlate and to leave conditions out of.
    held : DataFrame
        One row a sample of a culture that the sensor has not seen: culture, assay, prediction.
    campaigns : sequence of Campaign
        That `cal` was made of.
    pure : PureSpectra or None
        As for `specificity_evidence`.
    """
    name, unit = sensor.analyte.name, sensor.analyte.unit
    reading = _reading(sensor)
    known = _pure_on(cal, sensor, pure)
    spiking = None
    if not sensor.process_names:
        spiking = spiked(
            predict_with(sensor, cal.axis), cal, name, pure=known,
            explained_by_age=None if reading is None else reading.explained_by_age(),
        )  # fmt: skip
    is_found = spiking is None or spiking.is_found
    recovery = 1.0 if spiking is None else spiking.recovery
    detection, noise_from = (
        detection_evidence(reading, sensor, campaigns[0].spectra, recovery=recovery)
        if is_found
        else (None, "")
    )
    factors = pd.concat([_factors(campaign) for campaign in campaigns])
    errors = (held["prediction"] - held["assay"]).to_numpy(dtype=np.float64)
    return Specificity(
        analyte=name,
        unit=unit,
        rmsep=rmse(errors) if errors.size else None,
        spiking=spiking,
        units={one: analyte.unit for one, analyte in cal.analytes.items()} | _units(pure),
        not_spiked=_why_not(sensor, cal) if spiking is None else "",
        correlations=correlations(cal),
        signals=_signals(reading, cal, known),
        detection=detection,
        not_detected="" if is_found else _NO_LIMITS,
        noise_from=noise_from,
        lowest=sensor.calibrated_range[0],
        permutations={} if reading is None else reading.permutations(),
        conditions=error_by_condition(errors, list(held["culture"]), factors)
        if errors.size
        else (),
        left_out=conditions_left_out(reading, cal, factors),
        boosted=() if reading is None else boosting_words(reading),
        figures=reading_figures(reading, cal, known),
    )


def correlations(cal: CalibrationSet) -> pd.DataFrame | None:
    """Return the correlations of the references with each other and with culture age."""
    table = cal.values.copy()
    ages = cal.samples["elapsed_h"].to_numpy(dtype=np.float64)
    if np.isfinite(ages).any() and np.nanmax(ages) > np.nanmin(ages):
        table[AGE] = ages
    varied = [name for name in table if table[name].max() > table[name].min()]
    return table[varied].corr(min_periods=8) if len(varied) > 1 else None


def _reading(sensor: SoftSensor) -> SensorReading | None:
    try:
        return sensor_reading(sensor)
    except SensorError:
        return None


def _pure_on(
    cal: CalibrationSet, sensor: SoftSensor, pure: PureSpectra | None
) -> pd.DataFrame | None:
    """Return what one unit of each component adds on the axis of `cal`."""
    if pure is None:
        return known_pure(cal)
    return measured_pure(pure, sensor, axis=cal.axis, analytes=cal.analytes)


def _units(pure: PureSpectra | None) -> dict[str, str]:
    """Return the units of components that no campaign names."""
    if pure is None:
        return {}
    return {
        name: unit
        for name, unit in zip(pure.components, pure.units, strict=True)
        if unit is not None
    }


def _why_not(sensor: SoftSensor, cal: CalibrationSet) -> str:
    if sensor.process_names:
        return "The sensor takes process values, so that spectra alone cannot be spiked."
    name = sensor.analyte.name
    if name not in cal.values or cal.values[name].nunique() < 2:
        return (
            f"The campaign has no assays of {name} that differ, so nothing was spiked: how far it "
            "runs is not known."
        )
    return (
        f"No pure spectrum of {sensor.analyte.name} fits this axis, so nothing could be spiked; "
        "give measured ones with --pure."
    )


def _factors(campaign: Campaign) -> pd.DataFrame:
    """Return the DoE factors of each culture, by its name."""
    table = campaign.vessels.set_index(campaign.vessels["vessel"].map(campaign.culture))
    return table.drop(columns=["vessel", "inoculated", "group"], errors="ignore")


def _signals(
    reading: SensorReading | None, cal: CalibrationSet, pure: pd.DataFrame | None
) -> tuple[MemberSignal, ...]:
    if reading is None:
        return ()
    found = []
    for one in reading.vectors:
        added = added_by_one(reading, one, cal, pure)
        signal = None if added is None else net_signal(one.coefficients, added)
        if signal is not None:
            found.append(MemberSignal(_words(reading, one), one.share, signal))
    return tuple(found)


def _words(reading: SensorReading, one: MemberVector) -> str:
    made = reading.sensor.provenance
    place = one.number - 1
    known = zip(made.model, made.recipe, strict=False)
    words = dict(enumerate(f"{model} on {recipe}" for model, recipe in known))
    return f"{one.number}: {words.get(place, type(one.member.pipeline[-1]).__name__)}"
