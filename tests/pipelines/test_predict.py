"""`pat predict` writes one row a spectrum and sensor in input order, whatever comes."""

import re
import shutil

import numpy as np
import pandas as pd
import pytest

from pat.errors import InputError, SensorError, StoreError
from pat.readers import write_campaign, write_spectrum_file
from pat.soft_sensor import PREDICTION_COLUMNS, save_sensor
from pipelines import predict
from tests.alignment.campaigns import make_campaign
from tests.soft_sensor.sensors import (
    AXIS,
    as_spectra,
    make_calibration,
    make_run,
    make_sensor,
    new_spectra,
    plain_sensor,
    pls_with_process,
    snv_pls,
)


@pytest.fixture(scope="module")
def sensor_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sensors") / "glucose"
    save_sensor(plain_sensor(), folder)
    return folder


@pytest.fixture
def campaign_folder(tmp_path):
    write_campaign(make_run()[0], tmp_path / "run")
    return tmp_path / "run"


def predicted(inputs, sensors, out):
    predict.run(inputs, sensors=[str(s) for s in sensors], out=out)
    read = pd.read_parquet if out.suffix == ".parquet" else pd.read_csv
    return read(out)


def test_a_campaign_gives_a_row_a_spectrum(campaign_folder, sensor_folder, tmp_path):
    table = predicted([campaign_folder], [sensor_folder], tmp_path / "out.csv")

    assert list(table.columns) == list(PREDICTION_COLUMNS)
    assert len(table) == 30
    expected = plain_sensor().predict(make_run()[0].spectra)
    np.testing.assert_allclose(table["value"], expected["value"], rtol=1e-12)
    assert table["vessel"].tolist() == expected["vessel"].tolist()
    assert (table["campaign"] == "next").all()
    assert table["spectrum_sha256"].tolist() == expected["spectrum_sha256"].tolist()


def test_parquet_holds_the_same_with_its_types(campaign_folder, sensor_folder, tmp_path):
    table = predicted([campaign_folder], [sensor_folder], tmp_path / "out.parquet")

    assert list(table.columns) == list(PREDICTION_COLUMNS)
    assert str(table["scored_at"].dtype) == "datetime64[us, UTC]"
    assert (table["reasons"] == "")[table["quality"] == "good"].all()


def test_two_sensors_stand_side_by_side_for_each_spectrum(campaign_folder, sensor_folder, tmp_path):
    second = tmp_path / "second"
    save_sensor(make_sensor(snv_pls()), second)

    table = predicted([campaign_folder], [sensor_folder, second], tmp_path / "out.csv")

    assert len(table) == 60
    pairs = table["spectrum_sha256"].to_numpy().reshape(30, 2)
    assert (pairs[:, 0] == pairs[:, 1]).all()
    assert table["sensor_digest"][:2].tolist() != [table["sensor_digest"][0]] * 2


def test_one_sensor_named_twice_counts_once(campaign_folder, sensor_folder, tmp_path):
    table = predicted([campaign_folder], [sensor_folder, sensor_folder], tmp_path / "out.csv")

    assert len(table) == 30


def test_inputs_keep_their_order(campaign_folder, sensor_folder, tmp_path):
    file = tmp_path / "V07__20240501T100000Z__S3.csv"
    write_spectrum_file(as_spectra(new_spectra(1)[0], vessels=["V07"]), file)

    table = predicted([file, campaign_folder, file], [sensor_folder], tmp_path / "out.csv")

    assert len(table) == 32
    assert table["source_file"].iloc[[0, -1]].tolist() == [file.name, file.name]
    assert table["vessel"].iloc[0] == "V07"


def test_the_name_of_a_file_tells_what_its_header_does_not(sensor_folder, tmp_path):
    file = tmp_path / "V07__20240501T100000Z__S3.csv"
    lines = [f"{a},{i}" for a, i in zip(AXIS, new_spectra(1)[0][0], strict=True)]
    file.write_text("raman_shift_cm1,intensity\n" + "\n".join(lines) + "\n")

    row = predicted([file], [sensor_folder], tmp_path / "out.parquet").iloc[0]

    assert (row["vessel"], row["sample"]) == ("V07", "S3")
    assert row["time"] == pd.Timestamp("2024-05-01T10:00Z")
    assert row["quality"] == "good"


def test_a_file_that_cannot_be_read_is_a_bad_row_and_stops_nothing(
    campaign_folder, sensor_folder, tmp_path, capsys
):
    broken = tmp_path / "broken.spc"
    broken.write_bytes(b"\x00\x01 no spectrum")

    table = predicted([broken, campaign_folder], [sensor_folder], tmp_path / "out.csv")

    assert len(table) == 31
    first = table.iloc[0]
    assert (first["quality"], first["source_file"]) == ("bad", "broken.spc")
    assert first["reasons"].startswith("cannot be read: ")
    assert np.isnan(first["value"])
    assert "note: cannot be read" in capsys.readouterr().err


