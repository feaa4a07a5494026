"""Intervals over cultures hold the figure of the process that the cultures came from."""

import numpy as np
import pytest

from pat.calibration.merit import Scale, ccc, jackknife_interval, linearity, r2, rmse, rpd, sep


def drawn(rng, *, n_cultures=14, bend=0.0):
    culture = np.repeat(np.arange(n_cultures), 10)
    assay = rng.uniform(1, 6, culture.size)
    own = np.repeat(rng.normal(0, 0.15, n_cultures), 10)
    place = 2 * (assay - 1) / 5 - 1
    predicted = assay + own - bend * place**2 + rng.normal(0, 0.2, culture.size)
    return assay, predicted, culture


@pytest.mark.parametrize(
    "figure,scale",
    [
        (lambda a, p: sep(p - a), Scale.LOG),
        (r2, Scale.SQUARED_CORRELATION),
        (ccc, Scale.CORRELATION),
        (rpd, Scale.LOG),
    ],
)
def test_the_interval_holds_the_figure_of_very_many_cultures(figure, scale):
    rng = np.random.default_rng(4)
    truth = figure(*drawn(rng, n_cultures=20_000)[:2])

    inside = []
    for _ in range(300):
        low, high = jackknife_interval(figure, *drawn(rng), scale=scale)
        inside.append(low <= truth <= high)

    # Three binomial standard errors at 300, and what heavy culture biases cost.
    assert np.mean(inside) == pytest.approx(0.95, abs=0.045)


def test_the_mean_has_the_interval_of_students_t_over_cultures_of_one_size():
    assay, predicted, culture = drawn(np.random.default_rng(1))

    found = jackknife_interval(lambda a, p: float(np.mean(p - a)), assay, predicted, culture)

    means = (predicted - assay).reshape(14, 10).mean(axis=1)
    reach = 2.160369 * means.std(ddof=1) / np.sqrt(14)  # t with 13 degrees of freedom
    assert found == pytest.approx((means.mean() - reach, means.mean() + reach))


def test_few_cultures_and_undefined_figures_have_no_interval():
    assay, predicted, culture = drawn(np.random.default_rng(1), n_cultures=4)

    assert jackknife_interval(lambda a, p: rmse(p - a), assay, predicted, culture) is None
    assert jackknife_interval(lambda _a, _p: None, *drawn(np.random.default_rng(1))) is None


def test_a_bend_is_measured_and_a_straight_line_raises_no_more_alarms_than_stated():
    rng = np.random.default_rng(2)

    bent = linearity(*drawn(rng, bend=0.5))
    straight = [linearity(*drawn(rng)).is_straight for _ in range(300)]

    assert bent.bend == pytest.approx(0.5, abs=0.12)
    assert not bent.is_straight
    assert "bend more than chance" in bent.meaning
    assert np.mean(straight) == pytest.approx(0.95, abs=0.04)


def test_two_levels_cannot_bend():
    assay = np.repeat([1.0, 2.0], 30)

    assert linearity(assay, assay + 0.1, np.repeat(np.arange(6), 10)) is None
