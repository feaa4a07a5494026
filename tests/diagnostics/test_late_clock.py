"""A clock of assays that runs late is found by how far, and a sound one is left in peace."""

import numpy as np
import pandas as pd
import pytest

from pat.diagnostics.late_clock import late_clock

HOURS = np.arange(0.0, 120.0, 1.0)
VESSELS = [f"V{k}" for k in range(8)]


def world(late: float, *, seed: int = 0, spacing: float = 1.0):
    """Return spectra, samples and held-out errors of saw-tooth courses, one a vessel."""
    rng = np.random.default_rng(seed)
    hours = np.arange(0.0, 120.0, spacing)
    spectra, samples, seen, assays = [], [], [], []
    for vessel in VESSELS:
        period, phase, height = rng.uniform(18, 30), rng.uniform(0, 18), rng.uniform(3, 5)

        def value(at, period=period, phase=phase, height=height):
            return height * (1 - ((at - phase) % period) / period)

        spectra.append(pd.DataFrame({"vessel": vessel, "hours": hours}))
        seen.append(value(hours) + rng.normal(0, 0.2, hours.size))
        drawn = np.sort(rng.choice(HOURS[10:-10], 8, replace=False))
        samples.append(pd.DataFrame({"vessel": vessel, "hours": drawn + late}))
        assays.append(value(drawn) + rng.normal(0, 0.1, 8))
    read, truth = np.concatenate(seen), np.concatenate(assays)

    def errors(places):
        squared = (read[places] - truth) ** 2
        return np.where(places >= 0, squared, np.nan)[:, None]

    return pd.concat(spectra, ignore_index=True), pd.concat(samples, ignore_index=True), errors


@pytest.mark.parametrize("late", [1.0, 3.0, -2.0])
def test_the_shift_is_found_with_its_sign(late):
    spectra, samples, errors = world(late)

    found = late_clock(spectra, samples, errors=errors)

    assert found.late_h == late
    assert found.ratio < 0.6
    assert ("late" if late > 0 else "early") in found.meaning


def test_sound_clocks_are_left_in_peace():
    worlds = [world(0.0, seed=seed) for seed in range(20)]

    # A shift never fits better when all is well.
    assert all(late_clock(spectra, samples, errors=e) is None for spectra, samples, e in worlds)


def test_spectra_that_come_seldom_cannot_tell():
    spectra, samples, errors = world(2.0, spacing=24.0)

    assert late_clock(spectra, samples, errors=errors) is None
