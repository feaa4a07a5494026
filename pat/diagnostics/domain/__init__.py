"""Domain: whether a whole spectrum is of the kind that was calibrated, and what is odd of it."""

from pat.diagnostics.domain.bands import (
    BandNoise,
    channel_noise,
    filter_noise,
    responses,
    squares,
)
from pat.diagnostics.domain.coarse import CoarseChannels
from pat.diagnostics.domain.domain import STANDARD_NORMAL, Domain, Frame, Look, Seen
from pat.diagnostics.domain.whole import components_for

__all__ = [
    "STANDARD_NORMAL",
    "BandNoise",
    "CoarseChannels",
    "Domain",
    "Frame",
    "Look",
    "Seen",
    "channel_noise",
    "components_for",
    "filter_noise",
    "responses",
    "squares",
]
