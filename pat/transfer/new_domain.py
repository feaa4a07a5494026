"""The applicability domain of an instrument whose spectra have no assay."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pat.diagnostics.collection import StandardBand
from pat.diagnostics.domain import Domain
from pat.soft_sensor import SoftSensor
from pat.soft_sensor.domain_left_out import learnt_domain
from pat.soft_sensor.joint_limits import sensor_limits
from pat.soft_sensor.quality import DistanceLimits
from pat.soft_sensor.residual_spread import Shares
from pat.soft_sensor.single_spectra import SingleSpectra
from pat.spectra import Spectra
from pat.transfer.folds import FEWEST_VESSELS, MOST_FOLDS, joined_folds

#: Fewer spectra than this tell nothing of how spectra of the instrument differ.
FEWEST_SPECTRA = 12
_MOST_SPECTRA = 600


def new_limits(
    built: SoftSensor,
    spectra: Spectra,
    *,
    bands: Sequence[StandardBand],
    confidence: float,
) -> tuple[DistanceLimits, Domain | None]:
    """Return limits and domain of the instrument of some spectra, on the sensor's axis.

    Parameters
    ----------
    built : SoftSensor
        Whose T2 and Q are limited.
    spectra : Spectra
        Finite and well collected; what is odd of all of them is usual here.
    bands : sequence of StandardBand
        Internal standards that they show.
    confidence : float
        Share of a new culture's spectra that should pass no limit.

    Notes
    -----
    A domain asks for no assay. Vessels are left out, or ten stretches of the order of the
    spectra where there are fewer than five vessels.
    """
    chosen = np.unique(
        np.linspace(0, len(spectra) - 1, min(len(spectra), _MOST_SPECTRA)).round().astype(np.int64)
    )
    looked_at = spectra.take(chosen)
    together = _left_out_together(looked_at)
    folds = joined_folds(together)
    domain, beside = None, np.empty((0, len(chosen)))
    if len(chosen) >= FEWEST_SPECTRA and len(folds) > 1:
        domain, beside = learnt_domain(
            looked_at.intensities,
            SingleSpectra(looked_at.intensities, np.arange(len(chosen))),
            folds=folds,
            axis=built.axis,
            used=built.input_axis.used,
            bands=bands,
        )
    # What is left out comes fold after fold.
    order = np.concatenate([np.flatnonzero(fold) for fold in folds])
    found = built.for_its_own_axis().predict(looked_at)
    t2, q = (found[name].to_numpy(dtype=np.float64)[order] for name in ("t2", "q"))
    shares = Shares.of(together[order], np.arange(order.size))
    limits, of_looks = sensor_limits(t2, q, beside, shares, confidence=confidence)
    return limits, None if domain is None else domain.with_limits(of_looks)


def _left_out_together(spectra: Spectra) -> NDArray[np.object_]:
    vessels: NDArray[np.object_] = spectra.keys["vessel"].to_numpy(dtype=object)
    if len(set(vessels.tolist())) >= FEWEST_VESSELS:
        return vessels
    stretches = np.arange(len(vessels)) * MOST_FOLDS // len(vessels)
    return stretches.astype(object)
