"""A spectrometer on the network, as a plant has one: an OPC UA server of another make's kind."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from asyncua import ua
from asyncua.server.history import HistoryDict
from asyncua.sync import Server, ThreadLoop

from pat.stream.feeds.opcua_nodes import OpcUaNodes
from tests.stream.drop import AXIS

NAMES = {"intensity": "Intensity", "raman_shift_cm1": "Shift", "vessel": "Vessel", "scan": "Scan"}


DOUBLE, TEXT, WHOLE = ua.VariantType.Double, ua.VariantType.String, ua.VariantType.Int64
KINDS = {"intensity": DOUBLE, "raman_shift_cm1": DOUBLE, "vessel": TEXT, "scan": WHOLE}
FIRST = {DOUBLE: [], TEXT: "", WHOLE: 0}
LONG_AGO = datetime(1970, 1, 2, tzinfo=UTC)


class Memory(HistoryDict):
    """A history that outlives the server that writes it."""

    async def new_historized_node(
        self, node_id: ua.NodeId, period: timedelta | None, count: int = 0
    ) -> None:
        if node_id not in self._datachanges:
            await super().new_historized_node(node_id, period, count)


class Spectrometer:
    """Serves the newest spectrum; with `history` it keeps what was measured.

    Parameters
    ----------
    port : int
    history : Memory or None
    """

    def __init__(self, port: int, *, history: Memory | None) -> None:
        self.url = f"opc.tcp://127.0.0.1:{port}/"
        self._loop = ThreadLoop(timeout=60)
        self._loop.start()
        self._server = Server(tloop=self._loop)
        self._server.set_endpoint(self.url)
        self._space = self._server.register_namespace("urn:other-make")
        self._nodes = {name: self._add(name) for name in NAMES}
        if history is not None:
            manager = self._server.aio_obj.iserver.history_manager
            manager.set_storage(history)
            for node in self._nodes.values():
                self._loop.post(
                    self._server.aio_obj.historize_node_data_change(node.aio_obj, None, 1000)
                )
        self._server.start()

    @property
    def nodes(self) -> OpcUaNodes:
        """What a feed is told of it."""
        identifiers = {name: f"ns={self._space};s={title}" for name, title in NAMES.items()}
        return OpcUaNodes(self.url, identifiers.pop("intensity"), identifiers)

    def put_carriage(self, vessel: str, at: datetime) -> None:
        """Turn the carousel to a vessel."""
        self._write("vessel", vessel, at)

    def measure(self, level: float, at: datetime, *, scan: int) -> None:
        """Show a spectrum of mean `level`."""
        wave = np.sin(np.arange(AXIS.size) * 2 * np.pi / AXIS.size)
        self._write("scan", scan, at)
        self._write("intensity", (level + wave).tolist(), at)

    def fail(self, at: datetime) -> None:
        """Show that there is no spectrum to be had."""
        code = ua.StatusCode(ua.UInt32(ua.StatusCodes.BadSensorFailure))
        self._nodes["intensity"].write_value(
            ua.DataValue(None, StatusCode=code, SourceTimestamp=at)
        )

    def calibrate(self, at: datetime) -> None:
        """Tell the axis."""
        self._write("raman_shift_cm1", AXIS.tolist(), at)

    def close(self) -> None:
        """Go away."""
        self._server.stop()
        self._loop.stop()

    def _write(self, name: str, value: Any, at: datetime) -> None:
        told = ua.DataValue(ua.Variant(value, KINDS[name]), SourceTimestamp=at)
        self._nodes[name].write_value(told)

    def _add(self, name: str) -> Any:
        kind = KINDS[name]
        first = ua.Variant(FIRST[kind], kind)
        identifier = ua.NodeId(NAMES[name], self._space)
        node = self._server.nodes.objects.add_variable(identifier, NAMES[name], first)
        node.write_value(ua.DataValue(first, SourceTimestamp=LONG_AGO))
        return node
