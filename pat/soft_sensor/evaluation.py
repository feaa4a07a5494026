"""Evaluation: a sensor's predictions of a campaign held against the campaign's assays.

Imported where it is needed alone: a predictor loads none of the calibration.
"""

from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
import pandas as pd

from pat.alignment import Pairing, pair, process_values
from pat.arrays import BoolArray, FloatArray
from pat.calibration.merit import (
    PairedTest,
    bias,
    coverage,
    culture_interval,
    r2,
    rmse,
    rpd,
    sep,
    slope,
)
from pat.campaign import Campaign
from pat.errors import InputError
from pat.readers.units import convert
from pat.soft_sensor.calibration_spectra import training_samples
from pat.soft_sensor.folder import SAMPLES
from pat.soft_sensor.guesses import guess_errors, guess_tests
from pat.soft_sensor.predictions import predictable
from pat.soft_sensor.quality import Quality
from pat.soft_sensor.seen_cultures import seen_cultures
from pat.soft_sensor.sensor import SoftSensor

SCHEMA = 1


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """What a campaign says of a sensor.

    Parameters
    ----------
    sensor : SoftSensor
    reference : str
        The address the sensor was found at.
    predictions : DataFrame
        Of every spectrum that is predicted, in the campaign's order.
    samples : DataFrame
        One row a sample with an assay and spectra: culture, time, elapsed_h, sample, assay,
        prediction, lower, upper, quality. A prediction is the mean over the sample's spectra
        that are not bad; of all that have a value where every one is.
    nulls : dict of str to float or None
        RMSE on the same samples of guesses learnt from the sensor's own training assays.
    n_censored, n_censored_agree : int
        Cells such as `<0.1`, and those that the interval does not contradict.
    seen : frozenset of str
        Cultures that the sensor was trained on, by their names or by their spectra.
    n_instrument, n_excluded : int
        Spectra of the instrument's record, and excluded ones: not predicted.
    """

    sensor: SoftSensor
    reference: str
    predictions: pd.DataFrame
    samples: pd.DataFrame
    nulls: dict[str, float | None]
    n_censored: int
    n_censored_agree: int
    seen: frozenset[str]
    n_instrument: int
    n_excluded: int

    @property
    def compared(self) -> pd.DataFrame:
        """The samples that have a prediction."""
        return self.samples[self.samples["prediction"].notna()]

    @property
    def trained_on(self) -> tuple[str, ...]:
        """The compared cultures that the sensor learnt from, in their order."""
        return tuple(sorted(set(self.compared["culture"]) & self.seen))

    @property
    def training_assays(self) -> FloatArray:
        """The assays that the sensor learnt from; none where it does not carry them."""
        if SAMPLES not in self.sensor.contents:
            return np.empty(0)
        return training_samples(self.sensor.contents)["assay"].to_numpy(dtype=np.float64)

    def on_new_cultures(self) -> Self:
        """Return the evaluation on the cultures that the sensor did not learn from.

        Only their errors are evidence for a culture to come.
        """
        if not self.trained_on:
            return self
        new = self.samples[~self.samples["culture"].isin(self.seen)].reset_index(drop=True)
        return replace(self, samples=new, nulls=guess_errors(self.sensor, new))

    def errors(self) -> FloatArray:
        """Return prediction minus assay of the compared samples."""
        return _errors(self.compared)

    def null_tests(self) -> dict[str, PairedTest]:
        """Return the test by culture of the sensor, first, against each guess."""
        return guess_tests(self.sensor, self.samples)

    def share(self, quality: Quality) -> float | None:
        """Return the share of predicted spectra of this quality; None where there is none."""
        if len(self.predictions) == 0:
            return None
        return float((self.predictions["quality"] == quality.value).mean())

    def as_json(self) -> dict[str, Any]:
        """Return the facts with the keys of the command line's contract; undefined is None."""
        table = self.compared
        good = _errors(table[table["quality"] == Quality.GOOD.value])
        cultures = table["culture"].to_numpy(dtype=object)
        return {
            "schema": SCHEMA,
            "analyte": self.sensor.analyte.name,
            "unit": self.sensor.analyte.unit,
            "sensor": self.reference,
            "n_samples": len(table),
            "n_cultures": int(table["culture"].nunique()),
            **_figures(table, cultures),
            "rmsep_good": rmse(good) if good.size else None,
            "share_good": self.share(Quality.GOOD),
            "share_uncertain": self.share(Quality.UNCERTAIN),
            "share_bad": self.share(Quality.BAD),
            "nulls": self.nulls,
        }


def evaluate(sensor: SoftSensor, campaign: Campaign, *, reference: str = "") -> Evaluation:
    """Return how a sensor's predictions meet a campaign's assays.

    Raises
    ------
    InputError
        If the campaign has no such analyte, or states it in a unit that cannot be converted.
    """
    factor = _factor(sensor, campaign)
    pairing = pair(campaign)
    keys = campaign.spectra.keys
    scored = predictable(campaign.spectra)
    kept = scored & keys["excluded"].isna().to_numpy() if "excluded" in keys else scored
    predictions = predict_campaign(sensor, campaign, kept)
    by_row = _by_row(predictions, kept)
    samples = _samples(pairing, by_row, analyte=sensor.analyte.name, factor=factor)
    censored = _censored(pairing, by_row, analyte=sensor.analyte.name, factor=factor)
    return Evaluation(
        sensor=sensor,
        reference=reference or sensor.title,
        predictions=predictions,
        samples=samples,
        nulls=guess_errors(sensor, samples),
        n_censored=len(censored),
        n_censored_agree=int(np.sum(censored)),
        seen=seen_cultures(sensor, campaign, pairing),
        n_instrument=int(np.sum(~scored)),
        n_excluded=int(np.sum(scored & ~kept)),
    )


