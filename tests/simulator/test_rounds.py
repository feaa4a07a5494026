"""One analyser can only be at one vessel at a time."""

import numpy as np
import pytest

from pat.errors import InputError
from pat.simulator.instrument import Acquisition
from pat.simulator.rounds import analyser_rounds


@pytest.mark.parametrize(("n_vessels", "every"), [(24, 60.0), (24, 300.0), (7, 33.0), (1, 1.0)])
def test_visits_never_overlap_and_end_with_the_run(n_vessels, every):
    rounds = analyser_rounds(
        n_vessels=n_vessels, every_min=every, end_h=48.0, acquisition=Acquisition()
    )

    starts = np.sort(np.concatenate(rounds.starts))
    duration_h = rounds.acquisition.duration_s / 3600.0
    assert np.all(np.diff(starts) >= duration_h - 1e-9)
    assert starts[-1] + duration_h <= 48.0 + 1e-6
    for visits in rounds.starts:
        assert np.diff(visits) == pytest.approx(every / 60.0)


def test_a_long_round_leaves_the_acquisition_as_it_is():
    rounds = analyser_rounds(n_vessels=24, every_min=300.0, end_h=48.0, acquisition=Acquisition())

    assert rounds.acquisition == Acquisition()


def test_a_short_round_takes_fewer_accumulations():
    rounds = analyser_rounds(n_vessels=24, every_min=60.0, end_h=48.0, acquisition=Acquisition())

    assert rounds.acquisition == Acquisition(accumulations=15)


@pytest.mark.parametrize("every", [3.9, 0.0, -5.0, float("nan")])
def test_a_round_too_short_for_one_exposure_is_refused(every):
    with pytest.raises(InputError, match="expected a round of at least 4 min"):
        analyser_rounds(n_vessels=24, every_min=every, end_h=48.0, acquisition=Acquisition())
