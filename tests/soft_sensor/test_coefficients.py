"""A linear sensor's table, applied by hand, gives the sensor's values."""

import io

import numpy as np
import pandas as pd
import pytest

from tests.soft_sensor.sensors import (
    as_spectra,
    make_calibration,
    make_sensor,
    new_spectra,
    plain_sensor,
    pls,
    pls_with_process,
    recipe,
    snv_pls,
    svr,
)


def table_of(sensor):
    return pd.read_csv(io.BytesIO(sensor.contents["coefficients.csv"]))


def applied(block, features):
    offset = block.loc[block["channel"] == "offset", "coefficient"].item()
    rest = block[block["channel"] != "offset"]
    return offset + features @ rest["coefficient"].to_numpy()


def test_the_input_coefficients_take_spectra_as_they_come():
    spectra, _ = new_spectra()

    table = table_of(plain_sensor())

    block = table[table["level"] == "input"]
    np.testing.assert_array_equal(block["channel"][1:].astype(float), plain_sensor().axis)
    expected = plain_sensor().predict(as_spectra(spectra))["value"]
    np.testing.assert_allclose(applied(block, spectra), expected, rtol=1e-6)


def test_a_sensor_with_snv_has_coefficients_after_its_preprocessing_alone():
    sensor = make_sensor(snv_pls())
    spectra, _ = new_spectra()

    table = table_of(sensor)

    assert set(table["level"]) == {"preprocessed"}
    preprocessed = sensor.members[0].parts.rows(spectra)
    np.testing.assert_array_equal(table["channel"][1:].astype(float), sensor.members[0].axis)
    expected = sensor.predict(as_spectra(spectra))["value"]
    np.testing.assert_allclose(applied(table, preprocessed), expected, rtol=1e-6)


def test_a_linear_consensus_has_a_block_a_member_and_one_for_all():
    sensor = make_sensor(pls(3), pls(5), weights=[1.0, 3.0])
    spectra, _ = new_spectra()

    table = table_of(sensor)

    by_member = [
        block["share"].iloc[0] * applied(block, sensor.members[number - 1].parts.rows(spectra))
        for number, block in table[table["level"] == "preprocessed"].groupby("member")
    ]
    expected = sensor.predict(as_spectra(spectra))["value"]
    np.testing.assert_allclose(np.sum(by_member, axis=0), expected, rtol=1e-6)
    whole = table[table["level"] == "input"]
    np.testing.assert_allclose(applied(whole, spectra), expected, rtol=1e-6)


def test_process_values_have_their_own_rows():
    sensor = make_sensor(pls_with_process(), cal=make_calibration(with_process=True))
    spectra, _ = new_spectra()
    process = pd.DataFrame({"ph": np.linspace(6.9, 7.1, 20), "do": np.linspace(30, 50, 20)})

    table = table_of(sensor)

    block = table[table["level"] == "input"]
    assert block["channel"].tolist()[-2:] == ["ph", "do"]
    expected = sensor.predict(as_spectra(spectra), process)["value"]
    features = np.hstack([spectra, process.to_numpy()])
    np.testing.assert_allclose(applied(block, features), expected, rtol=1e-6)


@pytest.mark.parametrize("make", [svr])
def test_a_sensor_that_is_not_linear_has_no_table(make):
    assert "coefficients.csv" not in make_sensor(make()).contents
    assert len(recipe()) == 2
