"""Badly collected spectra are found by what they hold of water, and sound ones left in peace."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from pat.alignment import pair
from pat.diagnostics.collection import STANDARD_BANDS, own_probes, standard_size, standards
from pat.diagnostics.suspect import SuspectKind
from pat.diagnostics.suspects import suspects
from pat.preprocessing.internal_standard import band_size
from pat.readers import read_campaign
from pat.simulator import CampaignSettings, Fault, FaultKind, design, simulate_campaign
from pat.simulator import simulate_cultures as cultures
from pat.spectra import AxisKind
from tests.alignment.campaigns import make_campaign

AXIS = np.arange(400.0, 1900.0, 2.0)
WATER = np.exp(-0.5 * ((AXIS - 1640) / 39) ** 2)
NO_PROBE = np.array([""] * 30, dtype=object)


def mixtures(water, seed=0, *, tube=30.0):
    """Return spectra that hold so much water over a steady tube and background."""
    rng = np.random.default_rng(seed)
    wall = np.exp(-0.5 * ((AXIS - 809) / 6) ** 2) + np.exp(-0.5 * ((AXIS - 1460) / 10) ** 2)
    stray = 500 + 0.1 * AXIS + tube * wall
    return stray + np.outer(water, 100 * WATER) + rng.normal(size=(len(water), AXIS.size))


def water_of(intensities, *, kind=AxisKind.RAMAN_SHIFT, axis=AXIS, probes=None):
    probes = NO_PROBE[: len(intensities)] if probes is None else probes
    found = standards(intensities, axis, kind, probes=probes)
    return next((one for one in found if one.band.name == "water 1640"), None)


def test_spectra_with_little_water_are_found_without_being_told_which():
    water = np.where(np.arange(30) % 3 == 0, 0.3, 1.0) * np.random.default_rng(1).lognormal(
        sigma=0.1, size=30
    )

    found = water_of(mixtures(water))

    assert found.badly.tolist() == [row % 3 == 0 for row in range(30)]
    assert "of its usual size: too little light" in found.reason(np.flatnonzero(found.badly))


def test_the_size_of_a_hump_from_foot_to_foot_is_its_area_whatever_lies_below_it():
    band = STANDARD_BANDS[0]
    share = (AXIS - band.low) / (band.high - band.low)
    hump = np.where(band.mask(AXIS), 1 - np.cos(2 * np.pi * share), 0.0)
    sloping = 500 + 0.3 * AXIS

    sizes = standard_size(sloping + np.outer([50, 5, 0], hump), AXIS, band)

    area = np.trapezoid(hump, AXIS)
    np.testing.assert_allclose(sizes, np.array([50, 5, 0]) * area, rtol=1e-9, atol=1e-6)


def test_the_size_of_sapphires_narrow_band_is_half_as_noisy_as_its_area_above_its_feet():
    band, rng = STANDARD_BANDS[1], np.random.default_rng(3)
    axis = np.arange(400.0, 440.0)
    sapphire = 100 * np.exp(-4 * np.log(2) * ((axis - 418) / 9) ** 2)
    noisy = sapphire + rng.normal(size=(2000, axis.size))
    inside = band.mask(axis)
    area = band_size(noisy[:, inside], axis[inside], measure="area")

    size = standard_size(noisy, axis, band)

    assert size.std() / size.mean() < 0.6 * area.std() / area.mean()


@pytest.mark.parametrize("foot_cm1", [1552.0, 1746.0])
def test_a_cosmic_ray_at_the_foot_of_a_band_is_no_lack_of_light(foot_cm1):
    spectra = mixtures(np.r_[0.3, np.ones(29)])
    spectra[7:9, foot_cm1 == AXIS] += 3000.0

    found = water_of(spectra)

    assert standard_size(spectra[7:8], AXIS, found.band)[0] < 0.6 * found.usual
    assert np.flatnonzero(found.badly).tolist() == [0]


def test_a_vessel_that_is_followed_is_held_against_its_own_probe():
    water = np.r_[np.full(20, 1.0), np.full(10, 0.5)]
    keys = pd.DataFrame(
        {
            "vessel": ["V1"] * 20 + ["V2"] * 10,
            "time": pd.NaT,
            "elapsed_h": np.r_[np.arange(20.0), np.arange(10.0)],
            "sample": None,
        }
    )

    dim_probe = water_of(mixtures(water), probes=own_probes(keys))
    scans_of_one_sample = water_of(mixtures(water), probes=own_probes(keys.assign(elapsed_h=0.0)))

    assert not dim_probe.badly.any()
    assert scans_of_one_sample.badly.sum() == 10


@pytest.mark.parametrize(
    "spectra",
    [
        mixtures(np.zeros(30)),  # no water at all
        mixtures(np.random.default_rng(2).uniform(0, 1, 30)),  # no usual size
        np.roll(mixtures(np.ones(30)), 35, axis=1),  # an axis that is wrong by 70 cm-1
    ],
)
def test_what_is_no_standard_judges_nothing(spectra):
    assert water_of(spectra) is None


def test_an_axis_of_another_kind_or_without_the_band_judges_nothing():
    spectra = mixtures(np.ones(30))

    assert water_of(spectra, kind=AxisKind.WAVENUMBER) is None
    assert water_of(spectra[:, :600], axis=AXIS[:600]) is None


def test_suspects_name_the_vessels_and_pass_over_excluded_spectra():
    water = np.r_[np.full(20, 1.0), 0.2, 0.25]
    rows = [{"vessel": f"M{k // 2}", "sample": f"M{k // 2}"} for k in range(22)]
    campaign = make_campaign(rows, [], intensities=mixtures(water), axis=AXIS)

    (found,) = suspects(campaign, pair(campaign))
    keys = campaign.spectra.keys.assign(excluded=[None] * 20 + ["bubble"] * 2)
    marked = dataclasses.replace(campaign, spectra=dataclasses.replace(campaign.spectra, keys=keys))

    assert (found.kind, found.vessels, found.rows) == (
        SuspectKind.BADLY_COLLECTED,
        ("M10",),
        (20, 21),
    )
    assert suspects(marked, pair(marked)) == ()


def test_a_simulated_campaign_is_sound_until_its_laser_dies():
    grown = cultures(design(3, days=5, seed=4), seed=4)
    ageing = Fault(FaultKind.LASER_AGEING, "V02", 0.0, 1.0)
    hit = [dataclasses.replace(one, faults=(ageing,)) if one.plan.vessel == "V02" else one
           for one in grown]  # fmt: skip

    sound = simulate_campaign(grown, settings=CampaignSettings(seed=4)).campaign
    dying = simulate_campaign(hit, settings=CampaignSettings(seed=4)).campaign

    assert [s for s in suspects(sound, pair(sound)) if s.kind is SuspectKind.BADLY_COLLECTED] == []
    found = [s for s in suspects(dying, pair(dying)) if s.kind is SuspectKind.BADLY_COLLECTED]
    assert {s.vessels for s in found} == {("V02",)}


def test_the_badly_collected_third_of_real_mixtures_is_found(shared_data):
    campaign = read_campaign(shared_data / "mixtures-785")

    found = suspects(campaign, pair(campaign))

    assert {s.kind for s in found} == {SuspectKind.BADLY_COLLECTED}
    # Measured on this set beforehand: 36 of the 53 mixtures are usable.
    assert len({v for s in found for v in s.vessels}) == 17
    assert sum(len(s.rows) for s in found) == 90  # whole mixtures, scan by scan
