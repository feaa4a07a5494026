"""The MLflow flavour of a soft sensor: models-from-code, so that nothing is unpickled.

MLflow runs this file when it loads a model version and calls `predict` with a tensor of
spectra; the sensor itself comes from the artifact folder through `load_sensor`, which checks
every digest and loads with the allow-list that stands in our code.
"""

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from mlflow.models import set_model
from mlflow.pyfunc.model import PythonModel

from pat.arrays import FloatArray
from pat.soft_sensor import load_sensor
from pat.spectra import Spectra

if TYPE_CHECKING:
    from pat.soft_sensor import SoftSensor

#: Columns of a prediction that do not depend on where the spectrum came from.
OUTPUT_COLUMNS = (
    "value", "lower", "upper", "quality", "reasons", "t2", "t2_limit", "q", "q_limit",
)  # fmt: skip


class SensorModel(PythonModel):
    """Score tensors of shape (n_spectra, n_channels + n_process_values)."""

    sensor: "SoftSensor"

    def load_context(self, context: Any) -> None:
        """Load the sensor from the model's artifacts."""
        self.sensor = load_sensor(context.artifacts["sensor"])

    def predict(
        self,
        context: Any,
        model_input: np.ndarray,  # MLflow knows the plain class alone
        params: dict[str, Any] | None = None,
    ) -> pd.DataFrame:
        """Return value, interval, quality and distances of each row."""
        del context, params
        return predict_tensor(self.sensor, np.asarray(model_input, dtype=np.float64))


def predict_tensor(sensor: "SoftSensor", rows: FloatArray) -> pd.DataFrame:
    """Return what `sensor` says of `rows`: channels on its own axis, then its process values."""
    n_channels = sensor.axis.size
    spectra = Spectra(
        sensor.axis, rows[:, :n_channels], pd.DataFrame(index=range(len(rows))), sensor.axis_kind
    )
    process = None
    if sensor.process_names:
        process = pd.DataFrame(rows[:, n_channels:], columns=list(sensor.process_names))
    predictions = sensor.for_its_own_axis().predict(spectra, process)
    return predictions[list(OUTPUT_COLUMNS)]


set_model(SensorModel())
