"""Who may read the page: loopback by default, elsewhere by token and under a known name."""

import hashlib
import hmac
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pat.errors import InputError

TOKEN_VARIABLE = "PAT_WEB_TOKEN"  # noqa: S105 - the variable's name
_EXAMPLE = "127.0.0.1:8765"
_LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")
_ANY_ADDRESS = ("0.0.0.0", "::")  # noqa: S104 - refused without a token and a name
_SHORTEST_TOKEN = 16
_COOKIE = "raman_pat"

#: Everything comes from this program; nothing is run or styled inline, nothing may frame it.
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True, slots=True)
class Access:
    """Where the page is served, and to whom."""

    host: str
    port: int
    token: str | None  # None: whoever reaches it may read
    names: frozenset[str]  # that a request may call this server by

    @property
    def url(self) -> str:
        """The address to open, without the token."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}/"


def web_access(listen: str, *, token: str | None = None, names: Sequence[str] = ()) -> Access:
    """Return who may read a page that listens on `listen`.

    Parameters
    ----------
    listen : str
        HOST:PORT.
    token : str, optional
        Asked of every request where given.
    names : sequence of str
        Names of this machine that browsers may use, beside HOST.

    Raises
    ------
    InputError
        If the address is none, or is not loopback and token or name is missing.
    """
    host, port = _host_and_port(listen)
    known = {name.lower() for name in names}
    if _is_loopback(host):
        return Access(host, port, token or None, frozenset({host, *_LOOPBACK_NAMES, *known}))
    if not token or len(token) < _SHORTEST_TOKEN:
        msg = (
            f"--web {listen}: expected a token of {_SHORTEST_TOKEN} characters or more in "
            f"{TOKEN_VARIABLE}, since others can reach this address; got "
            f"{'a shorter one' if token else 'none'}; or listen on {_EXAMPLE}"
        )
        raise InputError(msg)
    if host not in _ANY_ADDRESS:
        known.add(host)
    if not known:
        msg = (
            f"--web {listen}: expected the names that browsers call this machine by, as hosts "
            "under [web] in the settings file; got none"
        )
        raise InputError(msg)
    return Access(host, port, token, frozenset(known))


class Guard:
    """Answers 403 to a foreign Host and 401 without the token; hardens every answer.

    A browser gives the token once, as `/?token=...`, and keeps a cookie that is made of it.
    """

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app = app
        self._access = access
        self._key = b"" if access.token is None else _key(access.token)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_hardened(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        answer = self._refusal(Request(scope))
        await (answer or self._app)(scope, receive, send_hardened)

    def _refusal(self, request: Request) -> Response | None:
        if _name(request.headers.get("host", "")) not in self._access.names:
            return PlainTextResponse("unknown host", HTTPStatus.FORBIDDEN)
        if not self._key:
            return None
        given = request.query_params.get("token")
        if given is not None and self._is_token(given):
            answer = RedirectResponse(_path_here(request), HTTPStatus.SEE_OTHER)
            answer.set_cookie(_COOKIE, self._key.hex(), httponly=True, samesite="strict")
            return answer
        if self._is_known(request):
            return None
        return PlainTextResponse("token required", HTTPStatus.UNAUTHORIZED)

    def _is_known(self, request: Request) -> bool:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and self._is_token(token):
            return True
        cookie = request.cookies.get(_COOKIE, "")
        return hmac.compare_digest(cookie.encode(), self._key.hex().encode())

    def _is_token(self, given: str) -> bool:
        return hmac.compare_digest(_key(given), self._key)


def _path_here(request: Request) -> str:
    """Return the path without the slashes that would make its first part another host's name."""
    return "/" + request.url.path.lstrip("/")


def _key(token: str) -> bytes:
    return hmac.digest(token.encode(), b"raman-pat live page", hashlib.sha256)


def _host_and_port(listen: str) -> tuple[str, int]:
    try:
        parts = urlsplit(f"//{listen}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or not port:
        msg = f"--web: expected HOST:PORT such as {_EXAMPLE}; got {listen!r}"
        raise InputError(msg)
    return host, port


def _name(host: str) -> str:
    """Return a Host header without its port; empty where it is none."""
    try:
        return (urlsplit(f"//{host}").hostname or "").lower()
    except ValueError:
        return ""


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
