"""Two versions are compared on the samples that both held out, and on no other."""

import numpy as np
import pandas as pd
import pytest

from pat.calibration.merit import paired_by_culture
from pat.registry.comparison import Comparison, compare
from pat.registry.tracking import Tracking
from pat.registry.training_log import log_training
from pat.registry.versions import get_version
from tests.registry.trainings import make_heldout, make_run, make_training

pytestmark = pytest.mark.mlflow


def compared(tracking: Tracking, *heldouts: object) -> Comparison | None:
    """Return version 1 against version 2 of a sensor with these held-out tables."""
    for heldout in heldouts:
        log_training(tracking, make_training([make_run(heldout=heldout)]), register=True)
    first, second = (get_version("cho.glucose", n, tracking=tracking) for n in (1, 2))
    return compare(first, second, tracking=tracking)


def test_the_errors_are_those_of_the_shared_samples(tracking: Tracking) -> None:
    ours = make_heldout(spread=0.1, seed=1)
    theirs = make_heldout(spread=0.4, seed=2)
    shared = theirs["vessel"] != "V03"

    found = compared(tracking, ours, theirs[shared])

    assert found is not None
    error = (ours["prediction"] - ours["assay"])[shared].to_numpy()
    other = (theirs["prediction"] - theirs["assay"])[shared].to_numpy()
    assert found.n_samples == 25
    assert found.n_cultures == 5
    assert found.rmse_challenger == pytest.approx(np.sqrt(np.mean(error**2)))
    assert found.rmse_champion == pytest.approx(np.sqrt(np.mean(other**2)))
    expected = paired_by_culture(
        error, other, ours["culture"][shared].to_numpy(), rng=np.random.default_rng(0)
    )
    assert found.test.p_value == pytest.approx(expected.p_value)


def test_samples_are_paired_by_name_not_by_their_place_in_the_table(tracking: Tracking) -> None:
    rows = make_heldout(spread=0.3, seed=4)

    found = compared(tracking, rows, rows.sample(frac=1, random_state=3))

    assert found is not None
    assert found.rmse_challenger == pytest.approx(found.rmse_champion)
    assert found.test.p_value == 1


def test_a_sample_held_out_by_several_resamples_counts_once(tracking: Tracking) -> None:
    rows = make_heldout()
    again = rows.assign(fold=99, prediction=rows["prediction"] + 0.5)
    twice = pd.concat([rows, again], ignore_index=True)

    found = compared(tracking, twice, rows)

    assert found is not None
    assert found.n_samples == len(rows)
    mean_error = rows["prediction"] + 0.25 - rows["assay"]
    assert found.rmse_challenger == pytest.approx(np.sqrt(np.mean(mean_error**2)))


def test_vessels_called_01_and_1_or_na_stay_apart(tracking: Tracking) -> None:
    rows = make_heldout()
    rows["vessel"] = rows["vessel"].replace({"V01": "01", "V02": "1", "V03": "NA"})
    rows["culture"] = "cho/" + rows["vessel"]

    found = compared(tracking, rows, rows)

    assert found is not None
    assert found.n_cultures == 6


def test_a_sample_called_na_is_not_one_without_a_name(tracking: Tracking) -> None:
    rows = make_heldout()
    rows.loc[1, ["elapsed_h", "sample"]] = [rows.loc[0, "elapsed_h"], "NA"]

    found = compared(tracking, rows, rows)

    assert found is not None
    assert found.n_samples == len(rows)


def test_sensors_of_different_campaigns_share_nothing(tracking: Tracking) -> None:
    assert compared(tracking, make_heldout(), make_heldout(campaign="hek")) is None


def test_a_version_whose_table_is_gone_cannot_be_compared(tracking: Tracking) -> None:
    from pathlib import Path

    log_training(tracking, make_training(), register=True)
    run = tracking.client.get_run(get_version("cho.glucose", 1, tracking=tracking).run_id)
    (Path(run.info.artifact_uri.removeprefix("file://")) / "heldout.csv").unlink()

    assert compared(tracking, make_heldout()) is None
