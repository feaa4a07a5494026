"""Sensors and instruments to transfer between: mixtures, a fermentation, the simulator's."""

import os
import shutil
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.simulator_errors import N_NEW, N_VESSELS
from pat.arrays import FloatArray
from pat.calibration import CalibrationSet, SearchResult, calibration_set, search
from pat.campaign import Campaign
from pat.readers import read_campaign
from pat.simulator import CampaignSettings, design, simulate_campaign, simulate_cultures
from pat.soft_sensor import Origin, SoftSensor, build_sensor
from pat.soft_sensor.input_axis import InputAxis
from pat.transfer import Recipe, TransferData, transfer_data
from pipelines import check, train
from pipelines.plan_trials import TRUE, predicted, with_truth
from pipelines.recipes import Effort, search_space
from pipelines.sensors import open_sensor
from pipelines.transfer_inputs import transfer_recipes_of

ANALYTES = ("glucose", "acetate", "magnesium_sulfate")
#: Nominal channels of the plate that its corrected axis can hold for: fingerprint and water.
PLATE_CHANNELS = (200.0, 1500.0)


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A sensor and the instrument that it goes to.

    Parameters
    ----------
    name : str
    data : TransferData
    recipes : list of Recipe
    spectra : ndarray of shape (n_test, n_channels), or None
        Of new cultures; None: the samples that are not chosen are tested.
    wanted : ndarray of shape (n_test,), or None
        Their true concentrations.
    full : float or None
        Error there of a whole campaign of 24 vessels, trained on anew.
    """

    name: str
    data: TransferData
    recipes: list[Recipe]
    spectra: FloatArray | None = None
    wanted: FloatArray | None = None
    full: float | None = None

    @property
    def assays(self) -> FloatArray:
        """Assays of the new instrument's samples, (n_new,)."""
        assert self.data.new is not None
        name = self.data.sensor.analyte.name
        return self.data.new.values[name].to_numpy(dtype=np.float64)


def mixtures(place: Path, *, to_plate: bool) -> list[Case]:
    """Return the three analytes from the tube spectrometer to the plate reader, or back."""
    real = Path(os.environ["PAT_SHARED_DATA"])
    source, target = (place / name for name in ("source", "target"))
    names = ("mixtures-785", "mixtures-plate")
    shutil.copytree(real / names[not to_plate], source, copy_function=shutil.copyfile)
    source.chmod(0o755)
    if not to_plate:
        _crop_and_mend(source)
    uri = f"sqlite:///{place}/mlflow.db"
    train.run([source], name="mix", effort="quick", exclude_suspects=to_plate, tracking_uri=uri)
    shutil.copytree(real / names[to_plate], target, copy_function=shutil.copyfile)
    return [_opened(f"models:/mix.{analyte}/1", target, uri) for analyte in ANALYTES]


def fermentation(place: Path) -> Case:
    """Return the mid-infrared sensor of standards, to go on line."""
    real = Path(os.environ["PAT_SHARED_DATA"])
    uri = f"sqlite:///{place}/mlflow.db"
    train.run([real / "fermentation-mir-calibration"], name="mir", effort="quick", tracking_uri=uri)
    return _opened("models:/mir.glucose/1", real / "fermentation-mir-run", uri)


def simulated(seed: int, instrument: str, *, same_samples: bool = False) -> Case:
    """Return glucose from instrument A to another; its samples were measured on A too, or not."""
    sensor, lot = _sensor_of(seed), f"lot-{seed}"
    there = _campaign(N_VESSELS, 1000 + seed, lot=lot, instrument=instrument)
    campaign = _campaign(N_VESSELS, seed, lot=lot, instrument=instrument) if same_samples else there
    new = calibration_set([_campaign(N_NEW, 2000 + seed, lot=lot, instrument=instrument)])
    wanted = new.values[TRUE + "glucose"].to_numpy(dtype=np.float64)
    data = transfer_data(sensor, campaign)
    axis = InputAxis(sensor.axis, sensor.axis_kind, sensor.input_axis.used, data.correction)
    spectra = axis.fit(axis.true(new.axis))(new.intensities)
    error = _recalibrated(seed, instrument) - wanted
    full = float(np.sqrt(np.mean(error**2)))
    name = f"A to {instrument}, seed {seed}"
    return Case(name, data, transfer_recipes_of(data), spectra, wanted, full)


@cache
def _recalibrated(seed: int, instrument: str) -> FloatArray:
    """Return what a sensor trained anew on the other instrument predicts of the new cultures."""
    lot = f"lot-{seed}"
    there = _campaign(N_VESSELS, 1000 + seed, lot=lot, instrument=instrument)
    cal = calibration_set([there], analytes=["glucose"])
    new = calibration_set([_campaign(N_NEW, 2000 + seed, lot=lot, instrument=instrument)])
    return predicted(_found(cal), cal=cal, new=new)


@cache
def _sensor_of(seed: int) -> SoftSensor:
    own = _campaign(N_VESSELS, seed, lot=f"lot-{seed}", instrument="A")
    cal = calibration_set([own], analytes=["glucose"])
    found = _found(cal)
    rows = np.arange(len(cal))
    return build_sensor(
        cal,
        "glucose",
        pipelines=found.champion.pipelines(n_channels=cal.axis.size),
        weights=found.champion.weights,
        folds=[np.isin(rows, held["row"]) for _, held in found.heldout.groupby("fold")],
        name="simulated.glucose",
        origin=Origin(seed=seed),
    )


def _found(cal: CalibrationSet) -> SearchResult:
    found = search(cal, search_space(cal.axis, cal.axis_kind, effort=Effort.QUICK))["glucose"]
    assert isinstance(found, SearchResult), found.reason
    return found


def _campaign(n_vessels: int, seed: int, *, lot: str, instrument: str) -> Campaign:
    """Return a campaign with glucose and true glucose as its analytes."""
    settings = with_truth(CampaignSettings(seed=seed, medium_lot=lot, instrument=instrument))
    cultures = simulate_cultures(design(n_vessels, seed=seed), seed=seed)
    return simulate_campaign(cultures, settings=settings).campaign


def _opened(reference: str, target: Path, uri: str) -> Case:
    sensor, _ = open_sensor(reference, tracking_uri=uri)
    data = transfer_data(sensor, read_campaign(target))
    return Case(f"{sensor.analyte.name} to {target.name}", data, transfer_recipes_of(data))


def _crop_and_mend(folder: Path) -> None:
    """Keep the channels that a corrected axis can hold for, and correct it."""
    file = folder / "spectra.parquet"
    table = pd.read_parquet(file)
    low, high = PLATE_CHANNELS
    named = pd.to_numeric(pd.Series(table.columns), errors="coerce")
    inside = named.isna() | named.between(low, high)
    table.loc[:, inside.to_numpy()].to_parquet(file)
    check.run(folder, mend_axis=True)
