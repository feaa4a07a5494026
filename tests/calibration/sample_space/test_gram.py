"""The graded Gram matrix is the plain one, and keeps what the plain one rounds away."""

from decimal import Decimal

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from pat.arrays import FloatArray
from pat.calibration.sample_space.gram import gram
from pat.calibration.sample_space.kernel import ScaledProducts

matrices = arrays(
    np.float64, st.tuples(st.integers(2, 14), st.integers(1, 20)), elements=st.floats(-9, 9)
)


@given(rows=matrices)
def test_it_multiplies_like_the_plain_matrix(rows: FloatArray) -> None:
    weights = np.vander(np.linspace(-1, 1, len(rows)), 3).T

    product = gram(rows).apply(weights)

    np.testing.assert_allclose(product, weights @ (rows @ rows.T), atol=1e-10)


@given(rows=matrices)
def test_scaled_rows_have_the_products_of_scaled_rows(rows: FloatArray) -> None:
    scale = np.linspace(0.5, 2, len(rows))
    weights = np.eye(len(rows))
    expected = (rows * scale[:, None]) @ (rows * scale[:, None]).T

    lazily = ScaledProducts(gram(rows), np.tile(scale, (len(rows), 1))).apply(weights)

    np.testing.assert_allclose(lazily, expected, atol=1e-9)
    np.testing.assert_allclose(gram(rows).scaled(scale).apply(weights), expected, atol=1e-9)


@given(rows=matrices)
def test_products_about_the_training_mean_are_those_of_centred_rows(rows: FloatArray) -> None:
    train = np.arange(len(rows)) % 3 < 2
    centred = rows - rows[train].mean(axis=0)

    found = gram(rows)

    np.testing.assert_allclose(found.centred(train), centred @ centred.T, atol=1e-9)
    if np.ptp(rows[train], axis=0).max() > 1e-3:
        expected = rows[train].var(axis=0).sum()
        np.testing.assert_allclose(
            found.total_variances(train[None], scale=np.ones((1, len(rows))))[0],
            expected,
            rtol=1e-7,
        )


def test_a_weak_direction_under_a_strong_one_keeps_its_digits() -> None:
    rng = np.random.default_rng(8)
    strong = 1e6 * rng.normal(size=(40, 4)) @ rng.normal(size=(4, 200))
    rows = strong + 1e-3 * rng.normal(size=(40, 200))
    weights = _orthogonal_to(strong, rng)

    graded = gram(rows).apply(weights) @ weights.T
    plain = weights @ (rows @ rows.T) @ weights.T

    exact = _exact_form(weights[0], rows)
    assert abs(graded[0, 0] - exact) < 1e-6 * exact
    assert abs(plain[0, 0] - exact) > 1e-3 * exact  # what the graded form is there for


def _orthogonal_to(rows: FloatArray, rng: np.random.Generator) -> FloatArray:
    basis, _ = np.linalg.qr(rows[:, :4])
    weights = rng.normal(size=(1, 40))
    weights -= (weights @ basis) @ basis.T
    return weights - (weights @ basis) @ basis.T


def _exact_form(weights: FloatArray, rows: FloatArray) -> float:
    """Return |rows' weights|² in decimal arithmetic."""
    columns = [[Decimal(float(value)) for value in column] for column in rows.T]
    exact_weights = [Decimal(float(value)) for value in weights]
    sums = (
        sum(w * value for w, value in zip(exact_weights, column, strict=True)) for column in columns
    )
    return float(sum(total * total for total in sums))
