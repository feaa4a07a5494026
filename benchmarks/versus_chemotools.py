"""Preprocessing, baselines, T2 and Q beside chemotools; results are compared first."""

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from chemotools.baseline import ArPls
from chemotools.derivative import SavitzkyGolay as PeersSavitzkyGolay
from chemotools.feature_selection import RangeCut
from chemotools.outliers import HotellingT2, QResiduals
from chemotools.scatter import (
    ExtendedMultiplicativeScatterCorrection,
    MultiplicativeScatterCorrection,
    StandardNormalVariate,
)
from sklearn.base import TransformerMixin
from sklearn.cross_decomposition import PLSRegression
from sklearn.exceptions import ConvergenceWarning
from sklearn.pipeline import Pipeline, make_pipeline

from benchmarks import scoring, workload
from benchmarks.rows import Row, cpu_cost
from pat.arrays import FloatArray
from pat.calibration import CalibrationSet
from pat.preprocessing import EMSC, MSC, SNV, ArPLS, Crop, SavitzkyGolay, stiffness_to_lambda
from pat.soft_sensor import SoftSensor
from pat.soft_sensor.folding import FoldedMembers, folded_member

AXIS, REGION = scoring.AXIS, scoring.REGION
INSIDE = Crop(AXIS, (REGION,)).axis_after(AXIS)
STIFFNESS = 400.0
N_SCORED = 100  # spectra a call, as a busy predictor gets them


def rows(*, n_spectra: int = 10_000, n_baselines: int = 200, rounds: int = 3) -> list[Row]:
    """Return the rows of all jobs that both sides do."""
    spectra, _ = scoring.spectra_and_values(n_spectra, seed=4)
    filtered = ours_filtered().fit(spectra).transform(spectra)
    return [
        _transformed("Savitzky-Golay and SNV", spectra, ours_filtered(), peers_filtered(), rounds),
        _transformed("MSC", filtered, MSC(), MultiplicativeScatterCorrection(), rounds),
        _transformed("EMSC", filtered, EMSC(2, INSIDE),
                     ExtendedMultiplicativeScatterCorrection(order=2), rounds),
        _baselines(Crop(AXIS, (REGION,)).fit_transform(spectra[:n_baselines]), rounds),
        _scored(rounds),
    ]  # fmt: skip


def ours_filtered() -> Pipeline:
    """Return crop, first derivative and SNV of this product."""
    derivative = SavitzkyGolay(25, 2, deriv=1, axis=INSIDE)
    return make_pipeline(Crop(AXIS, (REGION,)), derivative, SNV())


def peers_filtered() -> Pipeline:
    """Return the same steps of chemotools; the end of its range is not part of it."""
    return make_pipeline(
        RangeCut(start=REGION[0], end=REGION[1] + 1, x_axis=AXIS),
        PeersSavitzkyGolay(25, 2, deriv=1, mode="interp"),
        StandardNormalVariate(),
    )


def steps_inside(cal: CalibrationSet, recipe: str) -> tuple[FloatArray, list[tuple[str, Any]]]:
    """Return spectra as they came and the steps of a recipe of W over one region, for a Pipeline.

    The usual practice: nothing is computed ahead, every candidate preprocesses again.
    """
    region, derivative, scatter = recipe.split()
    ((low, high),) = workload.REGIONS[region]
    corrections = {
        "SNV": StandardNormalVariate(),
        "MSC": MultiplicativeScatterCorrection(),
        "EMSC": ExtendedMultiplicativeScatterCorrection(order=2),
        "none": "passthrough",
    }
    end = high + float(np.median(np.diff(cal.axis)))  # RangeCut's end is not part of it
    window = int(workload.WINDOW)
    return cal.intensities, [
        ("crop", RangeCut(start=low, end=end, x_axis=cal.axis)),
        ("savgol", PeersSavitzkyGolay(window, 2, deriv=int(derivative[1]), mode="interp")),
        ("scatter", corrections[scatter]),
    ]


def difference(ours: FloatArray, theirs: FloatArray) -> float:
    """Return the largest difference as a share of the largest value, one common scale aside.

    SNV here divides by the deviation with n - 1, chemotools' by that with n.
    """
    scale = float(np.vdot(theirs, ours) / np.vdot(theirs, theirs))
    return float(np.max(np.abs(ours - scale * theirs)) / np.max(np.abs(ours)))


