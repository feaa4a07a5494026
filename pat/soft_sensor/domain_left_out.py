"""The applicability domain of a sensor, and what it sees of left-out cultures."""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

from pat.arrays import BoolArray, FloatArray
from pat.diagnostics.collection import StandardBand, standard_sizes
from pat.diagnostics.domain import (
    CoarseChannels,
    Domain,
    Frame,
    channel_noise,
    components_for,
    filter_noise,
    responses,
    squares,
)
from pat.soft_sensor.single_spectra import SingleSpectra

_FEWEST_CHANNELS = 16


def learnt_domain(
    calibration: FloatArray,
    singles: SingleSpectra,
    *,
    folds: Sequence[BoolArray],
    axis: FloatArray,
    used: BoolArray,
    bands: Sequence[StandardBand],
) -> tuple[Domain | None, FloatArray]:
    """Return the domain without its limits, and distances of left-out spectra (n_looks, n).

    None, and no distances, where hardly a channel is read.

    Parameters
    ----------
    calibration : ndarray of shape (n_samples, n_channels)
        Mean spectrum of each sample.
    singles : SingleSpectra
        Judged; each fold's, fold after fold.
    folds : sequence of bool masks of shape (n_samples,)
        The samples held out together.
    axis : ndarray of shape (n_channels,)
    used : ndarray of bool, shape (n_channels,)
    bands : sequence of StandardBand
        Internal standards that the calibration shows.

    Notes
    -----
    The noise that a fold's spectra are measured in is that of the other folds, so that what is
    odd in one culture does not excuse itself.
    """
    held = [np.flatnonzero(fold[singles.sample]) for fold in folds]
    if used.sum() < _FEWEST_CHANNELS:
        return None, np.empty((0, sum(rows.size for rows in held)))
    channels = CoarseChannels.of(axis, used)
    coarse, sizes = channels.scaled(calibration), standard_sizes(calibration, axis, bands)
    slopes = channels.slopes(calibration, axis)
    judged = [channels.scaled(singles.intensities[rows]) for rows in held]
    count = components_for(min(int(np.sum(~fold)) for fold in folds))
    frames = [
        Frame.of(channels, coarse[keep], slopes[keep], sizes[keep], bands=bands, n_components=count)
        for keep in (~fold for fold in folds)
    ]
    residuals = [frame.whole.read(rows)[1] for frame, rows in zip(frames, judged, strict=True)]
    parts = [squares(rows) for rows in residuals]
    noises = [channel_noise(_but(parts, number)) for number in range(len(parts))]
    found = [responses(rows, noise) for rows, noise in zip(residuals, noises, strict=True)]
    distances = []
    for number, (frame, rows) in enumerate(zip(frames, held, strict=True)):
        domain = frame.domain(noises[number], filter_noise(_but(found, number)))
        own = standard_sizes(singles.intensities[rows], axis, bands)
        distances.append(domain.read_coarse(judged[number], own).distances)
    frame = Frame.of(channels, coarse, slopes, sizes, bands=bands, n_components=count)
    whole = frame.domain(channel_noise(parts), filter_noise(found))
    return whole, np.concatenate(distances, axis=1)


_Part = TypeVar("_Part")


def _but(parts: list[_Part], number: int) -> list[_Part]:
    """Return all parts but one; the one where there is no other."""
    return parts[:number] + parts[number + 1 :] if len(parts) > 1 else parts
