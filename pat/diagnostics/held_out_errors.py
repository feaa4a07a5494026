"""Held-out errors of a quick model, by vessel, that detectives of clocks and carry-over look at."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.utils.extmath import randomized_svd

from pat.alignment import Pairing
from pat.alignment.timeline import MICROSECONDS_PER_H, MISSING, instants, timeline
from pat.arrays import BoolArray, FloatArray, IntArray
from pat.calibration.blocks import Block
from pat.calibration.sample_space import SampleSpacePLS
from pat.calibration.trainings import Trainings
from pat.campaign import Campaign
from pat.diagnostics.carry_over import CarryOver, carry_over, vessel_before, visits
from pat.diagnostics.courses import MOST_SCORES, shared_hours, spectral_slopes
from pat.diagnostics.late_clock import LateClock, late_clock
from pat.spectra import Kind

#: Components of the quick model, at most; the held-out error chooses.
_COMPONENTS = 10
_LEAST_VESSELS, _LEAST_ASSAYS = 4, 16
#: Spectra looked at beside those with an assay: more tell nothing more of a clock.
_MOST_BESIDE = 6000


@dataclass(frozen=True, slots=True, eq=False)
class HeldOutValues:
    """What a model that has not seen a vessel makes of its spectra.

    Parameters
    ----------
    scores : ndarray of shape (n_samples + n_beside, n_scores)
        Of the slopes of the samples' mean spectra, then of spectra beside them.
    spectra : DataFrame (n_samples + n_beside)
        vessel, hours and row (of the campaign's spectra) of each; hours on a scale that the
        assays of its vessel share.
    samples : DataFrame (n_samples)
        vessel, hours (of the assay) and shared_hours, on a scale that all vessels share; NaN
        where there is none.
    predicted, assays : DataFrame (n_samples x analytes)
        Assays are NaN where none was measured.
    """

    scores: FloatArray
    spectra: pd.DataFrame
    samples: pd.DataFrame
    predicted: pd.DataFrame
    assays: pd.DataFrame


def held_out_values(
    campaign: Campaign, pairing: Pairing, *, good: BoolArray, channels: BoolArray
) -> HeldOutValues | None:
    """Return what partial least squares on slopes makes of vessels left out; None of too few.

    Parameters
    ----------
    good : ndarray of bool, shape (n_spectra,)
        Spectra that may be looked at.
    channels : ndarray of bool, shape (n_channels,)
    """
    kept = np.array([bool(good[rows].all()) for rows in pairing.spectra_rows], dtype=bool)
    samples = pairing.samples[kept]
    assays = pairing.values[kept].reset_index(drop=True)
    assays = assays.loc[:, (assays.notna().sum() >= _LEAST_ASSAYS) & (assays.max() > assays.min())]
    if channels.sum() < 2 or samples["vessel"].nunique() < _LEAST_VESSELS or assays.empty:
        return None
    of_sample = [rows for rows, keep in zip(pairing.spectra_rows, kept, strict=True) if keep]
    hours, sample_hours = _hours(campaign, samples)
    beside = _beside(campaign, good & np.isfinite(hours), of_sample)
    scores = _slope_scores(campaign, of_sample, beside, channels=channels)
    firsts = np.array([int(rows[0]) for rows in of_sample], dtype=np.int64)
    rows = np.concatenate([firsts, beside])
    vessels = samples["vessel"].to_numpy(dtype=object)
    names = campaign.spectra.keys["vessel"].to_numpy(dtype=object)[beside]
    return HeldOutValues(
        scores=scores,
        spectra=pd.DataFrame(
            {"vessel": np.concatenate([vessels, names]), "hours": hours[rows], "row": rows}
        ),
        samples=pd.DataFrame(
            {
                "vessel": vessels,
                "hours": sample_hours,
                "shared_hours": shared_hours(pairing.samples)[kept],
            }
        ),
        predicted=_left_out(scores[: len(vessels)], assays, vessels),
        assays=assays,
    )


def clock_of_assays(found: HeldOutValues) -> LateClock | None:
    """Return by how much the clock of the assays looks late; None where it does not."""
    vessels = found.samples["vessel"].to_numpy(dtype=object)

    def errors(places: IntArray) -> FloatArray:
        pairs = places >= 0
        assays = found.assays[pairs].reset_index(drop=True)
        predicted = _left_out(found.scores[places[pairs]], assays, vessels[pairs])
        squared = np.full((places.size, assays.shape[1]), np.nan)
        squared[pairs] = (predicted - assays) ** 2
        return squared

    return late_clock(found.spectra, found.samples, errors=errors)


def carried_over(campaign: Campaign, found: HeldOutValues) -> CarryOver | None:
    """Return the share of the vessel before that held-out errors ask for; None if untold."""
    keys = campaign.spectra.keys
    rows = found.spectra["row"].to_numpy(dtype=np.int64)
    hours = np.full(len(keys), np.nan)
    hours[rows] = found.spectra["hours"]
    before = vessel_before(keys, hours)[rows[: len(found.samples)]]
    place = np.full(len(keys), -1, dtype=np.int64)
    place[rows] = np.arange(rows.size)
    known = (before >= 0) & (place[before] >= 0)
    if not known.any():
        return None
    vessel = found.samples["vessel"].to_numpy(dtype=object)
    asked = found.scores[place[before[known]]]
    values = _left_out(
        np.vstack([found.scores[: len(vessel)], asked]), found.assays, vessel,
        asked_of=vessel[known],
    )  # fmt: skip
    visit = visits(list(vessel), found.samples["hours"].to_numpy(dtype=np.float64))
    tables = [
        pd.DataFrame(
            {
                "analyte": str(analyte),
                "culture": vessel[known],
                "visit": visit[known],
                "error": (found.predicted[analyte] - found.assays[analyte]).to_numpy()[known],
                "own": found.assays[analyte].to_numpy()[known],
                "before": values[analyte].to_numpy()[len(vessel) :],
            }
        )
        for analyte in found.assays
    ]
    return carry_over(pd.concat(tables, ignore_index=True))


def _hours(campaign: Campaign, samples: pd.DataFrame) -> tuple[FloatArray, FloatArray]:
    """Return hours of the spectra and of the samples, comparable within a vessel; NaN: none."""
    clock = timeline(campaign)
    spectra, assayed = clock.spectra, instants(samples, clock.relative)
    return (
        np.where(spectra == MISSING, np.nan, spectra / MICROSECONDS_PER_H),
        np.where(assayed == MISSING, np.nan, assayed / MICROSECONDS_PER_H),
    )


def _beside(campaign: Campaign, good: BoolArray, of_sample: Sequence[IntArray]) -> IntArray:
    """Return spectra of cultures that stand for no sample, evenly chosen if there are too many."""
    taken = np.concatenate(of_sample)
    named = campaign.spectra.keys["vessel"].notna().to_numpy(dtype=bool)
    kind = (campaign.spectra.keys["kind"] == Kind.CULTURE.value).to_numpy(dtype=bool)
    rows = np.setdiff1d(np.flatnonzero(good & named & kind), taken)
    chosen: IntArray = rows[:: max(1, int(np.ceil(rows.size / _MOST_BESIDE)))].astype(np.int64)
    return chosen


def _slope_scores(
    campaign: Campaign, of_sample: Sequence[IntArray], rows: IntArray, *, channels: BoolArray
) -> FloatArray:
    """Return principal scores of slopes: of the samples' mean spectra, then of single spectra."""
    axis, kind = campaign.spectra.axis[channels], campaign.spectra.axis_kind
    intensities = campaign.spectra.intensities
    means = np.array([intensities[own][:, channels].mean(axis=0) for own in of_sample])
    paired = spectral_slopes(means, axis, axis_kind=kind)
    centre = paired.mean(axis=0)
    count = min(MOST_SCORES, *paired.shape)
    _, _, loadings = randomized_svd(paired - centre, n_components=count, random_state=0)
    scores: FloatArray = (paired - centre) @ loadings.T
    if rows.size == 0:
        return scores
    single = spectral_slopes(intensities[rows][:, channels], axis, axis_kind=kind)
    return np.vstack([scores, (single - centre) @ loadings.T])


def _left_out(
    scores: FloatArray,
    assays: pd.DataFrame,
    vessels: NDArray[np.object_],
    *,
    asked_of: NDArray[np.object_] | None = None,
) -> pd.DataFrame:
    """Return each row predicted by a model that has not seen its vessel, NaN where none can be.

    Parameters
    ----------
    scores : ndarray of shape (n_samples + n_asked, n_scores)
    assays : DataFrame (n_samples x analytes)
    vessels : ndarray of shape (n_samples,)
    asked_of : ndarray of shape (n_asked,), optional
        The vessel that must not have been seen where the further rows are predicted.
    """
    n_samples, n_rows = len(vessels), len(scores)
    held_of = vessels if asked_of is None else np.concatenate([vessels, asked_of])
    held = np.array([held_of == name for name in np.unique(vessels)])
    found = {}
    for analyte in assays:
        targets = np.full(n_rows, np.nan)
        targets[:n_samples] = assays[analyte]
        known = np.isfinite(targets)
        trainings = Trainings(np.tile(targets, (len(held), 1)), rows=known & ~held)
        each = SampleSpacePLS(_COMPONENTS).held_out(Block(rows=scores), trainings)
        values = np.where(held[:, None, :], each, 0.0).sum(axis=0)
        values[:, ~held.any(axis=0)] = np.nan
        error = np.mean((values[:, known] - targets[known]) ** 2, axis=1)
        finite = np.isfinite(error)
        found[analyte] = values[np.nanargmin(error)] if finite.any() else np.full(n_rows, np.nan)
    return pd.DataFrame(found)
