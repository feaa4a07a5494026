"""How often intervals cover new cultures: the sensor's own beside others, by campaign size.

Simulated campaigns (seeds 1 to --seeds, kept in --cache, so that a stopped run goes on): PLS on the
fixed recipe of `simulated_trust`, calibrated on the first 12 or 24 vessels, eight others new. With
--data, real campaigns too: bioreactors-small by the publisher's resamples, and the two sets of
mixtures, a fifth of the mixtures left out at a time, four times over.
"""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from scipy import stats

from benchmarks.simulated_trust import ANALYTES, trust_campaign
from benchmarks.trust_splits import Split, in_sample_space, real_splits, split
from pat.arrays import FloatArray
from pat.calibration.intervals import e1655_error, faber_bro_error, u_deviation
from pat.soft_sensor.interval import residual_interval

N_COMPONENTS = {"glucose": 5, "lactate": 7, "titre": 8}
SIZES = (12, 24)
CONFIDENCES = (0.90, 0.95)
SEL = 0.1  # of Faber and Bro, as a share of the RMSECV: it moves their width alone


Bounds = tuple[FloatArray, FloatArray]
Method = Callable[[Split, float], Bounds | None]


def main() -> None:
    """Print a table for each size of simulated campaign, and for each real one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=200, help="number of campaigns")
    parser.add_argument("--cache", type=Path, required=True, help="campaigns are kept here")
    parser.add_argument("--data", type=Path, help="folder of the real campaigns")
    arguments = parser.parse_args()
    splits: dict[tuple[int, str], list[Split]] = {
        (size, analyte): [] for size in SIZES for analyte in ANALYTES
    }
    for seed in range(1, arguments.seeds + 1):
        campaign = trust_campaign(seed, cache=arguments.cache)
        scores = in_sample_space(campaign.spectra)
        for (size, analyte), found in splits.items():
            keep = campaign.is_new | (campaign.vessel < size)
            assay = campaign.assays[keep, ANALYTES.index(analyte)]
            found.append(
                split(
                    scores[keep], assay, campaign.vessel[keep], campaign.is_new[keep],
                    n_components=N_COMPONENTS[analyte],
                )
            )  # fmt: skip
    for (size, analyte), found in splits.items():
        print_table(f"{analyte}, {size} vessels, {len(found)} campaigns", found)
    for size in SIZES:
        pooled = [one for (n, _), found in splits.items() if n == size for one in found]
        print_table(f"all analytes, {size} vessels", pooled)
    if arguments.data:
        for title, found in real_splits(arguments.data):
            print_table(title, found)


def sensors_own(one: Split, confidence: float) -> Bounds:
    """Return the product's bounds."""
    known = ~one.is_new
    interval = residual_interval(
        one.residual[known],
        one.culture[known].astype(object),
        np.arange(int(known.sum())),
        t2=one.leverage[known],
        q=one.q[known],
        confidence=confidence,
    )
    zeros = np.zeros(int(one.is_new.sum()))
    return interval.bounds(zeros, t2=one.leverage[one.is_new], q=one.q[one.is_new])


def culture_quantile(one: Split, confidence: float) -> Bounds | None:
    """Return hierarchical conformal bounds: whole cultures, one width; None for too few."""
    n_cultures = len(np.unique(one.culture[~one.is_new]))
    level = confidence * (n_cultures + 1) / n_cultures
    if level > 1:
        return None
    sizes = np.abs(one.residual[~one.is_new])
    order = np.argsort(sizes)
    reached = np.cumsum(one.weights[order])
    place = min(int(np.searchsorted(reached, level - 1e-9)), sizes.size - 1)
    return around(one, np.full(int(one.is_new.sum()), sizes[order][place]))


def cv_plus(one: Split, confidence: float) -> Bounds | None:
    """Return CV+ bounds over left-out cultures, about zero error: K models stay in use."""
    n_cultures = len(np.unique(one.culture[~one.is_new]))
    level = confidence * (n_cultures + 1) / n_cultures
    if level > 1:
        return None
    shift = one.by_fold - one.residual[one.is_new]
    sizes = np.abs(one.residual[~one.is_new])[:, None]
    upper = [_quantile(column, one.weights, level) for column in (shift + sizes).T]
    lower = [_quantile(column, one.weights, level) for column in (sizes - shift).T]
    return -np.array(lower), np.array(upper)


