"""The classical intervals on a card are the textbook's, on the same held-out rows as the own."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from pipelines.training_classical import beside_words, intervals_beside
from tests.soft_sensor.sensors import make_sensor, plain_sensor, pls


def rows(n=40):
    rng = np.random.default_rng(2)
    assay = rng.uniform(0, 8, n)
    prediction = assay + rng.normal(size=n)
    apart = {"t2": rng.chisquare(3, n), "q": rng.chisquare(9, n)}
    bounds = {"lower": prediction - 2.5, "upper": prediction + 2.0}
    return pd.DataFrame({"assay": assay, "prediction": prediction, **bounds, **apart})


def test_each_interval_is_judged_on_the_same_rows():
    held, sensor = rows(), plain_sensor()
    n, a = 40, sensor.members[0].parts.latent.n_components

    own, e1655, u, faber_bro = intervals_beside(sensor, held, fit_rmse=0.5, sel=0.3)

    sec2 = 0.5**2 * n / (n - a - 1)
    h = held["t2"] / (n - 1)
    t = stats.t.ppf(0.975, n - a - 1)
    error = held["prediction"] - held["assay"]
    half = t * np.sqrt(sec2 * (1 + h + 1 / n))
    spread = np.mean(error**2) * (1 - (a + 1) / n) * (h + 1 / n + held["q"] / held["q"].mean())
    assert own.width == pytest.approx(2.25)
    assert own.share == pytest.approx(np.mean((error <= 2.5) & (error >= -2.0)))
    assert (e1655.width, e1655.share) == pytest.approx((half.mean(), np.mean(abs(error) <= half)))
    assert u.width == pytest.approx((t * np.sqrt(spread)).mean())
    truth = t * np.sqrt(sec2 * (1 + h + 1 / n) - 0.3**2)
    assert faber_bro.width == pytest.approx(truth.mean())


def test_rows_without_bounds_and_an_unknown_error_of_the_assay_are_left_aside():
    held = rows()
    held.loc[3, "lower"] = np.nan

    found = intervals_beside(plain_sensor(), held, fit_rmse=0.5, sel=None)

    assert [one.name for one in found] == ["this one", "ASTM E1655", "U-deviation"]


def test_a_consensus_has_no_classical_interval():
    consensus = make_sensor(pls(2), pls(3))

    assert intervals_beside(consensus, rows(), fit_rmse=0.5, sel=None) == ()
    assert beside_words((), "g/L") == ()


def test_the_words_name_shares_and_widths():
    found = intervals_beside(plain_sensor(), rows(), fit_rmse=0.5, sel=None)

    (words,) = beside_words(found, "g/L")

    assert f"this one {found[0].share:.1%} at ± 2.25 g/L; ASTM E1655 " in words
