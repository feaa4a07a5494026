"""A transferred version is promoted on what its own samples show, and refused with the reason."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from pat.errors import InputError, SensorError
from pat.readers import write_campaign
from pat.registry import Tracking, get_version, log_training, promote, registered_sensors
from pat.registry.comparison import heldout
from pipelines import promote as promote_command
from pipelines import transfer
from tests.registry.stores import copied, trained_store
from tests.registry.trainings import make_run as training_run
from tests.registry.trainings import make_training
from tests.soft_sensor.sensors import AXIS, make_run

pytestmark = pytest.mark.mlflow
PARENT = "models:/cho.glucose/1"
WORDS = {"by": "A. Reviewer", "why": "new probe", "alias": "champion"}
TARGETS = """\
purpose = "feeding"

[analytes.glucose]
unit = "g/L"
max_rmsep = {rmsep}
max_bias = 0.3
min_coverage = 0.8
null_margin = 0.5
"""


@pytest.fixture
def tracking(tmp_path: Path) -> Tracking:
    """A store with version 1 of cho.glucose."""
    return copied(trained_store(), tmp_path / "store")


def moved(
    tracking: Tracking,
    folder: Path,
    *,
    n_vessels: int,
    samples: int | None,
    rmsep: float | None = 0.4,
) -> dict[str, Any]:
    """Transfer to an instrument that adds a false band, by the first samples of its vessels."""
    run, _ = make_run(n_cultures=n_vessels, n_samples=3, campaign="next")
    run.spectra.intensities[:] += 80 * np.exp(-0.5 * ((AXIS - 480) / 10) ** 2)
    write_campaign(run, folder / "next")
    (folder / "targets.toml").write_text(TARGETS.format(rmsep=rmsep))
    return transfer.run(
        PARENT,
        to=folder / "next",
        samples=samples,
        first=True,
        targets=folder / "targets.toml" if rmsep is not None else None,
        tracking_uri=tracking.uri,
    )


def metrics_of(tracking: Tracking, version: int) -> dict[str, float]:
    run_id = get_version("cho.glucose", version, tracking=tracking).run_id
    return dict(tracking.client.get_run(run_id).data.metrics)


def test_vessels_that_gave_no_transfer_sample_judge_it_and_it_is_promoted(
    tracking: Tracking, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    facts = moved(tracking, tmp_path, n_vessels=7, samples=6)

    assert [one["is_met"] for one in facts["criteria"]] == [True] * 4
    metrics = metrics_of(tracking, 2)
    assert "nested/rmse" not in metrics  # two vessels gave samples
    version = get_version("cho.glucose", 2, tracking=tracking)
    table = heldout_table(tracking, version.run_id, tmp_path)
    test = table[table["role"] == "used for nothing else"]
    assert sorted(set(test["vessel"])) == ["W3", "W4", "W5", "W6", "W7"]
    error = test["prediction"] - test["assay"]
    assert metrics["test/rmsep"] == pytest.approx(np.sqrt(np.mean(error**2)))
    run = tracking.client.get_run(version.run_id)
    assert run.data.tags["criteria"] == "met"
    card = run.data.tags["mlflow.note.content"]
    assert "## Acceptance criteria" in card
    assert "15 assayed samples of 5 vessels that gave no transfer sample" in card
    capsys.readouterr()

    promote_command.run("cho.glucose", 2, **WORDS, waive=None, tracking_uri=tracking.uri)

    assert "RMSEP of vessels that served for nothing else 0.0" in capsys.readouterr().out


def heldout_table(tracking: Tracking, run_id: str, folder: Path) -> pd.DataFrame:
    place = tracking.client.download_artifacts(run_id, "heldout.csv", str(folder))
    return pd.read_csv(place, dtype={"sample": "str"})


def test_without_others_every_vessel_is_predicted_by_a_choice_made_without_it(
    tracking: Tracking, tmp_path: Path
) -> None:
    facts = moved(tracking, tmp_path, n_vessels=5, samples=None, rmsep=None)

    metrics = metrics_of(tracking, 2)
    version = get_version("cho.glucose", 2, tracking=tracking)
    table = heldout_table(tracking, version.run_id, tmp_path)
    assert table["fold"].nunique() == 5
    nested = np.sqrt(np.mean((table["nested"] - table["assay"]) ** 2))
    chosen = np.sqrt(np.mean((table["prediction"] - table["assay"]) ** 2))
    assert metrics["nested/rmse"] == pytest.approx(nested)
    assert metrics["cv/rmse"] == pytest.approx(chosen)
    assert metrics["null/mean"] == pytest.approx(table["assay"].std(), rel=0.3)
    assert facts["nested_rmse"] == pytest.approx(nested)
    assert heldout(version, tracking) is not None
    promote("cho.glucose", 2, tracking=tracking, **WORDS)


def test_a_criterion_that_is_missed_refuses_it(tracking: Tracking, tmp_path: Path) -> None:
    moved(tracking, tmp_path, n_vessels=7, samples=6, rmsep=1e-6)

    with pytest.raises(SensorError, match=r"RMSEP at most 1e-06 g/L: not met, found 0\.0"):
        promote("cho.glucose", 2, tracking=tracking, **WORDS)


def test_too_few_vessels_show_nothing_and_it_is_refused_with_what_is_missing(
    tracking: Tracking, tmp_path: Path
) -> None:
    facts = moved(tracking, tmp_path, n_vessels=4, samples=6)

    assert {one["name"]: one["is_met"] for one in facts["criteria"]} == {
        "error": None, "bias": None, "coverage": None, "null model": None,
    }  # fmt: skip
    said = r"samples of 5 vessels or more .* got 2 beside the transfer samples and 2 among them"
    with pytest.raises(SensorError, match=f"is not shown: expected assayed {said}"):
        promote("cho.glucose", 2, tracking=tracking, **WORDS)


def test_a_waived_version_is_compared_with_a_champion_that_it_shares_no_sample_with(
    tracking: Tracking, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    promote("cho.glucose", 1, tracking=tracking, **WORDS)
    moved(tracking, tmp_path, n_vessels=4, samples=0, rmsep=None)

    promote_command.run("cho.glucose", 2, **WORDS, waive="trend", tracking_uri=tracking.uri)

    assert "share no held-out sample" in capsys.readouterr().out


def test_a_version_whose_held_out_table_is_empty_can_be_compared(tracking: Tracking) -> None:
    log_training(tracking, make_training([training_run(heldout=pd.DataFrame())]), register=True)

    assert heldout(get_version("cho.glucose", 2, tracking=tracking), tracking) is None


def test_a_profile_of_another_analyte_stops_it_before_anything_is_done(
    tracking: Tracking, tmp_path: Path
) -> None:
    (tmp_path / "targets.toml").write_text(
        TARGETS.format(rmsep=1).replace("analytes.glucose", "analytes.lactate")
    )

    with pytest.raises(InputError, match=r"expected a section \[analytes\.glucose\]"):
        transfer.run(
            PARENT, to=tmp_path / "nowhere", targets=tmp_path / "targets.toml",
            tracking_uri=tracking.uri,
        )  # fmt: skip
    assert len(registered_sensors(tracking)) == 1
