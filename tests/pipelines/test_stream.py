"""`pat stream` says of every spectrum what the batch says, and ends as it was told to."""

import io
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.csv
import pytest
from sqlalchemy import create_engine

from pat.alignment import process_gaps, process_values
from pat.campaign import Analyte, Campaign, CampaignInfo, OnlineTag
from pat.errors import InputError, SensorError, StoreError
from pat.readers import read_campaign, write_campaign, write_spectrum_file
from pat.readers.assays import no_assays
from pat.readers.vessels import vessels_frame
from pat.soft_sensor import load_sensor, save_sensor
from pat.spectra import Spectra
from pat.stream import with_gaps
from pipelines import spectrometer, stream
from pipelines.stream_parts import default_results
from tests.soft_sensor.sensors import (
    AXIS,
    make_calibration,
    make_sensor,
    make_spectra,
    plain_sensor,
    pls_with_process,
)
from tests.stream.drop import wait_for
from tests.stream.servers import Broker, Subscriber, free_port

ROOT = Path(__file__).parents[2]
START = pd.Timestamp("2024-05-01T10:00:00Z")


@pytest.fixture(scope="module")
def sensors(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return two exported sensors: on spectra alone, and with process values."""
    folder = tmp_path_factory.mktemp("sensors")
    save_sensor(plain_sensor(), folder / "plain")
    cal = make_calibration(with_process=True)
    save_sensor(make_sensor(pls_with_process(), cal=cal), folder / "process")
    return {name: folder / name for name in ("plain", "process")}


def make_run(*, has_times: bool) -> Campaign:
    """Return two vessels over two days, some of their spectra awkward, and online values."""
    rng = np.random.default_rng(5)
    n = 24
    amounts = rng.uniform(1, 8, size=(n, 4))
    intensities = make_spectra(amounts, rng)
    intensities[4] = 0.0
    intensities[7, 40] = np.nan
    intensities[9] *= 30
    hours = np.repeat(np.arange(12) * 4.0, 2)
    vessel = pd.Series(["V01", "V02"] * 12, dtype="str")
    never = pd.Series(pd.NaT, index=range(n), dtype="datetime64[us, UTC]")
    times = (START + pd.to_timedelta(hours, unit="h")).to_series(index=range(n)).dt.as_unit("us")
    keys = pd.DataFrame(
        {"vessel": vessel, "time": times if has_times else never, "elapsed_h": hours}
    )
    keys.loc[3, "kind"] = "spike"
    keys.loc[3, "sample"] = "S1 + 2 g/L"
    keys.loc[20, "kind"] = "dark"
    early = hours - 0.25
    online = pd.DataFrame(
        {
            "vessel": vessel,
            "time": times - pd.Timedelta(minutes=15) if has_times else never,
            "elapsed_h": early,
            "ph": rng.normal(7, 0.05, n),
            "do": rng.uniform(20, 60, n),
        }
    )
    online.loc[10, "do"] = np.nan
    assays = pd.DataFrame(
        {"vessel": vessel, "time": keys["time"], "elapsed_h": hours, "value": amounts[:, 0],
         "analyte": "glucose", "row": range(n)}
    ).reindex(columns=no_assays().columns)  # fmt: skip
    return Campaign(
        info=CampaignInfo(
            id="cho-7",
            analytes={"glucose": Analyte("glucose", "g/L")},
            online={"ph": OnlineTag("ph", "pH"), "do": OnlineTag("do", "%")},
        ),
        spectra=Spectra(AXIS, intensities, keys.assign(campaign="cho-7")),
        assays=assays.astype(no_assays().dtypes.to_dict()),
        vessels=vessels_frame(["V01", "V02"]),
        online=online.drop(index=[14, 15, 16, 17]).reset_index(drop=True),
        events=None,
        warnings=(),
        digest="",
    )


def read_results(drop: Path) -> pd.DataFrame:
    engine = create_engine(default_results(drop))
    table = pd.read_sql_table("predictions", engine)
    engine.dispose()
    return table


@pytest.mark.parametrize("has_times", [True, False])
def test_a_streamed_campaign_agrees_with_the_batch(
    tmp_path: Path, sensors: dict[str, Path], has_times: bool
) -> None:
    write_campaign(make_run(has_times=has_times), tmp_path / "campaign")
    campaign = read_campaign(tmp_path / "campaign")
    drop = tmp_path / "drop"
    spectrometer.run(tmp_path / "campaign", drop=drop, speed=float("inf"))

    stream.run(drop, sensors=[str(path) for path in sensors.values()], settle=0, once=True)

    keys = campaign.spectra.keys
    spectra = campaign.spectra.take(~keys["kind"].isin(["dark"]).to_numpy())
    names = ("ph", "do")
    process = process_values(campaign.online, spectra.keys, names=names)
    gaps = process_gaps(campaign.online, spectra.keys, names=names)
    plain, with_process = (load_sensor(sensors[name]) for name in ("plain", "process"))
    batch = pd.concat(
        [
            plain.predict(spectra),
            with_gaps(with_process.predict(spectra, process), process=process, gaps=gaps),
        ]
    )
    streamed = read_results(drop)
    order = ["sensor_digest", "vessel", "elapsed_h"]
    streamed, batch = (
        table.sort_values(order).reset_index(drop=True) for table in (streamed, batch)
    )
    for column in ("value", "lower", "upper", "t2", "q", "t2_limit", "q_limit"):
        np.testing.assert_allclose(
            streamed[column].astype(float), batch[column], rtol=1e-9, err_msg=column
        )
    for column in (
        "campaign", "vessel", "elapsed_h", "kind", "analyte", "unit", "quality", "reasons",
        "sensor", "sensor_digest", "spectrum_sha256",
    ):  # fmt: skip
        assert streamed[column].tolist() == batch[column].tolist(), column
    assert streamed["sample"].dropna().tolist() == ["S1 + 2 g/L"] * 2
    if has_times:
        assert pd.to_datetime(streamed["time"]).tolist() == batch["time"].tolist()
    assert {"good", "bad"} <= set(streamed["quality"])
    assert streamed["reasons"].str.contains("no do since").any()


def test_every_prediction_is_a_line_beside_its_assay_and_the_sum_stands_at_the_end(
    tmp_path: Path, sensors: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    write_campaign(make_run(has_times=True), tmp_path / "campaign")
    drop = tmp_path / "drop"
    spectrometer.run(tmp_path / "campaign", drop=drop, vessels=["V02"], speed=float("inf"))
    (drop / "notes.txt").write_text("nothing")
    capsys.readouterr()

    stream.run(drop, sensors=[str(sensors["plain"])], settle=0, once=True)

    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"watching {drop} (campaign cho-7)"
    assert lines[1] == f"results sqlite:///{tmp_path}/drop-results.db, table predictions"
    assert lines[2].startswith("sensor cho.glucose ")
    assert sum("  V02  glucose  " in line for line in lines) == 12
    assert any(line.endswith(")") and "good  (assay " in line for line in lines)
    assert any(line.startswith("notes.txt  unreadable: ") for line in lines)
    assert lines[-3:-1] == ["12 scored", "1 unreadable"]
    assert lines[-1].startswith("glucose: 9 assays, root mean square error ")


def test_check_tests_all_and_scores_nothing(
    tmp_path: Path, sensors: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    drop = tmp_path / "drop"
    drop.mkdir()
    (drop / "V01__20240501T100000Z.csv").write_text("400,1\n500,2\n")

    stream.run(drop, sensors=[str(path) for path in sensors.values()], check=True)

    assert read_results(drop).empty
    out = capsys.readouterr().out
    assert "all of it answers" in out
    assert out.count("golden spectra predicted again: answers") == 2
    assert "no online.csv" in out


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"watch": "none"}, InputError, "--watch .*none: expected a folder; got nothing"),
        ({"watch": "file"}, InputError, "expected a folder; got a file"),
        ({"settle": -1.0}, InputError, "--settle: expected seconds, 0 or more; got -1"),
        ({"name": "(?P<x>"}, InputError, "--name: expected a regular expression"),
        ({"results": "results.db"}, InputError, "--results: expected an address"),
        ({"results": "sqlite:////none/at/all.db"}, StoreError, "cannot be opened"),
        ({"vessels": Path("none.csv")}, InputError, "there is no such file"),
        ({"sensors": []}, InputError, "--sensor: expected at least one"),
        ({"sensors": ["./nowhere"]}, SensorError, "nowhere"),
    ],
)
def test_bad_arguments_end_in_one_message(
    tmp_path: Path,
    sensors: dict[str, Path],
    change: dict[str, object],
    error: type[Exception],
    message: str,
) -> None:
    (tmp_path / "drop").mkdir()
    (tmp_path / "file").write_text("x")
    arguments: dict[str, object] = {
        "watch": "drop", "sensors": [str(sensors["plain"])], "once": True, **change,
    }  # fmt: skip
    watch = tmp_path / str(arguments.pop("watch"))

    with pytest.raises(error, match=message):
        stream.run(watch, **arguments)  # type: ignore[arg-type]


def test_a_folder_at_fault_is_told(tmp_path: Path, sensors: dict[str, Path]) -> None:
    drop = tmp_path / "drop"
    drop.mkdir()
    (drop / "campaign.toml").write_text('timezone = "Mars/Olympus"\n')

    with pytest.raises(InputError, match=r"campaign\.toml, row 1, column timezone"):
        stream.run(drop, sensors=[str(sensors["plain"])], once=True)


@pytest.mark.skipif(sys.platform == "win32", reason="SIGTERM")
def test_sigterm_ends_it_between_two_blocks(tmp_path: Path, sensors: dict[str, Path]) -> None:
    drop = tmp_path / "drop"
    write_campaign(make_run(has_times=True), tmp_path / "campaign")
    spectrometer.run(tmp_path / "campaign", drop=drop, speed=float("inf"))
    command = [
        sys.executable, "-m", "pipelines", "stream", "--watch", str(drop),
        "--sensor", str(sensors["plain"]), "--settle", "0",
    ]  # fmt: skip
    predictor = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert predictor.stdout is not None
    lines = [predictor.stdout.readline() for _ in range(3)]
    while "glucose" not in predictor.stdout.readline():
        pass
    predictor.send_signal(signal.SIGTERM)
    out, err = predictor.communicate(timeout=30)

    assert lines[0].startswith("watching")
    assert predictor.returncode == 0, err
    assert "Traceback" not in err
    assert " scored" in out
    assert not read_results(drop).duplicated("scan_key").any()


@pytest.mark.skipif(sys.platform == "win32", reason="SIGTERM")
def test_a_read_that_sigterm_finds_under_way_is_finished() -> None:
    stop = threading.Event()
    table = b"400.125,1.5\n" * 3_000_000
    after = threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGTERM))

    class Woken:
        def wake(self) -> None:
            pass

    with stream._stopping(stop, Woken()):  # type: ignore[arg-type]
        after.start()
        n_rows = 0
        while not stop.is_set():
            n_rows = pyarrow.csv.read_csv(
                io.BytesIO(table), read_options=pyarrow.csv.ReadOptions(use_threads=False)
            ).num_rows

    assert n_rows == 3_000_000 - 1


def test_a_settings_file_has_a_campaign_replayed(
    tmp_path: Path, sensors: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    write_campaign(make_run(has_times=True), tmp_path / "campaign")
    (tmp_path / "drop").mkdir()
    config = tmp_path / "plant.toml"
    config.write_text(
        f'watch = "drop"\nsensors = ["{sensors["plain"]}"]\n'
        '[replay]\ncampaign = "campaign"\nvessels = ["V02"]\nspeed = 1e9\n'
    )

    stream.run(config=config, once=True)

    table = read_results(tmp_path / "drop")
    assert set(table["vessel"]) == {"V02"}
    assert set(table["campaign"]) == {"cho-7"}
    assert len(table) == 12
    assert "fed by replay of cho-7" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[mqtt_source]\nurl = "mqtt://127.0.0.1:1/raman/#"\n', "--once: expected a folder or"),
        ('[mqtt_source]\nurl = "raman"\n', "mqtt_source: expected an address such as"),
        ('[replay]\ncampaign = "nowhere"\n', "nowhere"),
        ('[opcua_source]\nurl = "opc.tcp://x"\nintensity = "i=7"\n', "the node of one axis"),
    ],
)
def test_a_source_at_fault_ends_in_one_message(
    tmp_path: Path, sensors: dict[str, Path], text: str, message: str
) -> None:
    (tmp_path / "drop").mkdir()
    config = tmp_path / "plant.toml"
    config.write_text(f'watch = "drop"\nsensors = ["{sensors["plain"]}"]\n{text}')

    with pytest.raises(InputError, match=message):
        stream.run(config=config, once=True)


def test_a_terminal_that_is_gone_does_not_end_the_stream(
    tmp_path: Path, sensors: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    drop = tmp_path / "drop"
    write_campaign(make_run(has_times=True), tmp_path / "campaign")
    spectrometer.run(tmp_path / "campaign", drop=drop, vessels=["V01"], speed=float("inf"))
    reader, writer = os.pipe()
    os.close(reader)

    with monkeypatch.context() as patch, os.fdopen(writer, "w", closefd=False) as gone:
        patch.setattr(sys, "stdout", gone)
        stream.run(drop, sensors=[str(sensors["plain"])], settle=0, once=True)
        patch.undo()
        with pytest.raises(BrokenPipeError):
            gone.flush()
        os.dup2(os.open(os.devnull, os.O_WRONLY), writer)

    os.close(writer)
    assert len(read_results(drop)) == 11


def dropped(tmp_path: Path, *, n: int = 3) -> Path:
    """Return a drop folder with a few spectra of V01, an hour apart."""
    rng = np.random.default_rng(3)
    drop = tmp_path / "drop"
    drop.mkdir()
    for hour, intensities in enumerate(make_spectra(rng.uniform(1, 8, size=(n, 4)), rng)):
        keys = pd.DataFrame({"vessel": ["V01"], "time": [START + pd.Timedelta(hours=hour)]})
        spectra = Spectra(AXIS, intensities[np.newaxis], keys)
        write_spectrum_file(spectra, drop / f"scan{hour}.csv")
    return drop


def test_a_settings_file_says_it_all_and_options_count_more(
    tmp_path: Path, sensors: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    dropped(tmp_path)
    config = tmp_path / "plant.toml"
    config.write_text(
        f'''watch = "drop"
sensors = ["{sensors["plain"]}"]
results = "sqlite:///{tmp_path}/elsewhere.db"
log = "json"
expect_every = 30
[jsonl]
file = "predictions.jsonl"
'''
    )

    stream.run(config=config, results=f"sqlite:///{tmp_path}/given.db", settle=0, once=True)

    lines = [json.loads(line) for line in (tmp_path / "predictions.jsonl").read_text().splitlines()]
    assert sorted((line["vessel"], line["source_file"]) for line in lines) == [
        ("V01", "scan0.csv"), ("V01", "scan1.csv"), ("V01", "scan2.csv"),
    ]  # fmt: skip
    assert (tmp_path / "given.db").exists()
    assert not (tmp_path / "elsewhere.db").exists()
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    of_spectra = [line for line in told if "spectrum" in line]
    assert {line["spectrum"] for line in of_spectra} == {line["spectrum_sha256"] for line in lines}
    assert {(line["vessel"], line["sensor"]) for line in of_spectra} == {("V01", "cho.glucose")}


@pytest.mark.broker
def test_a_broker_hears_what_the_table_holds(
    tmp_path: Path, sensors: dict[str, Path], broker: Broker
) -> None:
    drop = dropped(tmp_path)
    client = Subscriber(broker)

    stream.run(drop, sensors=[str(sensors["plain"])], settle=0, once=True, mqtt=broker.url)

    topic = "plant/pat/drop/V01/glucose"
    wait_for(lambda: len(client.of(topic)) + len(client.of(f"{topic}/late")) == 3)
    heard = sorted(each["value"] for each in client.of(topic) + client.of(f"{topic}/late"))
    assert heard == sorted(read_results(drop)["value"])
    client.close()


def test_check_tells_every_part_that_does_not_answer(
    tmp_path: Path, sensors: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    drop = dropped(tmp_path)
    config = tmp_path / "plant.toml"
    config.write_text('[jsonl]\nfile = "no/such/folder/x.jsonl"\n')
    nobody = f"mqtt://127.0.0.1:{free_port()}/pat"

    with pytest.raises(StoreError, match="2 of 3 parts do not answer"):
        stream.run(drop, sensors=[str(sensors["plain"])], check=True, mqtt=nobody, config=config)

    out = capsys.readouterr().out
    assert f"mqtt {nobody}: ConnectionRefusedError" in out
    assert "golden spectra predicted again: answers" in out
    assert "FileNotFoundError" in out


def test_the_live_page_is_tested_by_check_and_refused_where_others_could_read_it(
    tmp_path: Path,
    sensors: dict[str, Path],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("PAT_WEB_TOKEN", raising=False)
    drop, listen = dropped(tmp_path), f"127.0.0.1:{free_port()}"
    plain = [str(sensors["plain"])]

    stream.run(drop, sensors=plain, check=True, web=listen)
    with pytest.raises(InputError, match="PAT_WEB_TOKEN"):
        stream.run(drop, sensors=plain, check=True, web="192.0.2.7:8765")

    assert f"web http://{listen}/: answers" in capsys.readouterr().out


def test_two_sensors_for_one_analyte_are_refused_where_values_are_published(
    tmp_path: Path, sensors: dict[str, Path]
) -> None:
    drop = dropped(tmp_path)

    with pytest.raises(InputError, match="expected one sensor an analyte"):
        stream.run(drop, sensors=[str(path) for path in sensors.values()], check=True,
                   mqtt="mqtt://127.0.0.1/pat")  # fmt: skip
