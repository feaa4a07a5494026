"""A sensor's card travels with it, under its digest."""

from pathlib import Path

import numpy as np
import pytest

from pat.errors import SensorError
from pat.soft_sensor import load_sensor, save_sensor, verify_sensor
from pat.soft_sensor.folder import CARD
from pat.soft_sensor.seal import resealed, with_card
from tests.soft_sensor.sensors import make_calibration, plain_sensor


def test_a_card_is_kept_with_the_sensor_and_cannot_be_changed(tmp_path: Path) -> None:
    sensor = with_card(plain_sensor(), "# Glucose\n\noff by 0.2 g/L ±")
    save_sensor(sensor, tmp_path / "sensor")

    loaded = load_sensor(tmp_path / "sensor")

    assert loaded.digest == sensor.digest != plain_sensor().digest
    assert loaded.contents[CARD].decode() == "# Glucose\n\noff by 0.2 g/L ±"
    assert verify_sensor(tmp_path / "sensor").n_spectra > 0
    (tmp_path / "sensor" / CARD).write_text("# Glucose\n\noff by 0.0 g/L", encoding="utf-8")
    with pytest.raises(SensorError, match="was changed"):
        load_sensor(tmp_path / "sensor")


def test_a_sensor_that_was_changed_no_longer_carries_the_card_of_the_one_before() -> None:
    cal = make_calibration()
    sensor = with_card(plain_sensor(), "# Glucose")

    changed = resealed(
        sensor,
        cal.intensities,
        targets=cal.values["glucose"].to_numpy(np.float64),
        calibrated_range=(0.0, 1.0),
    )

    assert CARD not in changed.contents
    assert CARD in sensor.contents
