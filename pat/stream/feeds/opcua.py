"""Spectra from a node of an OPC UA server, and from its history after a break."""

import asyncio
import hashlib
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from asyncua import Client, ua

from pat.stream.feeds.known_values import KnownValues
from pat.stream.feeds.lifeline import Lifeline, Note
from pat.stream.feeds.opcua_cursor import OpcUaCursor
from pat.stream.feeds.opcua_nodes import (
    INTENSITY,
    OpcUaNodes,
    client_of,
    history,
    intensity_of,
    keeps_history,
    spectrum_content,
    time_of,
)
from pat.stream.feeds.opcua_spooled import newest_spooled, spooled_name
from pat.stream.feeds.spool import Spool

_ANSWER_S = 10.0
_PERIOD_MS = 100.0  # in which the server sends what came
_GRACE_S = 0.3  # for what is known of a spectrum to come after it
_LOOK_S = 0.1
_AHEAD = timedelta(days=1)  # by which a server's clock may be before ours

#: When a value came, on a monotonic clock, the name of its node in the settings, and the value.
Change = tuple[float, str, Any]
Held = tuple[float, Any]


class OpcUaFeed:
    """Puts each value of a node that holds a spectrum's intensities into the spool.

    Vessel, scan number, axis and the like are nodes beside it. With a spectrum goes the newest
    value of each whose source time is not after the spectrum's own: a spectrometer sets them
    before the spectrum, or with the same source time. The spectrum's source time is its time.

    Delivery: at least once where the server offers the history of the node (HistoryRead), which
    is read after every break from the last spectrum on; one that comes again is the same file.
    Without a history: at most once. Lost is then what is measured while the connection is down,
    this program is away, or more than `queue` spectra come between two answers.

    Parameters
    ----------
    nodes : OpcUaNodes
    spool : Spool
    note : callable
    """

    ends = False
    is_over = False

    def __init__(self, nodes: OpcUaNodes, *, spool: Spool, note: Note) -> None:
        self.name = f"OPC UA source {nodes.url}"
        self._nodes = nodes
        self._spool = spool
        self._mark = hashlib.sha256(f"{nodes.url} {nodes.intensity}".encode()).hexdigest()[:8]
        self._cursor = OpcUaCursor(spool.folder / f".{self._mark}.cursor")
        self._known = KnownValues(nodes.beside)
        self._line = Lifeline(self.name, lambda: asyncio.run(self._follow()), note=note)

    def start(self) -> None:
        """Follow the node from now on, and read what it held since the last time."""
        self._line.start()

    def stop(self) -> None:
        """Follow no more."""
        self._line.end(patience_s=_ANSWER_S)

    def try_out(self) -> None:
        """Read every node once."""
        asyncio.run(self._read_once())

    async def _read_once(self) -> None:
        async with await client_of(self._nodes) as client:
            for name, identifier in self._nodes.all.items():
                found = await client.get_node(identifier).read_data_value(False)
                if found.StatusCode.is_bad():
                    msg = f"{name}, node {identifier}: {found.StatusCode.name}"
                    raise ConnectionError(msg)

    async def _follow(self) -> None:
        changes: list[Change] = []
        lost: list[Exception] = []

        async def lose(error: Exception) -> None:
            lost.append(error)

        client = await client_of(self._nodes)
        client.connection_lost_callback = lose
        async with client:
            await self._subscribe(client, changes)
            self._line.up()
            held = await self._fill_gap(client, changes)
            while not self._line.stop.is_set() and not lost:
                await asyncio.sleep(_LOOK_S)
                held = self._put_due(held + self._heard(changes), grace_s=_GRACE_S)
            self._put_due(held + self._heard(changes), grace_s=0.0)
        if lost:
            raise ConnectionError(str(lost[0]) or type(lost[0]).__name__)

    async def _subscribe(self, client: Client, changes: list[Change]) -> None:
        # By node, not by text: a server answers ns=0;i=9 as i=9.
        names = {client.get_node(text).nodeid: name for name, text in self._nodes.all.items()}

        class Handler:
            def datachange_notification(self, node: Any, value: Any, data: Any) -> None:
                del value
                told = names[node.nodeid]
                changes.append((time.monotonic(), told, data.monitored_item.Value))

        subscription = await client.create_subscription(_PERIOD_MS, Handler())
        nodes = [client.get_node(node) for node in names]
        answers = await subscription.subscribe_data_change(
            nodes, queuesize=self._nodes.queue, sampling_interval=0
        )
        for node, answer in zip(names, answers, strict=True):
            if isinstance(answer, ua.StatusCode):
                msg = f"{names[node]}, node {node.to_string()}: {answer.name}"
                raise ConnectionError(msg)

    def _heard(self, changes: list[Change]) -> list[Held]:
        """Return the spectra that came, and learn the rest."""
        spectra: list[Held] = []
        while changes:
            at, name, value = changes.pop(0)
            if name == INTENSITY:
                spectra.append((at, value))
            else:
                self._learn(name, value)
        return spectra

    def _put_due(self, held: list[Held], *, grace_s: float) -> list[Held]:
        """Put what was held for long enough into the spool, and return the rest."""
        before = time.monotonic() - grace_s
        for at, value in held:
            if at <= before:
                self._put(value)
        return [each for each in held if each[0] > before]

    async def _fill_gap(self, client: Client, changes: list[Change]) -> list[Held]:
        """Read the history since the last spectrum in the spool; return what came meanwhile.

        What is known beside spectra is read after them: it is then as new as they are.
        """
        held: list[Held] = []
        since = self._cursor.read(self._known) or self._last_in_spool()
        if since is None:
            return held
        if not await keeps_history(client, self._nodes.intensity):
            self._line.tell(
                f"{self.name} offers no history: what was measured between {since.isoformat()} "
                "and now may be lost"
            )
            return held
        until = datetime.now(UTC) + _AHEAD
        async for spectra in history(client, self._nodes.intensity, since=since, until=until):
            await self._learn_history(client, since=since, until=until)
            await asyncio.sleep(_GRACE_S)
            held += self._heard(changes)
            for value in spectra:
                self._put(value)
                since = time_of(value) or since
        return held

    def _last_in_spool(self) -> datetime | None:
        """Return the time of the newest spectrum in the spool, and remember it once more."""
        until = datetime.now(UTC) + _AHEAD
        at = newest_spooled(self._spool.folder, self._known, mark=self._mark, until=until)
        if at is not None:
            self._line.tell(
                f"{self.name}: where it was is not on disk or is damaged; it goes on after its "
                f"newest spectrum in {self._spool.folder}, of {at.isoformat()}"
            )
            self._cursor.write(at, self._known)
        return at

    async def _learn_history(self, client: Client, *, since: datetime, until: datetime) -> None:
        for name, identifier in self._nodes.beside.items():
            if await keeps_history(client, identifier):
                async for values in history(client, identifier, since=since, until=until):
                    for value in values:
                        self._learn(name, value)

    def _learn(self, name: str, value: ua.DataValue) -> None:
        at = time_of(value)
        if at is not None and value.Value is not None and value.Value.Value is not None:
            self._known.learn(name, at, value.Value.Value)

    def _put(self, value: ua.DataValue) -> None:
        """Put a spectrum into the spool, then remember its time."""
        at = time_of(value)
        intensity = intensity_of(value)
        if at is None or intensity is None:
            self._line.tell(
                f"{self.name}: passed over a value of {at} that is {value.StatusCode.name}"
            )
            return
        content = spectrum_content(intensity, at, known=self._known, nodes=self._nodes)
        self._spool.put(spooled_name(at, intensity, mark=self._mark), content)
        if at <= datetime.now(UTC) + _AHEAD:  # a later one would hide what comes after a break
            self._cursor.write(at, self._known)
