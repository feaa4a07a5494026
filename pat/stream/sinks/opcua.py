"""An OPC UA server that shows the newest predictions to control systems."""

import asyncio
import hmac
import os
import threading
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from asyncua import Server, ua
from asyncua.crypto.permission_rules import User, UserRole

from pat.errors import InputError
from pat.stream.predictions import Prediction
from pat.stream.sinks.model_card import ModelCards
from pat.stream.sinks.opcua_space import NAMESPACE, AddressSpace
from pat.stream.sinks.sink import Publication
from pat.stream.vitals import Pulse

#: Names of the variables that hold the one user and the password.
USER, PASSWORD = "PAT_OPCUA_USER", "PAT_OPCUA_PASSWORD"

_EXAMPLE = "opc.tcp://127.0.0.1:4840/pat"
_ANSWER_S = 20.0
_START_S = 120.0  # the nodes of the standard take seconds to make, more on a busy machine
_OPEN = [ua.SecurityPolicyType.NoSecurity]
_SIGNED = [
    ua.SecurityPolicyType.Basic256Sha256_Sign,
    ua.SecurityPolicyType.Basic256Sha256_SignAndEncrypt,
    ua.SecurityPolicyType.Aes256Sha256RsaPss_SignAndEncrypt,
]

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class OpcUaSettings:
    """How the server is reached.

    Parameters
    ----------
    url : str
    certificate, key : Path or None
        Of the server; with them every connection is signed, without them none is.
    user, password : str
        With them nobody reads anonymously; they need a certificate, which encrypts the password.
    """

    url: str
    certificate: Path | None = None
    key: Path | None = None
    user: str = ""
    password: str = ""

    def __post_init__(self) -> None:
        if problem := self._problem():
            raise InputError(problem)

    def _problem(self) -> str | None:
        parts = urlsplit(self.url)
        try:
            is_address = parts.scheme == "opc.tcp" and bool(parts.hostname and parts.port)
        except ValueError:
            is_address = False
        if not is_address:
            return f"--opcua: expected an address such as {_EXAMPLE}; got {self.url!r}"
        if parts.username or parts.password:
            return f"--opcua: give no user or password in the address; set {USER} and {PASSWORD}"
        if (self.certificate is None) != (self.key is None):
            return "opcua: expected both certificate and key, or neither"
        missing = [path for path in (self.certificate, self.key) if path and not path.is_file()]
        if missing:
            return f"opcua: {missing[0]}: expected a certificate or key; there is no such file"
        if bool(self.user) != bool(self.password):
            return f"opcua: expected both {USER} and {PASSWORD}, or neither"
        if self.user and self.certificate is None:
            return "opcua: a user needs certificate and key: the password would go in the clear"
        return None


def opcua_settings(
    url: str, *, certificate: Path | None = None, key: Path | None = None
) -> OpcUaSettings:
    """Return how the server is reached, with user and password from the environment."""
    user, password = os.environ.get(USER, ""), os.environ.get(PASSWORD, "")
    return OpcUaSettings(url, certificate, key, user, password)


class OpcUa:
    """Serves the newest prediction of each vessel and analyte, and how the predictor fares.

    Nobody may write. A value has the time of its spectrum as source time, and its quality as
    StatusCode; T2, Q and the interval hang below it.

    Delivery: every live value, in order, to clients that subscribe. A late prediction is not
    shown: it would take the place of a newer one, and is read from the results.

    Parameters
    ----------
    settings : OpcUaSettings
    cards : ModelCards
    """

    name = "opcua"

    def __init__(self, settings: OpcUaSettings, *, cards: ModelCards) -> None:
        self._settings = settings
        self._cards = cards
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._server: Any = None
        self._space: Any = None

    def open(self, live: Sequence[Prediction]) -> None:
        """Start the server with the newest values in place."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="opcua", daemon=True)
        self._thread.start()
        self._do(self._start(live), within_s=_START_S)

    def publish(self, publications: Sequence[Publication]) -> None:
        """Show the live ones of these, one after the other."""
        self._do(self._show([each.prediction for each in publications if each.is_live]))

    def withdraw(self, prediction: Prediction, reason: str) -> None:
        """Show a value as bad."""
        self._do(self._space.show(prediction, outdated=reason))

    def beat(self, pulse: Pulse) -> None:
        """Count up the heartbeat."""
        self._do(self._space.beat(pulse))

    def close(self) -> None:
        """Stop the server."""
        if self._loop is None or self._thread is None:
            return
        loop, thread, server = self._loop, self._thread, self._server
        self._loop = self._thread = self._server = None
        try:
            if server is not None:
                asyncio.run_coroutine_threadsafe(server.stop(), loop).result(_ANSWER_S)
        finally:
            loop.call_soon_threadsafe(loop.stop)
            thread.join(_ANSWER_S)
            loop.close()

    async def _start(self, live: Sequence[Prediction]) -> None:
        await _check_port(self._settings.url)  # before seconds go into the standard's nodes
        server = Server(user_manager=_Users(self._settings))
        await server.init()
        server.set_endpoint(self._settings.url)
        server.set_server_name("raman-pat")
        await server.set_application_uri(NAMESPACE)
        if self._settings.certificate is not None and self._settings.key is not None:
            await server.load_certificate(self._settings.certificate)
            await server.load_private_key(self._settings.key)
        server.set_security_policy(_OPEN if self._settings.certificate is None else _SIGNED)
        anonymous, named = ua.AnonymousIdentityToken, ua.UserNameIdentityToken
        server.set_identity_tokens([named] if self._settings.user else [anonymous])
        self._space = AddressSpace(server, cards=self._cards)
        await self._space.build("raman-pat")
        await self._show(live)
        await server.start()
        self._server = server

    async def _show(self, predictions: Sequence[Prediction]) -> None:
        for prediction in predictions:
            await self._space.show(prediction)

    def _do(self, work: Coroutine[Any, Any, Answer], *, within_s: float = _ANSWER_S) -> Answer:
        assert self._loop is not None
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(within_s)


async def _check_port(url: str) -> None:
    """Raise OSError where somebody else listens."""
    parts = urlsplit(url)
    probe = await asyncio.start_server(lambda reader, writer: None, parts.hostname, parts.port)
    probe.close()
    await probe.wait_closed()


class _Users:
    """Lets in whom the settings name, and everybody only to read."""

    def __init__(self, settings: OpcUaSettings) -> None:
        self._settings = settings

    def get_user(
        self,
        iserver: object,
        username: str | None = None,
        password: str | bytes | None = None,
        certificate: object = None,
    ) -> User | None:
        """Return a user without a right to write, or None for a stranger."""
        del iserver, certificate
        reader = User(role=UserRole.User)
        if not self._settings.user:
            return reader
        given = password.decode() if isinstance(password, bytes) else password or ""
        is_user = hmac.compare_digest((username or "").encode(), self._settings.user.encode())
        is_known = hmac.compare_digest(given.encode(), self._settings.password.encode())
        return reader if is_user and is_known else None