def _transformed(
    job: str, spectra: FloatArray, ours: TransformerMixin, theirs: TransformerMixin, rounds: int
) -> Row:
    some = spectra[:300]
    differ = difference(ours.fit(some).transform(some), theirs.fit(some).transform(some))
    sides = [cpu_cost(lambda side=side: side.transform(spectra), rounds=rounds)
             for side in (ours, theirs)]  # fmt: skip
    return Row(f"{job}, {len(spectra)} spectra of {INSIDE.size} channels", sides[0], "chemotools",
               sides[1], "", f"spectra equal to {differ:.0e}")  # fmt: skip


def _baselines(spectra: FloatArray, rounds: int) -> Row:
    """Return arPLS on spectra that neither side has seen, each stopped at its own 1e-3."""
    theirs = ArPls(
        lam=stiffness_to_lambda(STIFFNESS, step=1.0),
        ratio=1e-3,
        nr_iterations=300,
        max_iter_after_warmstart=300,
    )
    found = ours_under(spectra), theirs.fit_transform(spectra)
    fresh = iter(range(1, rounds + 1))
    costs = (
        cpu_cost(lambda: ours_under(spectra * (1 + 1e-9 * next(fresh))), rounds=rounds),
        cpu_cost(lambda: theirs.fit_transform(spectra), rounds=rounds),
    )
    return Row(
        f"arPLS, {len(spectra)} spectra of {spectra.shape[1]} channels", costs[0], "chemotools",
        costs[1], "", f"spectra equal to {difference(*found):.0e}; the product's is pybaselines'",
    )  # fmt: skip


def ours_under(spectra: FloatArray) -> FloatArray:
    """Return spectra less their arPLS baselines; what was treated before is remembered."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return ArPLS(STIFFNESS, axis=INSIDE).fit_transform(spectra)


def _scored(rounds: int) -> Row:
    """Return value, T2 and Q, as a sensor's kernel gives them and by chemotools' detectors."""
    sensor = scoring.trained()[1]
    peers = peers_scores()
    spectra, _ = scoring.spectra_and_values(N_SCORED, seed=3)
    table = sensor.predict(scoring.as_table(spectra))
    differ = max(
        float(np.max(np.abs(np.asarray(ours) / theirs - 1)))
        for ours, theirs in zip(
            (table["value"], table["t2"], table["q"]), peers(spectra), strict=True
        )
    )
    kernel = by_kernel(sensor)
    costs = [cpu_cost(lambda side=side: [side(spectra) for _ in range(20)], rounds=rounds)
             for side in (kernel, peers)]  # fmt: skip
    return Row(
        f"value, T2 and Q, 20 batches of {N_SCORED}", costs[0], "chemotools", costs[1], "",
        f"equal to {differ:.0e}; chemotools preprocesses for each of the three",
    )  # fmt: skip


def by_kernel(sensor: SoftSensor) -> Callable[[FloatArray], object]:
    """Return what gives value, T2 and Q of spectra by the folded operator of a sensor."""
    member = sensor.members[0]
    folded = folded_member(member.parts, AXIS.size)
    assert folded is not None
    stacked = FoldedMembers([folded], [member.spread])
    return lambda spectra: stacked.score(spectra, np.empty((len(spectra), 0)))


def peers_scores() -> Callable[[FloatArray], tuple[FloatArray, ...]]:
    """Return what gives value, T2 and Q by chemotools, in this product's scale."""
    spectra, values = scoring.spectra_and_values(336, seed=1)
    steps = [step for _, step in peers_filtered().steps]
    model = make_pipeline(*steps, PLSRegression(10, scale=False)).fit(spectra, values)
    t2, q = HotellingT2(model).fit(spectra), QResiduals(model, method="percentile").fit(spectra)
    n, p = len(spectra), INSIDE.size

    def scores(some: FloatArray) -> tuple[FloatArray, ...]:
        return (
            np.ravel(model.predict(some)),
            t2.predict_residuals(some) * (n - 1) / n,
            q.predict_residuals(some) * (p - 1) / p,
        )

    return scores
