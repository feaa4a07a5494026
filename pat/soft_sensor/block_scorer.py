"""Block scorer: gates, numbers and judgement of a block of spectra that share one axis."""

from typing import TYPE_CHECKING

import numpy as np

from pat.arrays import BoolArray, FloatArray, IntArray
from pat.soft_sensor.gates import (
    Refusal,
    Window,
    badly_collected,
    dead,
    lacks_light,
    light_sums,
    missing_process,
    not_finite,
    reaches_full_scale,
    saturated,
    spans_enough,
)
from pat.soft_sensor.predictions import Scored
from pat.soft_sensor.quality import (
    Judgement,
    Quality,
    distance_reasons,
    is_far,
    loudest_channels,
    range_reason,
)
from pat.soft_sensor.scores import Scores, score
from pat.spectra import AxisKind

if TYPE_CHECKING:
    from pat.soft_sensor.sensor import SoftSensor

_AXES = 4  # that a sensor remembers


class KnownAxes:
    """What a sensor makes of the axes that it saw last: spectrometers keep theirs.

    Nothing of it is part of the sensor: a copy in another process begins anew.
    """

    def __init__(self) -> None:
        self._known: tuple[tuple[AxisKind, FloatArray, BlockScorer | str], ...] = ()

    def __reduce__(self) -> tuple[type["KnownAxes"], tuple[()]]:
        return KnownAxes, ()

    def scorer(self, sensor: "SoftSensor", axis: FloatArray, kind: AxisKind) -> "BlockScorer | str":
        """Return what scores spectra on an axis, or in words why they cannot be scored."""
        for known_kind, known, found in self._known:
            if known_kind is kind and np.array_equal(known, axis):
                return found
        true = sensor.input_axis.true(axis)
        made = sensor.input_axis.misfit(true, kind) or BlockScorer(sensor, true)
        self._known = ((kind, axis.copy(), made), *self._known[: _AXES - 1])
        return made


