"""A name means one version, and what is not there is answered by what is."""

import shutil
from pathlib import Path

import pytest
from mlflow.exceptions import MlflowException

from pat.errors import SensorError, StoreError
from pat.registry.promotion import promote
from pat.registry.tracking import Tracking
from pat.registry.training_log import log_training
from pat.registry.versions import get_version, registered_sensors, resolve_sensor
from tests.registry.trainings import make_run, make_training
from tests.soft_sensor.sensors import make_sensor, plain_sensor, snv_pls

pytestmark = pytest.mark.mlflow


@pytest.fixture
def promoted(trained: Tracking) -> Tracking:
    """Version 1 of cho.glucose is champion, version 2 challenger."""
    promote("cho.glucose", 1, alias="champion", by="R", why="first", tracking=trained)
    log_training(trained, make_training(), register=True)
    return trained


@pytest.mark.parametrize(
    "reference, version",
    [
        ("cho.glucose", 1),
        ("models:/cho.glucose@champion", 1),
        ("models:/cho.glucose@challenger", 2),
        ("models:/cho.glucose/1", 1),
        ("models:/cho.glucose/2", 2),
    ],
)
def test_each_form_of_a_name_means_its_version(
    reference: str, version: int, promoted: Tracking
) -> None:
    sensor, address = resolve_sensor(reference, promoted)

    assert address == f"models:/cho.glucose/{version}"
    assert sensor.digest == plain_sensor().digest


def test_a_sensor_that_was_not_registered_has_an_address_too(tracking: Tracking) -> None:
    (logged,) = log_training(tracking, make_training(), register=False)

    sensor, address = resolve_sensor(logged.reference, tracking)

    assert address == logged.reference
    assert sensor.digest == plain_sensor().digest


def test_a_sensor_without_champion_names_its_newest_version_and_the_promote_line(
    unchanged: Tracking,
) -> None:
    with pytest.raises(SensorError) as caught:
        resolve_sensor("cho.glucose", unchanged)

    assert "cho.glucose has no champion" in str(caught.value)
    assert "models:/cho.glucose/1" in str(caught.value)
    assert "pat promote cho.glucose 1 --by WHO --why TEXT" in str(caught.value)


@pytest.mark.parametrize(
    "reference, words",
    [
        ("models:/cho.glucose/9", "has no version 9 in .*newest version is 1"),
        ("models:/cho.glucose@beta", "has no alias beta"),
        ("cho.lactate", "no sensor cho.lactate in .*registered are: cho.glucose"),
        ("models:/cho.lactate/1", "no sensor cho.lactate"),
        ("models:/m-0123456789", "no sensor models:/m-0123456789"),
        ("models:/cho.glucose", "expected NAME.ANALYTE"),
        ("models:/a/b/c", "expected NAME.ANALYTE"),
        ("models:", "expected NAME.ANALYTE"),
        ("", "expected NAME.ANALYTE"),
        ("a/b", "expected NAME.ANALYTE"),
    ],
)
def test_what_is_not_there_is_answered_by_what_is(
    reference: str, words: str, unchanged: Tracking
) -> None:
    with pytest.raises(SensorError, match=words):
        resolve_sensor(reference, unchanged)


def test_an_empty_registry_says_so(tracking: Tracking) -> None:
    with pytest.raises(SensorError, match="nothing is registered there"):
        resolve_sensor("cho.glucose", tracking)


def test_a_deleted_version_is_gone(promoted: Tracking) -> None:
    promoted.client.delete_model_version("cho.glucose", "1")

    with pytest.raises(SensorError, match="has no version 1"):
        resolve_sensor("models:/cho.glucose/1", promoted)
    with pytest.raises(SensorError, match="has no champion"):
        resolve_sensor("cho.glucose", promoted)
    assert [row.version for row in registered_sensors(promoted)] == [2]


def test_models_of_other_makes_are_neither_listed_nor_loaded(trained: Tracking) -> None:
    trained.client.create_registered_model("churn")
    trained.client.create_model_version("churn", "file:///elsewhere")

    assert {row.name for row in registered_sensors(trained)} == {"cho.glucose"}
    with pytest.raises(SensorError, match="another make"):
        resolve_sensor("models:/churn/1", trained)


def test_versions_are_listed_newest_first_with_their_aliases(promoted: Tracking) -> None:
    rows = registered_sensors(promoted)

    assert [(row.version, row.aliases) for row in rows] == [
        (2, ("challenger",)),
        (1, ("champion",)),
    ]
    assert {row.nested_rmse for row in rows} == {"0.3"}
    assert rows[0].digest == plain_sensor().digest


def test_more_names_than_a_page_are_all_listed(trained: Tracking) -> None:
    source = trained.client.get_model_version("cho.glucose", "1")
    for number in range(105):
        trained.client.create_registered_model(f"cho.a{number:03d}")
        trained.client.create_model_version(
            f"cho.a{number:03d}", source.source, tags=dict(source.tags)
        )

    assert len(registered_sensors(trained)) == 106


def test_files_exchanged_in_the_store_are_refused(trained: Tracking) -> None:
    place = trained.client.get_model_version_download_uri("cho.glucose", "1")
    folder = Path(place.removeprefix("file://")) / "artifacts" / "sensor"
    shutil.rmtree(folder)
    from pat.soft_sensor import save_sensor

    save_sensor(make_sensor(snv_pls()), folder)

    with pytest.raises(SensorError, match="was changed after it was registered"):
        resolve_sensor("models:/cho.glucose/1", trained)


def test_one_changed_byte_in_the_store_is_refused(trained: Tracking) -> None:
    place = trained.client.get_model_version_download_uri("cho.glucose", "1")
    model = Path(place.removeprefix("file://")) / "artifacts" / "sensor" / "model.skops"
    stored = bytearray(model.read_bytes())
    stored[len(stored) // 2] ^= 1
    model.write_bytes(stored)

    with pytest.raises(SensorError, match="SHA-256"):
        resolve_sensor("models:/cho.glucose/1", trained)


def test_files_that_are_gone_from_the_store_are_one_message(trained: Tracking) -> None:
    place = trained.client.get_model_version_download_uri("cho.glucose", "1")
    shutil.rmtree(Path(place.removeprefix("file://")))

    with pytest.raises(StoreError) as caught:
        resolve_sensor("models:/cho.glucose/1", trained)

    assert "\n" not in str(caught.value)


def test_a_sensor_is_still_served_after_its_run_was_deleted(promoted: Tracking) -> None:
    promoted.client.delete_run(get_version("cho.glucose", 1, tracking=promoted).run_id)

    assert resolve_sensor("cho.glucose", promoted)[1] == "models:/cho.glucose/1"


def test_a_store_that_breaks_is_not_a_sensor_that_is_missing(
    trained: Tracking, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mlflow import MlflowClient

    def locked(self: MlflowClient, *args: object) -> None:
        raise MlflowException("(sqlite3.OperationalError) database is locked")

    monkeypatch.setattr(MlflowClient, "get_model_version", locked)

    with pytest.raises(StoreError, match="locked"):
        resolve_sensor("models:/cho.glucose/1", trained)


def test_an_analyte_with_odd_signs_is_found_by_every_form(tracking: Tracking) -> None:
    odd = "NAD@(ox) 100% a'b"
    log_training(tracking, make_training([make_run(odd)]), register=True)
    promote(f"cho.{odd}", 1, alias="champion", by="R", why="first", tracking=tracking)

    for form in (f"cho.{odd}", f"models:/cho.{odd}/1", f"models:/cho.{odd}@challenger"):
        assert resolve_sensor(form, tracking)[1] == f"models:/cho.{odd}/1"
