"""The peers of the accuracy table do what a user of chemotools does, fold by fold."""

import numpy as np
import pytest
from sklearn.cross_decomposition import PLSRegression
from sklearn.pipeline import Pipeline

from benchmarks import usual_practice
from benchmarks.accuracy import BARS, available
from benchmarks.usual_practice import (
    DERIVATIVES,
    REGION,
    WINDOW,
    grid_search,
    peers_rows,
    usual_steps,
)
from pat.calibration import PLSFamily, SearchResult, SearchSpace, search
from pat.preprocessing import Crop, savitzky_golay, snv
from tests.calibration.sets import make_set


def test_the_peers_predict_the_same_held_out_rows_without_having_seen_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(usual_practice, "COMPONENTS", range(1, 5))
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
    assert 0.09 < error < 1.5  # above the assay's own error of 0.1, far below the spread of 2.9


@pytest.mark.parametrize("deriv", DERIVATIVES)
def test_their_steps_computed_ahead_give_what_a_whole_pipeline_gives(
    deriv: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(usual_practice, "COMPONENTS", range(1, 5))
    cal = make_set(6, 5, noise=0.05, seed=2)
    targets, groups = cal.values["glucose"].to_numpy(), cal.groups.astype(str)
    steps = usual_steps(cal.axis, deriv)
    ahead = grid_search().fit(steps.fit_transform(cal.intensities), targets, groups=groups)
    whole = grid_search().set_params(
        estimator=Pipeline([*steps.steps, ("pls", PLSRegression(scale=False))])
    )

    whole.fit(cal.intensities, targets, groups=groups)

    assert whole.best_params_ == ahead.best_params_
    np.testing.assert_allclose(whole.best_score_, ahead.best_score_, rtol=1e-9)


@pytest.mark.parametrize("deriv", DERIVATIVES)
def test_their_steps_are_this_products_but_for_one_scale(deriv: int) -> None:
    cal = make_set(3, 4)
    inside = Crop(cal.axis, (REGION,)).axis_after(cal.axis)[:-1]  # RangeCut leaves out its end
    ours = savitzky_golay(
        cal.intensities[:, : inside.size], inside, window_cm1=WINDOW, polyorder=2, deriv=deriv
    )

    theirs = usual_steps(cal.axis, deriv).fit_transform(cal.intensities)

    n = inside.size
    np.testing.assert_allclose(theirs * np.sqrt((n - 1) / n), snv(ours), atol=1e-9)


def test_without_real_data_only_simulated_campaigns_are_at_hand(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("PAT_SHARED_DATA", raising=False)

    assert available() == ["simulated"]
    assert all(solid > goal for bars in BARS.values() for solid, goal in bars.values())
