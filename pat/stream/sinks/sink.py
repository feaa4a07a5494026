"""Where predictions are published: the one seam to whoever reads them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from pat.stream.predictions import Prediction
from pat.stream.vitals import Pulse


@dataclass(frozen=True, slots=True)
class Publication:
    """A prediction on its way out."""

    prediction: Prediction
    is_live: bool  # the newest of its tag; a late one must not take the place of a newer value


class Sink(Protocol):
    """Publishes what it is given, or raises; then it is opened again and given the same.

    Any exception means that it is down for now. Each sink says what it promises its readers.
    """

    name: str

    def open(self, live: Sequence[Prediction]) -> None:
        """Reach its peer, and show the newest values so far."""

    def publish(self, publications: Sequence[Publication]) -> None:
        """Publish all of these, in order, before returning."""

    def withdraw(self, prediction: Prediction, reason: str) -> None:
        """Show a live value as bad from now on, because it is too old."""

    def beat(self, pulse: Pulse) -> None:
        """Show that the predictor lives."""

    def close(self) -> None:
        """Let go of its peer; what was published stays."""
