"""How often new cultures in control are flagged, and what strange spectra are, by size.

Simulated campaigns as in coverage.py, through the product's own limits: PLS of glucose on the fixed
recipe, calibrated on the first 12 or 24 vessels. A culture stage that was not calibrated: only
samples of the first seven days calibrate, and new cultures are judged later.
"""

import argparse
from pathlib import Path

import numpy as np
from plain_pls import PlainPLS
from simulated_trust import TrustCampaign, trust_campaign

from pat.arrays import BoolArray, FloatArray, IntArray
from pat.soft_sensor.left_out import LeftOut, distance_limits
from pat.soft_sensor.quality import DistanceLimits

N_COMPONENTS = 5
CALIBRATED = (12, 24)
EARLY_DAYS = 7
STAGE = "stage not calibrated, days beyond"
Flags = dict[tuple[str, float], BoolArray]


def main() -> None:
    """Print false alarms and the share detected."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=200, help="number of campaigns")
    parser.add_argument("--cache", type=Path, required=True, help="campaigns are kept here")
    arguments = parser.parse_args()
    for size in CALIBRATED:
        found: dict[tuple[str, float], list[BoolArray]] = {}
        for seed in range(1, arguments.seeds + 1):
            for key, flags in flagged(trust_campaign(seed, cache=arguments.cache), size).items():
                found.setdefault(key, []).append(flags)
        print(f"\n| {size} vessels, {arguments.seeds} campaigns | size | flagged, % | T2 | Q |")
        print("|---|---|---|---|---|")
        for (kind, amount), rows in found.items():
            shares = 100 * np.array([np.mean(row, axis=1) for row in rows])
            mean, error = shares.mean(axis=0), shares.std(axis=0) / np.sqrt(len(shares))
            print(
                f"| {kind} | {amount:g} | {mean[0]:.1f} ± {1.96 * error[0]:.1f} | "
                f"{mean[1]:.1f} | {mean[2]:.1f} |"
            )


def flagged(campaign: TrustCampaign, n_vessels: int) -> Flags:
    """Return whether each spectrum is flagged: by either, by T2, by Q, (3, n)."""
    assay, new = campaign.assays[:, 0], campaign.is_new
    known = campaign.vessel < n_vessels
    sensor = Limited(campaign.spectra[known], assay[known], campaign.vessel[known])
    flags = {("new cultures in control", 0.0): sensor.flags(campaign.spectra[new])}
    for (kind, size), spectra in campaign.strange.items():
        flags[kind, size] = sensor.flags(spectra)
    early = known & (campaign.hours < 24 * EARLY_DAYS)
    young = Limited(campaign.spectra[early], assay[early], campaign.vessel[early])
    for beyond in range(1, 7):
        day = np.floor(campaign.hours / 24).astype(np.int64)
        rows = new & (day == EARLY_DAYS + beyond - 1)
        flags[STAGE, float(beyond)] = young.flags(campaign.spectra[rows])
    return flags


class Limited:
    """PLS with the limits that the product takes from left-out vessels."""

    def __init__(self, spectra: FloatArray, assay: FloatArray, vessel: IntArray) -> None:
        self.model = PlainPLS(spectra, assay, N_COMPONENTS)
        t2, q = np.empty((2, 1, len(assay)))
        for out in (vessel == name for name in np.unique(vessel)):
            left = PlainPLS(spectra[~out], assay[~out], N_COMPONENTS)
            t2[0, out], q[0, out] = _distances(left, spectra[out])
        self.limits = _limits(t2, q, vessel)

    def flags(self, spectra: FloatArray) -> BoolArray:
        """Return which spectra pass a limit, T2's, Q's, (3, n_spectra)."""
        t2, q = _distances(self.model, spectra)
        far, off = t2 > self.limits.t2, q > self.limits.q
        return np.array([far | off, far, off])


def _distances(model: PlainPLS, spectra: FloatArray) -> tuple[FloatArray, FloatArray]:
    _, leverage, q = model.read(spectra)
    return leverage * (len(model.scores) - 1), q


def _limits(t2: FloatArray, q: FloatArray, vessel: IntArray) -> DistanceLimits:
    n = vessel.size
    zeros = np.zeros(n)
    left = LeftOut(
        sample=np.arange(n), fold=vessel, shift=zeros, prediction=zeros, t2=t2, q=q,
        share=np.ones(1),
    )  # fmt: skip
    return distance_limits(left, vessel.astype(object), units=np.ones((2, 1)))


if __name__ == "__main__":
    main()
