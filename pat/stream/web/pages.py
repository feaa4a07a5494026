"""What the server answers: the page, the stream of changes, one vessel in depth."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import (
    FileResponse,
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from pat.stream.predictions import Tag
from pat.stream.web.board import Board
from pat.stream.web.close_look import CloseLook
from pat.stream.web.history import History
from pat.stream.web.sensor_card import sensor_card
from pat.stream.web.sensors import KnownSensors

#: Seconds between two messages to a reader; changes within are sent as one.
PACE_S = 1.0

_STATIC = Path(__file__).parent / "static"
_MONTH_H = 31 * 24.0
_DIGITS = 19  # of a row's number, at most


@dataclass(frozen=True, slots=True)
class Desks:
    """Whom the page asks."""

    board: Board
    history: History
    sensors: KnownSensors
    close_look: CloseLook


def page_app(desks: Desks, *, is_ending: Callable[[], bool]) -> Starlette:
    """Return the application behind the page; `is_ending` ends the streams of changes."""

    def page(request: Request) -> Response:
        del request
        return FileResponse(_STATIC / "page.html")

    def changes(request: Request) -> Response:
        del request
        told = _changes(desks.board, is_ending)
        return StreamingResponse(told, media_type="text/event-stream")

    def events(request: Request) -> Response:
        del request
        return _answer(desks.history.events)

    return Starlette(
        routes=[
            Route("/", page),
            Route("/changes", changes),
            Route("/culture", lambda request: _culture(request, desks)),
            Route("/health", lambda request: _health(request, desks.history)),
            Route("/spectrum", lambda request: _spectrum(request, desks.close_look)),
            Route("/sensor", lambda request: _sensor(request, desks.sensors)),
            Route("/events", events),
            Mount("/static", StaticFiles(directory=_STATIC)),
        ]
    )


async def _changes(board: Board, is_ending: Callable[[], bool]) -> AsyncIterator[str]:
    """Yield everything once, then what changed, at the reader's own pace."""
    version, cells = board.since(0)
    yield _event("all", cells)
    while not is_ending():
        await asyncio.sleep(PACE_S)
        version, cells = board.since(version)
        yield _event("changed", cells)


def _event(kind: str, cells: object) -> str:
    text = json.dumps(cells, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
    return f"event: {kind}\ndata: {text}\n\n"


def _culture(request: Request, desks: Desks) -> Response:
    asked, history = request.query_params, desks.history
    vessel, analyte = asked.get("vessel"), asked.get("analyte")
    hours = _hours(asked.get("hours", "24"))
    if not vessel or not analyte or hours is None:
        return _refused(f"vessel, analyte and hours above 0, at most {_MONTH_H:g}")
    tag = Tag(asked.get("campaign", ""), vessel, analyte)
    return _answer(
        lambda: {
            "course": history.course(tag, length=timedelta(hours=hours)),
            "assays": history.assays(tag, molar_mass=desks.sensors.molar_mass(analyte)),
            "doubts": history.doubts(tag),
            "sensors": history.sensors(tag),
        }
    )


def _health(request: Request, history: History) -> Response:
    asked = request.query_params
    vessel, hours = asked.get("vessel"), _hours(asked.get("hours", "24"))
    if not vessel or hours is None:
        return _refused(f"vessel and hours above 0, at most {_MONTH_H:g}")
    length = timedelta(hours=hours)
    return _answer(lambda: history.health(asked.get("campaign", ""), vessel, length=length))


def _spectrum(request: Request, close_look: CloseLook) -> Response:
    number = request.query_params.get("id", "")
    if not (number.isascii() and number.isdigit() and len(number) < _DIGITS):
        return _refused("id, the number of a prediction")
    return _answer(lambda: close_look.cells(int(number)))


def _sensor(request: Request, sensors: KnownSensors) -> Response:
    digest = request.query_params.get("digest", "")
    sensor = sensors.get(digest)
    if sensor is None:
        words = "no such sensor since the start; the registry knows those of before"
        return PlainTextResponse(words, HTTPStatus.NOT_FOUND)
    return HTMLResponse(sensor_card(sensor, is_in_use=sensors.is_in_use(digest)))


def _refused(expected: str) -> Response:
    return JSONResponse({"error": f"expected {expected}"}, HTTPStatus.BAD_REQUEST)


def _answer(look: Callable[[], object]) -> Response:
    try:
        found = look()
    except SQLAlchemyError as error:
        words = f"the results cannot be read: {type(error).__name__}"
        return JSONResponse({"error": words}, HTTPStatus.SERVICE_UNAVAILABLE)
    if found is None:
        return JSONResponse({"error": "there is no such row"}, HTTPStatus.NOT_FOUND)
    return JSONResponse(found)


def _hours(text: str) -> float | None:
    try:
        hours = float(text)
    except ValueError:
        return None
    return hours if 0 < hours <= _MONTH_H else None
