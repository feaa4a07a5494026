"""Single spectra of a calibration set: what a sensor will be asked to score, one at a time.

A sample's calibration spectrum is the mean of its paired spectra, with less noise than any of
them. Limits and intervals are promises about single spectra, so they are learnt from these.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from pat.alignment import Pairing, pair
from pat.arrays import FloatArray, IntArray
from pat.campaign import Campaign
from pat.preprocessing import Resample

if TYPE_CHECKING:  # a predictor loads none of the calibration
    from pat.calibration.calibration_set import CalibrationSet

#: Spectra of one sample that are looked at; more say little more.
MOST_PER_SAMPLE = 8

_KEYS = ["campaign", "vessel", "time", "elapsed_h", "sample"]


@dataclass(frozen=True, slots=True, eq=False)
class SingleSpectra:
    """Spectra with the sample each belongs to.

    Parameters
    ----------
    intensities : ndarray of shape (n_spectra, n_channels)
        On the axis of the calibration set, finite.
    sample : ndarray of shape (n_spectra,)
        Row of the calibration set.
    """

    intensities: FloatArray
    sample: IntArray


def sample_means(cal: "CalibrationSet") -> SingleSpectra:
    """Return the calibration spectra themselves, where the single ones are not at hand."""
    return SingleSpectra(cal.intensities, np.arange(len(cal), dtype=np.int64))


def single_spectra(campaigns: Sequence[Campaign], cal: "CalibrationSet") -> SingleSpectra:
    """Return the single spectra behind the samples of `cal`, at most eight a sample.

    Parameters
    ----------
    campaigns : sequence of Campaign
        Those that `cal` was made from; a sample that is in none of them has its mean spectrum.
    cal : "CalibrationSet"
    """
    numbered = cal.samples[_KEYS].assign(row=np.arange(len(cal)))
    parts = [_of_campaign(campaign, cal, numbered) for campaign in campaigns]
    found = np.concatenate([part.sample for part in parts]) if parts else np.empty(0, np.int64)
    lone = np.setdiff1d(np.arange(len(cal)), found)
    parts.append(SingleSpectra(cal.intensities[lone], lone))
    return SingleSpectra(
        np.concatenate([part.intensities for part in parts]),
        np.concatenate([part.sample for part in parts]),
    )


def _of_campaign(
    campaign: Campaign, cal: "CalibrationSet", numbered: pd.DataFrame
) -> SingleSpectra:
    pairing = pair(campaign)
    taken, sample = _spectra_of_samples(pairing, numbered)
    intensities = campaign.spectra.intensities[taken]
    sound = np.isfinite(intensities).all(axis=1) & (np.ptp(intensities, axis=1) > 0)
    resample = Resample(axis=campaign.spectra.axis, grid=cal.axis)
    if not sound.any():
        return SingleSpectra(np.empty((0, cal.axis.size)), np.empty(0, dtype=np.int64))
    return SingleSpectra(resample.fit_transform(intensities[sound]), sample[sound])


def _spectra_of_samples(pairing: Pairing, numbered: pd.DataFrame) -> tuple[IntArray, IntArray]:
    """Return rows of the campaign's spectra and, for each, the row of the calibration set."""
    own = pairing.samples[_KEYS].merge(numbered, on=_KEYS, how="left")["row"]
    rows: list[IntArray] = []
    samples: list[IntArray] = []
    for paired, row in zip(pairing.spectra_rows, own, strict=True):
        if np.isfinite(row):
            chosen = paired[_spread_out(paired.size)]
            rows.append(chosen)
            samples.append(np.full(chosen.size, int(row), dtype=np.int64))
    none = np.empty(0, dtype=np.int64)
    return np.concatenate([none, *rows]), np.concatenate([none, *samples])


def _spread_out(count: int) -> IntArray:
    """Return up to `MOST_PER_SAMPLE` positions, evenly spread over `count`."""
    if count <= MOST_PER_SAMPLE:
        return np.arange(count)
    return np.linspace(0, count - 1, MOST_PER_SAMPLE).round().astype(np.int64)
