"""The live page: what a control room sees of the stream, in any browser, read-only."""

from pat.stream.web.access import Access, web_access
from pat.stream.web.live_page import LivePage
from pat.stream.web.sensors import KnownSensors

__all__ = ["Access", "KnownSensors", "LivePage", "web_access"]
