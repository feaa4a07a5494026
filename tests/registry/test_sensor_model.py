"""The MLflow flavour says what the sensor says, and nothing of it is ever unpickled."""

import json
import os
import subprocess
import sys
from pathlib import Path

import mlflow.pyfunc
import numpy as np
import pandas as pd
import pytest
from mlflow.exceptions import MlflowException

from pat.registry.sensor_model import OUTPUT_COLUMNS, predict_tensor
from pat.registry.tracking import Tracking
from pat.soft_sensor import SoftSensor
from tests.soft_sensor.sensors import (
    as_spectra,
    make_calibration,
    make_sensor,
    new_spectra,
    plain_sensor,
    pls_with_process,
)

pytestmark = pytest.mark.mlflow

_LOAD_AND_PREDICT = """
import json, sys
import mlflow, numpy as np
mlflow.set_tracking_uri(sys.argv[1])
model = mlflow.pyfunc.load_model("models:/cho.glucose/1")
print(json.dumps(model.predict(np.load(sys.argv[2])).to_dict("list")))
"""


@pytest.fixture
def model(trained: Tracking) -> mlflow.pyfunc.PyFuncModel:
    return mlflow.pyfunc.load_model("models:/cho.glucose/1")


def expected(sensor: SoftSensor, spectra: np.ndarray) -> pd.DataFrame:
    return sensor.predict(as_spectra(spectra))[list(OUTPUT_COLUMNS)]


def test_it_gives_the_sensor_s_own_numbers_and_words(model: mlflow.pyfunc.PyFuncModel) -> None:
    spectra, _ = new_spectra(12)
    spectra[3] = 0.0  # a dead spectrum has no value, and a reason
    spectra[5] *= 3.0

    predicted = model.predict(spectra)

    pd.testing.assert_frame_equal(predicted, expected(plain_sensor(), spectra))
    assert np.isnan(predicted["value"][3])


def test_it_loads_where_unpickling_is_forbidden_and_gives_the_same_numbers(
    trained: Tracking, tmp_path: Path
) -> None:
    spectra, _ = new_spectra(7)
    np.save(tmp_path / "spectra.npy", spectra)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()

    done = subprocess.run(
        [sys.executable, "-c", _LOAD_AND_PREDICT, trained.uri, str(tmp_path / "spectra.npy")],
        env={
            **os.environ,
            "MLFLOW_ALLOW_PICKLE_DESERIALIZATION": "false",
            "MLFLOW_DISABLE_TELEMETRY": "true",
            "PYTHONPATH": str(Path(__file__).parents[2]),
        },
        cwd=elsewhere, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    values = json.loads(done.stdout)["value"]
    assert values == expected(plain_sensor(), spectra)["value"].to_list()


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda x: x[:, :-1], id="a channel short"),
        pytest.param(lambda x: np.hstack([x, x[:, :1]]), id="a channel more"),
        pytest.param(lambda x: x.astype(np.float32), id="float32"),
        pytest.param(lambda x: x.astype(np.int64), id="integers"),
        pytest.param(lambda x: x[0], id="one dimension"),
    ],
)
def test_another_width_or_dtype_is_refused(
    change: object, model: mlflow.pyfunc.PyFuncModel
) -> None:
    spectra, _ = new_spectra(3)

    with pytest.raises(MlflowException):
        model.predict(change(spectra))  # type: ignore[operator]


def test_a_channel_that_is_not_finite_is_a_bad_row_not_an_error(
    model: mlflow.pyfunc.PyFuncModel,
) -> None:
    spectra, _ = new_spectra(2)
    spectra[1, 60] = np.nan

    assert model.predict(spectra)["quality"].to_list() == ["good", "bad"]


def test_process_values_stand_behind_the_channels() -> None:
    cal = make_calibration(with_process=True)
    sensor = make_sensor(pls_with_process(), cal=cal)
    rows = np.hstack([cal.intensities[:4], cal.process.to_numpy()[:4]])

    predicted = predict_tensor(sensor, rows)

    own = sensor.predict(as_spectra(cal.intensities[:4]), cal.process[:4])
    pd.testing.assert_series_equal(predicted["value"], own["value"])


def test_the_files_of_a_version_hold_no_pickle(trained: Tracking) -> None:
    place = trained.client.get_model_version_download_uri("cho.glucose", "1")
    files = [f for f in Path(place.removeprefix("file://")).rglob("*") if f.is_file()]

    plain = {"", ".py", ".txt", ".yaml", ".csv", ".json", ".skops", ".npz"}
    assert {f.suffix for f in files} <= plain
    for arrays in (f for f in files if f.suffix == ".npz"):
        with np.load(arrays, allow_pickle=False) as stored:
            assert all(stored[name].dtype.hasobject is False for name in stored.files)
