"""A live page on loopback, and a client that says what it likes."""

import http.client
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pat.stream.journal import Journal
from pat.stream.predictions import Prediction
from pat.stream.scored_spectra import ScoredSpectra
from pat.stream.scorer import Sensor
from pat.stream.web import KnownSensors, LivePage, web_access
from tests.stream.servers import free_port
from tests.stream.sinks.made_up import open_journal, store


class Served:
    """One page that is being served."""

    def __init__(self, page: LivePage, port: int, journal: Journal) -> None:
        self.page = page
        self.journal = journal
        self.body = b""
        self.port = port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    @classmethod
    @contextmanager
    def empty(cls, place: Path, *, token: str | None = None) -> Iterator["Served"]:
        """Serve a page without any prediction."""
        with cls.of(place, (), token=token) as served:
            yield served

    @classmethod
    @contextmanager
    def of(
        cls,
        place: Path,
        stored: Sequence[Prediction],
        *,
        token: str | None = None,
        sensors: Sequence[Sensor] = (),
        spectra: ScoredSpectra | None = None,
        url: str | None = None,
    ) -> Iterator["Served"]:
        """Serve a page of these predictions; the last of each tag is its newest."""
        journal = open_journal(place, url=url)
        if stored:
            store(journal, *stored)
        port = free_port()
        access = web_access(f"127.0.0.1:{port}", token=token)
        page = LivePage(
            access,
            results=journal.engine.url.render_as_string(hide_password=False),
            station=journal.station,
            sensors=KnownSensors(lambda: sensors),
            spectra=spectra,
        )
        newest = {each.tag: each for each in stored}
        try:
            page.open(list(newest.values()))
            yield cls(page, port, journal)
        finally:
            page.close()
            journal.close()

    def ask(self, path: str, *, method: str = "GET", **headers: str) -> http.client.HTTPResponse:
        """Return the answer to a request; `body` keeps what came with it."""
        connection = self._connection()
        connection.putrequest(method, path, skip_host="Host" in headers)
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        self.body = answer.read()
        connection.close()
        return answer

    def told(self, path: str) -> Any:
        """Return what a path answers in JSON."""
        self.ask(path)
        return json.loads(self.body)

    def changes(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield what a reader of the stream of changes is told."""
        connection = self._connection()
        connection.request("GET", "/changes")
        kind = ""
        try:
            for line in connection.getresponse():
                name, _, text = line.decode().rstrip("\n").partition(": ")
                if name == "event":
                    kind = text
                elif name == "data":
                    yield kind, json.loads(text)
        finally:
            connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
