"""The facts of a training keep the command line's contract: every key, undefined as null."""

import json
import math

import numpy as np
import pytest

from pat.report.facts import TrainingFacts, without_nan

CONTRACT_KEYS = {
    "schema", "analyte", "unit", "sensor", "run_id", "n_samples", "n_cultures", "n_campaigns",
    "paired", "unpaired", "censored", "excluded", "sel", "model", "recipe", "parameters",
    "rmsecv", "rmsecv_interval", "q2", "bias", "rpd", "nested_rmse", "resample_rmse",
    "holdout_rmsep", "nulls", "beats_nulls", "skipped", "seconds",
}  # fmt: skip


def test_every_key_of_the_contract_is_there_even_for_a_skipped_analyte() -> None:
    facts = TrainingFacts("titre", "g/L", skipped="5 assays; expected 8 or more").as_json()

    assert set(facts) == CONTRACT_KEYS
    assert facts["beats_nulls"] is None
    assert facts["nulls"] == dict.fromkeys(("mean", "culture_age", "process", "last_assay"))


def test_undefined_is_null_never_nan() -> None:
    facts = TrainingFacts(
        "titre", "g/L", rmsecv=math.nan, nulls={"mean": np.float64(np.inf)}, rmsecv_interval=None
    )

    text = json.dumps(facts.as_json(), allow_nan=False)

    assert json.loads(text)["rmsecv"] is None
    assert json.loads(text)["nulls"] == {"mean": None}


@pytest.mark.parametrize(
    ("nested", "nulls", "expected"),
    [
        (0.2, {"mean": 1.0, "culture_age": 0.3}, True),
        (0.4, {"mean": 1.0, "culture_age": 0.3}, False),
        (0.4, {"mean": 1.0, "culture_age": None}, True),
        (None, {"mean": 1.0}, None),
        (0.4, {"culture_age": None}, None),
    ],
)
def test_a_sensor_beats_the_nulls_when_its_nested_error_is_below_all_of_them(
    nested: float | None, nulls: dict[str, float | None], expected: bool | None
) -> None:
    assert TrainingFacts("x", "g/L", nested_rmse=nested, nulls=nulls).beats_nulls is expected


def test_numpy_numbers_become_plain_ones_at_any_depth() -> None:
    plain = without_nan({"a": [np.float64(1.5), (np.int64(2), np.float32(np.nan))]})

    assert plain == {"a": [1.5, [2, None]]}
    assert type(plain["a"][1][0]) is int
