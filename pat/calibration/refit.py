"""The check at the end of every search: the plain Pipeline predicts what the search judged.

The search computes its predictions from Gram matrices; what is deployed is a scikit-learn
Pipeline on channels. Each member is fitted again without the cultures of one outer fold, and
its predictions for them are compared with those that the search was judged by.
"""

import warnings

import numpy as np

from pat.arrays import FloatArray
from pat.calibration.calibration_set import CalibrationSet
from pat.calibration.result import SearchResult
from pat.errors import CalibrationError

#: Largest difference of a closed-form member, in standard deviations of the assays.
EXACT_WITHIN = 1e-8
#: Of a member with an iterative solver or trees, which stop or split on rounding.
SOLVED_WITHIN = 1e-2


def check_refit(cal: CalibrationSet, result: SearchResult) -> tuple[str, ...]:
    """Return what deserves doubt in how the champion refitted agrees with the search.

    Raises
    ------
    CalibrationError
        If a closed-form member, PLS or ridge, differs by more than `EXACT_WITHIN`.
    """
    doubts = []
    differences = refit_differences(cal, result)
    for member, words, apart in zip(
        result.champion.members, result.champion.words, differences, strict=True
    ):
        told = f"refitted as a Pipeline, {words} differs from the search by {apart:.1e} of the SD"
        if not member.family.screened and not apart <= EXACT_WITHIN:
            msg = (
                f"{result.analyte}: {told} of the assays; expected {EXACT_WITHIN:.0e} at most: the "
                "error above is not that of the sensor, so it is not kept; this is a fault of the "
                "software"
            )
            raise CalibrationError(msg)
        if not apart <= SOLVED_WITHIN:
            doubts.append(
                f"{told} of the assays: its own error may differ a little from the stated"
            )
    return tuple(doubts)


def refit_differences(cal: CalibrationSet, result: SearchResult) -> FloatArray:
    """Return the largest difference of each member in one outer fold, in SD of the assays.

    Each member in another fold, as far as there are folds; shape (n_members,).
    """
    known = cal.measured(result.analyte)
    targets = cal.values[result.analyte].to_numpy(dtype=np.float64)
    process = cal.process.to_numpy(dtype=np.float64)
    folds = result.heldout["fold"].to_numpy()
    names = np.unique(folds)
    pipelines = result.champion.pipelines(n_channels=cal.axis.size, n_tags=process.shape[1])
    apart = np.empty(len(pipelines))
    for number, (member, pipeline) in enumerate(
        zip(result.champion.members, pipelines, strict=True)
    ):
        in_fold = folds == names[number % len(names)]
        held = result.heldout["row"].to_numpy(dtype=np.int64)[in_fold]
        train = known.copy()
        train[held] = False
        inputs = member.inputs(cal.intensities, process)
        with warnings.catch_warnings():  # the search kept them as remarks
            warnings.simplefilter("ignore")
            fitted = pipeline.fit(inputs[train], targets[train])
            again = np.ravel(fitted.predict(inputs[held]))
        apart[number] = np.max(np.abs(again - result.by_member[number, in_fold]))
    return apart / np.std(targets[known])
