"""The machine's own Chromium without a window, driven by Playwright; no browser is fetched."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Literal

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page, ViewportSize

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)

needs_browser = pytest.mark.skipif(
    CHROMIUM is None or find_spec("playwright") is None,
    reason="no Chromium on this machine (apt-get install chromium; .ci/with-services does)",
)

Scheme = Literal["light", "dark"]

_FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking",
          "--disable-component-update", "--disable-sync", "--no-first-run")  # fmt: skip


class Watched:
    """A page, and what it asked for and complained of meanwhile."""

    def __init__(self, page: "Page") -> None:
        self.page = page
        self.asked: list[str] = []
        self.errors: list[str] = []
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._hear)

    def _hear(self, message: "ConsoleMessage") -> None:
        if message.type in ("error", "warning"):
            self.errors.append(message.text)


@contextmanager
def browser() -> Iterator["Browser"]:
    """Yield a browser, which starts in a second or two."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=list(_FLAGS))
        try:
            yield started
        finally:
            started.close()


@contextmanager
def watching(
    started: "Browser", *, width: int = 1920, height: int = 1080, scheme: Scheme = "light"
) -> Iterator[Watched]:
    """Yield an empty page that nothing was kept for; `scheme` is what the machine prefers."""
    size: ViewportSize = {"width": width, "height": height}
    context = started.new_context(viewport=size, color_scheme=scheme, timezone_id="UTC")
    context.set_default_timeout(40_000)
    try:
        yield Watched(context.new_page())
    finally:
        context.close()
