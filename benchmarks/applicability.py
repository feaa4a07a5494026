"""How often new cultures in control are flagged, and strange spectra by the size of what is wrong.

Simulated campaigns through the product: a sensor of glucose (five PLS components on the first
derivative and SNV of 450-1800 cm-1), built on the first 12 or 24 vessels, predicts eight new ones
as they are and with one thing wrong at a time. A culture stage that was not calibrated: only
samples of the first seven days calibrate, and new cultures are judged later.
"""

import argparse
import re
from collections import defaultdict

import numpy as np
import pandas as pd
from sklearn.cross_decomposition import PLSRegression
from sklearn.pipeline import Pipeline

from benchmarks.strange_campaign import ANALYTE, AXIS, StrangeCampaign, strange_campaign
from pat.arrays import FloatArray
from pat.calibration import CalibrationSet
from pat.calibration.splitters import culture_folds
from pat.preprocessing import SNV, Crop, SavitzkyGolay
from pat.soft_sensor import SoftSensor, build_sensor
from pat.spectra import AxisKind, Spectra

REGION = (450.0, 1800.0)
CALIBRATED = (12, 24)
SHOWN_EVERY = 25  # campaigns, so that a run that is cut still tells
EARLY_DAYS = 7
STAGE = "stage not calibrated, days beyond"
#: What a reason begins with, and what the table calls it.
FOUND_BY = {
    "T2": "T2", "Q": "Q", "the whole": "whole", "no calibrated": "near", "the axis": "axis",
    "an unknown": "band", "a band": "band", "the water": "standard", "the sapphire": "standard",
    "predicted": "range",
}  # fmt: skip
Rows = dict[tuple[str, float], pd.DataFrame]


def main() -> None:
    """Print false alarms and the share detected."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=200, help="number of campaigns")
    parser.add_argument("--first", type=int, default=1, help="seed of the first campaign")
    parser.add_argument(
        "--vessels", type=int, nargs="+", default=CALIBRATED, help="vessels in the calibration"
    )
    arguments = parser.parse_args()
    found: dict[int, dict[tuple[str, float], list[pd.Series]]] = {
        size: defaultdict(list) for size in arguments.vessels
    }
    for number in range(arguments.seeds):
        campaign = strange_campaign(arguments.first + number)
        for size in arguments.vessels:
            for key, rows in judged(campaign, size).items():
                found[size][key].append(summary(rows))
        if (number + 1) % SHOWN_EVERY == 0 or number + 1 == arguments.seeds:
            for size, by_key in found.items():
                print_table(f"{size} vessels, {number + 1} campaigns", by_key)


def print_table(title: str, found: dict[tuple[str, float], list[pd.Series]]) -> None:
    """Print the means over campaigns, in per cent, with an interval by campaign.

    Off: the truth lies outside the interval; outside the interval of a usual spectrum.
    """
    names = list(dict.fromkeys(FOUND_BY.values()))
    heads = [title, "size", "flagged", "bad", "off", "off usual", "of these flagged", "bad", *names]
    print(f"\n| {' | '.join(heads)} |\n|{'---|' * len(heads)}")
    for (kind, amount), rows in found.items():
        table = 100 * pd.DataFrame(rows)
        error = 1.96 * table["flagged"].std() / np.sqrt(len(table))
        mean = table.mean()
        of_off = [100 * mean[n] / mean["off usual"] if mean["off usual"] else 0 for n in _BOTH]
        print(
            f"| {kind} | {amount:g} | {mean['flagged']:.1f} ± {error:.1f} | {mean['bad']:.2f} | "
            f"{mean['off']:.1f} | {mean['off usual']:.1f} | {of_off[0]:.0f} | {of_off[1]:.0f} | "
            f"{' | '.join(f'{mean[name]:.0f}' for name in names)} |",
            flush=True,
        )


_BOTH = ("off and flagged", "off and bad")


def summary(rows: pd.DataFrame) -> pd.Series:
    """Return shares of one campaign's rows: flagged, bad, off the interval, and by which reason."""
    flagged, bad = rows["quality"] != "good", rows["quality"] == "bad"
    off = (rows["truth"] < rows["lower"]) | (rows["truth"] > rows["upper"])
    missed = (rows["truth"] - rows["value"]).abs() > rows["usual_half_width"]
    shares = {
        "flagged": flagged, "bad": bad, "off": off, "off usual": missed,
        "off and flagged": missed & flagged, "off and bad": missed & bad,
    }  # fmt: skip
    return pd.Series({name: some.mean() for name, some in shares.items()} | found_by(rows))


def found_by(rows: pd.DataFrame) -> dict[str, float]:
    """Return the share of rows that each kind of reason was given for."""
    begins = [
        {FOUND_BY[start] for start in FOUND_BY if re.search(rf"(^|; ){start}", said)}
        for said in rows["reasons"]
    ]
    names = dict.fromkeys(FOUND_BY.values())
    return {name: float(np.mean([name in found for found in begins])) for name in names}


def judged(campaign: StrangeCampaign, n_vessels: int) -> Rows:
    """Return predictions of the new cultures by what is wrong, with the truth beside."""
    cal, new = campaign.cal, campaign.is_new
    known = campaign.number < n_vessels
    hours = cal.samples["elapsed_h"].to_numpy(dtype=np.float64)
    sensor = sensor_of(cal.select(known))
    rows = {
        ("new cultures in control", 0.0): predicted(
            sensor, cal.intensities[new], campaign.truth[new]
        )
    }
    for key, spectra in campaign.strange.items():
        rows[key] = predicted(sensor, spectra, campaign.strange_truth)
    young = sensor_of(cal.select(known & (hours < 24 * EARLY_DAYS)))
    for beyond in range(1, 7):
        day = new & (np.floor(hours / 24) == EARLY_DAYS + beyond - 1)
        rows[STAGE, float(beyond)] = predicted(young, cal.intensities[day], campaign.truth[day])
    return rows


def sensor_of(cal: CalibrationSet) -> SoftSensor:
    """Return the sensor of a calibration set."""
    inside = AXIS[(REGION[0] <= AXIS) & (REGION[1] >= AXIS)]
    pipeline = Pipeline(
        [
            ("crop", Crop(AXIS, [REGION])),
            ("savgol", SavitzkyGolay(25, 2, deriv=1, axis=inside)),
            ("snv", SNV()),
            ("pls", PLSRegression(5, scale=False)),
        ]
    )
    return build_sensor(cal, ANALYTE, pipelines=[pipeline], folds=culture_folds(cal.groups))


def predicted(sensor: SoftSensor, spectra: FloatArray, truth: FloatArray) -> pd.DataFrame:
    """Return predictions of spectra (n, n_channels), with their truth (n,)."""
    keys = pd.DataFrame({"campaign": "new", "vessel": "V", "elapsed_h": np.arange(len(truth))})
    found = sensor.predict(Spectra(AXIS, spectra, keys, AxisKind.RAMAN_SHIFT))
    return found.assign(truth=truth, usual_half_width=sensor.interval.half_width)


if __name__ == "__main__":
    main()
