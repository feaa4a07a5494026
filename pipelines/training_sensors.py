"""The sensors of one training, each built from its search result, several at once."""

import traceback
from collections.abc import Mapping, Sequence
from functools import partial

import joblib
from threadpoolctl import threadpool_limits

from pat.calibration import SearchResult
from pat.campaign import Campaign
from pat.errors import CalibrationError
from pipelines.backend import running_on
from pipelines.progress import progress_reporter
from pipelines.training_evidence import TrainedSensor, trained_sensor
from pipelines.training_inputs import TrainingData, TrainingOptions


def trained_sensors(
    results: Mapping[str, SearchResult],
    data: TrainingData,
    *,
    campaigns: Sequence[Campaign],
    options: TrainingOptions,
    n_jobs: int,
) -> tuple[dict[str, TrainedSensor], dict[str, str]]:
    """Return the sensor of each analyte, and of those that have none the reason.

    What comes out does not depend on how many are built at once.
    """
    built = partial(_sensor_or_reason, data=data, campaigns=campaigns, options=options)
    # The largest first, so that none is left to be built alone at the end.
    order = sorted(results, key=lambda name: -len(results[name].champion.members))
    found: dict[str, TrainedSensor | str] = {}
    with running_on("loky"), progress_reporter("building sensors") as report:
        parallel = joblib.Parallel(
            n_jobs=min(n_jobs, len(results)) or 1, batch_size=1, return_as="generator"
        )
        made = parallel(joblib.delayed(built)(results[name]) for name in order)
        for name, sensor in zip(order, made, strict=True):
            found[name] = sensor
            report(len(found), len(order), name)
    sensors = {name: one for name in results if isinstance(one := found[name], TrainedSensor)}
    return sensors, {name: one for name in results if isinstance(one := found[name], str)}


def _sensor_or_reason(
    result: SearchResult,
    *,
    data: TrainingData,
    campaigns: Sequence[Campaign],
    options: TrainingOptions,
) -> TrainedSensor | str:
    try:
        with threadpool_limits(1):  # the last digit may depend on the number of threads
            return trained_sensor(
                data.training, result, held_out=data.held_out, campaigns=campaigns,
                options=options, suspects=data.suspects,
            )  # fmt: skip
    except CalibrationError as error:
        return str(error).removeprefix(f"{result.analyte}: ")
    except Exception as error:  # noqa: BLE001 - a recipe may fail on all samples in any way
        traceback.print_exc()
        return f"its sensor cannot be built ({type(error).__name__}: {error})"
