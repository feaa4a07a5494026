"""Folds of whole groups for what is fitted again and again on the way to another instrument."""

import numpy as np
from numpy.typing import NDArray

from pat.arrays import BoolArray

MOST_FOLDS = 10
#: From so many vessels of the new instrument on, whole vessels are left out.
FEWEST_VESSELS = 5


def joined_folds(groups: NDArray[np.object_]) -> list[BoolArray]:
    """Return masks of at most ten folds; every tenth group, as they come, shares one."""
    names = list(dict.fromkeys(groups.tolist()))
    parts = [names[start::MOST_FOLDS] for start in range(min(MOST_FOLDS, len(names)))]
    return [np.isin(groups, part) for part in parts]


def left_out_together(groups: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return the vessels where there are five or more, else each sample by itself."""
    if len(set(groups.tolist())) >= FEWEST_VESSELS:
        return groups
    return np.arange(len(groups)).astype(object)
