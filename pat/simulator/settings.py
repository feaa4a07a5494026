"""How a simulated campaign is measured."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from pat.arrays import FloatArray
from pat.simulator.assays import DEFAULT_METHODS, AssayMethod
from pat.simulator.disturbances import Disturbances
from pat.simulator.instrument import Acquisition
from pat.simulator.mess import MessKind

#: Inoculation of every vessel, unless said otherwise.
START = datetime(2024, 4, 29, 8, tzinfo=UTC)
#: Inoculation where clocks are put back: the night before 2024-10-27 is the campaign's sixth.
AUTUMN_START = datetime(2024, 10, 21, 8, tzinfo=UTC)


@dataclass(frozen=True, slots=True, eq=False)
class CampaignSettings:
    """Everything about a campaign but its cultures.

    Parameters
    ----------
    seed : int
        Of everything random that is not the culture's own.
    id : str
        Empty: `sim-SEED`.
    instrument : str
        Name of the spectrometer.
    acquisition : Acquisition
    disturbances : Disturbances
    methods : mapping of analyte to AssayMethod
    medium_lot : str
        Name of the medium's lot; empty: `lot-SEED`.
    every_min : float, optional
        Length of the round in which one analyser visits the vessels between the samples; None:
        no spectra but those of the samples.
    start : datetime
        Inoculation of every vessel.
    mess : tuple of MessKind
    axis : ndarray of shape (n_channels,), optional
        Raman shifts of the channels; None: `default_axis()`.
    """

    seed: int = 1
    id: str = ""
    instrument: str = "A"
    acquisition: Acquisition = field(default_factory=Acquisition)
    disturbances: Disturbances = field(default_factory=Disturbances)
    methods: Mapping[str, AssayMethod] = field(default_factory=lambda: dict(DEFAULT_METHODS))
    medium_lot: str = ""
    every_min: float | None = None
    start: datetime = START
    mess: tuple[MessKind, ...] = ()
    axis: FloatArray | None = None

    @property
    def campaign_id(self) -> str:
        """The campaign's id."""
        return self.id or f"sim-{self.seed}"

    @property
    def lot(self) -> str:
        """The medium's lot."""
        return self.medium_lot or f"lot-{self.seed}"
