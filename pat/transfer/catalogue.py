"""The methods that a transfer tries, and those that it takes unasked where samples are few."""

from pat.transfer.methods import (
    Method,
    added,
    bias_corrected,
    local,
    moved_and_added,
    piecewise,
    slope_corrected,
    unchanged,
)
from pat.transfer.orthogonal import against_virtual_standards, orthogonalised

#: Nothing but the old calibration.
UNCHANGED = Method("unchanged", unchanged, needs_assays=0)
#: The transfer samples alone: the rival of every other method.
LOCAL = Method("local model", local, needs_assays=4)
ADDED = Method("added, weight 0.3", added(0.3), needs_assays=2)
MOVED = Method("moved and added, weight 0.3", moved_and_added(0.3), needs_assays=2)
DOP = Method("DOP, 1 direction, and bias", against_virtual_standards(1), needs_assays=2)
METHODS = (
    UNCHANGED,
    Method("bias", bias_corrected),
    Method("slope and bias", slope_corrected, needs_assays=4),
    ADDED,
    Method("added, weight 1, 2 more components", added(1.0, 2), needs_assays=2),
    Method("added, weight 3, 2 more components", added(3.0, 2), needs_assays=4),
    MOVED,
    Method("moved and added, weight 1, 2 more components", moved_and_added(1.0, 2), needs_assays=4),
    Method("EPO, 2 directions", orthogonalised(2), needs_assays=4),
    Method("piecewise standardisation", piecewise(2, 2), needs_assays=4),
    LOCAL,
)
#: Taken together where samples are too few to choose by. Their faults differ: DOP trusts the
#: old slope, adding trusts the samples as they are, moving trusts their mean.
AGREED = (DOP, ADDED, MOVED)
