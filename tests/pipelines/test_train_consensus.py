"""A training whose champion is a consensus: what it says, keeps and serves is that of the mean."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from pat.readers import read_campaign
from pat.registry import resolve_sensor
from pat.registry.tracking import Tracking
from pat.soft_sensor import SoftSensor, save_sensor, verify_sensor
from pipelines import recipes, train
from tests.pipelines.trainings import in_one_process, small_campaign
from tests.registry.stores import copied, empty_store, scratch_folder


@dataclass(frozen=True)
class Consensus:
    """What one training left behind."""

    tracking: Tracking
    facts: dict[str, Any]
    sensor: SoftSensor


@cache
def consensus() -> Consensus:
    """Train a standard sensor whose members are weighed by a stack."""
    folder = scratch_folder() / "consensus"
    tracking = copied(empty_store(), folder / "store")
    stack = recipes.ConsensusRule(stacked=4, tolerance=1e9)
    with in_one_process(), pytest.MonkeyPatch.context() as patch:
        patch.setitem(recipes.CONSENSUS, recipes.Effort.STANDARD, stack)
        train.run(
            [small_campaign()],
            effort="standard",
            analytes=["glucose"],
            tracking_uri=tracking.uri,
            json=folder / "facts.json",
        )
    (facts,) = json.loads((folder / "facts.json").read_text())
    sensor, _ = resolve_sensor("models:/tiny.glucose/1", tracking)
    return Consensus(tracking, facts, sensor)


def test_the_facts_name_every_member_with_its_share() -> None:
    trained = consensus()
    parameters, n_members = trained.facts["parameters"], len(trained.sensor.members)

    assert n_members > 1
    assert trained.facts["model"].startswith("stack: ")
    assert parameters["members"] == n_members
    shares = [float(parameters[f"member_{n}"].split(" of ")[0]) for n in range(1, n_members + 1)]
    np.testing.assert_allclose(shares, [m.weight for m in trained.sensor.members], rtol=6e-3)
    assert sum(shares) == pytest.approx(1, abs=0.01)
    recipe_of = dict(enumerate(trained.sensor.provenance.recipe, start=1))
    assert all(parameters[f"member_{n}"].endswith(f" on {name}") for n, name in recipe_of.items())


def test_the_registered_sensor_predicts_the_weighted_mean_of_its_pipelines() -> None:
    sensor = consensus().sensor
    spectra = read_campaign(small_campaign()).spectra

    value = sensor.predict(spectra)["value"]

    each = [m.weight * np.ravel(m.pipeline.predict(spectra.intensities)) for m in sensor.members]
    np.testing.assert_allclose(value, np.sum(each, axis=0), rtol=1e-9)


def test_params_hold_strategy_and_members() -> None:
    trained = consensus()

    params = trained.tracking.client.get_run(trained.facts["run_id"]).data.params

    expected = {name: str(value) for name, value in trained.facts["parameters"].items()}
    assert {name: params[name] for name in expected} == expected
    assert params["model"] == trained.facts["model"]


def test_rmsecv_follows_from_the_held_out_rows_of_the_mean(tmp_path: Path) -> None:
    trained = consensus()
    client, run_id = trained.tracking.client, trained.facts["run_id"]
    rows = pd.read_csv(client.download_artifacts(run_id, "heldout.csv", str(tmp_path)))

    error = rows["prediction"] - rows["assay"]

    assert np.sqrt(np.mean(error**2)) == pytest.approx(trained.facts["rmsecv"], rel=1e-9)


def test_the_card_says_that_it_is_a_consensus_and_what_competed() -> None:
    trained = consensus()

    text = trained.tracking.client.get_run(trained.facts["run_id"]).data.tags["mlflow.note.content"]

    n_members = consensus().facts["parameters"]["members"]
    assert f"consensus: the value is the weighted mean of {n_members} members" in text
    assert f"member {n_members}: " in text
    assert "| stack, chosen" in text
    assert "| single " in text
    assert f"weighted means over {n_members} members" in text


def test_an_exported_consensus_is_verified(tmp_path: Path) -> None:
    sensor = consensus().sensor
    save_sensor(sensor, tmp_path / "exported")

    assert verify_sensor(tmp_path / "exported").worst < 1e-9
    assert sensor.limits.q > 0
    assert sensor.interval.half_width > 0
