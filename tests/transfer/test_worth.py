"""A transfer is worth a version where its samples speak against the sensor as it stands."""

from dataclasses import replace

import numpy as np
import pytest

from pat.transfer import transfer_data, why_not_worth
from pat.transfer.choice import Choice, Rule
from tests.soft_sensor.sensors import make_run, plain_sensor

ROWS = np.arange(8)


def data_with(errors, *, unverified=None):
    """A transfer whose sensor, as it stands, misses its samples by these errors."""
    sensor = plain_sensor()
    run, _ = make_run(n_cultures=4, n_samples=2)
    data = transfer_data(sensor, run)
    wrong = replace(sensor, gates=replace(sensor.gates, unverified=unverified))
    return replace(data, sensor=wrong, as_it_stands=data.assays + np.asarray(errors))


def chosen(*, rule=Rule.LEFT_OUT, rmse=0.0):
    return Choice((), (), rmse, 0.0, np.inf, rule)


def worth(data, error, *, rule=Rule.LEFT_OUT, rows=ROWS):
    """Whether a mean that misses each sample by `error`, chosen anew, is worth a version."""
    anew = data.assays[rows] + error
    return why_not_worth(data, rows, chosen(rule=rule), anew=anew) == ""


@pytest.mark.parametrize(("error", "is_worth"), [(0.9, True), (0.96, True), (0.98, False)])
def test_it_must_clearly_beat_the_sensor_as_it_stands(error, is_worth):
    assert worth(data_with(np.ones(8)), error) is is_worth


def test_an_error_that_luck_made_small_does_not_count():
    # The chosen mean's own error is 0.0; chosen anew it is no better than the sensor.
    assert not worth(data_with(np.ones(8)), 1.0)


@pytest.mark.parametrize(("error", "is_worth"), [(1.0, True), (1.1, False)])
def test_an_unverified_sensor_need_not_be_beaten(error, is_worth):
    assert worth(data_with(np.ones(8), unverified="no assay was used"), error) is is_worth


def test_a_sensor_that_reads_no_sample_is_no_rival():
    assert worth(data_with(np.r_[np.nan, np.zeros(7)]), 1.0)


@pytest.mark.parametrize(("share", "is_worth"), [(0.6, False), (0.8, True), (-0.8, True)])
def test_of_two_samples_the_mean_error_must_pass_what_the_interval_allows(share, is_worth):
    # The mean of two may be off by 1 / sqrt(2) = 0.707 of the half-width.
    by = share * plain_sensor().interval.half_width

    found = worth(data_with(np.full(8, by)), 0.0, rule=Rule.AGREED, rows=np.arange(2))

    assert found is is_worth


def test_it_must_beat_the_mean_assay_of_the_other_samples():
    data = data_with(np.full(8, 50.0))
    assays = data.assays
    others = [np.delete(assays, row).mean() for row in ROWS]  # four vessels: each by itself

    by_the_mean = why_not_worth(data, ROWS, chosen(), anew=np.array(others))
    better = why_not_worth(data, ROWS, chosen(), anew=0.1 * assays + 0.9 * np.array(others))

    assert by_the_mean == "the mean assay of the other samples predicts these as well"
    assert better == ""
