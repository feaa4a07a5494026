"""An OPC UA client reads values with quality and time, and may write nothing."""

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import pytest

from pat.errors import InputError
from pat.stream.sinks import ModelCard, Publication
from tests.stream.servers import free_port
from tests.stream.sinks.made_up import TEN, live, make_prediction, pulse

asyncua = pytest.importorskip("asyncua", reason="the extra opcua is not installed")
from asyncua import Client, ua  # noqa: E402
from asyncua.crypto.cert_gen import setup_self_signed_certificate  # noqa: E402
from asyncua.crypto.security_policies import SecurityPolicyBasic256Sha256  # noqa: E402
from cryptography.x509.oid import ExtendedKeyUsageOID  # noqa: E402

from pat.stream.sinks.opcua import OpcUa, OpcUaSettings, opcua_settings  # noqa: E402
from pat.stream.sinks.opcua_space import NAMESPACE  # noqa: E402

Answer = TypeVar("Answer")
VALUE = "cho/V01/AcquisitionData/glucose"
CARDS = {
    "d1": ModelCard("cho.glucose", "PLS on 24 cultures", TEN, (0.0, 5.0)),
    "d2": ModelCard("cho.glucose", "SVR on 30 cultures", TEN, (0.0, 9.0)),
}


class Reader:
    """An OPC UA client, one question at a time."""

    def __init__(self, url: str) -> None:
        self.url = url

    def ask(self, question: Callable[[Any], Awaitable[Answer]], **login: str) -> Answer:
        async def connected() -> Answer:
            client = Client(self.url, timeout=60)
            if login:
                client.set_user(login["user"])
                client.set_password(login["password"])
            async with client:
                return await question(client)

        return asyncio.run(connected())

    def data(self, place: str) -> Any:
        async def read(client: Any) -> Any:
            index = await client.get_namespace_index(NAMESPACE)
            node = client.get_node(ua.NodeId(place, index))
            return await node.read_data_value(raise_on_bad_status=False)

        return self.ask(read)

    def value(self, place: str) -> Any:
        return self.data(place).Value.Value


@pytest.fixture(scope="module")
def url() -> str:
    return f"opc.tcp://127.0.0.1:{free_port()}/pat"


@pytest.fixture
def other_url() -> str:
    return f"opc.tcp://127.0.0.1:{free_port()}/pat"


@pytest.fixture(scope="module")  # a server takes a second to start
def sink(url: str) -> Iterator[OpcUa]:
    sink = OpcUa(OpcUaSettings(url), cards=CARDS)
    sink.open([])
    yield sink
    sink.close()


def test_a_value_has_its_spectrum_s_time_its_quality_and_its_statistics(
    sink: OpcUa, url: str
) -> None:
    sink.publish(live(make_prediction(2)))
    reader = Reader(url)

    told = reader.data(VALUE)
    assert told.Value.Value == 2.0
    assert told.StatusCode.is_good()
    assert told.SourceTimestamp.replace(tzinfo=UTC) == datetime(2024, 5, 1, 11, tzinfo=UTC)
    statistics = {
        name: reader.value(f"{VALUE}/Statistics/{name}")
        for name in ("Lower", "Upper", "T2", "T2Limit", "Q", "QLimit")
    }
    assert statistics == {
        "Lower": 1.5, "Upper": 2.5, "T2": 1.0, "T2Limit": 9.0, "Q": 2.0, "QLimit": 8.0,
    }  # fmt: skip
    limits = reader.value(f"{VALUE}/WarningLimits")
    assert (limits.Low, limits.High) == (0.0, 5.0)
    assert reader.value(f"{VALUE}/EngineeringUnits").DisplayName.Text == "g/L"
    model = "cho/V01/ChemometricModelSettings/glucose"
    assert reader.value(f"{model}/Name") == "cho.glucose"
    assert reader.value(f"{model}/Digest") == "d1"
    assert reader.value(f"{model}/ModelDescription") == "PLS on 24 cultures"
    assert reader.value("cho/V01/Context/BatchID") == "V01"
    assert reader.value("cho/V01/AcquisitionStatus/SourceFile") == "2.csv"


