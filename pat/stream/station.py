"""What one stream consists of, and what lies beside its spectra."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field

from pat.stream.cells import is_missing
from pat.stream.comparison import Comparison, Row, assay_beside, compared, predictions_near
from pat.stream.drop_names import DropNames
from pat.stream.health import Reference
from pat.stream.journal import Happening, Journal
from pat.stream.late_assays import LateAssays
from pat.stream.listener import Listener
from pat.stream.online_values import OnlineValues
from pat.stream.promotions import Promotions, Swap
from pat.stream.scorer import Scorer
from pat.stream.source import Source
from pat.stream.vitals import Vitals

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Station:
    """The parts of one stream, and the assays known so far."""

    names: DropNames
    online: OnlineValues
    assays: LateAssays
    scorer: Scorer
    journal: Journal
    vitals: Vitals
    promotions: Promotions | None = None  # None: the sensors stay
    reference: Reference | None = None  # that health is seen beside
    _assays_by_culture: dict[tuple[str, str, str], list[Row]] = field(default_factory=dict)

    def refresh(self, source: Source, listener: Listener) -> None:
        """Read again what lies beside the spectra, where it changed; follow promotions."""
        for swap in self.promotions.take() if self.promotions is not None else ():
            self._swap(swap)
        if self.names.refresh():
            unnamed = self.journal.unnamed()
            if unnamed:
                log.info("%d files without a culture are named again", len(unnamed))
                source.again(unnamed)
        self.online.refresh(self.names.info)
        assays = self.assays.refresh(self.names)
        if assays is None:
            return
        self._assays_by_culture = {}
        for row in assays.to_dict("records"):
            culture = (row["campaign"], row["vessel"], row["analyte"])
            self._assays_by_culture.setdefault(culture, []).append(row)
        for row in self.journal.add_assays(assays).to_dict("records"):
            for comparison in self._compared(row):
                listener.compared(comparison)

    def _swap(self, swap: Swap) -> None:
        """Let a sensor take over, between two blocks of spectra."""
        sensors = [
            swap.sensor if sensor.digest == swap.digest else sensor
            for sensor in self.scorer.sensors
        ]
        self.scorer = Scorer(sensors, online=self.online)
        words = (
            f"{swap.reference}: {swap.sensor.title} {swap.sensor.digest[:12]} takes over from "
            f"{swap.digest[:12]}"
        )
        log.info("%s", words, extra={"sensor": swap.sensor.title})
        self.journal.note(Happening("sensor", words))

    def beside(self, prediction: Row) -> Comparison | None:
        """Return a prediction beside the assay of its sample; None where there is none yet."""
        if is_missing(prediction["value"]):
            return None
        culture = (prediction["campaign"], prediction["vessel"], prediction["analyte"])
        assays = self._assays_by_culture.get(culture, [])
        within_min = self.names.info.pair_within_min
        assay = assay_beside(prediction, assays, within_min=within_min)
        if assay is None:
            return None
        mass = self._molar_mass(prediction["analyte"])
        return next(compared(assay, [prediction], molar_mass=mass), None)

    def compared_so_far(self) -> list[Comparison]:
        """Return every assay of the folder beside its predictions."""
        rows = [row for rows in self._assays_by_culture.values() for row in rows]
        return [comparison for row in rows for comparison in self._compared(row)]

    def _compared(self, assay: Row) -> Iterator[Comparison]:
        query = predictions_near(assay, within_min=self.names.info.pair_within_min)
        rows = self.journal.frame(query).to_dict("records")
        return compared(assay, rows, molar_mass=self._molar_mass(assay["analyte"]))

    def _molar_mass(self, analyte: str) -> float | None:
        stated = self.names.info.analytes.get(analyte)
        own = [each.analyte for each in self.scorer.sensors if each.analyte.name == analyte]
        masses = [known.molar_mass for known in (stated, *own) if known is not None]
        return next((mass for mass in masses if mass is not None), None)