class BlockScorer:
    """Scores blocks of spectra that share one axis.

    Whole blocks are screened at once; words are found for the rows that need some.
    """

    def __init__(self, sensor: "SoftSensor", axis: FloatArray) -> None:
        self.sensor = sensor
        self.resampling = sensor.input_axis.fit(axis)
        unit = sensor.input_axis.unit
        self.as_read = Window(axis, sensor.input_axis.reads(axis), unit)
        self.light = light_sums(self.as_read, settings=sensor.gates)
        self.resampled = Window(sensor.axis, sensor.input_axis.used, unit)

    def scored(self, intensities: FloatArray, process: FloatArray) -> Scored:
        """Return what becomes of up to AT_ONCE spectra (n, n_channels) as read."""
        spectra, whole = self._brought_to_axis(intensities)
        refusals = self._refusals(intensities, spectra, process, whole)
        doubts = self._doubts(intensities, refusals)
        hopeless = [row for row, refusal in refusals.items() if not refusal.computable]
        n = len(spectra)
        rows = np.delete(np.arange(n), hopeless)
        if hopeless:
            spectra, process = spectra[rows], process[rows]
        scores = score(self.sensor.members, spectra, process)
        judged = {row: _bad(refusal) for row, refusal in refusals.items()}
        judged |= self._judged(scores, rows, refusals, doubts)
        good = Judgement(Quality.GOOD)
        judgements = [judged.get(row, good) for row in range(n)]
        return Scored(
            quality=[judgement.quality.value for judgement in judgements],
            reasons=[judgement.text for judgement in judgements],
            value=_placed(scores.values, rows, n),
            t2=_placed(scores.t2, rows, n),
            q=_placed(scores.q, rows, n),
        )

    def _judged(
        self,
        scores: Scores,
        rows: IntArray,
        refusals: dict[int, Refusal],
        doubts: dict[int, str],
    ) -> dict[int, Judgement]:
        """Return what is to be said of scored rows, by row, but of those already refused."""
        lost = np.isnan(scores.values)
        found = {int(row): _lost(refusals.get(int(row))) for row in rows[lost]}
        doubted = np.isin(rows, list(doubts))
        for place in np.flatnonzero(~lost & (doubted | self._passes_a_limit(scores))):
            row = int(rows[place])
            if row not in refusals:
                found[row] = self._judgement(scores, int(place), doubt=doubts.get(row))
        return found

    def _doubts(self, intensities: FloatArray, refusals: dict[int, Refusal]) -> dict[int, str]:
        """Return what makes rows uncertain, by row; rows that are too dark become refusals."""
        gates = self.sensor.gates
        doubts: dict[int, str] = {}
        if gates.unverified is not None:
            doubts = dict.fromkeys(range(len(intensities)), gates.unverified)
        for row in np.flatnonzero(lacks_light(intensities, self.light)).tolist():
            refusal = badly_collected(intensities[row], self.as_read, settings=gates)
            if refusal is not None and refusal.doubtful:
                doubts[row] = refusal.reason
            elif refusal is not None:
                refusals.setdefault(row, refusal)
        return doubts

    def _brought_to_axis(self, intensities: FloatArray) -> tuple[FloatArray, BoolArray]:
        """Return spectra on the calibrated axis, and which are finite in all channels.

        Where a channel that is not read is not finite, a usual intensity stands for it.
        """
        with np.errstate(all="ignore"):
            spectra = self.resampling(intensities)
            whole = np.isfinite(np.vecdot(spectra, spectra))
        broken = np.flatnonzero(~whole)
        if broken.size:
            spectra = spectra.copy()
            unread = ~self.sensor.input_axis.used & ~np.isfinite(spectra[broken])
            spectra[broken] = np.where(unread, self.sensor.mean_spectrum, spectra[broken])
        return spectra, whole

    def _refusals(
        self, intensities: FloatArray, spectra: FloatArray, process: FloatArray, whole: BoolArray
    ) -> dict[int, Refusal]:
        """Return why rows are bad, by row."""
        gates = self.sensor.gates
        lively = whole & spans_enough(spectra, self.resampled, settings=gates)
        sound = lively & np.isfinite(process).all(axis=1)
        suspect = ~sound | reaches_full_scale(intensities, self.as_read, settings=gates)
        found = {
            int(row): self._refusal(intensities[row], spectra[row], process[row])
            for row in np.flatnonzero(suspect)
        }
        return {row: refusal for row, refusal in found.items() if refusal is not None}

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

    def _passes_a_limit(self, scores: Scores) -> BoolArray:
        """Return which rows have something to be said about their numbers."""
        limits = self.sensor.limits
        low, high = self.sensor.calibrated_range
        margin = self.sensor.interval.half_width
        inside = (scores.values >= low - margin) & (scores.values <= high + margin)
        passes: BoolArray = (scores.q > limits.q) | (scores.t2 > limits.t2) | ~inside
        return passes

    def _judgement(self, scores: Scores, place: int, *, doubt: str | None = None) -> Judgement:
        """Return what is to be said of one row's numbers; a doubt of its spectrum comes first."""
        sensor = self.sensor
        value, t2, q = (float(n[place]) for n in (scores.values, scores.t2, scores.q))
        where = ""
        if q > sensor.limits.q:
            axis, unit = sensor.members[0].axis, sensor.input_axis.unit
            where = loudest_channels(scores.contributions(place), axis, unit=unit)
        reasons = distance_reasons(t2, q, limits=sensor.limits, where=where)
        outside = range_reason(
            value,
            calibrated=sensor.calibrated_range,
            margin=sensor.interval.half_width,
            unit=sensor.analyte.unit,
        )
        if outside:
            reasons += (outside,)
        if doubt:
            reasons = (doubt, *reasons)
        if not reasons:
            return Judgement(Quality.GOOD)
        if is_far(t2, q, limits=sensor.limits):
            return Judgement(Quality.BAD, (*reasons, "nothing like the calibration"))
        return Judgement(Quality.UNCERTAIN, reasons)


def _placed(numbers: FloatArray, rows: IntArray, n: int) -> FloatArray:
    """Return numbers of some of n rows where they belong, NaN elsewhere."""
    if len(rows) == n:
        return numbers
    placed = np.full(n, np.nan)
    placed[rows] = numbers
    return placed


def _bad(refusal: Refusal | None) -> Judgement:
    return Judgement(Quality.BAD, (refusal.reason,) if refusal else ())


def _lost(refusal: Refusal | None) -> Judgement:
    """Return the judgement of a row whose arithmetic breaks."""
    reasons = (refusal.reason,) if refusal else ()
    return Judgement(Quality.BAD, (*reasons, "no finite value can be computed"))
