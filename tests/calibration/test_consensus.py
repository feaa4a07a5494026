"""Means of candidates are what plain arithmetic says, and are preferred as the rule says."""

import numpy as np
import pytest

from pat.calibration.consensus import (
    Blend,
    ConsensusRule,
    Entry,
    HeldRows,
    Rated,
    Strategy,
    by_strategy,
    preferred,
    rated_blends,
)

N_GROUPS, N_EACH = 6, 4
CODES = np.repeat(np.arange(N_GROUPS), N_EACH)
TARGETS = np.random.default_rng(0).normal(5, 2, CODES.size)
HELD = HeldRows(
    targets=TARGETS,
    codes=CODES,
    folds=CODES // 2,
    counts=np.full(N_GROUPS, float(N_EACH)),
)
EVERY = ConsensusRule(counts=(2, 3), fixed=("r2", "r4"), stacked=2)


def entries(*spreads: float, families: tuple[str, ...] = ()) -> list[Entry]:
    """Return one entry a spread of error, over recipes r1, r2, ... (or the families of r1)."""
    rng = np.random.default_rng(1)
    made = []
    for number, spread in enumerate(spreads):
        predictions = TARGETS + spread * rng.normal(size=TARGETS.size)
        made.append(
            Entry(
                choice=(number, 2),
                recipe="r1" if families else f"r{number + 1}",
                family=families[number] if families else "pls",
                error=float(np.mean((predictions - TARGETS) ** 2)),
                predictions=predictions,
            )
        )
    return made


def of(rated: list[Rated], strategy: Strategy) -> list[Rated]:
    return [one for one in rated if one.blend.strategy == strategy]


def mse(predictions: np.ndarray) -> float:
    return float(np.mean((predictions - TARGETS) ** 2))


def test_the_single_candidate_is_the_one_with_the_lowest_error() -> None:
    made = entries(0.5, 0.2, 0.9)

    (single,) = rated_blends(made, HELD, ConsensusRule())

    assert single.blend.members == ((1, 2),)
    assert single.blend.weights == (1.0,)
    assert single.error == pytest.approx(mse(made[1].predictions))


def test_of_equal_candidates_the_first_wins() -> None:
    made = entries(0.5)
    twin = Entry((7, 0), "r9", "pls", made[0].error, made[0].predictions)

    (single,) = rated_blends([made[0], twin], HELD, ConsensusRule())

    assert single.blend.members == ((0, 2),)


def test_the_mean_of_the_best_is_rated_by_its_own_held_out_error() -> None:
    made = entries(0.8, 0.1, 2.0, 0.3)

    largest, smaller = of(rated_blends(made, HELD, EVERY), Strategy.BEST)

    assert [one.blend.members for one in (largest, smaller)] == [
        ((1, 2), (3, 2), (0, 2)),
        ((1, 2), (3, 2)),
    ]
    assert smaller.error == pytest.approx(mse((made[1].predictions + made[3].predictions) / 2))
    assert sum(largest.blend.weights) == pytest.approx(1)


def test_a_mean_of_the_best_holds_each_recipe_once() -> None:
    same = entries(0.2, 0.3, 0.4, families=("pls", "svr", "lightgbm"))

    assert of(rated_blends(same, HELD, EVERY), Strategy.BEST) == []


def test_a_fixed_set_is_averaged_whatever_its_errors() -> None:
    made = entries(0.2, 5.0, 0.3, 4.0)

    (fixed,) = of(rated_blends(made, HELD, EVERY), Strategy.FIXED)

    assert set(fixed.blend.members) == {(1, 2), (3, 2)}
    assert fixed.error == pytest.approx(mse((made[1].predictions + made[3].predictions) / 2))


def test_a_fixed_set_that_is_not_there_is_not_tried() -> None:
    assert of(rated_blends(entries(0.2, 0.3, 0.4), HELD, EVERY), Strategy.FIXED) == []


def test_a_stack_takes_the_best_recipes_of_every_family() -> None:
    made = entries(0.5, 0.6, 0.7, 0.4)
    svr = Entry((9, 0), "r1", "svr", 9.0, TARGETS + 0.3)

    (stack,) = of(rated_blends([*made, svr], HELD, EVERY), Strategy.STACK)

    assert set(stack.blend.members) <= {(3, 2), (0, 2), (9, 0)}
    assert list(stack.blend.weights) == sorted(stack.blend.weights, reverse=True)
    assert sum(stack.blend.weights) == pytest.approx(1)


def test_a_stack_among_noise_is_not_rated_by_the_rows_its_weights_were_learnt_on() -> None:
    rng = np.random.default_rng(2)
    excess = []
    for _ in range(200):
        predictions = rng.normal(size=(6, TARGETS.size))
        held = HeldRows(rng.normal(size=TARGETS.size), CODES, CODES // 2, HELD.counts)
        made = [
            Entry((n, 0), f"r{n}", "pls", float(np.mean((p - held.targets) ** 2)), p)
            for n, p in enumerate(predictions)
        ]
        (stack,) = of(rated_blends(made, held, ConsensusRule(stacked=6)), Strategy.STACK)
        weights = np.array(stack.blend.weights)
        fresh = weights @ weights + 1  # expected error on new rows: noise of the mean, and y's
        excess.append(stack.error - fresh)

    assert np.mean(excess) == pytest.approx(0, abs=0.05)


def test_a_mean_is_preferred_to_a_single_winner_that_is_hardly_better() -> None:
    made = entries(0.50, 0.51)
    rated = rated_blends(made, HELD, ConsensusRule(counts=(2,)))
    single = of(rated, Strategy.SINGLE)[0]
    mean = of(rated, Strategy.BEST)[0]

    assert mean.error < single.error + 0.5 * single.standard_error
    assert preferred(rated, ConsensusRule()) is mean


def test_a_single_winner_that_is_clearly_better_is_taken() -> None:
    rated = rated_blends(entries(0.1, 3.0), HELD, ConsensusRule(counts=(2,)))

    assert preferred(rated, ConsensusRule()).blend.strategy == Strategy.SINGLE


def test_without_a_candidate_there_is_no_choice() -> None:
    assert preferred(rated_blends([], HELD, EVERY), EVERY) is None


def test_each_strategy_alone_chooses_among_its_own() -> None:
    rated = rated_blends(entries(0.3, 0.31, 0.32, 0.33), HELD, EVERY)

    alone = by_strategy(rated, EVERY)

    assert set(alone) == set(Strategy)
    assert len(alone[Strategy.BEST].blend.members) == 3
    assert all(one.blend.strategy == strategy for strategy, one in alone.items())


def test_a_fixed_set_may_be_worse_by_more_than_a_mean_of_the_best() -> None:
    def rated(strategy: Strategy, error: float) -> Rated:
        return Rated(Blend(strategy, ((0, 0),), (1.0,)), error, standard_error=1.0)

    single = rated(Strategy.SINGLE, 5.0)

    for strategy, worst in ((Strategy.FIXED, 6.0), (Strategy.BEST, 5.5), (Strategy.STACK, 5.5)):
        assert preferred([rated(strategy, worst), single], EVERY).blend.strategy == strategy
        assert preferred([rated(strategy, worst + 0.01), single], EVERY) is single
