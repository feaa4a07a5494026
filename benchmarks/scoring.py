"""How fast a sensor scores, beside scikit-learn with shared preprocessing.

    python benchmarks/scoring.py [--repeat 7]

The same spectra, recipe (crop, Savitzky-Golay of 25 points, SNV) and PLS of ten components on both
sides, value, T2 and Q on both; results are compared first. CPU seconds of one thread, the least of
several rounds that take turns, so that a busy machine hits both sides alike.
"""

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.signal import savgol_filter
from sklearn.cross_decomposition import PLSRegression
from sklearn.pipeline import Pipeline
from threadpoolctl import threadpool_limits

from pat.arrays import FloatArray
from pat.campaign import Analyte
from pat.diagnostics import ScoreSpread, anatomy, calibration_spread, score_spread
from pat.preprocessing import SNV, Crop, SavitzkyGolay
from pat.soft_sensor.folding import FoldedMembers, folded_member
from pat.soft_sensor.gates import GateSettings
from pat.soft_sensor.input_axis import InputAxis
from pat.soft_sensor.interval import Interval, IntervalMethod
from pat.soft_sensor.members import Member
from pat.soft_sensor.provenance import Provenance
from pat.soft_sensor.quality import DistanceLimits
from pat.soft_sensor.sensor import SoftSensor
from pat.spectra import AxisKind, Spectra

AXIS = np.arange(300.0, 3625.0)  # 3,325 channels
REGION = (450.0, 1800.0)
BATCHES = (1, 100, 10_000)
SPECTRA_A_ROUND = 2_000  # so that a round takes long against the clock


def main() -> None:
    """Print what a spectrum costs on each side, and the ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=7)
    for line in lines(repeat=parser.parse_args().repeat):
        print(line)


def lines(*, repeat: int = 7) -> list[str]:
    """Return the table of the benchmark, line by line."""
    with threadpool_limits(1):
        rival, sensor = trained()
        agreement = compared(rival, sensor)
        found = [f"folded and scikit-learn agree to {agreement:.1e} relative in value, T2 and Q"]
        found.append(f"{'batch':>6} {'scikit-learn':>13} {'folded':>9} {'ratio':>6}"
                     f" {'whole predict':>14} {'ratio':>6}   us a spectrum")  # fmt: skip
        for batch in BATCHES:
            rounds = seconds_a_spectrum(rival, sensor, batch=batch, repeat=repeat)
            theirs, folded, whole = (1e6 * cost for cost in rounds)
            found.append(f"{batch:>6} {theirs:>13.1f} {folded:>9.2f} {theirs / folded:>6.1f}"
                         f" {whole:>14.1f} {theirs / whole:>6.1f}")  # fmt: skip
        return [*found, floor(sensor)]


def floor(sensor: SoftSensor) -> str:
    """Return what a spectrum's multiplications alone would take, in words."""
    square = np.random.default_rng(0).normal(size=(512, 512))
    rate = 512**3 / min(_cpu_seconds(lambda: square @ square, 4) / 4 for _ in range(5))
    member = sensor.members[0]
    folded = folded_member(member.parts, AXIS.size)
    assert folded is not None
    of_filter = folded.chain.matrix.nnz
    n_used = np.unique(folded.chain.matrix.indices).size
    of_products = n_used * (folded.head.rotations.shape[1] + len(folded.chain.backgrounds) + 2)
    return (
        f"floor: {of_filter} multiplications by the filter and {of_products} by what scores, T2 "
        f"and Q need; at {2e-9 * rate:.0f} Gflop/s, the rate of this BLAS here and now, "
        f"{1e6 * (of_filter + of_products) / rate:.1f} us a spectrum"
    )


