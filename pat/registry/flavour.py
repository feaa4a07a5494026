"""A sensor as an MLflow model: the files of a models-from-code pyfunc, and its signature."""

from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from pat.soft_sensor import SoftSensor, save_sensor

if TYPE_CHECKING:
    from mlflow.entities import LoggedModel
    from mlflow.models import ModelSignature

#: Folder of the sensor's own files inside the model.
SENSOR_FILES = "artifacts/sensor"


def write_flavour(sensor: SoftSensor, folder: Path, *, model: "LoggedModel", run_id: str) -> None:
    """Write the files of a logged model into a new folder.

    Nothing in it is pickled: the model is code, and the sensor is loaded by our own allow-list.
    """
    import mlflow.pyfunc
    from mlflow.models import Model

    own_files = folder.parent / "sensor"
    save_sensor(sensor, own_files)
    mlflow.pyfunc.save_model(
        path=str(folder),
        mlflow_model=Model(
            artifact_path=model.artifact_location,
            model_uuid=model.model_id,
            run_id=run_id,
            model_id=model.model_id,
        ),
        python_model=str(Path(__file__).with_name("sensor_model.py")),
        artifacts={"sensor": str(own_files)},
        signature=signature(sensor),
        pip_requirements=requirements(sensor),
    )


def signature(sensor: SoftSensor) -> "ModelSignature":
    """Return the signature that makes MLflow refuse another width or dtype."""
    import numpy as np
    from mlflow.models import ModelSignature
    from mlflow.types import ColSpec, Schema, TensorSpec

    width = sensor.axis.size + len(sensor.process_names)
    text = ("quality", "reasons")
    numbers = ("value", "lower", "upper"), ("t2", "t2_limit", "q", "q_limit")
    outputs: list[ColSpec | TensorSpec] = [
        *(ColSpec("double", name) for name in numbers[0]),
        *(ColSpec("string", name) for name in text),
        *(ColSpec("double", name) for name in numbers[1]),
    ]
    return ModelSignature(
        inputs=Schema([TensorSpec(np.dtype("float64"), (-1, width))]), outputs=Schema(outputs)
    )


def requirements(sensor: SoftSensor) -> list[str]:
    """Return the versions a sensor was made with, and MLflow's, as pip writes them.

    They are stated because MLflow would otherwise start a process to guess them.
    """
    return [*sensor.provenance.requirements().split(), f"mlflow=={metadata.version('mlflow')}"]
