"""Block scorer: gates, numbers and judgement of a block of spectra that share one axis."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pat.arrays import BoolArray, FloatArray, IntArray
from pat.diagnostics.domain import Seen
from pat.soft_sensor.domain_reasons import oddities
from pat.soft_sensor.gates import (
    Refusal,
    Window,
    dead,
    missing_process,
    not_finite,
    reaches_full_scale,
    saturated,
    spans_enough,
)
from pat.soft_sensor.light_gate import LightGate
from pat.soft_sensor.predictions import Scored
from pat.soft_sensor.quality import (
    FAR,
    Judgement,
    Oddity,
    Quality,
    distance_reasons,
    loudest_channels,
    range_reason,
)
from pat.soft_sensor.scores import Scores, score

if TYPE_CHECKING:
    from pat.soft_sensor.sensor import SoftSensor


class BlockScorer:
    """Scores blocks of spectra that share one axis.

    Whole blocks are screened at once; words are found for the rows that need some.
    """

    def __init__(self, sensor: "SoftSensor", axis: FloatArray) -> None:
        self.sensor = sensor
        self.resampling = sensor.input_axis.fit(axis)
        unit = sensor.input_axis.unit
        self.as_read = Window(axis, sensor.input_axis.reads(axis), unit)
        self.light = LightGate.of(self.as_read, settings=sensor.gates)
        self.standards = _standards_covered(sensor, self.light)
        self.resampled = Window(sensor.axis, sensor.input_axis.used, unit)

    def scored(self, intensities: FloatArray, process: FloatArray) -> Scored:
        """Return what becomes of up to AT_ONCE spectra (n, n_channels) as read."""
        spectra, whole = self._brought_to_axis(intensities)
        refusals = self._refusals(intensities, spectra, process, whole)
        sizes = self.light.sizes(intensities)
        doubts = self._doubts(intensities, sizes, refusals)
        hopeless = [row for row, refusal in refusals.items() if not refusal.computable]
        n = len(spectra)
        rows = np.delete(np.arange(n), hopeless)
        if hopeless:
            spectra, process, sizes = spectra[rows], process[rows], sizes[rows]
        scores = score(self.sensor.members, spectra, process)
        judged = {row: _bad(refusal) for row, refusal in refusals.items()}
        looks = self._looks(scores, spectra, sizes)
        judged |= self._judged(looks, rows, refusals, doubts)
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
        looks: "_Looks",
        rows: IntArray,
        refusals: dict[int, Refusal],
        doubts: dict[int, str],
    ) -> dict[int, Judgement]:
        """Return what is to be said of scored rows, by row, but of those already refused."""
        lost = np.isnan(looks.scores.values)
        found = {int(row): _lost(refusals.get(int(row))) for row in rows[lost]}
        doubted = np.isin(rows, list(doubts))
        for place in np.flatnonzero(~lost & (doubted | self._passes_a_limit(looks))):
            row = int(rows[place])
            if row not in refusals:
                found[row] = self._judgement(looks, int(place), doubt=doubts.get(row))
        return found

    def _looks(self, scores: Scores, spectra: FloatArray, sizes: FloatArray) -> "_Looks":
        """Return what is known of scored spectra (n, n_channels) with sizes of all standards."""
        domain = self.sensor.domain
        if domain is None or len(spectra) == 0:
            return _Looks(scores, None, sizes)
        unknown = np.full((len(sizes), len(domain.bands)), np.nan)
        own = unknown if self.standards is None else sizes[:, self.standards]
        return _Looks(scores, domain.read(spectra, own), own)

    def _doubts(
        self, intensities: FloatArray, sizes: FloatArray, refusals: dict[int, Refusal]
    ) -> dict[int, str]:
        """Return what makes rows uncertain, by row; rows that are too dark become refusals."""
        gates = self.sensor.gates
        doubts: dict[int, str] = {}
        if gates.unverified is not None:
            doubts = dict.fromkeys(range(len(intensities)), gates.unverified)
        for row in np.flatnonzero(self.light.exceeds(sizes)).tolist():
            reason = self.light.exposed_otherwise(sizes[row])
            doubts[row] = "; ".join(filter(None, (doubts.get(row), reason)))
        for row in np.flatnonzero(self.light.lacks(sizes)).tolist():
            refusal = self.light.badly_collected(intensities[row])
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

    def _passes_a_limit(self, looks: "_Looks") -> BoolArray:
        """Return which rows have something to be said about their numbers."""
        scores, limits = looks.scores, self.sensor.limits
        low, high = self.sensor.calibrated_range
        margin = self.sensor.interval.half_width
        inside = (scores.values >= low - margin) & (scores.values <= high + margin)
        passes: BoolArray = (scores.q > limits.q) | (scores.t2 > limits.t2) | ~inside
        if looks.seen is not None and self.sensor.domain is not None:
            passes |= self.sensor.domain.passes(looks.seen)
        return passes

    def _judgement(self, looks: "_Looks", place: int, *, doubt: str | None = None) -> Judgement:
        """Return what is to be said of one row's numbers; a doubt of its spectrum comes first."""
        sensor = self.sensor
        found = sorted(self._oddities(looks, place), key=lambda oddity: -oddity.times_limit)
        reasons = [oddity.words for oddity in found]
        outside = range_reason(
            float(looks.scores.values[place]),
            calibrated=sensor.calibrated_range,
            margin=sensor.interval.half_width,
            unit=sensor.analyte.unit,
        )
        reasons = [*([doubt] if doubt else []), *reasons, *([outside] if outside else [])]
        if not reasons:
            return Judgement(Quality.GOOD)
        if found and found[0].times_limit > FAR:
            return Judgement(Quality.BAD, (*reasons, f"more than {FAR:g} times a limit"))
        return Judgement(Quality.UNCERTAIN, tuple(reasons))

    def _oddities(self, looks: "_Looks", place: int) -> list[Oddity]:
        """Return which limits one row passes, in words."""
        sensor, scores = self.sensor, looks.scores
        t2, q = float(scores.t2[place]), float(scores.q[place])
        unit, where = sensor.input_axis.unit, ""
        if q > sensor.limits.q:
            where = loudest_channels(scores.contributions(place), sensor.members[0].axis, unit=unit)
        found = [*distance_reasons(t2, q, limits=sensor.limits, where=where)]
        if looks.seen is not None and sensor.domain is not None:
            sizes = looks.sizes[place]
            found += oddities(sensor.domain, looks.seen, place, unit=unit, sizes=sizes)
        return found


@dataclass(frozen=True, slots=True, eq=False)
class _Looks:
    """What is known of scored rows: numbers, what the domain sees, sizes of its standards."""

    scores: Scores
    seen: Seen | None
    sizes: FloatArray


def _standards_covered(sensor: "SoftSensor", gate: LightGate) -> list[int] | None:
    """Return which of the standards of light are the domain's; None where the axis lacks one."""
    covered = [light.band for light in gate.standards]
    bands = () if sensor.domain is None else sensor.domain.bands
    return [covered.index(band) for band in bands] if set(bands) <= set(covered) else None


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
