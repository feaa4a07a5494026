"""Importance says which channels count, and a linear sensor is read off as a table of numbers."""

import numpy as np
import pytest
from sklearn.cross_decomposition import PLSRegression
from sklearn.decomposition import PCA
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.svm import SVR

from pat.diagnostics import linear_form, vip
from pat.diagnostics.importance import (
    boosting_contributions,
    selectivity_ratio,
)
from pat.preprocessing import SNV, SavitzkyGolay


@pytest.fixture(scope="module")
def calibration():
    rng = np.random.default_rng(2)
    spectra = 1000 + rng.normal(size=(50, 90)).cumsum(axis=1)
    return spectra, spectra[:, 30] - 0.5 * spectra[:, 70] + rng.normal(size=50)


def test_the_mean_square_of_vip_is_one(calibration):
    pls = PLSRegression(5, scale=False).fit(*calibration)

    assert np.mean(vip(pls) ** 2) == pytest.approx(1.0)


def test_vip_agrees_with_the_textbook_written_out(calibration):
    pls = PLSRegression(3, scale=False).fit(*calibration)
    n_channels = pls.x_weights_.shape[0]

    expected = np.zeros(n_channels)
    explained = [
        float(pls.y_loadings_[0, a] ** 2 * pls.x_scores_[:, a] @ pls.x_scores_[:, a])
        for a in range(3)
    ]
    for channel in range(n_channels):
        for a in range(3):
            w = pls.x_weights_[:, a]
            expected[channel] += explained[a] * w[channel] ** 2 / (w @ w)
        expected[channel] = np.sqrt(n_channels * expected[channel] / sum(explained))

    np.testing.assert_allclose(vip(pls), expected, rtol=1e-12)


def test_vip_finds_the_channels_that_carry_the_analyte():
    rng = np.random.default_rng(4)
    spectra = rng.normal(size=(200, 40))
    pls = PLSRegression(2, scale=False).fit(spectra, 3 * spectra[:, 7] - spectra[:, 21])

    assert set(np.argsort(vip(pls))[-2:]) == {7, 21}


def test_the_coefficients_of_pls_are_read_off(calibration):
    pls = PLSRegression(4, scale=True).fit(*calibration)

    form = linear_form(lambda x: np.ravel(pls.predict(x)), calibration[0])

    np.testing.assert_allclose(form.coefficients, pls.coef_.ravel(), rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(form(calibration[0]), np.ravel(pls.predict(calibration[0])))


def test_linear_preprocessing_is_folded_into_the_input_axis(calibration):
    spectra, target = calibration
    axis = np.arange(90.0)
    smooth = SavitzkyGolay(window_cm1=9, polyorder=2, deriv=1, axis=axis)
    pipeline = make_pipeline(smooth, PCA(6), Ridge()).fit(spectra, target)
    rng = np.random.default_rng(5)
    new = 900 + rng.normal(size=(20, 90)).cumsum(axis=1)

    form = linear_form(pipeline.predict, spectra)

    np.testing.assert_allclose(form(new), pipeline.predict(new), rtol=1e-6)


@pytest.mark.parametrize("steps", [(SNV(), Ridge()), (PCA(5, whiten=True), SVR())])
def test_a_curved_model_has_no_linear_form(steps, calibration):
    pipeline = make_pipeline(*steps).fit(*calibration)

    assert linear_form(pipeline.predict, calibration[0]) is None


def test_the_selectivity_ratio_is_the_textbook_of_target_projection(calibration):
    spectra, y = calibration
    vector = np.ravel(PLSRegression(3, scale=False).fit(spectra, y).coef_)

    unit = vector / np.linalg.norm(vector)
    centred = spectra - spectra.mean(axis=0)
    scores = centred @ unit
    loading = centred.T @ scores / (scores @ scores)
    rest = centred - np.outer(scores, loading)
    expected = np.var(np.outer(scores, loading), axis=0) / np.var(rest, axis=0)
    np.testing.assert_allclose(selectivity_ratio(vector, spectra), expected, rtol=1e-8)


def test_a_channel_that_serves_to_subtract_has_a_large_coefficient_and_a_small_ratio():
    rng = np.random.default_rng(5)
    analyte, interferent = rng.normal(size=(2, 300))
    spectra = rng.normal(scale=0.05, size=(300, 10))
    spectra[:, 2] += analyte + 3 * interferent
    spectra[:, 3] += analyte
    spectra[:, 7] += 3 * interferent
    pls = PLSRegression(3, scale=False).fit(spectra, analyte)

    ratio = selectivity_ratio(np.ravel(pls.coef_), spectra)

    assert np.argmax(ratio) == 3
    assert abs(np.ravel(pls.coef_)[7]) > 0.1
    assert ratio[7] < 0.05 * ratio[3]


def test_contributions_of_boosted_trees_name_the_input_that_counts():
    from lightgbm import LGBMRegressor

    rng = np.random.default_rng(7)
    inputs = rng.normal(size=(200, 4))
    boost = LGBMRegressor(n_estimators=30, n_jobs=1, verbose=-1).fit(inputs, 5 * inputs[:, 2])

    found = boosting_contributions(boost, inputs)

    assert found.shape == (4,)
    each = boost.booster_.predict(inputs, pred_contrib=True)
    np.testing.assert_allclose(each.sum(axis=1), boost.predict(inputs), rtol=1e-9)  # additive
    np.testing.assert_allclose(found, np.abs(each[:, :4]).mean(axis=0))
    assert found[2] > 20 * np.delete(found, 2).max()