def test_a_spectrum_on_another_axis_is_a_bad_row(sensor_folder, tmp_path):
    file = tmp_path / "V01__20240501T100000Z.csv"
    write_spectrum_file(as_spectra(np.ones((1, 50)), axis=np.linspace(900, 1000, 50)), file)

    row = predicted([file], [sensor_folder], tmp_path / "out.csv").iloc[0]

    assert row["quality"] == "bad"
    assert row["reasons"].startswith("wrong axis: 900 to 1000 cm-1 does not cover")


def test_blank_and_dark_spectra_are_left_out_and_counted(sensor_folder, tmp_path, capsys):
    campaign, _ = make_run()
    campaign.spectra.keys.loc[[0, 1], "kind"] = ["dark", "blank"]
    write_campaign(campaign, tmp_path / "run")

    table = predicted([tmp_path / "run"], [sensor_folder], tmp_path / "out.csv")

    assert len(table) == 28
    assert "note: 2 blank, dark or reference spectra are not predicted" in capsys.readouterr().err


def test_online_values_of_the_campaign_are_used_and_a_gap_is_dated(tmp_path):
    save_sensor(
        make_sensor(pls_with_process(), cal=make_calibration(with_process=True)), tmp_path / "s"
    )
    spectra = [{"vessel": "W1", "elapsed_h": hour, "campaign": "run"} for hour in (1.0, 2.0)]
    online = [{"vessel": "W1", "elapsed_h": 0.9, "ph": 7.0, "do": 40.0}]
    campaign = make_campaign(
        spectra,
        [{"vessel": "W1", "elapsed_h": 1.0, "value": 4.0}],
        intensities=new_spectra(2)[0],
        axis=AXIS,
        online=online,
        units={"ph": "1", "do": "percent"},
    )
    write_campaign(campaign, tmp_path / "run")

    table = predicted([tmp_path / "run"], [tmp_path / "s"], tmp_path / "out.csv")

    assert np.isfinite(table["value"][0])
    assert np.isnan(table["value"][1])
    assert table["quality"][1] == "bad"
    assert re.search(r"no (ph|do).* since", table["reasons"][1])


def test_without_a_name_the_table_goes_to_the_output_for_the_next_program(
    campaign_folder, sensor_folder, capsys
):
    predict.run([campaign_folder], sensors=[str(sensor_folder)])

    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split(",") == list(PREDICTION_COLUMNS)
    assert len(lines) == 31


def test_an_input_that_is_not_there_is_named_before_anything_is_scored(
    campaign_folder, sensor_folder, tmp_path
):
    out = tmp_path / "out.csv"

    with pytest.raises(InputError, match=r"not there: .*nowhere"):
        predict.run([campaign_folder, tmp_path / "nowhere"], sensors=[str(sensor_folder)], out=out)
    assert not out.exists()


def test_an_output_of_another_form_is_refused_at_once(campaign_folder, sensor_folder, tmp_path):
    with pytest.raises(InputError, match=r"--out .*\.xlsx: expected a name in \.csv or \.parquet"):
        predict.run([campaign_folder], sensors=[str(sensor_folder)], out=tmp_path / "out.xlsx")


@pytest.mark.parametrize("out", ["spectra.csv", "assays.csv", "spectra/scan.csv", "online.csv"])
def test_an_output_that_is_read_as_input_is_refused(campaign_folder, sensor_folder, out):
    before = {path: path.read_bytes() for path in campaign_folder.rglob("*") if path.is_file()}

    with pytest.raises(
        InputError, match="expected a file of its own; got one that is read as input"
    ):
        predict.run([campaign_folder], sensors=[str(sensor_folder)], out=campaign_folder / out)

    assert before == {p: p.read_bytes() for p in campaign_folder.rglob("*") if p.is_file()}


def test_a_table_is_not_written_over_itself(campaign_folder, sensor_folder, tmp_path):
    table = tmp_path / "history.parquet"
    shutil.copy(next(campaign_folder.glob("spectra.*")), table)

    with pytest.raises(InputError, match="read as input"):
        predict.run([table], sensors=[str(sensor_folder)], out=tmp_path / "sub" / ".." / table.name)


def test_a_folder_is_no_output_and_that_is_said_before_any_work(
    campaign_folder, sensor_folder, tmp_path
):
    (tmp_path / "out.csv").mkdir()

    with pytest.raises(InputError, match="expected a file; got a folder"):
        predict.run([campaign_folder], sensors=[str(sensor_folder)], out=tmp_path / "out.csv")


def test_a_folder_that_is_no_sensor_is_refused_without_a_registry(campaign_folder, tmp_path):
    with pytest.raises(SensorError, match="no such folder"):
        predict.run([campaign_folder], sensors=[str(tmp_path / "none")])
    with pytest.raises(SensorError, match=r"no sensor\.json in it"):
        predict.run([campaign_folder], sensors=[str(campaign_folder)])


def test_an_output_that_cannot_be_written_leaves_nothing(campaign_folder, sensor_folder, tmp_path):
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(StoreError, match="the predictions cannot be written"):
        predict.run(
            [campaign_folder], sensors=[str(sensor_folder)], out=tmp_path / "file" / "out.csv"
        )


def test_no_sensor_is_a_mistake(campaign_folder):
    with pytest.raises(InputError, match="--sensor: expected at least one"):
        predict.run([campaign_folder], sensors=[])
