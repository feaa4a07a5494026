"""Sensors that follow the registry: proved before they take over, kept for when it is away."""

from pathlib import Path

import pytest

from pat.errors import InputError, SensorError, StoreError
from pat.registry.tracking import Tracking
from pat.registry.versions import resolve_sensor
from pipelines import stream_follow
from pipelines.stream_follow import LastGood, load_followed, promotions
from tests.registry.stores import copied, trained_store

NAME = "models:/cho.glucose@champion"


@pytest.fixture
def trained(tmp_path: Path) -> Tracking:
    """A store with one version of cho.glucose that is the champion."""
    tracking = copied(trained_store(), tmp_path / "store")
    tracking.client.set_registered_model_alias("cho.glucose", "champion", "1")
    return tracking


@pytest.fixture
def last_good(tmp_path: Path) -> LastGood:
    return LastGood(tmp_path / "sensors")


def test_a_registry_that_is_away_stops_no_start(
    trained: Tracking, last_good: LastGood, caplog: pytest.LogCaptureFixture
) -> None:
    [first] = load_followed([NAME], tracking_uri=trained.uri, last_good=last_good)
    gone = trained.uri.replace("mlflow.db", "gone.db")

    [again] = load_followed([NAME], tracking_uri=gone, last_good=last_good)

    assert again.sensor.digest == first.sensor.digest
    assert "the last good sensor goes on" in caplog.text


def test_without_a_last_good_sensor_the_registry_s_own_error_is_told(last_good: LastGood) -> None:
    with pytest.raises((InputError, StoreError), match=r"gone\.db"):
        load_followed(["cho.glucose"], tracking_uri="sqlite:////gone.db", last_good=last_good)


def test_a_name_that_means_nothing_is_told_although_it_once_did(
    trained: Tracking, last_good: LastGood
) -> None:
    load_followed([NAME], tracking_uri=trained.uri, last_good=last_good)
    trained.client.delete_registered_model_alias("cho.glucose", "champion")

    with pytest.raises(SensorError, match="no champion"):
        load_followed([NAME], tracking_uri=trained.uri, last_good=last_good)


def test_a_sensor_kept_and_damaged_is_refused(trained: Tracking, last_good: LastGood) -> None:
    load_followed([NAME], tracking_uri=trained.uri, last_good=last_good)
    [kept] = last_good.folder.iterdir()
    golden = kept / "golden.csv"
    golden.write_bytes(golden.read_bytes() + b" ")

    with pytest.raises((InputError, StoreError), match=r"gone\.db"):
        load_followed([NAME], tracking_uri="sqlite:////gone.db", last_good=last_good)


def test_only_what_can_be_promoted_is_followed(tmp_path: Path, last_good: LastGood) -> None:
    with pytest.raises(InputError, match="expected a sensor that can be promoted"):
        load_followed([str(tmp_path), "models:/x/3"], tracking_uri=None, last_good=last_good)


class TestPromotion:
    """A look at the registry, as the thread takes it."""

    def look(self, trained: Tracking, last_good: LastGood, *, digest: str) -> object:
        loaded = load_followed([NAME], tracking_uri=trained.uri, last_good=last_good)
        found = promotions(loaded, tracking_uri=trained.uri, last_good=last_good)
        return found._find_newer(NAME, digest)

    def test_the_same_version_is_no_promotion(self, trained: Tracking, last_good: LastGood) -> None:
        sensor, _ = resolve_sensor(NAME, trained)

        assert self.look(trained, last_good, digest=sensor.digest) is None

    def test_another_version_is_proved_and_kept(
        self, trained: Tracking, last_good: LastGood
    ) -> None:
        sensor, _ = resolve_sensor(NAME, trained)

        found = self.look(trained, last_good, digest="the one before")

        assert found.digest == sensor.digest  # type: ignore[attr-defined]
        assert last_good.find(NAME).digest == sensor.digest

    def test_one_that_does_not_predict_its_golden_set_is_refused(
        self, trained: Tracking, last_good: LastGood, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def differs(folder: Path) -> None:
            msg = f"{folder}: expected value 1; got 2"
            raise SensorError(msg)

        monkeypatch.setattr(stream_follow, "verify_sensor", differs)

        with pytest.raises(SensorError, match="expected value 1"):
            self.look(trained, last_good, digest="the one before")

    def test_one_whose_files_were_changed_is_refused(
        self, trained: Tracking, last_good: LastGood
    ) -> None:
        loaded = load_followed([NAME], tracking_uri=trained.uri, last_good=last_good)
        found = promotions(loaded, tracking_uri=trained.uri, last_good=last_good)
        place = Path(trained.uri.removeprefix("sqlite:///")).parent
        for golden in place.rglob("golden.csv"):
            golden.write_bytes(golden.read_bytes() + b" ")

        with pytest.raises(SensorError):
            found._find_newer(NAME, "the one before")
