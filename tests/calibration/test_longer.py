"""Longer PLS is tried where a level's own folds choose the longest, and nowhere else.

Oracle: the same search with all components from the start.
"""

from dataclasses import replace

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from pat.calibration import PLSFamily, RidgeFamily, SearchResult, SearchSpace, search
from pat.calibration.plan import analyte_plan
from pat.calibration.recipe_scores import score_recipe
from pat.calibration.selection import mean_squared_error
from pat.calibration.tasks import RecipeTask, Wanted
from tests.calibration.sets import make_set

RAW = {"raw": Pipeline([("spectrum", "passthrough")])}


def found(cal, n_components, *, most=0, families=()):
    space = SearchSpace(
        recipes=RAW,
        families=(PLSFamily(n_components), *families),
        most_components=most,
        simplicity=0.0,
    )
    result = search(cal, space)["glucose"]
    assert isinstance(result, SearchResult)
    return result


def levels_at_the_end(cal, n_components):
    """Return for each level whether the longest model is the best of its folds."""
    plan = analyte_plan(cal, "glucose")
    everywhere = (Wanted(levels=tuple(range(len(plan.levels)))),)
    task = RecipeTask("raw", RAW["raw"], (PLSFamily(n_components),), everywhere)
    scores = score_recipe(task, cal.intensities, None, [plan])[0][0]
    return [
        int(np.argmin(mean_squared_error(errors, plan.counts(level)))) == n_components - 1
        for level, errors in enumerate(scores.errors)
    ]


def choices(result):
    return result.nested.groupby("fold")["parameters"].first().tolist()


def test_where_every_level_needs_more_the_result_is_that_of_all_components_from_the_start():
    cal = make_set(6, 6, noise=0.05)
    assert all(levels_at_the_end(cal, 2))

    grown, whole = found(cal, 2, most=7), found(cal, 7)

    pd.testing.assert_frame_equal(grown.nested, whole.nested, check_exact=True)
    assert grown.champion.setting == whole.champion.setting
    assert grown.rmsecv == whole.rmsecv
    pd.testing.assert_frame_equal(grown.rmsecv_by_components, whole.rmsecv_by_components)
    assert list(grown.table["parameters"]) == list(whole.table["parameters"])


def test_where_no_level_needs_more_nothing_changes():
    cal = make_set(6, 6, noise=0.5, seed=1)
    assert not any(levels_at_the_end(cal, 8))

    with_room, without = found(cal, 8, most=12), found(cal, 8)

    pd.testing.assert_frame_equal(with_room.table, without.table, check_exact=True)
    pd.testing.assert_frame_equal(with_room.nested, without.nested, check_exact=True)


def test_each_level_decides_by_its_own_folds():
    cal = make_set(9, 5, noise=0.1)
    longer = levels_at_the_end(cal, 5)[1:]
    assert any(longer)
    assert not all(longer)

    grown, short, whole = found(cal, 5, most=10), found(cal, 5), found(cal, 10)

    expected = [
        of_all if needs else of_few
        for needs, of_few, of_all in zip(longer, choices(short), choices(whole), strict=True)
    ]
    assert choices(grown) == expected
    assert choices(grown) not in (choices(short), choices(whole))


def test_a_ridge_champion_still_has_the_curve_of_the_longer_pls():
    cal = make_set(6, 6, noise=0.05)

    result = found(cal, 2, most=7, families=(RidgeFamily((1e-2, 1e-4, 1e-6)),))

    assert list(result.rmsecv_by_components["n_components"]) == list(range(1, 8))


def test_process_values_are_extended_on_their_own():
    cal = make_set(6, 6, noise=0.05, n_tags=1)
    both = (PLSFamily(2), PLSFamily(2, with_process=True))
    space = SearchSpace(recipes=RAW, families=both, most_components=6, simplicity=0.0)

    table = search(cal, space)["glucose"].table

    assert table.groupby("model").size().to_dict() == {"pls": 6, "pls+process": 6}
    assert replace(both[1], max_components=6).settings[-1] == {"n_components": 6}