def predict_campaign(sensor: SoftSensor, campaign: Campaign, rows: BoolArray) -> pd.DataFrame:
    """Return a sensor's predictions of some spectra of a campaign, with its online values."""
    spectra = campaign.spectra if rows.all() else campaign.spectra.take(rows)
    process = None
    if sensor.process_names:
        process = process_values(campaign.online, spectra.keys, names=sensor.process_names)
    return sensor.predict(spectra, process)


def _figures(table: pd.DataFrame, cultures: Any) -> dict[str, Any]:
    names = (
        "rmsep", "rmsep_interval", "rmsep_good", "bias", "sep", "r2", "slope", "rpd", "coverage_95",
    )  # fmt: skip
    figures: dict[str, Any] = dict.fromkeys(names)
    if table.empty:
        return figures
    assay = table["assay"].to_numpy(dtype=np.float64)
    prediction = table["prediction"].to_numpy(dtype=np.float64)
    errors = prediction - assay
    interval = culture_interval(errors, cultures)
    figures["rmsep"] = rmse(errors)
    figures["rmsep_interval"] = None if interval is None else list(interval)
    figures["bias"] = bias(errors)
    figures["sep"] = sep(errors)
    figures["r2"] = r2(assay, prediction)
    figures["slope"] = slope(assay, prediction)
    figures["rpd"] = rpd(assay, prediction)
    lower, upper = (table[name].to_numpy(dtype=np.float64) for name in ("lower", "upper"))
    figures["coverage_95"] = coverage(lower, upper, assay)
    return figures


def _errors(table: pd.DataFrame) -> FloatArray:
    return (table["prediction"] - table["assay"]).to_numpy(dtype=np.float64)


def _factor(sensor: SoftSensor, campaign: Campaign) -> float:
    """Return what turns the campaign's values into the sensor's unit."""
    name = sensor.analyte.name
    own = campaign.info.analytes.get(name)
    if own is None:
        known = ", ".join(campaign.info.analytes) or "none"
        msg = f"{campaign.id}: expected the analyte {name} of the sensor; got {known}"
        raise InputError(msg)
    if own.unit == sensor.analyte.unit:
        return 1.0
    try:
        return convert(1.0, own.unit, sensor.analyte.unit, molar_mass=sensor.analyte.molar_mass)
    except InputError as error:
        msg = f"{campaign.id}, {name}: {error}"
        raise InputError(msg) from error


def _by_row(predictions: pd.DataFrame, kept: BoolArray) -> pd.DataFrame:
    """Return value, bounds and quality of each spectrum of the campaign, by its row."""
    columns = predictions[["value", "lower", "upper", "quality"]]
    return columns.set_axis(np.flatnonzero(kept), axis=0).reindex(range(kept.size))


def _samples(
    pairing: Pairing, by_row: pd.DataFrame, *, analyte: str, factor: float
) -> pd.DataFrame:
    if analyte not in pairing.values:
        return _sample_table(pairing, by_row, [])
    measured = np.flatnonzero(pairing.values[analyte].notna())
    table = _sample_table(pairing, by_row, list(measured))
    table["assay"] = pairing.values[analyte].to_numpy(dtype=np.float64)[measured] * factor
    return table


def _sample_table(pairing: Pairing, by_row: pd.DataFrame, samples: list[int]) -> pd.DataFrame:
    """Return keys and prediction of some samples of a pairing."""
    found = [_prediction(by_row.loc[pairing.spectra_rows[sample]]) for sample in samples]
    predicted = pd.DataFrame(found, columns=["prediction", "lower", "upper", "quality"])
    columns = ["culture", "campaign", "vessel", "time", "elapsed_h", "sample"]
    keys = pairing.samples[columns].iloc[samples].reset_index(drop=True)
    return pd.concat([keys, predicted.assign(assay=np.nan)], axis=1)


def _prediction(rows: pd.DataFrame) -> tuple[float, float, float, str]:
    """Return the mean prediction of a sample's spectra, and the worst quality that counts."""
    usable = rows[rows["quality"].isin([Quality.GOOD.value, Quality.UNCERTAIN.value])]
    quality = Quality.BAD
    if len(usable):
        all_good = (usable["quality"] == Quality.GOOD.value).all()
        quality = Quality.GOOD if all_good else Quality.UNCERTAIN
    means = (usable if len(usable) else rows)[["value", "lower", "upper"]].mean()
    return float(means["value"]), float(means["lower"]), float(means["upper"]), quality.value


def _censored(pairing: Pairing, by_row: pd.DataFrame, *, analyte: str, factor: float) -> BoolArray:
    """Return for each censored cell whether the interval reaches the side it names."""
    cells = pairing.censored_cells
    cells = cells[cells["analyte"] == analyte]
    predicted = _sample_table(pairing, by_row, cells["sample"].astype(int).tolist())
    limit = cells["limit"].to_numpy(dtype=np.float64) * factor
    below = (cells["censored"] == "<").to_numpy(dtype=np.bool_)
    lower, upper = (predicted[side].to_numpy(dtype=np.float64) for side in ("lower", "upper"))
    known = np.isfinite(lower)
    agree: BoolArray = np.where(below, lower <= limit, upper >= limit)[known].astype(np.bool_)
    return agree
