"""The sensors that the page may be asked about: in use now, or since the start."""

from collections.abc import Callable, Sequence

from pat.soft_sensor import SoftSensor
from pat.stream.scorer import Sensor

#: Sensors that were replaced and are still known; each takes some megabytes.
N_BEFORE = 8


class KnownSensors:
    """Sensors by digest.

    Parameters
    ----------
    in_use : callable
        Returns the sensors in use now.
    """

    def __init__(self, in_use: Callable[[], Sequence[Sensor]]) -> None:
        self._in_use = in_use
        self._seen: dict[str, SoftSensor] = {}

    def get(self, digest: str) -> SoftSensor | None:
        """Return a sensor; None where it was not in use since the start, or long ago."""
        self.refresh()
        return self._seen.get(digest)

    def is_in_use(self, digest: str) -> bool:
        """Return whether a sensor scores what comes next."""
        return any(sensor.digest == digest for sensor in self._in_use())

    def refresh(self) -> None:
        """Take note of the sensors in use."""
        using = [each for each in self._in_use() if isinstance(each, SoftSensor)]
        for sensor in using:
            self._seen.pop(sensor.digest, None)
            self._seen[sensor.digest] = sensor
        for digest in list(self._seen)[: -(len(using) + N_BEFORE)]:
            del self._seen[digest]

    def molar_mass(self, analyte: str) -> float | None:
        """Return an analyte's g/mol, where a sensor in use knows it."""
        known = (each.analyte for each in self._in_use() if each.analyte.name == analyte)
        return next((one.molar_mass for one in known if one.molar_mass is not None), None)
