"""The peers of the accuracy table do what a competent user of scikit-learn does, fold by fold."""

import numpy as np
import pytest
from sklearn.pipeline import Pipeline

from benchmarks.accuracy import BARS, available, derivative_snv, peers_rows
from pat.calibration import PLSFamily, SearchResult, SearchSpace, search
from tests.calibration.sets import make_set


def test_the_peers_predict_the_same_held_out_rows_without_having_seen_them() -> None:
    cal = make_set(7, 5, noise=0.05, seed=1)
    space = SearchSpace(
        recipes={"raw": Pipeline([("spectrum", "passthrough")])}, families=(PLSFamily(4),)
    )
    result = search(cal, space)["glucose"]
    assert isinstance(result, SearchResult)

    rows = peers_rows(cal, result)

    np.testing.assert_array_equal(rows["assay"], result.nested["assay"])
    np.testing.assert_array_equal(rows["fold"], result.nested["fold"])
    error = np.sqrt(np.mean((rows["prediction"] - rows["assay"]) ** 2))
    assert 0.09 < error < 1.0  # above the assay's own error of 0.1, far below the spread of 2.9


def test_their_spectra_are_scaled_each_by_itself() -> None:
    treated = derivative_snv(make_set(3, 4))

    np.testing.assert_allclose(treated.mean(axis=1), 0, atol=1e-12)
    np.testing.assert_allclose(treated.std(axis=1), 1, rtol=1e-12)


def test_without_real_data_only_simulated_campaigns_are_at_hand(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("PAT_SHARED_DATA", raising=False)

    assert available() == ["simulated"]
    assert all(solid > goal for bars in BARS.values() for solid, goal in bars.values())
