"""Exchanged assays are found where vessels differ, and sound campaigns are not accused."""

import numpy as np
import pytest

from pat.diagnostics.swapped_assays import SwappedAssays, swapped_assays

N_VESSELS, N_SAMPLES = 12, 10
VESSELS = np.repeat(np.arange(N_VESSELS), N_SAMPLES)
HOURS = np.tile(24.0 * np.arange(N_SAMPLES), N_VESSELS)


def courses(rng: np.random.Generator, *, apart: float) -> np.ndarray:
    """Return assays (n_samples, 2) whose vessels grow apart; `apart` at the end, usual errors."""
    ways = rng.normal(size=(N_VESSELS, 2)) * apart
    return np.repeat(ways, N_SAMPLES, axis=0) * (HOURS / HOURS.max())[:, None] + HOURS[:, None]


def with_errors(rng: np.random.Generator, assays: np.ndarray) -> np.ndarray:
    """Return predictions with errors of 1, half of their variance a vessel's own bias."""
    own = np.repeat(rng.normal(size=(N_VESSELS, 2)), N_SAMPLES, axis=0)
    return assays + np.sqrt(0.5) * (own + rng.normal(size=assays.shape))


def exchanged(assays: np.ndarray, *, since: float = 0.0) -> np.ndarray:
    """Return assays with those of vessels 2 and 7 exchanged."""
    moved = assays.copy()
    one, other = ((number == VESSELS) & (since <= HOURS) for number in (2, 7))
    moved[one], moved[other] = assays[other], assays[one]
    return moved


def found(predicted: np.ndarray, assays: np.ndarray) -> tuple[SwappedAssays, ...]:
    return swapped_assays(predicted, assays, vessels=VESSELS, hours=HOURS)


@pytest.mark.parametrize(("since", "told"), [(0.0, None), (96.0, 96.0)])
def test_the_pair_and_the_first_exchanged_sample_are_named(since, told):
    rng = np.random.default_rng(3)
    assays = np.repeat(8.0 * rng.permutation(N_VESSELS), N_SAMPLES)[:, None]
    predicted = assays + rng.normal(size=assays.shape)

    (pair,) = found(predicted, exchanged(assays, since=since))

    assert (pair.one, pair.other, pair.since_h) == (2, 7, told)


@pytest.mark.parametrize(("apart", "least"), [(1.0, 0), (3.0, 20), (6.0, 32)])
def test_an_exchange_is_found_more_often_the_farther_vessels_are_apart(apart, least):
    hits = wrong = 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        assays = courses(rng, apart=apart)
        pairs = {
            (p.one, p.other) for p in found(with_errors(rng, assays), exchanged(assays, since=72))
        }
        hits += (2, 7) in pairs
        wrong += bool(pairs - {(2, 7)})

    assert hits >= least
    assert wrong <= 2


@pytest.mark.parametrize("apart", [0.0, 1.0, 3.0, 6.0])
def test_sound_campaigns_are_hardly_ever_accused(apart):
    accused = 0
    for seed in range(100, 160):
        rng = np.random.default_rng(seed)
        assays = courses(rng, apart=apart)
        accused += bool(found(with_errors(rng, assays), assays))

    assert accused <= 1


def test_one_wrong_assay_in_each_of_two_vessels_is_no_exchange():
    rng = np.random.default_rng(8)
    assays = courses(rng, apart=6.0)
    predicted = with_errors(rng, assays)
    assays[2 * N_SAMPLES + 9] += 500.0
    assays[7 * N_SAMPLES + 9] -= 500.0

    assert found(predicted, assays) == ()


def test_an_analyte_that_nobody_predicts_takes_nothing_from_the_others():
    rng = np.random.default_rng(3)
    assays = np.repeat(8.0 * rng.permutation(N_VESSELS), N_SAMPLES)[:, None]
    predicted = assays + rng.normal(size=assays.shape)
    nothing = np.full_like(assays, np.nan)

    (pair,) = found(np.hstack([predicted, nothing]), np.hstack([exchanged(assays), nothing]))

    assert (pair.one, pair.other) == (2, 7)
