"""A transferred sensor in registry and stream: a version like any other that names its parent."""

from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import create_engine

from pat.errors import InputError, SensorError
from pat.registry import Tracking, promote, registered_sensors, resolve_sensor
from pipelines import spectrometer, stream, transfer
from tests.pipelines.test_transfer import other_instrument
from tests.registry.stores import copied, trained_store

pytestmark = pytest.mark.mlflow
PARENT = "models:/cho.glucose/1"


@pytest.fixture
def tracking(tmp_path: Path) -> Tracking:
    """A store with version 1 of cho.glucose."""
    return copied(trained_store(), tmp_path / "store")


def streamed(campaign: Path, drop: Path, *, sensor: str, tracking: Tracking) -> pd.DataFrame:
    """Return the predictions of a campaign whose spectra were dropped one by one."""
    spectrometer.run(campaign, drop=drop, speed=float("inf"))
    stream.run(drop, sensors=[sensor], settle=0, once=True, tracking_uri=tracking.uri)
    engine = create_engine(f"sqlite:///{drop}-results.db")
    table = pd.read_sql_table("predictions", engine)
    engine.dispose()
    return table


def test_a_transfer_is_a_new_version_that_streams_good_rows_and_names_its_parent(
    tracking: Tracking, tmp_path: Path
) -> None:
    place = other_instrument(tmp_path)
    parent, _ = resolve_sensor(PARENT, tracking)

    facts = transfer.run(PARENT, to=place, samples=12, tracking_uri=tracking.uri)

    assert facts["written"] == "models:/cho.glucose/2"
    made, _ = resolve_sensor(facts["written"], tracking)
    assert made.provenance.facts["transferred from"] == f"{PARENT}, digest {parent.digest}"
    assert made.name == parent.name
    run = tracking.client.get_run(
        tracking.client.get_model_version("cho.glucose", "2").run_id or ""
    )
    assert run.data.tags["transferred_from"] == PARENT
    assert run.data.tags["transferred_from_digest"] == parent.digest
    rows = streamed(place, tmp_path / "drop", sensor=facts["written"], tracking=tracking)
    assert set(rows["sensor_digest"]) == {made.digest}
    assert (rows["quality"] == "good").mean() > 0.7


@pytest.mark.parametrize(
    ("samples", "said"),
    [(0, "level unverified on this instrument"), (3, "level set by 3 samples")],
)
def test_a_level_that_nobody_tested_streams_uncertain_and_is_not_promoted(
    tracking: Tracking, tmp_path: Path, samples: int, said: str
) -> None:
    place = other_instrument(tmp_path)

    facts = transfer.run(PARENT, to=place, samples=samples, tracking_uri=tracking.uri)

    rows = streamed(place, tmp_path / "drop", sensor=facts["written"], tracking=tracking)
    assert (rows["quality"] == "uncertain").all()
    assert rows["reasons"].str.startswith(said).all()
    assert rows["value"].notna().all()
    with pytest.raises(SensorError, match=f"is not shown: {said}"):
        promote("cho.glucose", 2, alias="champion", by="A", why="B", tracking=tracking)


def test_what_cannot_be_transferred_leaves_the_registry_as_it_was(
    tracking: Tracking, tmp_path: Path
) -> None:
    place = other_instrument(tmp_path, level=40.0)

    with pytest.raises(InputError, match="within the calibrated"):
        transfer.run(PARENT, to=place, samples=10, tracking_uri=tracking.uri)

    (only,) = registered_sensors(tracking)
    assert only.version == 1
    runs = tracking.client.search_runs(
        [tracking.client.get_experiment_by_name("cho").experiment_id]
    )
    assert len(runs) == 2  # the training and its analyte
