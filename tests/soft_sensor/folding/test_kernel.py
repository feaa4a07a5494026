"""Folded members give what their pipelines give, Q's digits included, alone and in company.

Oracle: the fitted scikit-learn pipeline, taken apart, and the distances of its reading.
"""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from sklearn.cross_decomposition import PLSRegression
from sklearn.decomposition import PCA
from sklearn.linear_model import Ridge
from sklearn.pipeline import Pipeline

from pat.diagnostics import calibration_spread, distances
from pat.preprocessing import EMSC, MSC, SNV, BandNormalise, Crop, Resample, SavitzkyGolay
from pat.soft_sensor.folding import AT_ONCE, FoldedMembers, folded_member
from pat.soft_sensor.members import dissected

AXIS = np.arange(400.0, 1100.0)
GRID = np.arange(450.0, 1050.0, 1.0)
COARSE = np.r_[np.arange(450.0, 700.0, 2.5), np.arange(800.0, 1050.0, 2.5)]
STANDARD = (820.0, 880.0)


def spectra_and_values(n, seed, *, noise=5.0):
    """Return bands on a background a thousand times as large as the noise, and an amount."""
    rng = np.random.default_rng(seed)
    centres = np.linspace(480, 1020, 8)[:, None]
    bands = np.exp(-0.5 * ((AXIS - centres) / 12) ** 2)
    amounts = rng.uniform(1, 8, (n, 8))
    background = 2e4 * (1 + 0.2 * rng.normal(size=(n, 1))) * np.exp(-(AXIS - 400) / 800)
    standard = 5e3 * np.exp(-0.5 * ((AXIS - 850) / 15) ** 2)
    spectra = background + standard + 100 * amounts @ bands
    return spectra + noise * rng.normal(size=spectra.shape), amounts[:, 0]


def recipe(deriv, scatter, *, grid=GRID, by_standard=False):
    steps = [("grid", Resample(AXIS, grid))]
    if by_standard:
        steps.append(("standard", BandNormalise(STANDARD, grid)))
    steps.append(("savgol", SavitzkyGolay(25, 2, deriv=deriv, axis=grid)))
    made = {"SNV": SNV(), "MSC": MSC(), "EMSC": EMSC(2, grid)}
    return steps + ([("scatter", made[scatter])] if scatter else [])


def compared(pipeline, *, seed=2, n=60):
    """Return folded numbers and the pipeline's, as pairs, for new spectra."""
    train, values = spectra_and_values(80, 1)
    nothing = np.empty((80, 0))
    fitted = pipeline.fit(train, values)
    parts = dissected(fitted, train)
    spread = calibration_spread(parts, train, nothing)
    folded = folded_member(parts, AXIS.size)
    assert folded is not None
    spectra, _ = spectra_and_values(n, seed)
    scores = FoldedMembers([folded], [spread]).score(spectra, nothing[:n])
    reading = parts.read(parts.rows(spectra), nothing[:n])
    apart = distances(parts, reading, spread=spread)
    assert scores.sound.all()
    return (
        (scores.values[0], reading.values),
        (scores.t2[0], apart.t2),
        (scores.q[0], apart.q),
        (scores.latent[0], reading.scores),
    )


@pytest.mark.parametrize("by_standard", [False, True])
@pytest.mark.parametrize("scatter", ["SNV", "MSC", "EMSC", None])
@pytest.mark.parametrize("deriv", [0, 1, 2])
def test_value_distances_and_scores_are_the_pipelines(deriv, scatter, by_standard):
    steps = recipe(deriv, scatter, by_standard=by_standard)

    pairs = compared(Pipeline([*steps, ("pls", PLSRegression(6, scale=False))]))

    for folded, expected in pairs[:3]:
        np.testing.assert_allclose(folded, expected, rtol=1e-9)
    np.testing.assert_allclose(*pairs[3], atol=1e-9 * np.abs(pairs[3][1]).max())


