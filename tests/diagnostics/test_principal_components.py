"""Principal components from the products of rows are those that scikit-learn finds.

Oracle: scikit-learn's PCA by singular values.
"""

import numpy as np
import pytest
from sklearn.decomposition import PCA

from pat.diagnostics.principal_components import principal_components


def rows_of(n_samples, n_features, *, n_strong=3, noise=0.02):
    rng = np.random.default_rng(n_samples)
    strong = rng.normal(size=(n_samples, n_strong)) @ rng.normal(size=(n_strong, n_features))
    return 5.0 + strong + noise * rng.normal(size=(n_samples, n_features))


@pytest.mark.parametrize("shape", [(40, 200), (60, 12), (12, 12), (9, 4)])
def test_every_fitted_attribute_is_that_of_scikit_learn(shape):
    rows = rows_of(*shape)

    ours = principal_components(rows, explained=0.99)
    theirs = PCA(ours.n_components_, svd_solver="full").fit(rows)

    assert vars(ours).keys() == vars(theirs).keys()
    for name, expected in vars(theirs).items():
        if not isinstance(expected, str | None):
            assert np.asarray(getattr(ours, name)) == pytest.approx(
                np.asarray(expected), rel=1e-9, abs=1e-10
            ), name
    assert ours.transform(rows) == pytest.approx(theirs.transform(rows), abs=1e-10)


@pytest.mark.parametrize("explained", [0.5, 0.9, 0.99, 0.9999])
def test_no_fewer_components_would_explain_as_much(explained):
    rows = rows_of(90, 30, n_strong=8, noise=0.001)
    shares = np.cumsum(PCA().fit(rows).explained_variance_ratio_)

    count = principal_components(rows, explained=explained).n_components_

    assert shares[count - 1] >= explained
    assert count == 1 or shares[count - 2] < explained


def test_components_are_a_third_of_the_rows_at_most():
    noise = np.random.default_rng(0).normal(size=(12, 50))

    assert principal_components(noise, explained=0.999).n_components_ == 4


def test_rows_that_are_all_the_same_have_one_component_of_no_size():
    pca = principal_components(np.full((6, 5), 2.0), explained=0.99)

    assert pca.n_components_ == 1
    assert pca.explained_variance_ == pytest.approx([0.0])