def student(one: Split, confidence: float) -> Bounds:
    """Return Student's t with a degree of freedom a culture but one."""
    n_cultures = len(np.unique(one.culture[~one.is_new]))
    half = stats.t.ppf(0.5 + confidence / 2, n_cultures - 1) * np.sqrt(1 + 1 / n_cultures)
    return around(one, np.full(int(one.is_new.sum()), half * one.rmsecv))


def plain(one: Split, confidence: float) -> Bounds:
    """Return the normal quantile times the grouped RMSECV: what widths are compared with."""
    half = stats.norm.ppf(0.5 + confidence / 2) * one.rmsecv
    return around(one, np.full(int(one.is_new.sum()), half))


def classical(name: str) -> Method:
    """Return a textbook's bounds by name, with Student's t over all samples."""

    def bounds(one: Split, confidence: float) -> Bounds:
        known, n = ~one.is_new, int(np.sum(~one.is_new))
        leverage = one.leverage[one.is_new] + 1 / n
        errors = {
            "E1655": lambda: e1655_error(leverage, sec=one.sec),
            "Faber-Bro": lambda: faber_bro_error(leverage, sec=one.sec, sel=SEL * one.rmsecv),
            "U-deviation": lambda: u_deviation(
                leverage, one.q[one.is_new], mse_validation=one.rmsecv**2,
                q_validation=float(one.weights @ one.q[known]), n_samples=n,
                n_components=one.n_components,
            ),
        }  # fmt: skip
        quantile = stats.t.ppf(0.5 + confidence / 2, n - one.n_components - 1)
        return around(one, quantile * errors[name]())

    return bounds


def around(one: Split, half: FloatArray) -> Bounds:
    """Return symmetric bounds of new samples about zero error."""
    return -half, half


METHODS: dict[str, Method] = {
    "the sensor's": sensors_own,
    "grouped RMSECV, normal": plain,
    "Student's t, cultures - 1": student,
    "quantile by culture": culture_quantile,
    "CV+ by culture": cv_plus,
    "E1655": classical("E1655"),
    "U-deviation": classical("U-deviation"),
    "Faber-Bro": classical("Faber-Bro"),
}


def print_table(title: str, splits: Sequence[Split]) -> None:
    """Print coverage, width and spread over cultures of every method."""
    print(f"\n| {title} | covers 90 % | width | covers 95 % | width | at plain's width, 95 % |")
    print("|---|---|---|---|---|---|")
    for name, method in METHODS.items():
        cells = []
        for confidence in CONFIDENCES:
            found = [judged(one, method, confidence) for one in splits]
            kept = np.array([row[:3] for row in found if row is not None])
            if not len(kept):
                cells += ["-", "-"]
                continue
            mean, error = kept[:, 0].mean(), kept[:, 0].std() / np.sqrt(len(kept))
            cells += [f"{100 * mean:.1f} ± {100 * error:.1f}", f"{kept[:, 1].mean():.2f}"]
        if cells[-1] == "-":
            print(f"| {name} | {' | '.join(cells)} | - |")
            continue
        by_culture = np.concatenate([row[3] for row in found if row is not None])
        print(
            f"| {name} | {' | '.join(cells)} | {100 * by_culture.mean():.1f}, "
            f"{100 * np.mean(by_culture < 0.8):.1f} % of cultures below 80 |"
        )


def judged(
    one: Split, method: Method, confidence: float
) -> tuple[float, float, float, FloatArray] | None:
    """Return coverage, relative width, coverage and that of each culture at plain's width."""
    bounds = method(one, confidence)
    if bounds is None:
        return None
    lower, upper = bounds
    # The assay is the value less the residual, and bounds are about a value of zero.
    error = -one.residual[one.is_new]
    width = float(np.mean(upper - lower) / np.mean(np.subtract(*plain(one, confidence)[::-1])))
    inside = (error >= lower) & (error <= upper)
    scaled = (error >= lower / width) & (error <= upper / width)
    names = one.culture[one.is_new]
    by_culture = np.array([scaled[names == name].mean() for name in np.unique(names)])
    return float(inside.mean()), width, float(scaled.mean()), by_culture


def _quantile(values: FloatArray, weights: FloatArray, level: float) -> float:
    order = np.argsort(values)
    reached = np.cumsum(weights[order])
    return float(values[order][min(int(np.searchsorted(reached, level - 1e-9)), values.size - 1)])


if __name__ == "__main__":
    main()
