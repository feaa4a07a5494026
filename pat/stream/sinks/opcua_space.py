"""The address space of the predictor: names of OPC UA for Analyser Devices (OPC 10020)."""

from datetime import UTC, datetime
from typing import Any

from asyncua import Server, ua

from pat.stream.predictions import Prediction
from pat.stream.sinks.model_card import ModelCards
from pat.stream.vitals import Pulse

NAMESPACE = "urn:raman-pat"

_GROUPS = ("Configuration", "Status", "AcquisitionSettings", "AcquisitionStatus",
           "AcquisitionData", "ChemometricModelSettings", "Context")  # fmt: skip
_STATISTICS = ("lower", "upper", "t2", "t2_limit", "q", "q_limit")
_BROWSE_NAMES = {"lower": "Lower", "upper": "Upper", "t2": "T2", "t2_limit": "T2Limit", "q": "Q",
                 "q_limit": "QLimit"}  # fmt: skip

_HEALTH = {
    "Level": "level", "Noise": "noise", "SaturatedChannels": "saturated",
    "CosmicRays": "cosmic_rays", "WaterBand": "water", "SapphireBand": "sapphire",
    "AxisShift": "axis_shift", "LaserPower": "laser_mw",
}  # fmt: skip

# AlarmStateEnumeration of OPC 10020.
NORMAL, WARNING_LOW, WARNING_HIGH, WARNING, ALARM = 0, 1, 2, 4, 32

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)

_QUALITIES = {
    "good": ua.StatusCodes.Good,
    "uncertain": ua.StatusCodes.UncertainSensorNotAccurate,
    "bad": ua.StatusCodes.BadSensorFailure,
}


class AddressSpace:
    """One device; a channel for each vessel, made when its first value comes.

    Every node has a string identifier that tells where it stands, such as
    `cho-7/V01/AcquisitionData/glucose` or `Device/Status/Heartbeat`.

    Parameters
    ----------
    server : asyncua.Server
        Not yet started.
    cards : ModelCards
    """

    def __init__(self, server: Server, *, cards: ModelCards) -> None:
        self._server = server
        self._cards = cards
        self._index = 0
        self._device: Any = None
        self._made: set[str] = set()
        self._model_of: dict[str, str] = {}  # digest of the sensor that a value was told with

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
        await self._write_context(channel, prediction, at)
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
        status = self._node(f"{channel}/Status")
        for name in _HEALTH:
            nothing = ua.Variant(float("nan"), ua.VariantType.Double)
            await self._variable(status, f"{channel}/Status/{name}", nothing)
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
        for name in ("EURange", "WarningLimits"):
            await self._property(node, f"{place}/{name}", ua.Range())
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
        never = ua.Variant(_NEVER, ua.VariantType.DateTime)
        await self._variable(self._node(place), f"{place}/CreationDate", never)

    async def _write_context(self, channel: str, prediction: Prediction, at: datetime) -> None:
        for place, value in (
            (f"{channel}/Context/SampleID", prediction.sample),
            (f"{channel}/AcquisitionStatus/SourceFile", prediction.source_file),
            (f"{channel}/AcquisitionStatus/SpectrumSha256", prediction.spectrum_sha256),
        ):
            await self._write_text(place, value or "", at)
        good, double = ua.StatusCodes.Good, ua.VariantType.Double
        for name, column in _HEALTH.items():
            told = getattr(prediction, column)
            number = None if told is None else float(told)
            await self._write(f"{channel}/Status/{name}", number, double, good, at)

    async def _write_model(self, channel: str, prediction: Prediction, at: datetime) -> None:
        """Tell the sensor and its range, where another gave the value before."""
        place = f"{channel}/ChemometricModelSettings/{prediction.analyte}"
        if self._model_of.get(place) == prediction.sensor_digest:
            return
        self._model_of[place] = prediction.sensor_digest
        card = self._cards.get(prediction.sensor_digest)
        await self._write_text(f"{place}/Name", prediction.sensor or "", at)
        await self._write_text(f"{place}/Digest", prediction.sensor_digest, at)
        await self._write_text(f"{place}/ModelDescription", card.description if card else "", at)
        if card is None:
            return
        good = ua.StatusCodes.Good
        created, kind = f"{place}/CreationDate", ua.VariantType.DateTime
        await self._write(created, card.created, kind, good, at)
        for name in ("EURange", "WarningLimits"):
            limits = ua.Range(*card.calibrated_range)
            where = f"{channel}/AcquisitionData/{prediction.analyte}/{name}"
            await self._write(where, limits, ua.VariantType.ExtensionObject, good, at)

    def _alarm_state(self, prediction: Prediction) -> int:
        if prediction.quality == "good":
            return NORMAL
        if prediction.quality == "bad":
            return ALARM
        card = self._cards.get(prediction.sensor_digest)
        if card is None or prediction.value is None:
            return WARNING
        low, high = card.calibrated_range
        if prediction.value < low:
            return WARNING_LOW
        return WARNING_HIGH if prediction.value > high else WARNING

    async def _write(self, place: str, value: Any, kind: ua.VariantType, status: int,
                     at: datetime) -> None:  # fmt: skip
        if value is None:  # the server takes no null; what is bad is not handed out
            value = float("nan") if kind is ua.VariantType.Double else _NEVER
            status = status if _is_bad(status) else ua.StatusCodes.BadNoData
        variant = ua.Variant(value, kind)
        told = ua.DataValue(
            variant, ua.StatusCode(status), SourceTimestamp=at, ServerTimestamp=datetime.now(UTC)
        )
        await self._server.write_attribute_value(self._id(place), told)

    async def _write_text(self, place: str, value: str, at: datetime) -> None:
        await self._write(place, value, ua.VariantType.String, ua.StatusCodes.Good, at)

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


def _is_bad(status: int) -> bool:
    return bool(status & 0x80000000)
