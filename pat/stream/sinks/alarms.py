"""Values that became too old, kept with the results and told in the log."""

import logging
from collections.abc import Sequence

from pat.stream.journal import Happening, Journal
from pat.stream.predictions import Prediction, Tag
from pat.stream.sinks.sink import Publication
from pat.stream.vitals import Pulse

log = logging.getLogger(__name__)


class Alarms:
    """Writes a row of the table `events` when a value becomes too old, and when it is renewed.

    Delivery: at least once; a restart tells again what still is too old.
    """

    name = "alarms"

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._outdated: set[Tag] = set()

    def open(self, live: Sequence[Prediction]) -> None:
        """Nothing is outdated yet."""
        del live
        self._outdated.clear()

    def publish(self, publications: Sequence[Publication]) -> None:
        """Tell of values that are renewed; the results hold the predictions themselves."""
        for each in publications:
            tag = each.prediction.tag
            if each.is_live and tag in self._outdated:
                self._outdated.discard(tag)
                self._note("renewed", each.prediction, "a spectrum came again")

    def withdraw(self, prediction: Prediction, reason: str) -> None:
        """Tell that a value is too old."""
        if (tag := prediction.tag) is not None:
            self._outdated.add(tag)
        self._note("outdated", prediction, reason)

    def beat(self, pulse: Pulse) -> None:
        """Nothing to tell."""

    def close(self) -> None:
        """Nothing to let go of."""

    def _note(self, kind: str, prediction: Prediction, text: str) -> None:
        words = f"{prediction.vessel} {prediction.analyte}: {text}"
        log.warning("%s", words, extra={"vessel": prediction.vessel, "sensor": prediction.sensor})
        self._journal.note(Happening(kind, words, prediction.campaign, prediction.vessel))
