"""The nodes that tell a spectrum and what is known of it, and how their server is reached."""

import os
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from asyncua import Client, ua

from pat.arrays import FloatArray
from pat.errors import InputError
from pat.readers.spectrum_json import spectrum_json
from pat.spectra import AxisKind
from pat.stream.feeds.known_values import KnownValues

#: Names of the variables that hold user and password.
USER, PASSWORD = "PAT_OPCUA_SOURCE_USER", "PAT_OPCUA_SOURCE_PASSWORD"

INTENSITY = "intensity"
AXES = tuple(kind.value for kind in AxisKind)
#: What may stand beside a spectrum, each a node.
BESIDE = ("vessel", "channel", "sample", "scan", "kind", "elapsed_h", "acquisition_s", "laser_mw")

_EXAMPLE = "opc.tcp://spectrometer:4840/"
_ANSWER_S = 10.0
_AT_ONCE = 100  # values of a history asked for at once: spectra are large
_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class OpcUaNodes:
    """Where a spectrometer's server tells its spectra.

    Parameters
    ----------
    url : str
    intensity : str
        Identifier of the node that holds the intensities, such as `ns=2;s=Probe/Intensity`.
    beside : mapping of name to identifier
        One axis of `AXES`, and any of `BESIDE`.
    queue : int
        Spectra that the server is asked to keep between two answers.
    certificate, key : Path or None
        Of this client; with them the connection is signed and encrypted.
    """

    url: str
    intensity: str
    beside: Mapping[str, str] = field(default_factory=dict)
    queue: int = 100
    certificate: Path | None = None
    key: Path | None = None

    def __post_init__(self) -> None:
        if problem := self._problem():
            msg = f"opcua_source: {problem}"
            raise InputError(msg)

    @property
    def all(self) -> dict[str, str]:
        """Every node by its name."""
        return {INTENSITY: self.intensity, **self.beside}

    def _problem(self) -> str | None:
        parts = urlsplit(self.url)
        if parts.scheme != "opc.tcp" or not parts.hostname:
            return f"expected an address such as {_EXAMPLE}; got {self.url!r}"
        if parts.username or parts.password:
            return f"give no user or password in the address; set {USER} and {PASSWORD}"
        if (self.certificate is None) != (self.key is None):
            return "expected both certificate and key, or neither"
        if os.environ.get(USER) and self.certificate is None:
            return "a user needs certificate and key: the password would go in the clear"
        return self._problem_of_nodes()

    def _problem_of_nodes(self) -> str | None:
        if len(set(self.all.values())) < len(self.all):
            return "expected another node for each name; got one twice"
        for name, identifier in self.all.items():
            try:
                ua.NodeId.from_string(identifier)
            except (ua.UaError, ValueError):
                return f"{name}: expected a node such as ns=2;s=Probe/Intensity; got {identifier!r}"
        if sum(name in AXES for name in self.beside) != 1:
            return f"expected the node of one axis out of {', '.join(AXES)}"
        return None


async def client_of(nodes: OpcUaNodes) -> Client:
    """Return a client that is not yet connected."""
    client = Client(nodes.url, timeout=_ANSWER_S)
    client.application_uri = "urn:raman-pat:source"
    if nodes.certificate is not None and nodes.key is not None:
        await client.set_security_string(
            f"Basic256Sha256,SignAndEncrypt,{nodes.certificate},{nodes.key}"
        )
    if os.environ.get(USER):
        client.set_user(os.environ[USER])
        client.set_password(os.environ.get(PASSWORD, ""))
    return client


async def keeps_history(client: Client, identifier: str) -> bool:
    """Return whether a server lets the history of a node be read."""
    levels = await client.get_node(identifier).get_user_access_level()
    return ua.AccessLevel.HistoryRead in levels


async def history(
    client: Client, identifier: str, *, since: datetime, until: datetime
) -> AsyncIterator[list[Any]]:
    """Yield the values that a server has kept of a node, some at a time, the oldest first."""
    node = client.get_node(identifier)
    while True:
        values = await node.read_raw_history(since, until, numvalues=_AT_ONCE, return_bounds=False)
        new = [value for value in values if (at := time_of(value)) is not None and at >= since]
        if not new:
            return
        yield new
        since = max(filter(None, map(time_of, new))) + _MOMENT


def time_of(value: ua.DataValue) -> datetime | None:
    """Return when a value was measured; the server's own time where the source tells none."""
    told = value.SourceTimestamp or value.ServerTimestamp
    if told is None:
        return None
    return told if told.tzinfo is not None else told.replace(tzinfo=UTC)


def intensity_of(value: ua.DataValue) -> FloatArray | None:
    """Return the intensities (n_channels,) that a node tells; None where it tells none."""
    if value.Value is None or value.StatusCode.is_bad():
        return None
    return _array(value.Value.Value)


def spectrum_content(
    intensity: FloatArray, at: datetime, *, known: KnownValues, nodes: OpcUaNodes
) -> bytes:
    """Return a spectrum and what was known of it as JSON."""
    kind = next(AxisKind(name) for name in AXES if name in nodes.beside)
    beside = known.at(at)
    axis = _array(beside.pop(kind.value, None))
    told: dict[str, str | float] = {"time": at.isoformat()}
    told |= {name: _cell(cell) for name, cell in beside.items() if cell is not None}
    return spectrum_json(told, np.empty(0) if axis is None else axis, intensity, axis_kind=kind)


def _array(value: object) -> FloatArray | None:
    try:
        array = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        return None
    return array if array.ndim == 1 and array.size > 0 else None


def _cell(value: object) -> str | float:
    if isinstance(value, int | float) and not isinstance(value, bool) and np.isfinite(value):
        return value
    return str(value)
