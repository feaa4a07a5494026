"""Health tells what was done to a spectrum: noise, hits, saturation, bands and axis."""

import numpy as np
import pytest

from pat.arrays import FloatArray
from pat.spectra import AxisKind
from pat.stream.health import (
    SAPPHIRE,
    Health,
    Reference,
    axis_shift,
    band_height,
    health_of,
    noise_of,
    sliding_correlation,
)

AXIS = np.arange(400.0, 1800.0, 1.0)
BANDS = ((750.0, 8.0, 300.0), (1003.0, 5.0, 150.0), (1125.0, 12.0, 200.0), (1450.0, 15.0, 400.0),
         (1640.0, 40.0, 900.0))  # fmt: skip


def make_spectrum(axis: FloatArray = AXIS, *, shift: float = 0.0, **heights: float) -> FloatArray:
    """Return bands over a sloping background; heights are factors, such as b750=0.5."""
    background = 2000.0 - 0.5 * axis
    bands = [
        height * heights.get(f"b{at:.0f}", 1.0) * np.exp(-0.5 * ((axis - at - shift) / width) ** 2)
        for at, width, height in BANDS
    ]
    return background + np.sum(bands, axis=0)


REFERENCE = Reference(AXIS, make_spectrum(), AxisKind.RAMAN_SHIFT)


def health(
    intensity: FloatArray, axis: FloatArray = AXIS, saturation: float | None = None
) -> Health:
    found = health_of(
        axis, intensity, axis_kind=AxisKind.RAMAN_SHIFT, reference=REFERENCE, saturation=saturation
    )
    assert found is not None
    return found


@pytest.mark.parametrize("sd", [0.5, 3.0, 20.0])
def test_noise_is_the_standard_deviation_that_was_added(sd: float) -> None:
    rng = np.random.default_rng(1)
    estimates = [noise_of(make_spectrum() + rng.normal(0, sd, AXIS.size)) for _ in range(20)]

    # The bands' own curvature is below 0.5 counts; 1400 channels give each estimate to 4 %.
    assert np.mean(estimates) == pytest.approx(sd, rel=0.05, abs=0.1)


def test_a_correlation_slid_along_is_the_textbook_s_at_every_place() -> None:
    rng = np.random.default_rng(2)
    signal, pattern = rng.normal(size=60), rng.normal(size=40)

    slid = sliding_correlation(signal, pattern)

    for place in range(21):
        expected = np.corrcoef(signal[place : place + 40], pattern)[0, 1]
        assert slid[place] == pytest.approx(expected, abs=1e-12)
    assert sliding_correlation(np.ones(50), pattern).tolist() == [0.0] * 11


@pytest.mark.parametrize("shift", [-6.3, -1.0, -0.2, 0.0, 0.5, 2.75, 10.0])
@pytest.mark.parametrize("sd", [0.0, 3.0])
def test_a_shift_of_the_axis_is_found_to_a_tenth(shift: float, sd: float) -> None:
    noise = np.random.default_rng(3).normal(0, sd, AXIS.size)

    found = axis_shift(AXIS, make_spectrum(shift=shift) + noise, REFERENCE)

    assert found == pytest.approx(shift, abs=0.1)


def test_a_shift_is_found_on_another_or_descending_axis() -> None:
    axis = np.arange(1790.0, 420.0, -1.7)

    assert axis_shift(axis, make_spectrum(axis, shift=1.5), REFERENCE) == pytest.approx(
        1.5, abs=0.1
    )


@pytest.mark.parametrize(
    "intensity",
    [np.ones(AXIS.size), np.random.default_rng(4).normal(size=AXIS.size), make_spectrum(shift=60)],
    ids=["dead", "noise", "far away"],
)
def test_no_shift_is_told_where_spectra_are_not_alike(intensity: FloatArray) -> None:
    assert axis_shift(AXIS, intensity, REFERENCE) is None


def test_a_band_stands_above_the_line_through_its_sides() -> None:
    line = 5.0 + 0.3 * AXIS
    top = (SAPPHIRE.top[0] <= AXIS) & (SAPPHIRE.top[1] >= AXIS)

    assert band_height(AXIS, line, SAPPHIRE) == pytest.approx(0.0, abs=1e-9)
    assert band_height(AXIS, line + 7.0 * top, SAPPHIRE) == pytest.approx(7.0)
    assert band_height(AXIS[:100], line[:100], SAPPHIRE) is None


def test_internal_standards_are_told_relative_to_the_reference() -> None:
    sound = health(make_spectrum())
    fouled = health(make_spectrum(b750=0.4, b1640=0.7))

    assert (sound.sapphire, sound.water) == (pytest.approx(1.0), pytest.approx(1.0))
    assert fouled.sapphire == pytest.approx(0.4, abs=0.02)
    assert fouled.water == pytest.approx(0.7, abs=0.02)


def test_cosmic_rays_and_saturated_channels_are_counted() -> None:
    spectrum = make_spectrum() + np.random.default_rng(5).normal(0, 3, AXIS.size)
    spectrum[[200, 700]] += 4000.0

    found = health(spectrum, saturation=4000.0)

    assert (found.cosmic_rays, found.saturated) == (2, 2)
    assert health(make_spectrum()).saturated is None


def test_what_cannot_be_told_is_left_open() -> None:
    broken = make_spectrum()
    broken[5] = np.nan
    told = {"axis_kind": AxisKind.RAMAN_SHIFT, "reference": REFERENCE, "saturation": None}
    assert health_of(AXIS, broken, **told) is None  # type: ignore[arg-type]

    other = {**told, "axis_kind": AxisKind.WAVENUMBER}
    found = health_of(AXIS, make_spectrum(), **other)  # type: ignore[arg-type]
    assert found is not None
    assert (found.water, found.sapphire, found.axis_shift) == (None, None, None)
