"""Each way to carry a calibration over does on exact cases what its name says."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import Pipeline

from pat.preprocessing.instrument_map import PiecewiseMap, Projection
from pat.transfer.catalogue import LOCAL, METHODS
from pat.transfer.choice import left_out_predictions
from pat.transfer.methods import (
    Samples,
    added,
    bias_corrected,
    local,
    slope_corrected,
)
from pat.transfer.standardise import difference_directions, direct_map, piecewise_map

LINE = Pipeline([("line", LinearRegression())])


def two_instruments(*, slope=1.0, level=0.0, n_new=10, seed=0):
    """Return an exact calibration, and samples whose assays follow another line."""
    rng = np.random.default_rng(seed)
    old, new = rng.normal(size=(40, 5)), rng.normal(size=(n_new, 5))
    true = np.arange(1.0, 6.0)
    return Samples(old, old @ true, new, slope * (new @ true) + level, np.full(n_new, -1))


def test_a_bias_is_taken_out_exactly():
    samples = two_instruments(level=2.5)

    fitted = bias_corrected(LINE, samples)

    np.testing.assert_allclose(fitted.predict(samples.new), samples.new_y)


def test_slope_and_bias_are_taken_out_exactly():
    samples = two_instruments(slope=1.4, level=-3.0)

    fitted = slope_corrected(LINE, samples)

    np.testing.assert_allclose(fitted.predict(samples.new), samples.new_y)


@pytest.mark.parametrize("same", ["assays", "spectra"])
def test_samples_that_do_not_differ_make_no_local_model_and_no_slope(same):
    samples = two_instruments()
    if same == "assays":
        alike = replace(samples, new_y=np.full(10, 3.0))
    else:
        alike = replace(samples, new=np.repeat(samples.new[:1], 10, axis=0))

    assert local(LINE, alike) is None
    assert slope_corrected(LINE, alike) is None


def test_a_local_model_bears_that_all_but_one_sample_are_alike():
    samples = two_instruments()
    new_y = np.r_[5.0, np.full(9, 3.0)]

    assert local(LINE, replace(samples, new_y=new_y)) is not None


def test_added_samples_weigh_as_if_they_were_measured_so_often():
    samples = two_instruments(level=1.0)

    fitted = added(1.0)(LINE, samples)  # 40 old ones, 10 new ones: each counts four times

    weights = np.r_[np.ones(40), np.full(10, 4.0)]
    both = np.vstack([samples.old, samples.new]), np.r_[samples.old_y, samples.new_y]
    weighted = LinearRegression().fit(*both, sample_weight=weights)
    np.testing.assert_allclose(fitted[-1].coef_, weighted.coef_)


def test_what_is_predicted_of_a_left_out_sample_does_not_know_it():
    samples = two_instruments(level=1.0)
    groups = np.arange(10).astype(object)
    for method in METHODS:
        before = left_out_predictions(LINE, method, samples, groups)
        if before is None:
            continue
        lied = samples.new_y.copy()
        lied[3] += 1000.0
        other = Samples(samples.old, samples.old_y, samples.new, lied, samples.partner)
        after = left_out_predictions(LINE, method, other, groups)
        assert after[3] == pytest.approx(before[3]), method.name


def test_methods_that_need_pairs_pass_without_them():
    samples = two_instruments()

    without = [m.name for m in METHODS if m.fit(LINE, samples) is None]

    assert "piecewise standardisation" in without
    assert "EPO, 2 directions" in without
    assert LOCAL.name not in without


def test_piecewise_standardisation_undoes_a_shift_of_one_channel():
    rng = np.random.default_rng(1)
    old = rng.normal(size=(12, 30))
    new = np.roll(old, 1, axis=1)

    weights, offset = piecewise_map(new, old, half_width=2, n_components=5)

    inner = slice(3, -3)
    mapped = PiecewiseMap(weights, offset).fit(new).transform(new)
    np.testing.assert_allclose(mapped[:, inner], old[:, inner], atol=1e-9)


def test_direct_standardisation_fits_its_pairs_exactly():
    rng = np.random.default_rng(2)
    new, old = rng.normal(size=(6, 20)), rng.normal(size=(6, 20))

    matrix, offset = direct_map(new, old)

    np.testing.assert_allclose(new @ matrix + offset, old, atol=1e-9)


def test_a_projection_takes_out_what_pairs_differ_by_and_nothing_else():
    rng = np.random.default_rng(3)
    old, effect = rng.normal(size=(5, 20)), rng.normal(size=20)
    new = old + np.outer(rng.normal(size=5), effect)

    step = Projection(difference_directions(new, old, 1)).fit(new)

    np.testing.assert_allclose(step.transform(new), step.transform(old), atol=1e-9)
