"""A pipeline taken apart predicts what the pipeline predicts, whatever family it ends in."""

import warnings

import numpy as np
import pytest
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.cross_decomposition import PLSRegression
from sklearn.decomposition import PCA
from sklearn.linear_model import Ridge
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVR

from pat.calibration.block_scaler import BlockScaler
from pat.diagnostics import Role, anatomy, leading_row_wise, squared_residual, with_latent_beside
from pat.preprocessing import EMSC, MSC, SNV, Crop, SavitzkyGolay

AXIS = np.arange(400.0, 600.0, 2.0)
N_TAGS = 2


def recipe():
    cropped = AXIS[AXIS >= 440]
    return [
        ("crop", Crop(AXIS, ((440, 600),))),
        ("sg", SavitzkyGolay(window_cm1=14, polyorder=2, deriv=1, axis=cropped)),
        ("snv", SNV()),
    ]


def joined(spectrum, *, weights=None):
    blocks = [
        ("spectrum", spectrum, slice(0, AXIS.size)),
        ("process", StandardScaler(), slice(AXIS.size, AXIS.size + N_TAGS)),
    ]
    return ("blocks", ColumnTransformer(blocks, transformer_weights=weights))


def on_scaled_target(regressor):
    return TransformedTargetRegressor(regressor=regressor, transformer=StandardScaler())


def lightgbm():
    regressor = pytest.importorskip("lightgbm").LGBMRegressor
    return regressor(n_estimators=20, min_child_samples=3, n_jobs=1, verbose=-1)


SPECTRA_ALONE = {
    "pls": lambda: Pipeline([*recipe(), ("pls", PLSRegression(4, scale=False))]),
    "scaled pls": lambda: Pipeline([("pls", PLSRegression(4, scale=True))]),
    "emsc, pls": lambda: Pipeline([("emsc", EMSC(2, AXIS)), ("pls", PLSRegression(4))]),
    "svr": lambda: Pipeline(
        [*recipe(), ("pca", PCA(5, whiten=True)), ("svr", on_scaled_target(SVR()))]
    ),
    "autoscaled svr": lambda: Pipeline(
        [("scale", StandardScaler()), ("pca", PCA(5)), ("again", StandardScaler()), ("svr", SVR())]
    ),
    "lightgbm": lambda: Pipeline([*recipe(), ("pca", PCA(5)), ("boost", lightgbm())]),
}
WITH_PROCESS = {
    "pls+process": lambda: Pipeline(
        [
            joined(Pipeline([*recipe(), ("scale", BlockScaler())]), weights={"process": 0.7}),
            ("pls", PLSRegression(4, scale=False)),
        ]
    ),
    "svr+process": lambda: Pipeline(
        [joined(Pipeline([*recipe(), ("pca", PCA(5, whiten=True))])), ("svr", SVR())]
    ),
    "lightgbm+process": lambda: Pipeline(
        [joined(Pipeline([*recipe(), ("pca", PCA(5))])), ("boost", lightgbm())]
    ),
}
NO_LATENT = {
    "ridge": lambda: Pipeline([*recipe(), ("ridge", Ridge())]),
    "msc, ridge": lambda: Pipeline([("msc", MSC()), ("ridge", Ridge())]),
    "bare ridge": Ridge,
    "ridge+process": lambda: Pipeline([joined(Pipeline(recipe())), ("ridge", Ridge())]),
}


@pytest.fixture(scope="module")
def calibration():
    rng = np.random.default_rng(11)
    spectra = 100 + rng.normal(size=(40, AXIS.size)).cumsum(axis=1)
    process = rng.normal(size=(40, N_TAGS))
    target = spectra[:, 60] - spectra[:, 20] + process[:, 0]
    return spectra, process, target


def fitted(make, calibration, *, with_process):
    spectra, process, target = calibration
    inputs = np.hstack([spectra, process]) if with_process else spectra
    return make().fit(inputs, target), inputs, process if with_process else process[:, :0]


ALL = [
    *((make, False) for make in SPECTRA_ALONE.values()),
    *((make, True) for make in WITH_PROCESS.values()),
    *((make, name.endswith("+process")) for name, make in NO_LATENT.items()),
]
NAMES = [*SPECTRA_ALONE, *WITH_PROCESS, *NO_LATENT]


@pytest.mark.parametrize(("make", "with_process"), ALL, ids=NAMES)
def test_the_parts_predict_what_the_whole_predicts(make, with_process, calibration):
    spectra = calibration[0]
    pipeline, inputs, process = fitted(make, calibration, with_process=with_process)

    parts = with_latent_beside(anatomy(pipeline), spectra)
    values = parts.read(parts.rows(spectra), process).values

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "X does not have valid feature names")
        expected = np.ravel(pipeline.predict(inputs))
    np.testing.assert_allclose(values, expected, rtol=1e-12, atol=1e-12 * np.ptp(expected))


@pytest.mark.parametrize(("make", "with_process"), ALL, ids=NAMES)
def test_scores_and_what_they_rebuild_leave_a_residual(make, with_process, calibration):
    spectra = calibration[0]
    pipeline, _, process = fitted(make, calibration, with_process=with_process)
    parts = with_latent_beside(anatomy(pipeline), spectra)

    reading = parts.read(parts.rows(spectra), process)
    q = squared_residual(reading.entered, parts.rebuilt(reading))

    centred = reading.entered - reading.entered.mean(axis=0)
    assert reading.scores.shape[0] == len(spectra)
    assert 0 < q.sum() < np.sum(centred**2)


def test_each_family_is_recognised(calibration):
    role = {
        name: anatomy(fitted(make, calibration, with_process=name.endswith("+process"))[0]).role
        for name, make in {**SPECTRA_ALONE, **WITH_PROCESS, **NO_LATENT}.items()
    }

    assert {name for name, found in role.items() if found is Role.PREDICTS} == {
        "pls", "scaled pls", "emsc, pls", "pls+process",
    }  # fmt: skip
    assert {name for name, found in role.items() if found is Role.BESIDE} == set(NO_LATENT)


def test_blocks_of_other_names_are_taken_as_a_whole(calibration):
    spectra, process, target = calibration
    inputs = np.hstack([spectra, process])
    blocks = ColumnTransformer([("all", StandardScaler(), slice(0, inputs.shape[1]))])
    pipeline = Pipeline([("blocks", blocks), ("ridge", Ridge())]).fit(inputs, target)

    parts = with_latent_beside(anatomy(pipeline), spectra)

    values = parts.read(parts.rows(spectra), process).values
    np.testing.assert_allclose(values, pipeline.predict(inputs), rtol=1e-12)


def test_a_stored_latent_model_is_taken_as_it_is(calibration):
    pipeline, spectra, _ = fitted(NO_LATENT["ridge"], calibration, with_process=False)
    made = with_latent_beside(anatomy(pipeline), spectra)

    again = with_latent_beside(anatomy(pipeline), np.empty((0, 0)), latent=made.latent)

    assert again.latent is made.latent


def test_row_wise_steps_are_counted_up_to_the_first_that_learns():
    assert leading_row_wise(SPECTRA_ALONE["pls"]()) == 3
    assert leading_row_wise(SPECTRA_ALONE["emsc, pls"]()) == 0
    assert leading_row_wise(Pipeline([("none", "passthrough"), ("snv", SNV())])) == 2
