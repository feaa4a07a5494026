"""One settings file says what a stream does; a slip in it is told with its line."""

from datetime import timedelta
from pathlib import Path

import pytest

from pat.errors import InputError
from pipelines.stream_feeds import MqttSourceSettings, OpcUaSourceSettings, ReplaySettings
from pipelines.stream_settings import stream_settings

WHOLE = """
watch = "drop"
sensors = ["cho.glucose", "models:/cho.lactate@champion", "exported"]
results = "postgresql://pat@db/plant"
vessels = "map.csv"
settle = 2
expect_every = 30
log = "json"

[expect_every_of]
V03 = 240

[opcua]
url = "opc.tcp://0.0.0.0:4840/pat"
certificate = "pki/server.der"
key = "pki/server.pem"

[mqtt]
url = "mqtts://broker/site"
ca = "pki/ca.pem"

[jsonl]
file = "/var/log/pat.jsonl"

[metrics]
listen = "127.0.0.1:9464"

[web]
listen = "0.0.0.0:8765"
hosts = ["pat.plant"]
"""


def write(folder: Path, text: str) -> Path:
    (folder / "plant.toml").write_text(text)
    return folder / "plant.toml"


def test_every_setting_is_read_and_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    (tmp_path / "exported").mkdir()

    settings = stream_settings(write(tmp_path, WHOLE), {})

    assert settings.watch == tmp_path / "drop"
    exported = str(tmp_path / "exported")
    assert settings.sensors == ("cho.glucose", "models:/cho.lactate@champion", exported)
    assert settings.expected == timedelta(minutes=30)
    assert settings.expected_of == {"V03": timedelta(hours=4)}
    assert settings.opcua_certificate == tmp_path / "pki/server.der"
    assert (settings.mqtt, settings.mqtt_ca) == ("mqtts://broker/site", tmp_path / "pki/ca.pem")
    assert settings.jsonl == Path("/var/log/pat.jsonl")
    assert (settings.metrics, settings.log, settings.settle) == ("127.0.0.1:9464", "json", 2.0)
    assert (settings.web, settings.web_hosts) == ("0.0.0.0:8765", ("pat.plant",))


def test_sources_other_than_the_folder_are_read(tmp_path: Path) -> None:
    text = (
        'watch = "drop"\nsensors = ["cho.glucose"]\n'
        '[replay]\ncampaign = "run"\nspeed = 60\n'
        '[mqtt_source]\nurl = "mqtts://broker/raman/#"\nca = "ca.pem"\nclient = "line-2"\n'
        '[opcua_source]\nurl = "opc.tcp://spectrometer:4840/"\nintensity = "ns=2;s=I"\n'
        'raman_shift_cm1 = "ns=2;s=X"\nvessel = "ns=2;s=V"\nqueue = 7\n'
    )

    feeds = stream_settings(write(tmp_path, text), {}).feeds

    assert feeds.replay == ReplaySettings(tmp_path / "run", (), 60.0)
    assert feeds.mqtt == MqttSourceSettings("mqtts://broker/raman/#", "line-2", tmp_path / "ca.pem")
    assert feeds.opcua == OpcUaSourceSettings(
        "opc.tcp://spectrometer:4840/",
        {"intensity": "ns=2;s=I", "raman_shift_cm1": "ns=2;s=X", "vessel": "ns=2;s=V"},
        queue=7,
    )


def test_what_is_given_beside_the_file_counts_more(tmp_path: Path) -> None:
    given = {"settle": 0.0, "sensors": ("other",), "results": None, "watch": tmp_path}

    settings = stream_settings(write(tmp_path, WHOLE), given)

    assert (settings.settle, settings.sensors, settings.watch) == (0.0, ("other",), tmp_path)
    assert settings.results == "postgresql://pat@db/plant"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('wach = "x"', "plant.toml, row 1, column wach: unknown key; did you mean watch"),
        ("[mqtt]\npassword = 'x'", "row 2, column mqtt.password: unknown key"),
        ("[grafana]\nport = 1", "column grafana: unknown key; known are"),
        ("[web]\nport = 1", "column web.port: unknown key; known are listen, hosts"),
        ("[web]\nhosts = 1", "column web.hosts: expected a list such as"),
        ("settle = -1", "column settle: expected 0 or more"),
        ("expect_every = 0", "column expect_every: expected a number above 0"),
        ("[expect_every_of]\nV01 = 'x'", "column expect_every_of.V01: expected a number"),
        ('log = "xml"', "expected one of plain, json"),
        ('sensors = "one"', "expected a list"),
        ("opcua = 'opc.tcp://x:1'", r"expected a section \[opcua\]"),
        ("watch = ", "cannot be read"),
    ],
)
def test_a_slip_is_told_with_its_place(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        stream_settings(write(tmp_path, text), {"watch": tmp_path, "sensors": ("a",)})


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"sensors": ("a",)}, "--watch DIR, or watch in the settings file"),
        ({"watch": Path()}, "--sensor: expected at least one"),
        ({"watch": Path(), "sensors": ("a",), "settle": -1.0}, "--settle"),
        ({"watch": Path(), "sensors": ("a",), "expect_every": 0.0}, "--expect-every"),
    ],
)
def test_what_is_missing_or_senseless_is_told(given: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        stream_settings(None, given)


def test_a_settings_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.toml: cannot be read"):
        stream_settings(tmp_path / "none.toml", {})
