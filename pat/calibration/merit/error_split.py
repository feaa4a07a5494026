"""How much of a sensor's error is the reference method's own."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class ErrorSplit:
    """The typical error against the assay, split into the analyser's part and the sensor's.

    Attributes
    ----------
    total : float
        RMSE against the assay.
    analyser : float or None
        Standard deviation of the assay itself (`sel`); None where nobody stated or could
        estimate it.
    sensor : float or None
        What is left, sqrt(total² - analyser²); None where `analyser` is unknown or larger
        than the total.
    """

    total: float
    analyser: float | None
    sensor: float | None

    @property
    def analyser_share(self) -> float | None:
        """The analyser's share of the mean squared error; above 1 where sel is too large."""
        if self.analyser is None or self.total == 0:
            return None
        return self.analyser**2 / self.total**2

    @property
    def meaning(self) -> str:
        """The split in one sentence."""
        if self.analyser is None:
            return "the reference method's error is not known, so the error cannot be split"
        if self.sensor is None:
            return (
                f"the stated error of the reference method ({self.analyser:.3g}) is larger than "
                f"the whole error against it ({self.total:.3g}): check sel"
            )
        return (
            f"of the error of {self.total:.3g}, the reference method alone makes "
            f"{self.analyser:.3g} and the sensor {self.sensor:.3g}"
        )


def sensor_share(rmse: float, sel: float | None) -> ErrorSplit:
    """Return the split of an RMSE, taking the two errors as independent.

    Parameters
    ----------
    rmse : float
        Against the assay, in the unit of the analyte.
    sel : float or None
        Standard deviation of the value that was compared, same unit: of a mean of k
        replicates, that of one over sqrt(k). None: unknown.

    Raises
    ------
    ValueError
        If one of them is negative or not finite.
    """
    for name, value in (("rmse", rmse), ("sel", sel)):
        if value is not None and not (np.isfinite(value) and value >= 0):
            msg = f"expected {name} of zero or more; got {value!r}"
            raise ValueError(msg)
    if sel is None or sel > rmse:
        return ErrorSplit(total=rmse, analyser=sel, sensor=None)
    return ErrorSplit(total=rmse, analyser=sel, sensor=float(np.sqrt(rmse**2 - sel**2)))
