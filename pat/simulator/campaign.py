"""A simulated campaign: cultures, spectra, assays and online values as one `Campaign`."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pat.arrays import FloatArray
from pat.campaign import Analyte, Campaign, CampaignInfo
from pat.errors import InputError
from pat.simulator.culture import Trajectory
from pat.simulator.instrument import instrument_named
from pat.simulator.mess import MessKind
from pat.simulator.mess_assays import FIRST_METHOD, campaign_assays
from pat.simulator.mess_campaign import disordered_campaign
from pat.simulator.mess_scene import disordered_scene, with_spikes
from pat.simulator.raman import optics
from pat.simulator.scene import Scene, campaign_scene, measured_counts
from pat.simulator.settings import CampaignSettings
from pat.simulator.tables import (
    DENSE_ONLINE_H,
    ONLINE_TAGS,
    event_table,
    online_table,
    timed,
    vessel_table,
)
from pat.spectra import Spectra

LASER_NM = 785.0


@dataclass(frozen=True, slots=True, eq=False)
class SimulatedCampaign:
    """What a user would have, and what nobody could know.

    Parameters
    ----------
    campaign : Campaign
    truth : DataFrame of n_spectra rows
        vessel, time, elapsed_h (the start, by a clock that is right), middle_h, sample, kind,
        position; the true states in front of the probe (`true.NAME`); the conditions of the
        light path. A row of the campaign's spectra is found by vessel and time where neither
        names nor clocks were put in disorder.
    """

    campaign: Campaign
    truth: pd.DataFrame


def simulate_campaign(
    cultures: Sequence[Trajectory], *, settings: CampaignSettings
) -> SimulatedCampaign:
    """Return a campaign measured on these cultures.

    Raises
    ------
    InputError
        If there is no culture, or one analyser cannot do the round in time.

    Notes
    -----
    A random number depends on the seed, its vessel, hour and purpose alone: a further vessel, a
    fault, a denser round or another instrument leaves the other disturbances as they were.
    """
    cultures = _with_mess_spikes(cultures, settings=settings)
    scene = _scene(cultures, settings=settings)
    optic = optics(instrument_named(settings.instrument), settings.axis)
    counts = measured_counts(scene, optics=optic, settings=settings)
    campaign = Campaign(
        info=campaign_info(settings),
        spectra=_spectra(scene, counts, axis=optic.axis, settings=settings),
        assays=_assays(cultures, settings=settings),
        vessels=vessel_table(cultures, start=settings.start),
        online=_online(cultures, settings),
        events=timed(event_table(cultures), start=settings.start),
        warnings=(),
        digest="",
    )
    return SimulatedCampaign(
        campaign=disordered_campaign(campaign, kinds=settings.mess, seed=settings.seed),
        truth=_truth(scene, settings=settings),
    )


def _online(cultures: Sequence[Trajectory], settings: CampaignSettings) -> pd.DataFrame:
    every_h = 1.0 if settings.every_min is None else DENSE_ONLINE_H
    table = online_table(cultures, seed=settings.seed, every_h=every_h)
    return timed(table, start=settings.start)


def campaign_truth(cultures: Sequence[Trajectory], *, settings: CampaignSettings) -> pd.DataFrame:
    """Return the truth of `simulate_campaign` alone: what the run without faults would have had."""
    cultures = _with_mess_spikes(cultures, settings=settings)
    return _truth(_scene(cultures, settings=settings), settings=settings)


def campaign_info(settings: CampaignSettings) -> CampaignInfo:
    """Return what campaign.toml will say."""
    two_methods = MessKind.SECOND_METHOD in settings.mess
    analytes = {
        name: Analyte(
            name=name,
            unit=method.unit,
            method=FIRST_METHOD if two_methods and name == "glucose" else None,
            molar_mass=method.molar_mass,
        )
        for name, method in settings.methods.items()
    }
    return CampaignInfo(
        id=settings.campaign_id,
        description=(
            f"simulated fed-batch campaign, seed {settings.seed}, "
            f"instrument {settings.instrument}, medium {settings.lot}"
        ),
        instrument=settings.instrument,
        laser_nm=LASER_NM,
        saturation=float(settings.acquisition.saturation),
        analytes=analytes,
        online=dict(ONLINE_TAGS),
    )


def _with_mess_spikes(
    cultures: Sequence[Trajectory], *, settings: CampaignSettings
) -> Sequence[Trajectory]:
    if not cultures:
        msg = "expected at least one vessel; got none"
        raise InputError(msg)
    if MessKind.SPIKES not in settings.mess:
        return cultures
    return with_spikes(cultures, seed=settings.seed)


def _scene(cultures: Sequence[Trajectory], *, settings: CampaignSettings) -> Scene:
    scene = campaign_scene(cultures, settings=settings)
    return disordered_scene(scene, kinds=settings.mess, seed=settings.seed)


def _spectra(
    scene: Scene, counts: FloatArray, *, axis: FloatArray, settings: CampaignSettings
) -> Spectra:
    keys = scene.keys[["vessel", "sample", "kind", "position"]].copy()
    keys["elapsed_h"] = scene.keys["start_h"]
    keys = timed(keys, start=settings.start)
    keys["campaign"] = settings.campaign_id
    lit = scene.conditions
    for name in ("exposure_s", "accumulations", "laser_mw"):
        keys[name] = lit[name]
    keys["acquisition_s"] = lit["exposure_s"] * lit["accumulations"]
    spectra = Spectra(axis=axis, intensities=counts, keys=keys)
    order = np.lexsort((keys["position"], keys["time"]))
    return spectra.take(order)


def _assays(cultures: Sequence[Trajectory], *, settings: CampaignSettings) -> pd.DataFrame:
    assays = campaign_assays(
        cultures, methods=settings.methods, seed=settings.seed, kinds=settings.mess
    )
    rank = {name: place for place, name in enumerate(settings.methods)}
    assays = assays.assign(rank=assays["analyte"].map(rank))
    keys = ["elapsed_h", "vessel", "sample", "method", "replicate", "rank"]
    assays = assays.sort_values(keys, kind="stable", na_position="first", ignore_index=True)
    assays = timed(assays.drop(columns="rank"), start=settings.start)
    assays["excluded"] = pd.Series([np.nan] * len(assays), dtype="str")
    samples = assays[["elapsed_h", "vessel", "sample", "method", "replicate"]]
    # The line of each sample in a wide file, whose header is line 1.
    assays["row"] = samples.ne(samples.shift()).any(axis=1).cumsum() + 1
    return assays


def _truth(scene: Scene, *, settings: CampaignSettings) -> pd.DataFrame:
    keys = scene.keys.rename(columns={"start_h": "elapsed_h"})
    states = scene.states.drop(columns="elapsed_h").add_prefix("true.")
    truth = pd.concat([timed(keys, start=settings.start), states, scene.conditions], axis=1)
    return truth.sort_values(["time", "position"], kind="stable", ignore_index=True)
