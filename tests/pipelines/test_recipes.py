"""Every effort gives recipes that fit the axis, learn nothing from others, and find glucose."""

from pathlib import Path

import numpy as np
import pytest
from sklearn.base import clone

from pat.arrays import FloatArray
from pat.calibration import SearchResult, calibration_set, search
from pat.calibration.blocks import prepare, split_recipe
from pat.errors import AxisError
from pat.preprocessing import axis_after
from pat.readers import read_campaign
from pat.spectra import AxisKind
from pipelines.grids import Grid, grids
from pipelines.recipes import FINEST_STEP, MIN_COVERED, REGIONS, Effort, search_space

AXES: dict[str, tuple[FloatArray, AxisKind]] = {
    "process Raman": (np.arange(100.0, 3425.0, 5.0), AxisKind.RAMAN_SHIFT),
    "falling": (np.arange(3425.0, 100.0, -5.0), AxisKind.RAMAN_SHIFT),
    "without CH stretches": (np.arange(100.0, 2301.0, 4.0), AxisKind.RAMAN_SHIFT),
    "cut short": (np.arange(600.0, 1700.0, 3.3), AxisKind.RAMAN_SHIFT),
    "uneven": (np.cumsum(1.0 + np.arange(1100) % 3 % 2) + 300, AxisKind.RAMAN_SHIFT),
    "infrared": (np.unique(np.round(np.linspace(428, 1833, 1047))), AxisKind.WAVENUMBER),
    "near infrared": (np.arange(900.0, 1701.0, 4.0), AxisKind.WAVELENGTH),
    "somewhere else": (np.linspace(2000.0, 2600.0, 200), AxisKind.RAMAN_SHIFT),
}


def grids_of(axis: FloatArray, kind: AxisKind) -> list[Grid]:
    return list(
        grids(axis, kind, regions=REGIONS[kind], min_covered=MIN_COVERED, finest_step=FINEST_STEP)
    )


def spectra(axis: FloatArray) -> FloatArray:
    """Return a few spectra with a background, bands, water among them, and noise."""
    rng = np.random.default_rng(6)
    place = (axis - axis.min()) / np.ptp(axis)
    bands = np.exp(-0.5 * ((axis - np.array([[1125.0], [1450.0], [1640.0]])) / 30.0) ** 2)
    amounts = rng.uniform(1, 3, (8, 3))
    return 50 + 20 * (1 - place) + amounts @ bands + rng.normal(scale=0.01, size=(8, axis.size))


@pytest.mark.filterwarnings("ignore:ArPLS")  # eight made-up spectra need not settle
@pytest.mark.parametrize("name", AXES)
@pytest.mark.parametrize("effort", [Effort.QUICK, Effort.STANDARD])
def test_every_recipe_runs_on_the_axis_it_was_made_for(name: str, effort: Effort) -> None:
    axis, kind = AXES[name]
    rows = spectra(axis)

    space = search_space(axis, kind, effort=effort)

    assert space.recipes
    for recipe in space.recipes.values():
        treated = clone(recipe).fit(rows).transform(rows)
        assert np.isfinite(treated).all()
        assert treated.shape == (8, axis_after(recipe, axis).size)


@pytest.mark.parametrize("name", AXES)
def test_every_thorough_recipe_fits_the_axis(name: str) -> None:
    axis, kind = AXES[name]
    space = search_space(axis, kind, effort=Effort.THOROUGH)

    assert len(space.recipes) > len(search_space(axis, kind, effort=Effort.STANDARD).recipes)
    assert all(axis_after(recipe, axis).size >= 40 for recipe in space.recipes.values())


@pytest.mark.filterwarnings("ignore:ArPLS")
def test_no_step_of_any_recipe_leaks() -> None:
    axis, kind = AXES["process Raman"]
    clean = np.concatenate([spectra(axis), spectra(axis)[::-1] * 1.1])
    train = np.arange(16) % 4 > 0
    poisoned = np.where(train[:, None], clean, 100 * clean[:, ::-1])

    for recipe in search_space(axis, kind, effort=Effort.STANDARD).recipes.values():
        before = prepare(recipe, clean).spectra(train)[train]
        after = prepare(recipe, poisoned).spectra(train)[train]
        np.testing.assert_allclose(after, before, rtol=1e-12)


