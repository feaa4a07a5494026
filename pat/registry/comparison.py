"""Two versions of a sensor on the samples that both held out."""

import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from pat.calibration.merit import PairedTest, paired_by_culture
from pat.registry.store_errors import none_if_missing, store_errors
from pat.registry.tracking import Tracking
from pat.registry.versions import SensorVersion

_KEYS = ["culture", "campaign", "vessel", "time", "elapsed_h", "sample"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The errors of two versions on the same held-out samples; the first is the challenger."""

    n_samples: int
    n_cultures: int
    rmse_challenger: float
    rmse_champion: float
    test: PairedTest


def compare(
    challenger: SensorVersion, champion: SensorVersion, *, tracking: Tracking
) -> Comparison | None:
    """Return both versions' errors on the samples that both held out; None where none is shared.

    Each prediction is of a culture that its version had not seen.
    """
    ours, theirs = heldout(challenger, tracking), heldout(champion, tracking)
    if ours is None or theirs is None:
        return None
    both = ours.merge(theirs, on=_KEYS, suffixes=("", "_champion"))
    both = both.dropna(subset=["assay", "prediction", "prediction_champion"])
    if both.empty:
        return None
    assay = both["assay"].to_numpy(np.float64)
    test = paired_by_culture(
        both["prediction"].to_numpy(np.float64) - assay,
        both["prediction_champion"].to_numpy(np.float64) - assay,
        both["culture"].to_numpy(object),
        rng=np.random.default_rng(0),
    )
    return Comparison(
        n_samples=test.n_samples,
        n_cultures=test.n_cultures,
        rmse_challenger=test.rmse_a,
        rmse_champion=test.rmse_b,
        test=test,
    )


def heldout(version: SensorVersion, tracking: Tracking) -> pd.DataFrame | None:
    """Return one row a held-out sample of a version; None where its run or table is gone.

    Also where the table has no columns: versions of a transfer once had none.
    """
    with store_errors(tracking.address), tempfile.TemporaryDirectory() as folder:
        ask = partial(tracking.client.download_artifacts, version.run_id, "heldout.csv", folder)
        place = none_if_missing(ask)
        if place is None or not Path(place).read_bytes().strip():
            return None
        dtypes = dict.fromkeys(set(_KEYS) - {"elapsed_h"}, "str")
        rows = pd.read_csv(place, dtype=dtypes, keep_default_na=False, na_values=[""])
    # With published resamples a sample is held out, and predicted, more than once.
    return rows.groupby(_KEYS, dropna=False, as_index=False)[["assay", "prediction"]].mean()
