"""What whoever reads values may know of the sensor behind them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What an OPC UA client may know of a sensor."""

    name: str
    description: str
    created: datetime
    calibrated_range: tuple[float, float]


class ModelCards(Protocol):
    """The cards of the sensors that a stream uses, which may be swapped meanwhile."""

    def get(self, digest: str) -> ModelCard | None:
        """Return a sensor's card; None where nobody knows it any more."""
