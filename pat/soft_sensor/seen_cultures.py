"""Which cultures of a campaign a sensor was trained on, by their names or by their spectra."""

import numpy as np

from pat.alignment import Pairing
from pat.arrays import BoolArray, FloatArray
from pat.calibration.campaign_samples import sample_means
from pat.campaign import Campaign
from pat.preprocessing import Resample
from pat.soft_sensor.calibration_spectra import stored_calibration, training_samples
from pat.soft_sensor.folder import CALIBRATION, SAMPLES
from pat.soft_sensor.sensor import SoftSensor

#: Two spectra are one where no channel differs by more than this share of the spectrum's span.
SAME = 1e-6


def seen_cultures(sensor: SoftSensor, campaign: Campaign, pairing: Pairing) -> frozenset[str]:
    """Return the paired cultures of a campaign that a sensor was trained on.

    A culture was, where the sensor's training names it, or where one of its spectra, or the
    mean of a sample's spectra, is a calibration spectrum of the sensor.
    """
    if SAMPLES not in sensor.contents:
        return frozenset()
    cultures = pairing.samples["culture"].to_numpy(dtype=object)
    named = set(cultures) & set(training_samples(sensor.contents)["culture"])
    return frozenset(named | _seen_by_spectrum(sensor, campaign, pairing))


def same_as_any(spectra: FloatArray, known: FloatArray) -> BoolArray:
    """Return which of finite `spectra` (n, n_channels) are one of `known` (m, n_channels).

    `known` may have been kept in float32.
    """
    means = spectra.mean(axis=1)
    order = np.argsort(means)
    same = np.zeros(len(spectra), dtype=np.bool_)
    rounding = np.finfo(np.float32).eps * np.abs(known).max(axis=1)
    margins = SAME * np.ptp(known, axis=1) + rounding
    # Where no channel differs by more than the margin, no mean does.
    first = np.searchsorted(means, known.mean(axis=1) - margins, side="left", sorter=order)
    last = np.searchsorted(means, known.mean(axis=1) + margins, side="right", sorter=order)
    for row in np.flatnonzero(last > first):
        near = order[first[row] : last[row]]
        same[near] |= (np.abs(spectra[near] - known[row]) <= margins[row]).all(axis=1)
    return same


def _seen_by_spectrum(sensor: SoftSensor, campaign: Campaign, pairing: Pairing) -> set[str]:
    input_axis = sensor.input_axis
    axis = input_axis.true(campaign.spectra.axis)
    misfit = input_axis.misfit(axis, campaign.spectra.axis_kind)
    if CALIBRATION not in sensor.contents or misfit is not None:
        return set()
    covered = (sensor.axis >= axis.min()) & (sensor.axis <= axis.max())
    read = covered & input_axis.used
    spectra, cultures = _candidates(campaign, pairing)
    if not len(spectra):
        return set()
    # As training brings spectra to the axis, so that those of a second instrument are known.
    resampled = Resample(axis=axis, grid=sensor.axis[covered]).fit_transform(spectra)
    known = stored_calibration(sensor.contents, title=sensor.title).spectra
    return set(cultures[same_as_any(resampled[:, read[covered]], known[:, read])])


def _candidates(campaign: Campaign, pairing: Pairing) -> tuple[FloatArray, np.ndarray]:
    """Return the finite means and single spectra of the samples, and the culture of each."""
    of_sample = pairing.samples["culture"].to_numpy(dtype=object)
    rows = np.concatenate([np.empty(0, dtype=np.int64), *pairing.spectra_rows])
    single = np.repeat(of_sample, [own.size for own in pairing.spectra_rows])
    spectra = np.vstack([sample_means(campaign, pairing), campaign.spectra.intensities[rows]])
    finite = np.isfinite(spectra).all(axis=1)
    return spectra[finite], np.concatenate([of_sample, single])[finite]
