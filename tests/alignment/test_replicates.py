"""Replicates give the reference method's error, as a one-way analysis of variance would."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pat.alignment import pair, pooled_spread
from pat.campaign import Analyte
from tests.alignment.campaigns import make_campaign


def drawn(hour: float, **rest: object) -> dict[str, object]:
    return {"vessel": "V1", "elapsed_h": hour, **rest}


def test_two_readings_a_sample_give_the_duplicate_formula():
    readings = pd.DataFrame({"vial": ["a", "a", "b", "b", "c"], "value": [1.0, 1.4, 5.0, 5.2, 9.0]})

    spread = pooled_spread(readings, ["vial"])

    differences = np.array([0.4, 0.2])
    assert spread.sd == pytest.approx(np.sqrt(np.sum(differences**2) / (2 * 2)))
    assert spread.dof == 2


@given(
    st.lists(st.lists(st.floats(-50, 50), min_size=1, max_size=5), min_size=1, max_size=6).filter(
        lambda groups: any(len(g) > 1 for g in groups)
    )
)
def test_the_spread_is_the_residual_of_one_mean_a_sample(groups):
    readings = pd.DataFrame(
        [{"vial": n, "value": x} for n, group in enumerate(groups) for x in group]
    )
    membership = (readings["vial"].to_numpy()[:, None] == np.arange(len(groups))).astype(float)
    _, _, rank, _ = np.linalg.lstsq(membership, readings["value"], rcond=None)
    fit = membership @ np.linalg.pinv(membership) @ readings["value"].to_numpy()
    dof = len(readings) - rank

    spread = pooled_spread(readings, ["vial"])

    assert spread.dof == dof
    assert spread.sd == pytest.approx(
        np.sqrt(np.sum((readings["value"] - fit) ** 2) / dof), abs=1e-9
    )


def test_nothing_read_twice_has_no_spread():
    assert pooled_spread(pd.DataFrame({"vial": ["a", "b"], "value": [1.0, 2.0]}), ["vial"]) is None


def test_the_pooled_spread_finds_the_error_of_a_single_reading():
    rng = np.random.default_rng(4)
    cells = [
        drawn(float(hour), value=level + error)
        for hour, level in enumerate(rng.uniform(0, 20, size=400))
        for error in rng.normal(scale=0.3, size=3)
    ]
    campaign = make_campaign([drawn(float(hour)) for hour in range(400)], cells)

    pairing = pair(campaign)

    # Relative standard error of an SD with 800 degrees of freedom is 2.5 %; four of those.
    assert pairing.sel["glucose"] == pytest.approx(0.3, rel=0.1)
    assert pairing.spread["glucose"].dof == 800
    assert pairing.value_sd("glucose") == pytest.approx(pairing.sel["glucose"] / np.sqrt(3))


def test_means_of_unequal_numbers_have_the_root_mean_square_of_their_errors():
    counts = [1, 1, 4]
    campaign = make_campaign(
        [drawn(float(hour)) for hour in range(3)],
        [drawn(float(hour), value=5.0) for hour, n in enumerate(counts) for _ in range(n)],
        analytes={"glucose": Analyte("glucose", "g/L", sel=0.6)},
    )

    errors = [0.6 / np.sqrt(n) for n in counts]

    assert pair(campaign).value_sd("glucose") == pytest.approx(np.sqrt(np.mean(np.square(errors))))


def test_unpaired_samples_tell_of_the_method_too_and_excluded_and_censored_cells_do_not():
    campaign = make_campaign(
        [drawn(0.0)],
        [
            drawn(0.0, value=4.0),
            drawn(50.0, value=1.0),
            drawn(50.0, value=2.0),
            drawn(50.0, value=90.0, excluded="typo"),
            drawn(50.0, censored="<", limit=0.1),
        ],
    )

    pairing = pair(campaign)

    assert pairing.sel["glucose"] == pytest.approx(np.sqrt(0.5))
    assert pairing.spread["glucose"].dof == 1


def test_a_stated_error_counts_before_the_replicates():
    campaign = make_campaign(
        [drawn(0.0)],
        [drawn(0.0, value=4.0), drawn(0.0, value=5.0)],
        analytes={"glucose": Analyte("glucose", "g/L", sel=0.05)},
    )

    pairing = pair(campaign)

    assert pairing.sel["glucose"] == 0.05
    assert pairing.spread["glucose"].sd == pytest.approx(np.sqrt(0.5))


def test_without_replicates_or_statement_the_error_is_unknown():
    pairing = pair(make_campaign([drawn(0.0)], [drawn(0.0, value=4.0)]))

    assert pairing.sel == {"glucose": None}
    assert pairing.value_sd("glucose") is None
