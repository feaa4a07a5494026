"""SoftSensor: the unit that is deployed, from an axis with intensities to a value with quality."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pat.arrays import FloatArray
from pat.campaign import Analyte
from pat.soft_sensor.gates import (
    GateSettings,
    Refusal,
    Window,
    dead,
    missing_process,
    not_finite,
    saturated,
)
from pat.soft_sensor.input_axis import InputAxis
from pat.soft_sensor.interval import Interval
from pat.soft_sensor.members import BLOCK, Member, Scores, score
from pat.soft_sensor.predictions import ScoredRow, Signature, prediction_table
from pat.soft_sensor.provenance import Provenance
from pat.soft_sensor.quality import (
    DistanceLimits,
    Judgement,
    Quality,
    distance_reasons,
    is_far,
    loudest_channels,
    range_reason,
)
from pat.spectra import AxisKind, Spectra


@dataclass(frozen=True, slots=True, eq=False)
class SoftSensor:
    """Everything between a spectrum and a value that one may act on. Locked once built.

    Parameters
    ----------
    name : str
        `NAME.ANALYTE`, or empty where it was given none.
    analyte : Analyte
    input_axis : InputAxis
    process_names : tuple of str
        Online values it takes beside the spectrum, in order.
    members : tuple of Member
        The value is the mean of theirs, each by its weight.
    mean_spectrum : ndarray of shape (n_channels,)
        Of the calibration; stands in for channels that the recipe does not read.
    gates : GateSettings
    limits : DistanceLimits
    interval : Interval
    calibrated_range : (float, float)
        Lowest and highest assay it was trained on.
    provenance : Provenance
    digest : str
        SHA-256 over the contents of the sensor; the same after saving and loading.
    contents : mapping of file name to bytes
        The files of its folder but sensor.json, as they are written.
    """

    name: str
    analyte: Analyte
    input_axis: InputAxis
    process_names: tuple[str, ...]
    members: tuple[Member, ...]
    mean_spectrum: FloatArray
    gates: GateSettings
    limits: DistanceLimits
    interval: Interval
    calibrated_range: tuple[float, float]
    provenance: Provenance
    digest: str
    contents: Mapping[str, bytes]

    @property
    def axis(self) -> FloatArray:
        """The axis of the calibration spectra, (n_channels,)."""
        return self.input_axis.values

    @property
    def axis_kind(self) -> AxisKind:
        """What the numbers of the axis mean."""
        return self.input_axis.kind

    @property
    def title(self) -> str:
        """The sensor's name, or its analyte where it has none."""
        return self.name or self.analyte.name

    def predict(self, spectra: Spectra, process: pd.DataFrame | None = None) -> pd.DataFrame:
        """Return one row a spectrum with the columns `PREDICTION_COLUMNS`, in their order.

        Never raises for what a spectrum holds: a spectrum that cannot be scored gives a row of
        quality bad with the reason, and no value.

        Parameters
        ----------
        spectra : Spectra
            On any axis of the sensor's kind that covers the channels in use.
        process : DataFrame of n_spectra rows, optional
            Online values as they stood at each spectrum; NaN where there was none in time.
        """
        signature = Signature(
            analyte=self.analyte.name,
            unit=self.analyte.unit,
            sensor=self.title,
            sensor_digest=self.digest,
            t2_limit=self.limits.t2,
            q_limit=self.limits.q,
            half_width=self.interval.half_width,
        )
        return prediction_table(spectra, self._scored(spectra, process), signature=signature)

    def _scored(self, spectra: Spectra, process: pd.DataFrame | None) -> list[ScoredRow]:
        misfit = self.input_axis.misfit(spectra.axis, spectra.axis_kind)
        if misfit is not None:
            refused = ScoredRow(Judgement(Quality.BAD, (misfit,)))
            return [refused] * len(spectra)
        scorer = _Scorer(self, spectra.axis)
        tags = self._process_values(process, len(spectra))
        rows: list[ScoredRow] = []
        for start in range(0, len(spectra), BLOCK):
            block = slice(start, start + BLOCK)
            rows += scorer.block(spectra.intensities[block], tags[block])
        return rows

    def _process_values(self, process: pd.DataFrame | None, n_spectra: int) -> FloatArray:
        """Return the online values in the sensor's order, NaN where there is none."""
        given = pd.DataFrame(index=range(n_spectra)) if process is None else process
        if len(given) != n_spectra:
            msg = f"expected process values of {n_spectra} spectra; got {len(given)} rows"
            raise ValueError(msg)
        return given.reindex(columns=list(self.process_names)).to_numpy(dtype=np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class _Numbers:
    """What the members make of one spectrum, all finite."""

    value: float
    t2: float
    q: float
    contributions: FloatArray  # of each channel to Q, (n_features,)


class _Scorer:
    """Scores blocks of spectra that share one axis."""

    def __init__(self, sensor: SoftSensor, axis: FloatArray) -> None:
        self.sensor = sensor
        self.resampling = sensor.input_axis.fit(axis)
        unit = sensor.input_axis.unit
        self.as_read = Window(axis, sensor.input_axis.reads(axis), unit)
        self.resampled = Window(sensor.axis, sensor.input_axis.used, unit)

    def block(self, intensities: FloatArray, process: FloatArray) -> list[ScoredRow]:
        """Return the rows of up to BLOCK spectra (n, n_channels) as read."""
        spectra = self._brought_to_axis(intensities)
        refusals = [
            self._refusal(intensities[row], spectra[row], process[row])
            for row in range(len(spectra))
        ]
        sound = [row for row, refusal in enumerate(refusals) if not refusal or refusal.computable]
        numbers = self._scores(spectra[sound], process[sound])
        rows = [ScoredRow(_bad(refusal)) for refusal in refusals]
        for place, row in enumerate(sound):
            rows[row] = self._row(numbers[place], refusals[row])
        return rows

    def _brought_to_axis(self, intensities: FloatArray) -> FloatArray:
        """Return spectra on the calibrated axis; a usual intensity where it cannot matter."""
        with np.errstate(all="ignore"):
            spectra = self.resampling(intensities)
        unread = ~self.sensor.input_axis.used & ~np.isfinite(spectra)
        return np.where(unread, self.sensor.mean_spectrum, spectra)

    def _refusal(
        self, as_read: FloatArray, spectrum: FloatArray, process: FloatArray
    ) -> Refusal | None:
        gates = self.sensor.gates
        return (
            not_finite(spectrum, self.resampled)
            or dead(spectrum, self.resampled, settings=gates)
            or missing_process(process, self.sensor.process_names)
            or saturated(as_read, self.as_read, settings=gates)
        )

    def _scores(self, spectra: FloatArray, process: FloatArray) -> list[_Numbers | None]:
        """Return the numbers of sound spectra; None for one that breaks the arithmetic."""
        if len(spectra) == 0:
            return []
        try:
            with np.errstate(all="ignore"):
                scores = score(self.sensor.members, spectra, process)
            return [_numbers(scores, row) for row in range(len(spectra))]
        except ValueError:
            if len(spectra) == 1:
                return [None]
        each = [slice(row, row + 1) for row in range(len(spectra))]
        return [self._scores(spectra[row], process[row])[0] for row in each]

    def _row(self, numbers: _Numbers | None, refusal: Refusal | None) -> ScoredRow:
        if numbers is None:
            reasons = (refusal.reason,) if refusal else ()
            return ScoredRow(Judgement(Quality.BAD, (*reasons, "no finite value can be computed")))
        judgement = _bad(refusal) if refusal else self._judgement(numbers)
        return ScoredRow(judgement, numbers.value, numbers.t2, numbers.q)

    def _judgement(self, numbers: _Numbers) -> Judgement:
        sensor, value, t2, q = self.sensor, numbers.value, numbers.t2, numbers.q
        where = ""
        if q > sensor.limits.q:
            axis, unit = sensor.members[0].axis, sensor.input_axis.unit
            where = loudest_channels(numbers.contributions, axis, unit=unit)
        reasons = distance_reasons(t2, q, limits=sensor.limits, where=where)
        outside = range_reason(
            value,
            calibrated=sensor.calibrated_range,
            margin=sensor.interval.half_width,
            unit=sensor.analyte.unit,
        )
        if outside:
            reasons += (outside,)
        if not reasons:
            return Judgement(Quality.GOOD)
        if is_far(t2, q, limits=sensor.limits):
            return Judgement(Quality.BAD, (*reasons, "nothing like the calibration"))
        return Judgement(Quality.UNCERTAIN, reasons)


def _bad(refusal: Refusal | None) -> Judgement:
    return Judgement(Quality.BAD, (refusal.reason,) if refusal else ())


def _numbers(scores: Scores, row: int) -> _Numbers | None:
    """Return the numbers of one spectrum, None where one of them is not finite."""
    numbers = _Numbers(
        float(scores.values[row]),
        float(scores.t2[row]),
        float(scores.q[row]),
        scores.contributions[row],
    )
    return numbers if np.all(np.isfinite([numbers.value, numbers.t2, numbers.q])) else None