@pytest.mark.parametrize(
    ("quality", "value", "status", "alarm"),
    [
        ("good", 2.0, "Good", 0),
        ("uncertain", -1.0, "UncertainSensorNotAccurate", 1),
        ("uncertain", 6.0, "UncertainSensorNotAccurate", 2),
        ("uncertain", 2.0, "UncertainSensorNotAccurate", 4),
        ("bad", 2.0, "BadSensorFailure", 32),
        ("bad", None, "BadSensorFailure", 32),
    ],
)
def test_quality_is_a_status_code_and_an_alarm_state(
    sink: OpcUa, url: str, quality: str, value: float | None, status: str, alarm: int
) -> None:
    sink.publish(live(make_prediction(1, quality=quality, value=value, reasons="why")))

    told = Reader(url).data(VALUE)
    # A bad value is not handed out (OPC 10000-4): a control system must not use it.
    assert (told.StatusCode.name, told.Value.Value) == (status, value if quality != "bad" else None)
    assert Reader(url).value(f"{VALUE}/AlarmState") == alarm
    assert Reader(url).value(f"{VALUE}/VendorSpecificError") == "why"


def test_what_a_prediction_lacks_does_not_keep_its_old_number(sink: OpcUa, url: str) -> None:
    sink.publish(live(make_prediction(1), make_prediction(2, t2=None, value=None, quality="bad")))

    told = Reader(url).data(f"{VALUE}/Statistics/T2")
    assert told.StatusCode.name == "BadSensorFailure"
    assert Reader(url).data(VALUE).StatusCode.name == "BadSensorFailure"
    sink.publish(live(make_prediction(3, t2=None)))
    told = Reader(url).data(f"{VALUE}/Statistics/T2")
    assert (told.StatusCode.name, told.Value.Value) == ("BadNoData", None)


def test_a_sensor_that_takes_over_is_told_with_its_range(sink: OpcUa, url: str) -> None:
    sink.publish(live(make_prediction(1), make_prediction(2, sensor_digest="d2")))

    model = "cho/V01/ChemometricModelSettings/glucose"
    assert Reader(url).value(f"{model}/ModelDescription") == "SVR on 30 cultures"
    assert Reader(url).value(f"{VALUE}/EURange").High == 9.0


def test_the_space_is_found_by_browsing_the_names_of_the_standard(sink: OpcUa, url: str) -> None:
    sink.publish(live(make_prediction(1)))

    async def browse(client: Any) -> list[str]:
        index = await client.get_namespace_index(NAMESPACE)
        path = ["DeviceSet", "raman-pat", "V01", "Stream", "AcquisitionData", "glucose"]
        node = await client.nodes.objects.get_child([f"{index}:{name}" for name in path])
        stream = await node.get_parent()
        groups = await (await stream.get_parent()).get_children()
        return [(await group.read_browse_name()).Name for group in groups]

    assert set(Reader(url).ask(browse)) == {
        "Configuration", "Status", "AcquisitionSettings", "AcquisitionStatus",
        "AcquisitionData", "ChemometricModelSettings", "Context",
    }  # fmt: skip


def test_a_late_value_does_not_take_the_place_of_a_newer_one(sink: OpcUa, url: str) -> None:
    sink.publish([*live(make_prediction(5)), Publication(make_prediction(2), is_live=False)])

    assert Reader(url).value(VALUE) == 5.0


def test_a_value_too_old_turns_bad_and_good_again_with_the_next(sink: OpcUa, url: str) -> None:
    sink.publish(live(make_prediction(1)))
    sink.withdraw(make_prediction(1), "no spectrum since noon")
    told = Reader(url).data(VALUE)
    assert (told.StatusCode.name, told.Value.Value) == ("BadNoCommunication", None)
    assert Reader(url).value(f"{VALUE}/AlarmState") == 32

    sink.publish(live(make_prediction(2)))
    assert Reader(url).data(VALUE).StatusCode.is_good()


def test_the_heartbeat_counts(sink: OpcUa, url: str) -> None:
    sink.beat(pulse(41))
    assert Reader(url).value("Device/Status/Heartbeat") == 41
    sink.beat(pulse(42))

    assert Reader(url).value("Device/Status/Heartbeat") == 42
    assert Reader(url).value("Device/Status/Backlog") == 3


def test_a_subscriber_hears_of_every_value_in_order(sink: OpcUa, url: str) -> None:
    sink.publish(live(make_prediction(1)))
    heard: list[float] = []

    class Handler:
        def datachange_notification(self, node: object, value: float, data: object) -> None:
            heard.append(value)

    async def listen(client: Any) -> None:
        index = await client.get_namespace_index(NAMESPACE)
        node = client.get_node(ua.NodeId(VALUE, index))
        subscription = await client.create_subscription(20, Handler())
        await subscription.subscribe_data_change(node, queuesize=100)
        await asyncio.sleep(0.3)
        await asyncio.to_thread(
            lambda: sink.publish(live(*(make_prediction(number) for number in range(2, 30))))
        )
        for _ in range(100):
            if len(heard) >= 29:
                break
            await asyncio.sleep(0.05)

    Reader(url).ask(listen)

    assert heard == [float(number) for number in range(1, 30)]


