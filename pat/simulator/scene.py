"""The scene: every spectrum that is to be taken, with the truth in front of the probe."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pat.arrays import FloatArray
from pat.campaign import DEFAULT_PAIR_WITHIN_MIN
from pat.simulator.assays import spike_name, spiked_states
from pat.simulator.conditions import conditions, spectrum_stream
from pat.simulator.culture import Trajectory
from pat.simulator.detector import detected_counts
from pat.simulator.instrument import Acquisition
from pat.simulator.medium import medium_lot
from pat.simulator.raman import Optics, expected_electrons
from pat.simulator.rounds import analyser_rounds, no_rounds
from pat.simulator.settings import CampaignSettings
from pat.simulator.spectral_faults import with_spectral_faults
from pat.spectra import Kind

#: Spectra computed at once: the templates stay in the processor's cache.
BLOCK = 48
#: A spiked aliquot is measured this long after its sample was drawn.
SPIKE_DELAY_H = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """Spectra before the spectrometer sees them; row k of each table is the same spectrum.

    Parameters
    ----------
    keys : DataFrame of n_spectra rows
        vessel (NaN: none), start_h, middle_h, sample, kind, position.
    states : DataFrame of n_spectra rows
        What is in front of the probe.
    conditions : DataFrame of n_spectra rows
    """

    keys: pd.DataFrame
    states: pd.DataFrame
    conditions: pd.DataFrame

    def __len__(self) -> int:
        return len(self.keys)


def campaign_scene(cultures: Sequence[Trajectory], *, settings: CampaignSettings) -> Scene:
    """Return every spectrum of a campaign: of its samples, its spiked aliquots, its rounds.

    Raises
    ------
    InputError
        If one analyser cannot do the round in time.

    Notes
    -----
    The spectrum of a sample ends when the sample is drawn, so that both stand before a feed. In
    a round the analyser passes over a vessel that is being sampled, so that every assay pairs with
    one spectrum.
    """
    rounds = no_rounds(len(cultures), settings.acquisition)
    if settings.every_min is not None:
        rounds = analyser_rounds(
            n_vessels=len(cultures),
            every_min=settings.every_min,
            end_h=min(float(culture.hours[-1]) for culture in cultures),
            acquisition=settings.acquisition,
        )
    scenes = []
    for place, culture in enumerate(cultures):
        sampled = _sample_scene(culture, settings=settings)
        visits = _between_samples(rounds.starts[place], culture=culture, settings=settings)
        parts = [
            sampled,
            _spike_scene(culture, settings=settings),
            _culture_scene(culture, visits, settings=settings, acquisition=rounds.acquisition),
        ]
        scene = joined([part for part in parts if len(part)])
        scene.keys["position"] = place + 1
        scenes.append(scene)
    return joined(scenes)


def _between_samples(
    visits: FloatArray, *, culture: Trajectory, settings: CampaignSettings
) -> FloatArray:
    """Return the visits that could not be paired with a sample, nor overlap with its spectrum."""
    near_h = DEFAULT_PAIR_WITHIN_MIN / 60.0 + settings.acquisition.duration_s / 3600.0
    samples = np.array(culture.plan.sample_hours)[:, np.newaxis]
    return visits[np.all(np.abs(visits - samples) > near_h, axis=0)]


def joined(scenes: Sequence[Scene]) -> Scene:
    """Return several scenes as one, in the order given."""
    return Scene(
        keys=pd.concat([scene.keys for scene in scenes], ignore_index=True),
        states=pd.concat([scene.states for scene in scenes], ignore_index=True),
        conditions=pd.concat([scene.conditions for scene in scenes], ignore_index=True),
    )


def _sample_scene(trajectory: Trajectory, *, settings: CampaignSettings) -> Scene:
    hours = np.array(trajectory.plan.sample_hours)
    starts = hours - settings.acquisition.duration_s / 3600.0
    return _culture_scene(trajectory, starts, settings=settings, acquisition=settings.acquisition)


def _spike_scene(trajectory: Trajectory, *, settings: CampaignSettings) -> Scene:
    drawn = np.array([spike.hour for spike in trajectory.plan.spikes])
    copies = pd.Series(drawn).groupby(drawn).cumcount().to_numpy()
    starts = drawn + SPIKE_DELAY_H * (1.0 + copies)
    names = [spike_name(trajectory.vessel, number=k + 1) for k in range(len(drawn))]
    keys = _keys(trajectory.vessel, starts, acquisition=settings.acquisition)
    keys = keys.assign(sample=names, kind=Kind.SPIKE.value)
    lit = _lit(trajectory, keys, settings=settings, acquisition=settings.acquisition)
    return Scene(keys=keys, states=spiked_states(trajectory), conditions=lit)


def _culture_scene(
    trajectory: Trajectory,
    starts: FloatArray,
    *,
    settings: CampaignSettings,
    acquisition: Acquisition,
) -> Scene:
    keys = _keys(trajectory.vessel, starts, acquisition=acquisition)
    middles = np.clip(keys["middle_h"].to_numpy(), 0.0, float(trajectory.hours[-1]))
    lit = _lit(trajectory, keys, settings=settings, acquisition=acquisition)
    return Scene(keys=keys, states=trajectory.at(middles), conditions=lit)


def _keys(vessel: str, starts: FloatArray, *, acquisition: Acquisition) -> pd.DataFrame:
    """Return the keys of spectra that start at these hours, which become whole seconds."""
    start = np.round(starts * 3600.0) / 3600.0
    return pd.DataFrame(
        {
            "vessel": pd.Series([vessel] * len(start), dtype="str"),
            "start_h": start,
            "middle_h": start + acquisition.duration_s / 7200.0,
            "sample": pd.Series([np.nan] * len(start), dtype="str"),
            "kind": pd.Series([Kind.CULTURE.value] * len(start), dtype="str"),
        }
    )


def _lit(
    trajectory: Trajectory,
    keys: pd.DataFrame,
    *,
    settings: CampaignSettings,
    acquisition: Acquisition,
) -> pd.DataFrame:
    middles = keys["middle_h"].to_numpy()
    if not middles.size:
        return pd.DataFrame()
    lit = conditions(
        middles, vessel=trajectory.vessel, seed=settings.seed, lot=medium_lot(settings.lot),
        disturbances=settings.disturbances, acquisition=acquisition,
    )  # fmt: skip
    return with_spectral_faults(lit, np.maximum(middles, 0.0), faults=trajectory.faults)


def measured_counts(scene: Scene, *, optics: Optics, settings: CampaignSettings) -> FloatArray:
    """Return the counts of every spectrum of a scene, (n_spectra, n_channels)."""
    counts = np.empty((len(scene), optics.axis.size))
    for first in range(0, len(scene), BLOCK):
        rows = slice(first, first + BLOCK)
        lit = scene.conditions.iloc[rows]
        electrons = expected_electrons(scene.states.iloc[rows], lit, optics=optics)
        names = scene.keys["vessel"].iloc[rows].fillna("") + scene.keys["kind"].iloc[rows]
        streams = [
            spectrum_stream(settings.seed, vessel=name, hour=hour)
            for name, hour in zip(names, scene.keys["middle_h"].iloc[rows], strict=True)
        ]
        counts[rows] = detected_counts(
            electrons, lit, disturbances=settings.disturbances, streams=streams
        )
    return counts
