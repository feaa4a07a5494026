"""What the rows that a sensor itself calls good are worth, where a third is badly collected.

    PAT_SHARED_DATA=FOLDER python -m benchmarks.good_rows [--effort standard] [--folds 10]

mixtures-785, ten folds of whole mixtures: suspects are found without being told and left out of
training, the search and its choice are repeated without each fold, and the sensor then predicts all
rows of the fold, the badly collected ones too.
"""

import argparse
import os
import shutil
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pat.calibration import calibration_set
from pat.campaign import Campaign
from pat.readers import read_campaign
from pat.soft_sensor import SoftSensor
from pipelines import train
from pipelines.sensors import open_sensor
from pipelines.training_suspects import look_for_suspects

CAMPAIGN = "mixtures-785"
ANALYTES = ("glucose", "acetate", "magnesium_sulfate")


def main() -> None:
    """Print the share of good rows and the error of these and of all, analyte by analyte."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--effort", default="standard")
    parser.add_argument("--folds", type=int, default=10)
    parser.add_argument("--seed", type=int, default=0, help="of the folds")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = held_out(
            Path(folder), effort=arguments.effort, n_folds=arguments.folds, seed=arguments.seed
        )
    for analyte, rows in found.groupby("analyte", sort=False):
        good = rows[rows["quality"] == "good"]
        print(
            f"{analyte:18} good {len(good) / len(rows):4.0%} of {len(rows)} rows"
            f" ({good['vessel'].nunique()} of {rows['vessel'].nunique()} mixtures):"
            f" RMSE {_rmse(good):.3f}, of mixtures' means {_rmse(_means(good)):.3f},"
            f" of all {_rmse(rows):.3f}",
            flush=True,
        )


def held_out(place: Path, *, effort: str, n_folds: int, seed: int) -> pd.DataFrame:
    """Return analyte, vessel, value, quality and assay of every row, by sensors without it."""
    source = place / CAMPAIGN
    shutil.copytree(
        Path(os.environ["PAT_SHARED_DATA"]) / CAMPAIGN, source, copy_function=shutil.copyfile
    )
    source.chmod(0o755)
    campaign = read_campaign(source)
    look_for_suspects([campaign], [source], exclude=True)
    kept = calibration_set([read_campaign(source)]).samples["vessel"].unique()
    vessels = np.random.default_rng(seed).permutation(campaign.spectra.keys["vessel"].unique())
    found = []
    for number, fold in enumerate(np.array_split(vessels, n_folds)):
        uri = f"sqlite:///{place}/{number}.db"
        train.run(
            [source],
            name="mix",
            analytes=ANALYTES,
            effort=effort,
            holdout=tuple(fold[np.isin(fold, kept)]),
            tracking_uri=uri,
        )
        for analyte in ANALYTES:
            sensor, _ = open_sensor(f"models:/mix.{analyte}/1", tracking_uri=uri)
            found.append(_predicted(sensor, campaign, fold).assign(analyte=analyte))
    return pd.concat(found, ignore_index=True)


def _predicted(sensor: SoftSensor, campaign: Campaign, vessels: NDArray[np.str_]) -> pd.DataFrame:
    """Return vessel, value, quality and assay of every spectrum of some vessels."""
    spectra = campaign.spectra.take(np.isin(campaign.spectra.keys["vessel"], vessels))
    rows = sensor.predict(spectra)[["value", "quality"]]
    rows["vessel"] = spectra.keys["vessel"].to_numpy()
    of_analyte = campaign.assays[campaign.assays["analyte"] == sensor.analyte.name]
    return rows.assign(assay=rows["vessel"].map(of_analyte.set_index("vessel")["value"]))


def _means(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.groupby("vessel")[["value", "assay"]].mean()


def _rmse(rows: pd.DataFrame) -> float:
    return float(np.sqrt(np.mean((rows["value"] - rows["assay"]) ** 2)))


if __name__ == "__main__":
    main()