@pytest.mark.parametrize("grid", [COARSE, COARSE[::-1]], ids=["two regions", "falling"])
def test_a_coarser_grid_of_two_regions_folds_too(grid):
    steps = recipe(1, "SNV", grid=grid)

    for folded, expected in compared(Pipeline([*steps, ("pls", PLSRegression(6, scale=False))])):
        np.testing.assert_allclose(folded, expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(
    "model",
    [
        [("pls", PLSRegression(6, scale=True))],
        [("pca", PCA(6, svd_solver="full")), ("ridge", Ridge(1e-3))],
        [("pca", PCA(6, whiten=True, svd_solver="full")), ("ridge", Ridge(1e-3))],
        [("ridge", Ridge(1e-6))],
    ],
    ids=["autoscaled PLS", "on scores", "on whitened scores", "ridge"],
)
def test_other_linear_models_fold_too(model):
    for folded, expected in compared(Pipeline([*recipe(1, "SNV"), *model])):
        np.testing.assert_allclose(folded, expected, rtol=1e-9, atol=1e-9)


def test_q_keeps_its_digits_where_the_model_explains_nearly_all():
    # Q is 1e-11 of the squared length of what entered the model: taken as a difference of
    # squares, nothing would be left of its digits.
    pipeline = Pipeline([*recipe(0, None), ("pls", PLSRegression(14, scale=False))])

    pairs = compared(pipeline)

    np.testing.assert_allclose(*pairs[2], rtol=1e-9)


def stacked():
    train, values = spectra_and_values(80, 1)
    pipelines = [
        Pipeline([*recipe(1, "SNV"), ("pls", PLSRegression(6, scale=False))]),
        Pipeline([*recipe(2, None, grid=COARSE), ("pls", PLSRegression(3, scale=False))]),
        Pipeline([*recipe(0, "EMSC"), ("pca", PCA(5, svd_solver="full")), ("ridge", Ridge(1e-3))]),
    ]
    parts = [dissected(pipeline.fit(train, values), train) for pipeline in pipelines]
    spreads = [calibration_spread(part, train, np.empty((80, 0))) for part in parts]
    folded = [folded_member(part, AXIS.size) for part in parts]
    return FoldedMembers(folded, spreads), folded, spreads


def test_several_members_as_one_operator_score_as_each_alone():
    together, folded, spreads = stacked()
    spectra, _ = spectra_and_values(40, 3)
    nothing = np.empty((40, 0))

    scores = together.score(spectra, nothing)

    for number, (member, spread) in enumerate(zip(folded, spreads, strict=True)):
        alone = FoldedMembers([member], [spread]).score(spectra, nothing)
        np.testing.assert_allclose(scores.values[number], alone.values[0], rtol=1e-10)
        np.testing.assert_allclose(scores.t2[number], alone.t2[0], rtol=1e-9)
        np.testing.assert_allclose(scores.q[number], alone.q[0], rtol=1e-9)


@pytest.mark.parametrize("n", [1, 3, 4, 5, 9, 77])
def test_what_stands_beside_a_spectrum_changes_nothing(n):
    together, _, _ = stacked()
    spectra, _ = spectra_and_values(AT_ONCE, 4)
    nothing = np.empty((AT_ONCE, 0))
    whole = together.score(spectra, nothing)

    part = together.score(spectra[20 : 20 + n], nothing[:n])

    # To the last digit with OpenBLAS's kernels; another library may order its sums otherwise.
    for some, all_of_them in ((part.values, whole.values), (part.t2, whole.t2), (part.q, whole.q)):
        np.testing.assert_allclose(some, all_of_them[:, 20 : 20 + n], rtol=1e-12)


@pytest.mark.parametrize("scatter", ["SNV", "EMSC", None])
def test_a_scale_that_is_only_rounding_is_left_to_the_pipeline(scatter):
    train, values = spectra_and_values(80, 1)
    steps = recipe(1, scatter, by_standard=scatter is None)
    pipeline = Pipeline([*steps, ("pls", PLSRegression(3, scale=False))]).fit(train, values)
    parts = dissected(pipeline, train)
    spread = calibration_spread(parts, train, np.empty((80, 0)))
    spectra = np.vstack([train[0], np.full(AXIS.size, 7.0), 1e4 + 0.0 * AXIS])

    folded = FoldedMembers([folded_member(parts, AXIS.size)], [spread])

    with np.errstate(all="ignore"):
        assert folded.score(spectra, np.empty((3, 0))).sound.tolist() == [[True, False, False]]


def test_contributions_are_the_squared_residuals_of_the_channels():
    train, values = spectra_and_values(80, 1)
    steps = recipe(1, "SNV", grid=COARSE)
    pipeline = Pipeline([*steps, ("pls", PLSRegression(6, scale=False))]).fit(train, values)
    parts = dissected(pipeline, train)
    spread = calibration_spread(parts, train, np.empty((80, 0)))
    spectra, _ = spectra_and_values(5, 6)
    reading = parts.read(parts.rows(spectra), np.empty((5, 0)))

    folded = FoldedMembers([folded_member(parts, AXIS.size)], [spread])
    scores = folded.score(spectra, np.empty((5, 0)))

    expected = (reading.entered - parts.rebuilt(reading)) ** 2
    found = np.array([folded.contributions(spectra[[row]], np.empty((1, 0))) for row in range(5)])
    np.testing.assert_allclose(found, expected, atol=1e-10 * expected.max())
    np.testing.assert_allclose(found.sum(axis=1), scores.q[0], rtol=1e-10)


def test_a_crop_after_the_internal_standard_leaves_the_standard_in_use():
    inside = GRID[GRID <= 700]
    steps = [
        ("grid", Resample(AXIS, GRID)),
        ("standard", BandNormalise(STANDARD, GRID)),
        ("crop", Crop(GRID, ((450.0, 700.0),))),
        ("savgol", SavitzkyGolay(25, 2, deriv=1, axis=inside)),
    ]

    for folded, expected in compared(Pipeline([*steps, ("pls", PLSRegression(4, scale=False))])):
        np.testing.assert_allclose(folded, expected, rtol=1e-9, atol=1e-9)


def test_threads_that_score_at_once_do_not_write_over_each_other():
    together, _, _ = stacked()
    blocks = [spectra_and_values(AT_ONCE, seed)[0] for seed in range(8)]
    nothing = np.empty((AT_ONCE, 0))
    alone = [together.score(block, nothing) for block in blocks]

    with ThreadPoolExecutor(4) as pool:
        at_once = list(pool.map(lambda block: together.score(block, nothing), 5 * blocks))

    for found, expected in zip(at_once, 5 * alone, strict=True):
        np.testing.assert_allclose(found.values, expected.values, rtol=1e-12)
        np.testing.assert_allclose(found.q, expected.q, rtol=1e-12)
