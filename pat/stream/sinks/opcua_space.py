"""The address space of the predictor: names of OPC UA for Analyser Devices (OPC 10020)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from asyncua import Server, ua

from pat.stream.predictions import Prediction
from pat.stream.vitals import Pulse

NAMESPACE = "urn:raman-pat"

_GROUPS = ("Configuration", "Status", "AcquisitionSettings", "AcquisitionStatus",
           "AcquisitionData", "ChemometricModelSettings", "Context")  # fmt: skip
_STATISTICS = ("lower", "upper", "t2", "t2_limit", "q", "q_limit")
_BROWSE_NAMES = {"lower": "Lower", "upper": "Upper", "t2": "T2", "t2_limit": "T2Limit", "q": "Q",
                 "q_limit": "QLimit"}  # fmt: skip

# AlarmStateEnumeration of OPC 10020.
NORMAL, WARNING_LOW, WARNING_HIGH, WARNING, ALARM = 0, 1, 2, 4, 32

_QUALITIES = {
    "good": ua.StatusCodes.Good,
    "uncertain": ua.StatusCodes.UncertainSensorNotAccurate,
    "bad": ua.StatusCodes.BadSensorFailure,
}


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What an OPC UA client may know of a sensor."""

    name: str
    description: str
    created: datetime | None
    calibrated_range: tuple[float, float] | None


