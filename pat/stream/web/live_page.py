"""A sink that people look at: the newest values on a page of this program's own."""

import logging
import socket
import threading
import time
from collections.abc import Sequence
from datetime import timedelta

import uvicorn

from pat.stream.predictions import Prediction
from pat.stream.scored_spectra import ScoredSpectra
from pat.stream.sinks import Publication
from pat.stream.vitals import Pulse
from pat.stream.web.access import Access, Guard
from pat.stream.web.board import AT_LEAST, STEP_S, TREND_S, Board, Past
from pat.stream.web.close_look import CloseLook
from pat.stream.web.history import History
from pat.stream.web.pages import Desks, page_app
from pat.stream.web.sensors import KnownSensors
from pat.stream.web.trend import Course

log = logging.getLogger(__name__)

_AT_ONCE = 100  # open requests; each reader holds one
_START_S = 10.0
_END_S = 3


class LivePage:
    """Serves the page in a thread of its own, from the results and from what is published.

    Delivery: the newest state whenever it is looked at; a page that lost touch begins anew.

    Parameters
    ----------
    access : Access
    results : str
        Address of the results, read over connections of its own.
    station : str
        The source whose predictions are shown.
    sensors : KnownSensors
    spectra : ScoredSpectra or None
        Where scored spectra are found again; None: nowhere.
    """

    name = "web"

    def __init__(
        self,
        access: Access,
        *,
        results: str,
        station: str,
        sensors: KnownSensors,
        spectra: ScoredSpectra | None = None,
    ) -> None:
        self._access = access
        self._results = results
        self._station = station
        self._sensors = sensors
        self._spectra = spectra
        self._board = Board()
        self._history: History | None = None
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    def open(self, live: Sequence[Prediction]) -> None:
        """Serve the newest values and the hours before them."""
        self._history = History(self._results, station=self._station)
        past = {each.tag: _past(self._history, each) for each in live if each.tag is not None}
        self._board.begin(live, {tag: points for tag, points in past.items() if tag is not None})
        self._serve(self._history)

    def publish(self, publications: Sequence[Publication]) -> None:
        """Show these."""
        self._board.publish(publications)

    def withdraw(self, prediction: Prediction, reason: str) -> None:
        """Show a value as bad."""
        self._board.withdraw(prediction, reason)

    def beat(self, pulse: Pulse) -> None:
        """Show how the predictor fares."""
        if self._thread is not None and not self._thread.is_alive():
            msg = "the server ended by itself"
            raise ConnectionError(msg)
        self._sensors.refresh()
        self._board.beat(pulse)

    def close(self) -> None:
        """Serve no more."""
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join(2 * _END_S)
        if self._history is not None:
            self._history.close()
        self._server = self._thread = self._history = None

    def _serve(self, history: History) -> None:
        family = socket.AF_INET6 if ":" in self._access.host else socket.AF_INET
        listening = socket.create_server((self._access.host, self._access.port), family=family)
        close_look = CloseLook(history, sensors=self._sensors, spectra=self._spectra)
        desks = Desks(self._board, history, self._sensors, close_look)
        app = page_app(desks, is_ending=self._is_ending)
        config = uvicorn.Config(
            Guard(app, self._access),
            access_log=False,
            log_config=None,
            lifespan="off",
            limit_concurrency=_AT_ONCE,
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=_END_S,
            ws="none",
        )
        self._server = server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=server.run, args=([listening],), name="web server", daemon=True
        )
        self._thread.start()
        deadline = time.monotonic() + _START_S
        while not server.started and self._thread.is_alive() and time.monotonic() < deadline:
            time.sleep(0.02)

    def _is_ending(self) -> bool:
        return self._server is None or self._server.should_exit


def _past(history: History, newest: Prediction) -> Past:
    assert newest.tag is not None
    length, n_points = timedelta(seconds=TREND_S), round(TREND_S / STEP_S)
    rows = history.course(newest.tag, length=length, n_points=n_points)
    if len(rows) < AT_LEAST:
        rows = history.newest(newest.tag, n_points=AT_LEAST)
    return [
        (at_s, Course(value, lower, upper, int(rank or 0)))
        for at_s, value, lower, upper, rank, *_ in rows
    ]
