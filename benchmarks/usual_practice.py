"""The peers' usual practice: chemotools' steps and PLS in GridSearchCV with group folds."""

import numpy as np
import pandas as pd
from chemotools.derivative import SavitzkyGolay
from chemotools.feature_selection import RangeCut
from chemotools.scatter import StandardNormalVariate
from sklearn.cross_decomposition import PLSRegression
from sklearn.model_selection import GridSearchCV, GroupKFold
from sklearn.pipeline import Pipeline

from pat.arrays import FloatArray
from pat.calibration import CalibrationSet, SearchResult

REGION, WINDOW, INNER_FOLDS = (450.0, 1800.0), 25.0, 6
DERIVATIVES, COMPONENTS = (1, 2), range(1, 16)


def peers_rows(cal: CalibrationSet, result: SearchResult) -> pd.DataFrame:
    """Return the peers' predictions in the outer folds of a search: fold, assay, prediction.

    Their steps before PLS need no other spectrum, so they are computed once a derivative.
    """
    known = cal.measured(result.analyte)
    targets = cal.values[result.analyte].to_numpy(dtype=np.float64)
    treated = [usual_steps(cal.axis, deriv).fit_transform(cal.intensities) for deriv in DERIVATIVES]
    tables = []
    for fold, rows in result.nested.groupby("fold"):
        held = rows["row"].to_numpy(dtype=np.int64)
        train = known.copy()
        train[held] = False
        groups = cal.groups[train].astype(str)
        found = [grid_search().fit(rows[train], targets[train], groups=groups) for rows in treated]
        best = int(np.argmax([one.best_score_ for one in found]))
        predicted = np.ravel(found[best].predict(treated[best][held]))
        tables.append(pd.DataFrame({"fold": fold, "assay": targets[held], "prediction": predicted}))
    return pd.concat(tables)


def usual_steps(axis: FloatArray, deriv: int) -> Pipeline:
    """Return chemotools' steps: crop, Savitzky-Golay derivative, SNV."""
    inside = axis[(axis >= REGION[0]) & (axis <= REGION[1])]
    step = float(np.median(np.abs(np.diff(inside))))
    window = 2 * max(2, round(WINDOW / step / 2)) + 1
    return Pipeline(
        [
            ("crop", RangeCut(start=REGION[0], end=REGION[1], x_axis=axis)),
            ("savgol", SavitzkyGolay(window, 2, deriv=deriv, mode="interp")),
            ("snv", StandardNormalVariate()),
        ]
    )


def grid_search() -> GridSearchCV:
    """Return the choice of a component count over group folds."""
    return GridSearchCV(
        Pipeline([("pls", PLSRegression(scale=False))]),
        {"pls__n_components": COMPONENTS},
        scoring="neg_root_mean_squared_error",
        cv=GroupKFold(INNER_FOLDS),
    )