class AddressSpace:
    """One device; a channel for each vessel, made when its first value comes.

    Every node has a string identifier that tells where it stands, such as
    `cho-7/V01/AcquisitionData/glucose` or `Device/Status/Heartbeat`.

    Parameters
    ----------
    server : asyncua.Server
        Not yet started.
    cards : mapping of sensor digest to ModelCard
    """

    def __init__(self, server: Server, *, cards: Mapping[str, ModelCard]) -> None:
        self._server = server
        self._cards = cards
        self._index = 0
        self._device: Any = None
        self._made: set[str] = set()

    async def build(self, name: str) -> None:
        """Make the device."""
        self._index = await self._server.register_namespace(NAMESPACE)
        device_set = await self._server.nodes.objects.add_folder(
            self._id("DeviceSet"), self._name("DeviceSet")
        )
        self._device = await self._object(device_set, "Device", name)
        await self._object(self._device, "Device/Configuration", "Configuration")
        status = await self._object(self._device, "Device/Status", "Status")
        now = datetime.now(UTC)
        for variable, value in (
            ("Heartbeat", ua.Variant(0, ua.VariantType.UInt32)),
            ("Backlog", ua.Variant(0, ua.VariantType.UInt32)),
            ("LastSpectrum", ua.Variant(now, ua.VariantType.DateTime)),
        ):
            await self._variable(status, f"Device/Status/{variable}", value)
        await self._write("Device/Status/LastSpectrum", None, ua.VariantType.DateTime,
                          ua.StatusCodes.BadWaitingForInitialData, now)  # fmt: skip

    async def beat(self, pulse: Pulse) -> None:
        """Count up the heartbeat and say how the predictor fares."""
        good, at = ua.StatusCodes.Good, pulse.at
        for name, value in (("Heartbeat", pulse.beat), ("Backlog", pulse.backlog)):
            await self._write(f"Device/Status/{name}", value, ua.VariantType.UInt32, good, at)
        if (last := pulse.last_spectrum_at) is not None:
            place = "Device/Status/LastSpectrum"
            await self._write(place, last, ua.VariantType.DateTime, good, last)

    async def show(self, prediction: Prediction, *, outdated: str | None = None) -> None:
        """Show a prediction as the value of its tag; bad where it is outdated."""
        channel = await self._channel(prediction)
        place = await self._parameter(channel, prediction)
        at = prediction.time or prediction.received_at or datetime.now(UTC)
        status = _QUALITIES[prediction.quality]
        reasons = prediction.reasons or ""
        if outdated is not None:
            status = ua.StatusCodes.BadNoCommunication
            reasons = "; ".join(filter(None, (outdated, reasons)))
        alarm = ALARM if outdated is not None else self._alarm_state(prediction)
        double, text = ua.VariantType.Double, ua.VariantType.String
        for name in _STATISTICS:
            where = f"{place}/Statistics/{_BROWSE_NAMES[name]}"
            await self._write(where, getattr(prediction, name), double, status, at)
        good = ua.StatusCodes.Good
        await self._write(f"{place}/AlarmState", alarm, ua.VariantType.Int32, good, at)
        await self._write(f"{place}/VendorSpecificError", reasons, text, good, at)
        await self._write_model(channel, prediction, at)
        # The value last: a client that is told of it finds the rest in place.
        await self._write(place, prediction.value, double, status, at)

    async def _channel(self, prediction: Prediction) -> str:
        """Return the identifier of a vessel's channel, made where it is not there yet."""
        campaign, vessel = prediction.campaign or "", prediction.vessel or ""
        channel = f"{campaign}/{vessel}"
        if channel in self._made:
            return channel
        node = await self._object(self._device, channel, vessel)
        stream = await self._object(node, f"{channel}/Stream", "Stream")
        for group in _GROUPS:
            await self._object(stream, f"{channel}/{group}", group)
        for name, value in (("CampaignID", campaign), ("BatchID", vessel), ("SampleID", "")):
            await self._text(f"{channel}/Context", name, value)
        for name in ("SourceFile", "SpectrumSha256"):
            await self._text(f"{channel}/AcquisitionStatus", name, "")
        self._made.add(channel)
        return channel

    async def _parameter(self, channel: str, prediction: Prediction) -> str:
        """Return the identifier of an analyte's value, made where it is not there yet."""
        place = f"{channel}/AcquisitionData/{prediction.analyte}"
        if place in self._made:
            return place
        data = self._node(f"{channel}/AcquisitionData")
        empty = ua.Variant(0.0, ua.VariantType.Double)
        node = await self._variable(data, place, empty, name=prediction.analyte)
        unit = ua.EUInformation(NAMESPACE, -1, ua.LocalizedText(prediction.unit or ""),
                                ua.LocalizedText(prediction.unit or ""))  # fmt: skip
        await self._property(node, f"{place}/EngineeringUnits", unit)
        card = self._cards.get(prediction.sensor_digest)
        if card is not None and card.calibrated_range is not None:
            limits = ua.Range(*card.calibrated_range)
            await self._property(node, f"{place}/EURange", limits)
            await self._property(node, f"{place}/WarningLimits", limits)
        await self._property(node, f"{place}/AlarmState", ua.Variant(0, ua.VariantType.Int32))
        await self._property(node, f"{place}/VendorSpecificError", "")
        statistics = await self._object(node, f"{place}/Statistics", "Statistics")
        for name in _STATISTICS:
            await self._variable(statistics, f"{place}/Statistics/{_BROWSE_NAMES[name]}", empty)
        await self._model(channel, prediction.analyte)
        self._made.add(place)
        return place

    async def _model(self, channel: str, analyte: str) -> None:
        settings = self._node(f"{channel}/ChemometricModelSettings")
        place = f"{channel}/ChemometricModelSettings/{analyte}"
        await self._object(settings, place, analyte)
        for name in ("Name", "ModelDescription", "Digest"):
            await self._text(place, name, "")
        never = ua.Variant(datetime(1970, 1, 1, tzinfo=UTC), ua.VariantType.DateTime)
        await self._variable(self._node(place), f"{place}/CreationDate", never)

    async def _write_model(self, channel: str, prediction: Prediction, at: datetime) -> None:
        place = f"{channel}/ChemometricModelSettings/{prediction.analyte}"
        card = self._cards.get(prediction.sensor_digest)
        texts: Sequence[tuple[str, str]] = (
            (f"{place}/Name", prediction.sensor or ""),
            (f"{place}/Digest", prediction.sensor_digest),
            (f"{place}/ModelDescription", card.description if card else ""),
            (f"{channel}/Context/SampleID", prediction.sample or ""),
            (f"{channel}/AcquisitionStatus/SourceFile", prediction.source_file or ""),
            (f"{channel}/AcquisitionStatus/SpectrumSha256", prediction.spectrum_sha256),
        )
        good = ua.StatusCodes.Good
        for where, value in texts:
            await self._write(where, value, ua.VariantType.String, good, at)
        if card is not None and card.created is not None:
            where = f"{place}/CreationDate"
            await self._write(where, card.created, ua.VariantType.DateTime, good, at)

    def _alarm_state(self, prediction: Prediction) -> int:
        if prediction.quality == "good":
            return NORMAL
        if prediction.quality == "bad":
            return ALARM
        card = self._cards.get(prediction.sensor_digest)
        if card is None or card.calibrated_range is None or prediction.value is None:
            return WARNING
        low, high = card.calibrated_range
        if prediction.value < low:
            return WARNING_LOW
        return WARNING_HIGH if prediction.value > high else WARNING

    async def _write(self, place: str, value: Any, kind: ua.VariantType, status: int,
                     at: datetime) -> None:  # fmt: skip
        variant = (
            ua.Variant(None, ua.VariantType.Null) if value is None else ua.Variant(value, kind)
        )
        told = ua.DataValue(
            variant, ua.StatusCode(status), SourceTimestamp=at, ServerTimestamp=datetime.now(UTC)
        )
        await self._server.write_attribute_value(self._id(place), told)

    async def _object(self, parent: Any, place: str, name: str) -> Any:
        return await parent.add_object(self._id(place), self._name(name))

    async def _variable(self, parent: Any, place: str, value: ua.Variant, name: str = "") -> Any:
        shown = self._name(name or place.rsplit("/", 1)[-1])
        return await parent.add_variable(self._id(place), shown, value)

    async def _property(self, parent: Any, place: str, value: Any) -> Any:
        return await parent.add_property(
            self._id(place), self._name(place.rsplit("/", 1)[-1]), value
        )

    async def _text(self, parent: str, name: str, value: str) -> None:
        await self._variable(self._node(parent), f"{parent}/{name}",
                             ua.Variant(value, ua.VariantType.String))  # fmt: skip

    def _node(self, place: str) -> Any:
        return self._server.get_node(self._id(place))

    def _id(self, place: str) -> ua.NodeId:
        return ua.NodeId(place, self._index)

    def _name(self, name: str) -> ua.QualifiedName:
        return ua.QualifiedName(name, self._index)
