"""Folds that hold out whole cultures, never part of one.

Every splitter works on groups: `campaign/vessel`, or the wider group where vessels share a
seed train or a DoE condition. Up to twelve groups each is held out in turn; more of them go
into ten folds of nearly equal size. Folds are masks of held-out rows.
"""

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pat.arrays import BoolArray
from pat.calibration.calibration_set import CalibrationSet
from pat.errors import CalibrationError, InputError

#: Up to this many groups each is held out by itself.
LEAVE_ONE_OUT_UP_TO = 12

Groups = NDArray[np.object_]


def culture_folds(
    groups: Groups,
    *,
    n_folds: int = 10,
    leave_one_out_up_to: int = LEAVE_ONE_OUT_UP_TO,
    seed: int = 0,
) -> list[BoolArray]:
    """Return masks of held-out rows, every group held out exactly once.

    Parameters
    ----------
    groups : array of shape (n_samples,)
        The group of each row.
    n_folds : int
        Folds where there are more groups than are left out one by one.
    leave_one_out_up_to : int
    seed : int
        Decides which groups share a fold.

    Raises
    ------
    CalibrationError
        If there is one group only.
    """
    names, sizes = np.unique(groups, return_counts=True)
    require_groups(len(names))
    if len(names) <= max(leave_one_out_up_to, n_folds):
        return [groups == name for name in names]
    fold_of = _balanced(sizes, n_folds=n_folds, rng=np.random.default_rng(seed))
    return [np.isin(groups, names[fold_of == fold]) for fold in range(n_folds)]


def inner_folds(
    groups: Groups, train: BoolArray, *, n_folds: int = 10, seed: int = 0
) -> list[BoolArray]:
    """Return folds of the rows in `train` alone, as masks over all rows."""
    folds = []
    for held in culture_folds(groups[train], n_folds=n_folds, seed=seed):
        mask = np.zeros(len(groups), dtype=np.bool_)
        mask[np.flatnonzero(train)[held]] = True
        folds.append(mask)
    return folds


def campaign_folds(campaigns: Groups) -> list[BoolArray]:
    """Return one fold a campaign where there are three or more, else none."""
    names = np.unique(campaigns)
    return [campaigns == name for name in names] if len(names) >= 3 else []


def resample_folds(path: Path, cal: CalibrationSet) -> list[BoolArray]:
    """Return the folds of a published resamples file, in its order.

    Parameters
    ----------
    path : Path
        CSV with the columns resample and held_out_vessels: VESSEL or CAMPAIGN/VESSEL, spaces
        between them.
    cal : CalibrationSet

    Raises
    ------
    InputError
        If a column is missing, a vessel is unknown, or a resample would cut inside a group
        or leave nothing to learn from.
    """
    table = _read_resamples(path)
    vessels = cal.samples["vessel"].to_numpy(dtype=object)
    folds = []
    for resample, text in zip(table["resample"], table["held_out_vessels"], strict=True):
        names = text.split()
        unknown = sorted(set(names) - set(vessels) - set(cal.cultures))
        if unknown:
            msg = f"{path}, {resample}: expected vessels of the calibration set; got {unknown}"
            raise InputError(msg)
        held: BoolArray = np.isin(vessels, names) | np.isin(cal.cultures, names)
        _check_whole_groups(held, cal.groups, place=f"{path}, {resample}")
        folds.append(held)
    return folds


def require_groups(n_groups: int) -> None:
    """Raise CalibrationError where there are too few groups to hold one out."""
    if n_groups < 2:
        msg = (
            "expected two or more cultures, so that one can be held out; got "
            f"{n_groups}: grouped validation is impossible. Add the vessels of another run, or, "
            "if this vessel's assays are of separate cultures, give each its own vessel name"
        )
        raise CalibrationError(msg)


def _balanced(
    sizes: NDArray[np.int64], *, n_folds: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Return a fold for each group: the largest group first, each into the lightest fold."""
    order = rng.permutation(len(sizes))
    order = order[np.argsort(-sizes[order], kind="stable")]
    fold_of = np.empty(len(sizes), dtype=np.int64)
    load = np.zeros(n_folds, dtype=np.int64)
    for group in order:
        fold_of[group] = np.argmin(load)
        load[fold_of[group]] += sizes[group]
    return fold_of


def _read_resamples(path: Path) -> pd.DataFrame:
    try:
        table = pd.read_csv(path, dtype="str")
    except (OSError, ValueError) as error:
        msg = f"{path}: expected a CSV file of resamples; got {error}"
        raise InputError(msg) from error
    missing = [name for name in ("resample", "held_out_vessels") if name not in table]
    if missing or table.empty:
        found = list(table.columns)
        msg = f"{path}: expected rows of resample and held_out_vessels; got columns {found}"
        raise InputError(msg)
    return table.fillna("")


def _check_whole_groups(held: BoolArray, groups: Groups, *, place: str) -> None:
    cut = sorted(set(groups[held]) & set(groups[~held]))
    if cut:
        msg = f"{place}: expected whole groups to be held out; got part of {cut}"
        raise InputError(msg)
    if not held.any() or held.all():
        msg = f"{place}: expected some vessels held out and some left to learn from"
        raise InputError(msg)
