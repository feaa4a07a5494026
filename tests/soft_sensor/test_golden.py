"""`verify` says yes to a sensor that predicts what it did, and names the row where it does not."""

import dataclasses
import io
import json

import numpy as np
import pandas as pd
import pytest

from pat.errors import SensorError
from pat.soft_sensor import save_sensor, verify_sensor
from pat.soft_sensor.document import digest, document, sha256
from pat.soft_sensor.folder import DESCRIPTION, GOLDEN
from pat.soft_sensor.golden import COUNT
from tests.soft_sensor.sensors import (
    make_calibration,
    make_sensor,
    plain_sensor,
    pls_with_process,
)


def saved_with(sensor, folder, change):
    """Save a sensor whose golden set was changed when it was made."""
    table = pd.read_csv(io.BytesIO(sensor.contents[GOLDEN]))
    change(table)
    contents = {**sensor.contents, GOLDEN: table.to_csv(index=False).encode()}
    changed = dataclasses.replace(sensor, contents=contents)
    save_sensor(dataclasses.replace(changed, digest=digest(document(changed))), folder)
    return folder


def test_a_fresh_sensor_agrees_with_itself(tmp_path):
    save_sensor(plain_sensor(), tmp_path / "s")

    found = verify_sensor(tmp_path / "s")

    assert found.sensor == "cho.glucose"
    assert found.digest == plain_sensor().digest
    assert found.n_spectra == COUNT + 1
    assert found.worst < 1e-12
    assert found.versions == ()


def test_a_sensor_with_process_values_agrees_with_itself(tmp_path):
    sensor = make_sensor(pls_with_process(), cal=make_calibration(with_process=True))
    save_sensor(sensor, tmp_path / "s")

    assert verify_sensor(tmp_path / "s").worst < 1e-12


def test_the_golden_set_spans_the_calibrated_range_and_holds_a_dead_spectrum():
    table = pd.read_csv(io.BytesIO(plain_sensor().contents[GOLDEN]))

    low, high = plain_sensor().calibrated_range
    assert table["value"].min() == pytest.approx(low, abs=0.5)
    assert table["value"].max() == pytest.approx(high, abs=0.5)
    assert table["quality"].iloc[-1] == "bad"
    assert np.isnan(table["value"].iloc[-1])


def test_another_value_is_found_and_its_row_named(tmp_path):
    def change(table):
        table.loc[4, "value"] += 1e-3

    folder = saved_with(plain_sensor(), tmp_path / "s", change)

    with pytest.raises(SensorError, match=r"golden\.csv, row 6: expected value .* do not use"):
        verify_sensor(folder)


def test_another_quality_is_found(tmp_path):
    def change(table):
        table.loc[2, "quality"] = "bad"

    folder = saved_with(plain_sensor(), tmp_path / "s", change)

    with pytest.raises(SensorError, match=r"golden\.csv, row 4: expected quality bad; got good"):
        verify_sensor(folder)


def test_other_versions_are_listed_and_do_not_fail(tmp_path):
    sensor = plain_sensor()
    packages = {**sensor.provenance.packages, "numpy": "1.0"}
    older = dataclasses.replace(
        sensor, provenance=dataclasses.replace(sensor.provenance, packages=packages)
    )
    older = dataclasses.replace(older, digest=digest(document(older)))
    save_sensor(older, tmp_path / "s")

    assert verify_sensor(tmp_path / "s").versions == (
        f"numpy: made with 1.0, here {np.__version__}",
    )


def test_a_sensor_without_a_golden_set_is_refused(tmp_path):
    contents = {k: v for k, v in plain_sensor().contents.items() if k != GOLDEN}
    bare = dataclasses.replace(plain_sensor(), contents=contents)
    save_sensor(dataclasses.replace(bare, digest=digest(document(bare))), tmp_path / "s")

    with pytest.raises(SensorError, match="no golden set"):
        verify_sensor(tmp_path / "s")


def test_a_tampered_golden_set_is_refused_before_anything_is_predicted(tmp_path):
    save_sensor(plain_sensor(), tmp_path / "s")
    path = tmp_path / "s" / GOLDEN
    path.write_bytes(path.read_bytes().replace(b"good", b"bad", 1))

    with pytest.raises(SensorError, match=r"golden\.csv: was changed"):
        verify_sensor(tmp_path / "s")
    described = json.loads((tmp_path / "s" / DESCRIPTION).read_text())
    assert described["files"][GOLDEN] != sha256(path.read_bytes())
