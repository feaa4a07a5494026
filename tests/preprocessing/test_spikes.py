"""Cosmic rays go, bands stay, and the score behind it is the published one."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from pat.preprocessing import RemoveSpikes, modified_z_scores
from pat.preprocessing.spikes import replace_by_neighbours, spike_mask
from tests.oracles import modified_z_by_hand

CHANNEL = np.arange(1000.0)
NOISE = 1.0
PROFILES = {
    "one channel": [1.0],
    "two channels": [0.8, 1.0],
    "blurred": [0.4, 1.0, 0.3],
    "three channels, flat": [1.0, 1.0, 1.0],
    "three channels, slanting": [1.0, 0.7, 0.4],
}


def culture_spectrum(rng):
    """Return bands of 5 to 60 channels at half height on fluorescence, in units of the noise."""
    spectrum = 3000.0 * np.exp(-CHANNEL / 700.0)
    for centre, width, height in [(150, 5, 200), (400, 8, 500), (420, 6, 300), (700, 60, 800)]:
        spectrum = spectrum + height * np.exp(-4 * np.log(2) * ((CHANNEL - centre) / width) ** 2)
    return spectrum + NOISE * rng.normal(size=CHANNEL.size)


@pytest.mark.parametrize("n", [3, 10, 11, 200])
def test_the_score_is_iglewicz_and_hoaglins(n):
    values = np.random.default_rng(n).normal(size=n) ** 3

    assert modified_z_scores(values) == pytest.approx(modified_z_by_hand(values))


def test_the_score_of_normal_noise_is_a_standard_normal():
    scores = modified_z_scores(np.random.default_rng(0).normal(5.0, 3.0, size=100_000))

    assert np.mean(np.abs(scores) > 1.96) == pytest.approx(0.05, abs=0.004)
    assert stats.kurtosis(scores) == pytest.approx(0.0, abs=0.05)


def test_the_score_falls_back_on_the_mean_deviation_where_most_values_are_equal():
    values = np.array([0.0, 0.0, 0.0, 0.0, 8.0])

    assert modified_z_scores(values)[-1] == pytest.approx(8.0 / (1.253314 * 8.0 / 5.0))
    assert modified_z_scores(np.full(4, 7.0)).tolist() == [0.0] * 4


@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES.keys())
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_injected_spikes_are_found_and_the_spectrum_comes_back(profile, sign):
    rng = np.random.default_rng(7)
    clean = np.array([culture_spectrum(rng) for _ in range(40)])
    hit = clean.copy()
    start = rng.integers(450, 640, size=len(clean))
    for row, channel in enumerate(start):
        hit[row, channel : channel + len(profile)] += sign * 100.0 * NOISE * np.array(profile)

    restored = RemoveSpikes().transform(hit)

    worst = np.abs(restored - clean).max(axis=1)
    assert np.mean(worst < 12.0 * NOISE) >= 0.95  # what is left: half a threshold of one edge
    assert np.abs(hit - clean).max(axis=1).min() == pytest.approx(100.0)


def test_two_spikes_side_by_side_do_not_repair_each_other():
    spectrum = np.random.default_rng(1).normal(size=200)
    spectrum[[100, 103]] += 500.0

    restored = RemoveSpikes(window=5).transform(spectrum[np.newaxis])[0]

    sound = [95, 96, 97, 98, 99, 101, 102, 104, 105]
    assert restored[100] == pytest.approx(spectrum[sound].mean())
    assert np.abs(restored).max() < 6.0


def test_bands_are_left_alone():
    rng = np.random.default_rng(2)
    clean = np.array([culture_spectrum(rng) for _ in range(100)])

    mask = spike_mask(clean, threshold=8.0)

    # The paper's rule alone would cut into every one of the narrow bands.
    assert np.all(np.any(np.abs(modified_z_scores(np.diff(clean, axis=1))) > 8.0, axis=1))
    assert mask.sum() == 0


@pytest.mark.parametrize("width", [3, 4, 6, 10])
def test_a_noiseless_band_of_three_channels_or_more_is_no_spike(width):
    band = np.exp(-4 * np.log(2) * ((CHANNEL - 500.0) / width) ** 2)

    assert not spike_mask(band[np.newaxis], threshold=8.0).any()


def test_a_spike_on_a_flat_line_is_found():
    line = np.full((1, 100), 12.0)
    line[0, 40] = 60_000.0

    assert np.array_equal(RemoveSpikes().transform(line), np.full((1, 100), 12.0))


def test_the_window_grows_where_all_of_it_is_masked():
    mask = np.zeros((1, 9), dtype=bool)
    mask[0, 2:7] = True

    repaired = replace_by_neighbours(np.arange(9.0)[np.newaxis] ** 2, mask, window=1)

    assert repaired[0].tolist() == [0.0, 1.0, 1.0, 1.0, (1 + 49) / 2, 49.0, 49.0, 49.0, 64.0]


def test_a_step_is_no_spike():
    step = np.where(CHANNEL < 500, 0.0, 300.0) + np.random.default_rng(5).normal(size=1000)

    assert not spike_mask(step[np.newaxis], threshold=8.0).any()


@pytest.mark.parametrize("settings", [{"threshold": 0.0}, {"window": 0}])
def test_settings_that_mean_nothing_are_refused(settings):
    with pytest.raises(ValueError, match="expected a threshold above 0"):
        RemoveSpikes(**settings).fit(np.ones((2, 10)))


def test_real_raman_spectra_are_hardly_touched(shared_data):
    for name in ("bioreactors-small", "mixtures-785"):
        table = pd.read_parquet(shared_data / name / "spectra.parquet")
        channels = [column for column in table if column.replace(".", "", 1).isdigit()]

        assert (
            np.mean(spike_mask(table[channels].to_numpy(np.float64), threshold=8.0).any(axis=1))
            < 0.05
        )
