"""What the server answers: the page, the stream of changes, one vessel in depth."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from pat.stream.predictions import Tag
from pat.stream.web.board import Board
from pat.stream.web.history import History

#: Seconds between two messages to a reader; changes within are sent as one.
PACE_S = 1.0

_STATIC = Path(__file__).parent / "static"
_MONTH_H = 31 * 24.0


def page_app(board: Board, history: History, *, is_ending: Callable[[], bool]) -> Starlette:
    """Return the application behind the page; `is_ending` ends the streams of changes."""

    def page(request: Request) -> Response:
        del request
        return FileResponse(_STATIC / "page.html")

    def changes(request: Request) -> Response:
        del request
        return StreamingResponse(_changes(board, is_ending), media_type="text/event-stream")

    def culture(request: Request) -> Response:
        return _culture(request, history)

    def events(request: Request) -> Response:
        del request
        return _answer(history.events)

    return Starlette(
        routes=[
            Route("/", page),
            Route("/changes", changes),
            Route("/culture", culture),
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


def _culture(request: Request, history: History) -> Response:
    asked = request.query_params
    vessel, analyte = asked.get("vessel"), asked.get("analyte")
    hours = _hours(asked.get("hours", "24"))
    if not vessel or not analyte or hours is None:
        text = f"expected vessel, analyte and hours above 0, at most {_MONTH_H:g}"
        return JSONResponse({"error": text}, 400)
    tag = Tag(asked.get("campaign", ""), vessel, analyte)
    length = timedelta(hours=hours)
    return _answer(
        lambda: {
            "course": history.course(tag, length=length),
            "assays": history.assays(tag),
            "doubts": history.doubts(tag),
        }
    )


def _answer(look: Callable[[], object]) -> Response:
    try:
        return JSONResponse(look())
    except SQLAlchemyError as error:
        return JSONResponse({"error": f"the results cannot be read: {type(error).__name__}"}, 503)


def _hours(text: str) -> float | None:
    try:
        hours = float(text)
    except ValueError:
        return None
    return hours if 0 < hours <= _MONTH_H else None