@pytest.mark.parametrize("user", [None, "admin", "Admin"])
def test_nobody_may_write(sink: OpcUa, url: str, user: str | None) -> None:
    sink.publish(live(make_prediction(1)))

    async def write(client: Any) -> None:
        index = await client.get_namespace_index(NAMESPACE)
        node = client.get_node(ua.NodeId(VALUE, index))
        await node.write_value(ua.DataValue(ua.Variant(9.0, ua.VariantType.Double)))

    login = {} if user is None else {"user": user, "password": ""}
    with pytest.raises(ua.UaStatusCodeError):
        Reader(url).ask(write, **login)

    assert Reader(url).value(VALUE) == 1.0


def test_nobody_may_add_or_delete_nodes(sink: OpcUa, url: str) -> None:
    sink.publish(live(make_prediction(1)))

    async def vandalise(client: Any) -> None:
        index = await client.get_namespace_index(NAMESPACE)
        await client.delete_nodes([client.get_node(ua.NodeId(VALUE, index))])

    with pytest.raises(ua.UaStatusCodeError):
        Reader(url).ask(vandalise)

    assert Reader(url).value(VALUE) == 1.0


def test_a_port_that_is_taken_is_an_error_until_it_is_free(other_url: str) -> None:
    sink = OpcUa(OpcUaSettings(other_url), cards=CARDS)
    with socket.create_server(("127.0.0.1", int(other_url.split(":")[2].split("/")[0]))):
        with pytest.raises(OSError, match="address already in use"):
            sink.open([])
        sink.close()

    sink.open([make_prediction(3)])
    assert Reader(other_url).value(VALUE) == 3.0
    n_threads = len([each for each in threading.enumerate() if each.name == "opcua"])
    sink.close()
    assert len([each for each in threading.enumerate() if each.name == "opcua"]) == n_threads - 1


def make_certificate(folder: Path, name: str, uri: str) -> tuple[Path, Path]:
    certificate, key = folder / f"{name}.der", folder / f"{name}.pem"
    usage = [ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH]
    asyncio.run(
        setup_self_signed_certificate(
            key, certificate, uri, "127.0.0.1", usage, {"organizationName": "test"}
        )
    )
    return certificate, key


def test_with_a_user_the_line_is_signed_and_strangers_are_refused(
    tmp_path: Path, other_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = other_url
    certificate, key = make_certificate(tmp_path, "server", NAMESPACE)
    mine, my_key = make_certificate(tmp_path, "client", "urn:client")
    monkeypatch.setenv("PAT_OPCUA_USER", "dcs")
    monkeypatch.setenv("PAT_OPCUA_PASSWORD", "secret")
    sink = OpcUa(opcua_settings(url, certificate=certificate, key=key), cards=CARDS)
    sink.open([make_prediction(1)])

    async def read(user: str | None, password: str = "", signed: bool = True) -> float:
        client = Client(url, timeout=60)
        client.application_uri = "urn:client"
        if signed:
            await client.set_security(SecurityPolicyBasic256Sha256, str(mine), str(my_key))
        if user is not None:
            client.set_user(user)
            client.set_password(password)
        async with client:
            index = await client.get_namespace_index(NAMESPACE)
            return await client.get_node(ua.NodeId(VALUE, index)).read_value()

    assert asyncio.run(read("dcs", "secret")) == 1.0
    for user, password in ((None, ""), ("dcs", "wrong"), ("admin", "")):
        with pytest.raises(ua.UaError):
            asyncio.run(read(user, password))
    with pytest.raises((ua.UaError, asyncio.TimeoutError, ConnectionError)):
        asyncio.run(read("dcs", "secret", signed=False))
    sink.close()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"url": "http://127.0.0.1:4840"}, "expected an address such as opc.tcp://"),
        ({"url": "opc.tcp://127.0.0.1"}, "expected an address such as opc.tcp://"),
        ({"url": "opc.tcp://me:secret@127.0.0.1:4840"}, "set PAT_OPCUA_USER"),
        ({"url": "opc.tcp://127.0.0.1:4840", "user": "me", "password": "x"}, "in the clear"),
        ({"url": "opc.tcp://127.0.0.1:4840", "certificate": Path("x")}, "both certificate and key"),
        ({"url": "opc.tcp://127.0.0.1:4840", "certificate": Path("no"), "key": Path("no")},
         "there is no such file"),
    ],
)  # fmt: skip
def test_settings_that_cannot_be_are_told(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        OpcUaSettings(**settings)
