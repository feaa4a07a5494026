"""The band table gives the spectra that were measured, in the units that it says."""

import numpy as np
import pandas as pd
import pytest

from pat.simulator.components import (
    Band,
    band_table,
    component_units,
    default_axis,
    pseudo_voigt,
    pure_spectra,
    write_pure_spectra,
)


def test_default_axis_has_3325_channels_from_100_cm1():
    axis = default_axis()

    assert axis.size == 3325
    assert axis[0] == 100.0
    assert np.all(np.diff(axis) == 1.0)


def test_every_band_tells_its_source_and_licence():
    table = band_table()

    assert not table.isna().any(axis=None)
    assert set(table["relative_to"]) == {"water_1640", "glucose_1125"}


@pytest.mark.parametrize("lorentzian", [0.0, 0.5, 1.0])
def test_a_band_has_its_height_at_its_position_and_half_of_it_half_a_width_away(lorentzian):
    band = Band("x", 1000.0, 3.0, 20.0, lorentzian)

    profile = pseudo_voigt(np.array([990.0, 1000.0, 1010.0]), band)

    assert profile == pytest.approx([1.5, 3.0, 1.5])


@pytest.mark.parametrize("broadening", [3.0, 10.0, 30.0])
def test_broadening_convolves_a_gaussian_band_with_a_gaussian(broadening):
    axis = np.linspace(500.0, 1500.0, 2001)
    band = Band("x", 1000.0, 3.0, 20.0, 0.0)
    sigma = broadening / np.sqrt(8.0 * np.log(2.0))
    kernel = np.exp(-0.5 * ((axis - 1000.0) / sigma) ** 2)
    expected = np.convolve(pseudo_voigt(axis, band), kernel / kernel.sum(), mode="same")

    broad = pseudo_voigt(axis, band, broadening_cm1=broadening)

    assert broad == pytest.approx(expected, abs=1e-9)
    assert broad.sum() == pytest.approx(pseudo_voigt(axis, band).sum(), rel=1e-6)


def test_a_gram_of_glucose_stands_two_percent_of_water_high_at_1125():
    spectra = pure_spectra(np.array([1125.0, 1640.0]))

    band = band_table().query("component == 'glucose' and position_cm1 == 1125").iloc[0]
    neighbours = spectra.loc["glucose", 1125.0] / 0.020 - band["height"]
    assert spectra.loc["water", 1640.0] == pytest.approx(1.0, abs=0.01)
    assert 0.0 < neighbours < 0.15


def test_pure_spectra_are_offered_as_csv(tmp_path):
    axis = np.array([450.0, 855.0, 1003.0, 1125.0])

    write_pure_spectra(tmp_path / "pure.csv", axis)

    read = pd.read_csv(tmp_path / "pure.csv", index_col="raman_shift_cm1")
    assert read.index.tolist() == axis.tolist()
    assert set(read.columns) == set(component_units())
    assert read["glucose"].to_numpy() == pytest.approx(pure_spectra(axis).loc["glucose"].to_numpy())


@pytest.mark.parametrize(
    ("region", "least"),
    [((405, 600), 0.88), ((800, 1000), 0.72), ((1000, 1200), 0.96), ((1200, 1500), 0.85)],
)
def test_glucose_correlates_with_the_response_measured_in_cultures(shared_data, region, least):
    # The response is of spectra after SNV and a quadratic detrend, so ours is treated alike on
    # a background of water and a slope.
    axis = np.arange(400.0, 3001.0)
    with np.load(shared_data / "pure-components" / "ambr250_response.npz") as file:
        measured = file["without_glu"][:, 0]
    pure = pure_spectra(axis)
    background = pure.loc["water"].to_numpy() + 2.0 * np.exp(-axis / 2500.0)

    response = snv_detrend(background + pure.loc["glucose"].to_numpy(), axis) - snv_detrend(
        background, axis
    )

    inside = (axis >= region[0]) & (axis <= region[1])
    assert np.corrcoef(response[inside], measured[inside])[0, 1] > least


def snv_detrend(spectrum, axis):
    scaled = (spectrum - spectrum.mean()) / spectrum.std()
    x = (axis - axis.mean()) / 1000.0
    return scaled - np.polyval(np.polyfit(x, scaled, 2), x)
