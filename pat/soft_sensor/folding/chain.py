"""Chain: preprocessing steps of a fitted pipeline, folded into one sparse matrix and a scale."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.sparse import csr_array, eye_array

from pat.arrays import FloatArray
from pat.preprocessing import (
    EMSC,
    MSC,
    SNV,
    BandNormalise,
    Crop,
    Resample,
    SavitzkyGolay,
    scatter_terms,
)


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    """What a spectrum x becomes: z = gain · s(x) · (y - B'B y) + offset, with y = M x.

    Parameters
    ----------
    matrix : sparse array of shape (n_features, n_channels)
        M.
    centres : ndarray of shape (n_features,)
        Channel, as a number, in the middle of those that a feature reads.
    backgrounds : ndarray of shape (n_backgrounds, n_features)
        B, orthonormal rows: what SNV, MSC and EMSC take away.
    offset : ndarray of shape (n_features,)
    gain : float
    band : ndarray of shape (n_channels,) or None
        x · band is the size of the internal standard; s is one over it.
    share : ndarray of shape (n_features,) or None
        y · share is how much of the reference is in the spectrum; s is one over it.
    spread : bool
        Whether s brings y - B'B y to the standard deviation one (SNV).

    Notes
    -----
    SNV, MSC and EMSC do not see a scale that was given before, so where one follows a band,
    the band only has to be there.
    """

    matrix: csr_array
    centres: FloatArray
    backgrounds: FloatArray
    offset: FloatArray
    gain: float = 1.0
    band: FloatArray | None = None
    share: FloatArray | None = None
    spread: bool = False

    @property
    def is_scattered(self) -> bool:
        """Whether a scatter correction has ended what may still be filtered."""
        return self.spread or len(self.backgrounds) > 0


def folded_chain(steps: Sequence[Any], n_channels: int) -> Chain | None:
    """Return fitted steps as a chain, None where one of them, or their order, cannot be folded."""
    chain: Chain | None = Chain(
        matrix=csr_array(eye_array(n_channels)),
        centres=np.arange(n_channels, dtype=np.float64),
        backgrounds=np.empty((0, n_channels)),
        offset=np.zeros(n_channels),
    )
    for step in steps:
        if chain is not None and not (step is None or step == "passthrough"):
            chain = _after(chain, step)
    return chain


def _after(chain: Chain, step: Any) -> Chain | None:
    """Return a chain with one step more."""
    if _is_block_scaler(step):
        scale = float(step.scale_)
        return replace(chain, gain=chain.gain / scale, offset=(chain.offset - step.mean_) / scale)
    if chain.is_scattered or np.any(chain.offset):
        return None
    for kinds, follow in _FOLLOWING:
        if isinstance(step, kinds):
            return follow(chain, step)
    return None


def _is_block_scaler(step: Any) -> bool:
    """Return whether a step is a BlockScaler.

    Told by its name: a predictor loads none of the calibration.
    """
    kind = type(step)
    return f"{kind.__module__}.{kind.__name__}" == "pat.calibration.block_scaler.BlockScaler"


def _filtered(chain: Chain, step: SavitzkyGolay) -> Chain:
    return replace(chain, matrix=csr_array(step.weights(chain.matrix.shape[0]) @ chain.matrix))


def _on_other_axis(chain: Chain, step: Crop | Resample) -> Chain:
    weights = step.weights(chain.matrix.shape[0])
    n_features = weights.shape[0]
    return replace(
        chain,
        matrix=csr_array(weights @ chain.matrix),
        centres=weights @ chain.centres,
        backgrounds=np.empty((0, n_features)),
        offset=np.zeros(n_features),
    )


def _band(chain: Chain, step: BandNormalise) -> Chain | None:
    weights = step.size_weights(chain.matrix.shape[0])
    if weights is None or chain.band is not None:
        return None
    return replace(chain, band=np.asarray(weights @ chain.matrix))


def _snv(chain: Chain, step: SNV) -> Chain:
    n_features = chain.matrix.shape[0]
    mean = np.full((1, n_features), n_features**-0.5)
    return replace(
        chain, backgrounds=mean, spread=True, gain=chain.gain * max(n_features - 1, 1) ** 0.5
    )


def _emsc(chain: Chain, step: EMSC | MSC) -> Chain | None:
    terms = scatter_terms(step.reference_, step.backgrounds(chain.matrix.shape[0]))
    if terms.share is None:
        return None
    return replace(chain, backgrounds=terms.basis, share=terms.share, offset=terms.kept)


_FOLLOWING: tuple[tuple[Any, Any], ...] = (
    ((Crop, Resample), _on_other_axis),
    (SavitzkyGolay, _filtered),
    (BandNormalise, _band),
    (SNV, _snv),
    ((EMSC, MSC), _emsc),
)