def test_only_learnt_references_are_fitted_in_the_fold() -> None:
    axis, kind = AXES["process Raman"]

    for name, recipe in search_space(axis, kind, effort=Effort.THOROUGH).recipes.items():
        _, learned = split_recipe(recipe)
        assert (learned is not None) == ("MSC" in name)


def test_regions_follow_the_axis() -> None:
    def regions(name: str) -> list[str]:
        return [grid.name for grid in grids_of(*AXES[name])]

    assert regions("process Raman") == ["450-1800", "450-1800 + 2800-3050", "450-1250"]
    assert regions("without CH stretches") == ["450-1800", "450-1250"]
    assert regions("cut short") == ["600-1699", "600-1250"]
    assert regions("infrared") == ["950-1500", "800-1800"]
    assert regions("near infrared") == ["900-1700"]
    assert regions("somewhere else") == ["2000-2600"]


def test_the_grid_has_the_axis_own_step_but_none_finer_than_bands_need() -> None:
    fine = np.arange(400.0, 1900.0, 0.25)

    assert {grid.step for grid in grids_of(fine, AxisKind.RAMAN_SHIFT)} == {1.0}
    (near, *_) = grids_of(*AXES["without CH stretches"])
    assert near.step == pytest.approx(4.0)
    assert set(near.values) <= set(AXES["without CH stretches"][0])  # no interpolation


def test_water_is_an_internal_standard_for_raman_spectra_that_show_it() -> None:
    def with_water(name: str) -> set[str]:
        recipes = search_space(*AXES[name], effort=Effort.QUICK).recipes
        return {recipe.split(", water")[0] for recipe in recipes if "water" in recipe}

    assert with_water("process Raman") == {"450-1800", "450-1800 + 2800-3050"}
    assert with_water("infrared") == set()
    assert with_water("cut short") == set()


def test_sapphire_is_tried_where_the_axis_holds_its_strongest_line() -> None:
    def with_sapphire(name: str) -> set[str]:
        recipes = search_space(*AXES[name], effort=Effort.THOROUGH).recipes
        return {recipe.split(", sapphire")[0] for recipe in recipes if "sapphire" in recipe}

    regions = {"450-1800", "450-1800 + 2800-3050", "450-1250"}
    assert with_sapphire("process Raman") == regions
    assert with_sapphire("infrared") == set()
    assert with_sapphire("somewhere else") == set()


def test_an_axis_with_hardly_any_channels_is_refused() -> None:
    with pytest.raises(AxisError, match="at least 40 channels; got 400 to 900 in 12"):
        search_space(np.linspace(400.0, 900.0, 12), AxisKind.RAMAN_SHIFT)


def test_efforts_are_ordered() -> None:
    axis, kind = AXES["process Raman"]
    quick, standard, thorough = (search_space(axis, kind, effort=e) for e in Effort)

    assert set(quick.recipes) < set(standard.recipes) < set(thorough.recipes)
    assert [family.name for family in quick.families] == ["pls", "pls+process"]
    spectra_alone = {"pls", "ridge", "svr", "lightgbm"}
    both = spectra_alone | {f"{name}+process" for name in spectra_alone}
    assert {family.name for family in standard.families} == both
    assert {"kernel-svr", "gp"} <= {family.name for family in thorough.families}


def test_the_published_result_on_real_bioreactors_is_met(shared_data: Path) -> None:
    folder = shared_data / "bioreactors-small"
    cal = calibration_set([read_campaign(folder)])
    space = search_space(cal.axis, cal.axis_kind, effort=Effort.QUICK)

    result = search(cal, space, resamples=folder / "published_resamples.csv")["glucose"]

    assert isinstance(result, SearchResult)
    assert result.resample_rmse <= 2.60  # the publisher's best PLS: 2.602
    assert result.resample_rmse < result.nested_resample_rmse < 3.0
    assert result.beats_nulls


@pytest.mark.parametrize("name", ["mixtures-785", "fermentation-mir-calibration"])
def test_samples_that_are_each_their_own_culture_are_searched_too(
    shared_data: Path, name: str
) -> None:
    cal = calibration_set([read_campaign(shared_data / name)])
    space = search_space(cal.axis, cal.axis_kind, effort=Effort.QUICK)

    for result in search(cal, space).values():
        assert isinstance(result, SearchResult)
        assert result.nested_rmse < 0.5 * result.nulls["mean"]
