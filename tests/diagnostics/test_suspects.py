"""Spectra and vessels that look wrong are found, and sound campaigns are left in peace."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from pat.alignment import pair
from pat.campaign import Campaign
from pat.diagnostics.suspect import SuspectKind
from pat.diagnostics.suspects import suspects
from pat.readers import read_campaign
from tests.alignment.campaigns import make_campaign

AXIS = np.linspace(400, 1800, 120)
DAYS = 12
VESSELS = 8


def band(centre: float, width: float = 40.0) -> np.ndarray:
    return np.exp(-0.5 * ((AXIS - centre) / width) ** 2)


def cultures(seed: int, *, n_vessels: int = VESSELS, spread: float = 1.0) -> Campaign:
    """Return cultures alike in their course, each with a fingerprint and a glucose of its own."""
    rng = np.random.default_rng(seed)
    days = np.arange(DAYS)
    spectra, assays, intensities = [], [], []
    for number in range(n_vessels):
        fingerprint = rng.normal(scale=spread, size=4) @ np.array(
            [band(c, 150) for c in (550, 800, 1200, 1600)]
        )
        rise, feed, phase = rng.uniform(-0.5, 0.5), rng.uniform(1, 3), rng.uniform(0, 6)
        glucose = 8 + rise * days + feed * np.sin(days / 2 + phase)
        gain = rng.lognormal(sigma=0.2)
        for day in days:
            broth = 500 * band(1640) + 6 * band(1050) * glucose[day] + 4 * day * band(1450, 200)
            noise = rng.normal(scale=0.2, size=AXIS.size)
            intensities.append(gain * (40 + broth + 20 * fingerprint + noise))
            key = {"vessel": f"V{number}", "elapsed_h": 24.0 * day}
            spectra.append(key)
            assays.append({**key, "value": glucose[day]})
    return make_campaign(spectra, assays, intensities=np.array(intensities), axis=AXIS)


def found(campaign: Campaign, kind: SuspectKind) -> list:
    return [s for s in suspects(campaign, pair(campaign)) if s.kind is kind]


def with_spectra(campaign: Campaign, **changes) -> Campaign:
    return dataclasses.replace(campaign, spectra=dataclasses.replace(campaign.spectra, **changes))


def exchanged(campaign: Campaign, one: str, other: str, *, since_h: float) -> Campaign:
    keys = campaign.spectra.keys
    names = keys["vessel"].replace({one: other, other: one})
    vessel = keys["vessel"].where(keys["elapsed_h"] < since_h, names)
    return with_spectra(campaign, keys=keys.assign(vessel=vessel))


def test_a_sound_campaign_has_no_suspects():
    campaign = cultures(1)

    assert suspects(campaign, pair(campaign)) == ()


@pytest.mark.parametrize("value", [0.0, 1234.5])
def test_a_spectrum_without_any_signal_is_dead(value):
    campaign = cultures(1)
    intensities = campaign.spectra.intensities.copy()
    intensities[[3, 40]] = value

    dead = found(with_spectra(campaign, intensities=intensities), SuspectKind.DEAD)

    assert [(s.vessels, s.rows) for s in dead] == [(("V0",), (3,)), (("V3",), (40,))]


def test_a_closed_shutter_is_dead_and_a_short_exposure_is_not():
    campaign = cultures(1)
    intensities = campaign.spectra.intensities.copy()
    intensities[3] = 20 + np.random.default_rng(0).normal(scale=0.02, size=AXIS.size)
    intensities[4] *= 0.1

    dead = found(with_spectra(campaign, intensities=intensities), SuspectKind.DEAD)

    assert [s.rows for s in dead] == [(3,)]


def test_a_channel_without_a_finite_value_is_told_apart_from_a_dead_spectrum():
    campaign = cultures(1)
    intensities = campaign.spectra.intensities.copy()
    intensities[5, 7] = np.nan

    (broken,) = suspects(with_spectra(campaign, intensities=intensities), pair(campaign))

    assert (broken.kind, broken.rows) == (SuspectKind.NOT_FINITE, (5,))


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_spectrum_without_any_finite_value_is_not_called_constant(value):
    campaign = cultures(1)
    intensities = campaign.spectra.intensities.copy()
    intensities[5] = value

    (broken,) = suspects(with_spectra(campaign, intensities=intensities), pair(campaign))

    assert (broken.kind, broken.rows) == (SuspectKind.NOT_FINITE, (5,))


def test_spectra_exposed_otherwise_than_the_rest_are_listed():
    campaign = cultures(1)
    exposure = np.where(np.arange(len(campaign.spectra)) == 9, 5.0, 10.0)
    keys = campaign.spectra.keys.assign(exposure_s=exposure)

    (odd,) = suspects(with_spectra(campaign, keys=keys), pair(campaign))

    assert (odd.kind, odd.rows) == (SuspectKind.EXPOSED_OTHERWISE, (9,))
    assert odd.reason.startswith("exposure_s is 5, in the others 10")


def test_saturation_is_judged_against_full_scale_alone():
    campaign = cultures(1)
    intensities = campaign.spectra.intensities.copy()
    intensities[9, 50:53] = 1e6
    unjudged = with_spectra(campaign, intensities=intensities)
    judged = dataclasses.replace(unjudged, info=dataclasses.replace(unjudged.info, saturation=1e6))

    assert found(unjudged, SuspectKind.SATURATED) == []
    (saturated,) = found(judged, SuspectKind.SATURATED)
    assert (saturated.vessels, saturated.rows) == (("V0",), (9,))
    assert saturated.reason == "3 channels in 988 to 1012 cm-1 at 1e+06 or above"


def test_channels_that_always_saturate_are_one_finding_and_not_one_a_vessel():
    campaign = cultures(1)
    intensities = campaign.spectra.intensities.copy()
    intensities[:, :2] = 65535
    campaign = dataclasses.replace(
        campaign, info=dataclasses.replace(campaign.info, saturation=65535.0)
    )

    (saturated,) = suspects(with_spectra(campaign, intensities=intensities), pair(campaign))

    assert saturated.reason.startswith(
        "2 channels in 400 to 412 cm-1 at 65535 or above in 96 of 96"
    )


def test_the_same_spectrum_under_two_vessels_is_found_and_two_dead_ones_are_not():
    campaign = cultures(1)
    intensities = campaign.spectra.intensities.copy()
    intensities[30] = intensities[2]
    intensities[[50, 70]] = 0.0

    campaign = with_spectra(campaign, intensities=intensities)

    (twice,) = found(campaign, SuspectKind.DUPLICATE)
    assert (twice.vessels, twice.rows) == (("V0", "V2"), (2, 30))


def test_excluded_spectra_and_those_of_the_instrument_are_passed_over():
    campaign = cultures(1)
    intensities = campaign.spectra.intensities.copy()
    intensities[[3, 40]] = 0.0
    keys = campaign.spectra.keys.assign(excluded=np.nan)
    keys["excluded"] = keys["excluded"].astype("str")
    keys.loc[3, "excluded"] = "laser off"
    keys.loc[40, "kind"] = "dark"

    assert found(with_spectra(campaign, intensities=intensities, keys=keys), SuspectKind.DEAD) == []


@pytest.mark.parametrize("since_h", [60.0, 132.0, 204.0])
def test_two_vessels_exchanged_in_the_middle_of_the_run_are_named_with_the_hour(since_h):
    campaign = exchanged(cultures(2), "V1", "V5", since_h=since_h)

    courses = [s for s in found(campaign, SuspectKind.SWAPPED) if "go on where" in s.reason]

    assert [s.vessels for s in courses] == [("V1", "V5")]
    assert courses[0].reason.startswith(f"from {since_h + 12:.3g} h on")


def test_two_vessels_exchanged_all_along_are_told_by_their_assays():
    campaign = exchanged(cultures(0, n_vessels=16, spread=0.3), "V0", "V6", since_h=-1.0)

    swapped = found(campaign, SuspectKind.SWAPPED)

    assert [s.vessels for s in swapped] == [("V0", "V6")]
    assert "the assays of each fit the other's spectra" in swapped[0].reason


@pytest.mark.parametrize(("n_vessels", "from_h", "to_h"), [(8, 36.0, 220.0), (16, -2.0, -1.0)])
def test_most_exchanges_are_found_and_no_other_vessel_is_blamed(n_vessels, from_h, to_h):
    rng = np.random.default_rng(5)
    hits, wrong = 0, 0
    for seed in range(12):
        one, other = (f"V{n}" for n in rng.choice(n_vessels, size=2, replace=False))
        sound = cultures(seed, n_vessels=n_vessels, spread=0.3)
        campaign = exchanged(sound, one, other, since_h=float(rng.uniform(from_h, to_h)))
        pairs = {frozenset(s.vessels) for s in found(campaign, SuspectKind.SWAPPED)}
        hits += {one, other} in pairs
        wrong += len(pairs - {frozenset({one, other})})

    assert hits >= 9
    assert wrong == 0


@pytest.mark.parametrize("spread", [0.0, 0.3, 1.0])
def test_vessels_that_were_not_exchanged_raise_no_alarm(spread):
    alarms = [
        found(cultures(seed, spread=spread, n_vessels=12), SuspectKind.SWAPPED)
        for seed in range(100, 110)
    ]

    assert [alarm for alarm in alarms if alarm] == []


def test_two_bad_spectra_in_a_row_are_no_exchange():
    campaign = cultures(4)
    intensities = campaign.spectra.intensities.copy()
    odd = 500 * band(700, 200)
    intensities[DAYS + 4] += odd  # vessel 1, day 4
    intensities[2 * DAYS + 5] += odd  # vessel 2, day 5

    assert found(with_spectra(campaign, intensities=intensities), SuspectKind.SWAPPED) == []


def test_few_vessels_or_no_times_cannot_tell():
    few = exchanged(cultures(2, n_vessels=3), "V0", "V2", since_h=132.0)
    timeless = cultures(2)
    keys = timeless.spectra.keys.assign(elapsed_h=np.nan)

    assert found(few, SuspectKind.SWAPPED) == []
    assert found(with_spectra(timeless, keys=keys), SuspectKind.SWAPPED) == []


def test_the_dead_spectra_of_a_real_run_are_the_last_three(shared_data: Path):
    campaign = read_campaign(shared_data / "fermentation-mir-run")

    (dead,) = suspects(campaign, pair(campaign))

    assert dead.kind is SuspectKind.DEAD
    assert dead.rows == (1626, 1627, 1628)


def test_the_laser_line_of_a_real_plate_saturates_in_every_spectrum(shared_data: Path):
    campaign = read_campaign(shared_data / "mixtures-plate")

    (saturated,) = suspects(campaign, pair(campaign))

    assert saturated.kind is SuspectKind.SATURATED
    assert len(saturated.rows) == 192


@pytest.mark.parametrize("name", ["bioreactors-small", "fermentation-mir-calibration"])
def test_real_campaigns_that_are_sound_raise_no_alarm(shared_data: Path, name: str):
    campaign = read_campaign(shared_data / name)

    assert suspects(campaign, pair(campaign)) == ()
