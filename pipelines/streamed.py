"""What the predictor said of some cultures, beside what their assays say."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from pat.alignment import pair
from pat.calibration.merit import coverage, rmse
from pat.campaign import Campaign


@dataclass(frozen=True, slots=True)
class StreamedError:
    """How one sensor did on streamed cultures."""

    rmsep: float
    coverage: float | None  # share of assays inside the 95 % interval
    n_flagged: int
    n_assays: int


def predictions(database: Path) -> pd.DataFrame:
    """Return the predictor's table; no rows where it has not written one yet."""
    from sqlalchemy import create_engine, inspect

    engine = create_engine(f"sqlite:///{database}")
    try:
        if not database.exists() or not inspect(engine).has_table("predictions"):
            return pd.DataFrame()
        return pd.read_sql_table("predictions", engine)
    finally:
        engine.dispose()


def beside_assays(campaign: Campaign, table: pd.DataFrame, vessels: Sequence[str]) -> pd.DataFrame:
    """Return one row an assay of these vessels and analyte, with its prediction.

    Columns: analyte, culture, elapsed_h, assay, value, lower, upper, flagged. A sample with
    several spectra has the mean of their predictions.
    """
    pairing = pair(campaign)
    rows = pd.DataFrame(
        [
            (sample, campaign.spectra.sha256(int(row)))
            for sample, spectra_rows in enumerate(pairing.spectra_rows)
            for row in spectra_rows
        ],
        columns=["number", "spectrum_sha256"],
    )
    numbers = ["value", "lower", "upper"]
    scored = table[["spectrum_sha256", "analyte", "quality", *numbers]]
    scored = scored.assign(flagged=scored["quality"] != "good")
    by_sample = (
        rows.merge(scored, on="spectrum_sha256")
        .groupby(["number", "analyte"])
        .agg({**dict.fromkeys(numbers, "mean"), "flagged": "any"})
        .reset_index()
    )
    assays = pairing.values.rename_axis("number").reset_index()
    assays = assays.melt("number", var_name="analyte", value_name="assay").dropna()
    samples = pairing.samples[["vessel", "culture", "elapsed_h"]].rename_axis("number")
    matched = by_sample.merge(assays, on=["number", "analyte"]).join(samples, on="number")
    matched = matched[matched["vessel"].isin(list(vessels))]
    return matched.drop(columns=["number", "vessel"]).reset_index(drop=True)


def streamed_error(rows: pd.DataFrame) -> StreamedError:
    """Return the figures of one analyte's rows of `beside_assays`."""
    measured = rows["assay"].to_numpy(dtype=np.float64)
    error = rows["value"].to_numpy(dtype=np.float64) - measured
    lower, upper = (rows[name].to_numpy(dtype=np.float64) for name in ("lower", "upper"))
    return StreamedError(
        rmsep=rmse(error[np.isfinite(error)]),
        coverage=coverage(lower, upper, measured),
        n_flagged=int(rows["flagged"].sum()),
        n_assays=len(rows),
    )
