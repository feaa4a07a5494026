"""The split never hides that it is impossible."""

import numpy as np
import pytest

from pat.calibration.merit import rmse, sensor_share


def test_a_simulated_sensor_error_is_found_under_the_analysers():
    rng = np.random.default_rng(0)
    errors = rng.normal(0.0, 0.3, 100_000) - rng.normal(0.0, 0.4, 100_000)

    split = sensor_share(rmse(errors), 0.4)

    assert split.sensor == pytest.approx(0.3, abs=0.005)
    assert split.analyser_share == pytest.approx(0.64, abs=0.01)


def test_the_split_is_said_in_one_sentence():
    assert sensor_share(0.5, 0.4).meaning == (
        "of the error of 0.5, the reference method alone makes 0.4 and the sensor 0.3"
    )


@pytest.mark.parametrize("sel,sensor", [(0.0, 0.5), (0.5, 0.0)])
def test_the_ends_of_the_split(sel, sensor):
    assert sensor_share(0.5, sel).sensor == sensor


def test_an_analyser_worse_than_the_whole_error_is_said_not_cut_off():
    split = sensor_share(0.2, 0.3)

    assert split.sensor is None
    assert split.analyser_share == pytest.approx(2.25)
    assert "larger than the whole error" in split.meaning


def test_an_unknown_analyser_leaves_the_split_unknown():
    split = sensor_share(0.2, None)

    assert (split.sensor, split.analyser_share) == (None, None)
    assert "not known" in split.meaning


def test_no_error_at_all_has_no_shares():
    assert sensor_share(0.0, 0.0).analyser_share is None


@pytest.mark.parametrize("rmse_value,sel", [(-1.0, 0.1), (np.nan, 0.1), (1.0, -0.1), (1.0, np.inf)])
def test_an_error_is_zero_or_more(rmse_value, sel):
    with pytest.raises(ValueError, match="of zero or more; got"):
        sensor_share(rmse_value, sel)