@dataclass(frozen=True, slots=True, eq=False)
class Rival:
    """What a competent user of scikit-learn writes: preprocess once, then all three numbers."""

    inside: slice
    pls: PLSRegression
    spread: ScoreSpread

    def preprocessed(self, spectra: FloatArray) -> FloatArray:
        """Return spectra cropped, differentiated and normalised."""
        filtered = savgol_filter(spectra[:, self.inside], 25, 2, deriv=1)
        return (filtered - filtered.mean(1, keepdims=True)) / filtered.std(1, ddof=1, keepdims=True)

    def score(self, spectra: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return value, T2 and Q."""
        rows = self.preprocessed(spectra)
        scores = self.pls.transform(rows)
        residual = rows - self.pls.inverse_transform(scores)
        centred = scores - self.spread.mean
        t2 = np.einsum("ia,ab,ib->i", centred, self.spread.precision, centred)
        return np.ravel(self.pls.predict(rows)), t2, np.einsum("ij,ij->i", residual, residual)


def spectra_and_values(n: int, seed: int) -> tuple[FloatArray, FloatArray]:
    """Return spectra of bands over a broad background, with noise, and what they hold."""
    rng = np.random.default_rng(seed)
    world = np.random.default_rng(0)
    centres, widths = world.uniform(500, 1750, (12, 1)), world.uniform(6, 15, (12, 1))
    bands = np.exp(-0.5 * ((AXIS - centres) / widths) ** 2)
    amounts = rng.uniform(1, 8, (n, 12))
    background = 1e4 * (1 + 0.1 * rng.normal(size=(n, 1))) * np.exp(-(AXIS - 300) / 2500)
    return background + 200 * amounts @ bands + 10 * rng.normal(size=(n, AXIS.size)), amounts[:, 0]


def trained() -> tuple[Rival, SoftSensor]:
    """Return the same model as scikit-learn's estimators and as a sensor."""
    spectra, values = spectra_and_values(336, seed=1)
    used = (REGION[0] <= AXIS) & (REGION[1] >= AXIS)
    low, high = np.flatnonzero(used)[[0, -1]]
    steps = [("crop", Crop(AXIS, (REGION,))), ("d1", SavitzkyGolay(25, 2, deriv=1)), ("snv", SNV())]
    pipeline = Pipeline([*steps, ("pls", PLSRegression(10, scale=False))]).fit(spectra, values)
    rival = Rival(slice(low, high + 1), PLSRegression(10, scale=False), None)  # type: ignore[arg-type]
    rows = rival.preprocessed(spectra)
    rival = Rival(
        rival.inside, rival.pls.fit(rows, values), score_spread(rival.pls.transform(rows))
    )
    return rival, as_sensor(pipeline, spectra, used, rival)


def as_sensor(
    pipeline: Pipeline, spectra: FloatArray, used: np.ndarray, rival: Rival
) -> SoftSensor:
    """Return a pipeline as a sensor whose limits pass one calibration spectrum in twenty."""
    parts = anatomy(pipeline)
    spread = calibration_spread(parts, spectra, np.empty((len(spectra), 0)))
    values, t2, q = rival.score(spectra_and_values(1000, seed=2)[0])
    return SoftSensor(
        name="bench.glucose",
        analyte=Analyte("glucose", "g/L"),
        input_axis=InputAxis(AXIS, AxisKind.RAMAN_SHIFT, used),
        process_names=(),
        members=(Member(pipeline, parts, spread, AXIS[used]),),
        mean_spectrum=spectra.mean(axis=0),
        gates=GateSettings(usual_span=float(np.ptp(spectra[0, used])), saturation=65_000.0),
        limits=DistanceLimits(*(float(np.quantile(d, 0.975)) for d in (t2, q)), confidence=0.95),
        domain=None,
        interval=Interval(
            below=0.5,
            above=0.5,
            share=0.5,
            t2_unit=float(t2.mean()),
            q_unit=float(q.mean()),
            confidence=0.95,
            method=IntervalMethod.STUDENT_T,
            n_cultures=24,
            n_effective=24.0,
        ),
        calibrated_range=(float(values.min()), float(values.max())),
        provenance=Provenance((), 336, 24, (), (), None, "", "", None, {}, {}),
        digest="0" * 64,
        contents={},
    )


def compared(rival: Rival, sensor: SoftSensor) -> float:
    """Return the largest relative difference of both sides over new spectra."""
    spectra, _ = spectra_and_values(500, seed=3)
    table = sensor.predict(as_table(spectra))
    pairs = zip(rival.score(spectra), (table["value"], table["t2"], table["q"]), strict=True)
    return max(float(np.max(np.abs(ours / theirs - 1))) for theirs, ours in pairs)


def seconds_a_spectrum(
    rival: Rival, sensor: SoftSensor, *, batch: int, repeat: int
) -> tuple[float, float, float]:
    """Return CPU seconds a spectrum of scikit-learn, the folded members and the whole predict."""
    spectra, _ = spectra_and_values(batch, seed=4)
    member = sensor.members[0]
    folded = folded_member(member.parts, AXIS.size)
    assert folded is not None
    stacked, nothing, table = (
        FoldedMembers([folded], [member.spread]),
        np.empty((batch, 0)),
        as_table(spectra),
    )

    def by_kernel() -> None:
        for start in range(0, batch, 128):
            rows = slice(start, start + 128)
            stacked.score(spectra[rows], nothing[rows])

    sides: tuple[Callable[[], object], ...] = (
        lambda: rival.score(spectra), by_kernel, lambda: sensor.predict(table),
    )  # fmt: skip
    calls = max(1, SPECTRA_A_ROUND // batch // 4)
    costs = [[_cpu_seconds(side, calls) for side in sides] for _ in range(repeat)]
    theirs, ours, whole = (float(cost) / calls / batch for cost in np.min(costs, axis=0))
    return theirs, ours, whole


def _cpu_seconds(call: Callable[[], object], calls: int) -> float:
    started = time.process_time()
    for _ in range(calls):
        call()
    return time.process_time() - started


def as_table(spectra: FloatArray) -> Spectra:
    """Return intensities as spectra of one vessel."""
    keys = pd.DataFrame({"campaign": "bench", "vessel": ["V01"] * len(spectra)})
    return Spectra(AXIS, spectra, keys, AxisKind.RAMAN_SHIFT)


if __name__ == "__main__":
    main()
