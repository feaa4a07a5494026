"""SoftSensor: the unit that is deployed, from an axis with intensities to a value with quality."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np
import pandas as pd

from pat.arrays import FloatArray
from pat.campaign import Analyte
from pat.diagnostics.domain import Domain
from pat.soft_sensor.folding import AT_ONCE
from pat.soft_sensor.gates import GateSettings
from pat.soft_sensor.input_axis import InputAxis
from pat.soft_sensor.interval import Interval
from pat.soft_sensor.known_axes import KnownAxes
from pat.soft_sensor.members import Member
from pat.soft_sensor.predictions import Scored, Signature, joined, prediction_table
from pat.soft_sensor.provenance import Provenance
from pat.soft_sensor.quality import DistanceLimits, Quality
from pat.soft_sensor.scores import is_folded
from pat.spectra import AxisKind, Spectra


@dataclass(frozen=True, slots=True, eq=False)
class SoftSensor:
    """Everything between a spectrum and a value that one may act on. Locked once built.

    Parameters
    ----------
    name : str
        `NAME.ANALYTE`, or empty where it was given none.
    analyte : Analyte
    input_axis : InputAxis
    process_names : tuple of str
        Online values it takes beside the spectrum, in order.
    members : tuple of Member
        The value is the mean of theirs, each by its weight.
    mean_spectrum : ndarray of shape (n_channels,)
        Of the calibration; stands in for channels that the recipe does not read.
    gates : GateSettings
    limits : DistanceLimits
    domain : Domain or None
        Whether a whole spectrum is of the calibrated kind; None: T2 and Q alone are judged.
    interval : Interval
    calibrated_range : (float, float)
        Lowest and highest assay it was trained on.
    provenance : Provenance
    digest : str
        SHA-256 over the contents of the sensor; the same after saving and loading.
    contents : mapping of file name to bytes
        The files of its folder but sensor.json, as they are written.
    """

    name: str
    analyte: Analyte
    input_axis: InputAxis
    process_names: tuple[str, ...]
    members: tuple[Member, ...]
    mean_spectrum: FloatArray
    gates: GateSettings
    limits: DistanceLimits
    domain: Domain | None
    interval: Interval
    calibrated_range: tuple[float, float]
    provenance: Provenance
    digest: str
    contents: Mapping[str, bytes]
    _axes: KnownAxes = field(default_factory=KnownAxes, init=False, repr=False)
    _signature: Signature = field(init=False, repr=False)

    def __post_init__(self) -> None:
        signature = Signature(
            analyte=self.analyte.name,
            unit=self.analyte.unit,
            sensor=self.title,
            sensor_digest=self.digest,
            t2_limit=self.limits.t2,
            q_limit=self.limits.q,
            interval=self.interval,
        )
        object.__setattr__(self, "_signature", signature)

    @property
    def axis(self) -> FloatArray:
        """The axis of the calibration spectra, (n_channels,)."""
        return self.input_axis.values

    @property
    def axis_kind(self) -> AxisKind:
        """What the numbers of the axis mean."""
        return self.input_axis.kind

    @property
    def is_folded(self) -> bool:
        """Whether all members are scored as one operator, none of them step by step."""
        return is_folded(self.members, self.axis.size)

    @property
    def title(self) -> str:
        """The sensor's name, or its analyte where it has none."""
        return self.name or self.analyte.name

    def for_its_own_axis(self) -> Self:
        """Return the sensor for spectra that were brought to its axis already.

        It differs where an instrument names its axis wrongly, and so that it reads like this
        one: `predict` would correct it, which was done.
        """
        correction = self.input_axis.correction
        if correction is None or not correction.means(self.axis):
            return self
        return replace(self, input_axis=replace(self.input_axis, correction=None))

    def predict(self, spectra: Spectra, process: pd.DataFrame | None = None) -> pd.DataFrame:
        """Return one row a spectrum with the columns `PREDICTION_COLUMNS`, in their order.

        Never raises for what a spectrum holds: a spectrum that cannot be scored gives a row of
        quality bad with the reason, and no value.

        Parameters
        ----------
        spectra : Spectra
            On any axis of the sensor's kind that covers the channels in use.
        process : DataFrame of n_spectra rows, optional
            Online values as they stood at each spectrum; NaN where there was none in time.
        """
        return prediction_table(spectra, self._scored(spectra, process), signature=self._signature)

    def _scored(self, spectra: Spectra, process: pd.DataFrame | None) -> Scored:
        n = len(spectra)
        scorer = self._axes.scorer(self, spectra.axis, spectra.axis_kind)
        if isinstance(scorer, str):
            nothing = np.full(n, np.nan)
            return Scored([Quality.BAD.value] * n, [scorer] * n, nothing, nothing, nothing)
        tags = self._process_values(process, n)
        blocks = [slice(start, start + AT_ONCE) for start in range(0, n, AT_ONCE)]
        return joined([scorer.scored(spectra.intensities[b], tags[b]) for b in blocks])

    def _process_values(self, process: pd.DataFrame | None, n_spectra: int) -> FloatArray:
        """Return the online values in the sensor's order, NaN where there is none."""
        if process is not None and len(process) != n_spectra:
            msg = f"expected process values of {n_spectra} spectra; got {len(process)} rows"
            raise ValueError(msg)
        if not self.process_names:
            return np.empty((n_spectra, 0))
        given = pd.DataFrame(index=range(n_spectra)) if process is None else process
        return given.reindex(columns=list(self.process_names)).to_numpy(dtype=np.float64)
