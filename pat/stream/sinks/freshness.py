"""When a live value is too old to be trusted."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from pat.readers.times import iso
from pat.stream.predictions import Prediction


class Freshness:
    """Judges live values by their vessel's time between two spectra.

    A value is too old when that time has passed since its spectrum came. Once a spectrum of the
    station has come in time, the clocks are known to be those of now, and a value also is too
    old whose spectrum was taken that long ago: a file that was held up is no sign of life. A
    replay of an old campaign is judged by its arrival alone.

    Parameters
    ----------
    expect_every : timedelta or None
        Longest time between two spectra of a vessel; None: values do not age.
    of_vessel : mapping of str to timedelta
        Where a vessel has a time of its own.
    """

    def __init__(
        self, expect_every: timedelta | None, of_vessel: Mapping[str, timedelta] | None = None
    ) -> None:
        self._expect_every = expect_every
        self._of_vessel = of_vessel or {}
        self._is_of_now = False

    def saw(self, prediction: Prediction) -> None:
        """Take note of when a spectrum was taken and when it came."""
        limit = self.limit(prediction)
        if limit is None or prediction.time is None or prediction.received_at is None:
            return
        if abs(prediction.received_at - prediction.time) <= limit:
            self._is_of_now = True

    def why_too_old(self, prediction: Prediction, *, now: datetime) -> str | None:
        """Return in words why a live value is not to be trusted any more; None where it is."""
        limit = self.limit(prediction)
        since = self._since(prediction)
        if limit is None or since is None or now - since <= limit:
            return None
        minutes = limit / timedelta(minutes=1)
        return f"no spectrum since {iso(since)}, expected every {minutes:g} min"

    def limit(self, prediction: Prediction) -> timedelta | None:
        """Return the longest time between two spectra of a prediction's vessel."""
        return self._of_vessel.get(prediction.vessel or "", self._expect_every)

    def _since(self, prediction: Prediction) -> datetime | None:
        came, taken = prediction.received_at, prediction.time
        if self._is_of_now and came is not None and taken is not None:
            return min(came, taken)
        return came
