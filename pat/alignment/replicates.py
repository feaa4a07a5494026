"""Assay cells become samples: replicates averaged, their spread pooled."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from pat.alignment.timeline import MISSING
from pat.arrays import BoolArray, IntArray
from pat.campaign import Analyte, Campaign


@dataclass(frozen=True, slots=True, eq=False)
class AssaySamples:
    """What was assayed, one row a sample.

    Parameters
    ----------
    keys : DataFrame (n_samples)
        vessel, time, elapsed_h, sample.
    instants : ndarray of shape (n_samples,)
        When each sample was drawn, `MISSING` where only its name is known.
    values : DataFrame (n_samples x analytes)
        Mean of the replicates; NaN where nothing was measured.
    readings : DataFrame (n_samples x analytes)
        How many replicates each mean stands on.
    censored_cells : DataFrame
        sample (row of `keys`), analyte, censored, limit; see `Pairing.censored_cells`.
    """

    keys: pd.DataFrame
    instants: IntArray
    values: pd.DataFrame
    readings: pd.DataFrame
    censored_cells: pd.DataFrame

    def __len__(self) -> int:
        return len(self.keys)

    def vessel(self, row: int) -> str:
        """Return the vessel of one sample."""
        return str(self.keys["vessel"].iloc[row])

    def name(self, row: int) -> str | None:
        """Return the name of one sample, None where it has none."""
        return text_or_none(self.keys["sample"].iloc[row])


@dataclass(frozen=True, slots=True)
class Spread:
    """Pooled standard deviation of single readings, with its degrees of freedom."""

    sd: float
    dof: int


def text_or_none(cell: object) -> str | None:
    """Return a text cell, None where it is missing."""
    return cell if isinstance(cell, str) else None


def usable(assays: pd.DataFrame, analytes: dict[str, Analyte]) -> BoolArray:
    """Return which assay rows may be used: not excluded, of a named analyte and its method."""
    wanted = {name: analyte.method for name, analyte in analytes.items() if analyte.method}
    method = assays["analyte"].map(wanted)
    other = method.notna() & assays["method"].notna() & (assays["method"] != method)
    named = assays["analyte"].isin(list(analytes)) & assays["vessel"].notna()
    return (named & assays["excluded"].isna() & ~other).to_numpy(dtype=bool)


def assay_samples(campaign: Campaign, instants: IntArray) -> AssaySamples:
    """Return the samples of a campaign's usable cells, in the order of the file.

    Parameters
    ----------
    campaign : Campaign
    instants : ndarray of shape (n_assay_rows,)
        When each row's sample was drawn.

    Notes
    -----
    Rows of one vessel, sample name and instant are one sample; a row that names the sample
    but no time joins the rows of that sample that have one.
    """
    analytes = campaign.info.analytes
    keep = usable(campaign.assays, analytes)
    cells = campaign.assays[keep].reset_index(drop=True)
    cells = cells.assign(instant=_known_instants(cells, instants[keep]))
    name = cells["sample"].fillna("")
    row = cells.groupby([cells["vessel"], name, cells["instant"]], sort=False).ngroup()
    cells = cells.assign(row=row.to_numpy(dtype=np.int64))
    grouped = cells.groupby("row", sort=True)
    measured = cells[cells["censored"].isna() & cells["value"].notna()]
    index = pd.RangeIndex(int(row.max()) + 1 if len(row) else 0)
    return AssaySamples(
        keys=grouped[["vessel", "time", "elapsed_h", "sample"]].first().reset_index(drop=True),
        instants=grouped["instant"].first().to_numpy(dtype=np.int64),
        values=_wide(measured, "mean", index=index, analytes=list(analytes)),
        readings=_wide(measured, "count", index=index, analytes=list(analytes))
        .fillna(0)
        .astype(np.int64),
        censored_cells=_censored_cells(cells, measured),
    )


def pooled_spread(readings: pd.DataFrame, by: list[str]) -> Spread | None:
    """Return the pooled standard deviation of repeated readings of one thing.

    Parameters
    ----------
    readings : DataFrame
        A float column `value`, and the columns of `by`.
    by : list of str
        Rows equal in these columns are readings of one thing.

    Returns
    -------
    Spread or None
        √(Σ (x - mean of its group)² / Σ (n - 1)): the standard deviation of a single reading,
        not of the mean of several. None where nothing was read twice.
    """
    grouped = readings.groupby(by, dropna=False)["value"]
    dof = int((grouped.size() - 1).sum())
    if dof < 1:
        return None
    squares = float(((readings["value"] - grouped.transform("mean")) ** 2).sum())
    return Spread(sd=float(np.sqrt(squares / dof)), dof=dof)


def replicate_spread(campaign: Campaign, instants: IntArray) -> dict[str, Spread]:
    """Return the pooled replicate spread of each analyte that has replicates.

    Every usable, measured cell counts, paired with a spectrum or not, since it is the
    reference method whose spread is asked for.
    """
    is_number = (campaign.assays["censored"].isna() & campaign.assays["value"].notna()).to_numpy()
    keep = usable(campaign.assays, campaign.info.analytes) & is_number
    cells = campaign.assays[keep].reset_index(drop=True)
    cells = cells.assign(instant=_known_instants(cells, instants[keep]))
    spreads: dict[str, Spread] = {}
    for analyte, rows in cells.groupby("analyte"):
        spread = pooled_spread(rows, ["vessel", "sample", "instant"])
        if spread is not None:
            spreads[str(analyte)] = spread
    return spreads


def _known_instants(cells: pd.DataFrame, instants: IntArray) -> IntArray:
    """Return instants with those of named samples filled from rows of the same name."""
    if not np.any(instants == MISSING):
        return instants
    named = cells["sample"].notna().to_numpy(dtype=bool)
    known = pd.Series(instants).groupby([cells["vessel"], cells["sample"].fillna("")])
    filled = known.transform("max").to_numpy(dtype=np.int64)
    return np.where(named & (instants == MISSING), filled, instants)


def _wide(
    cells: pd.DataFrame,
    statistic: Literal["mean", "count"],
    *,
    index: pd.RangeIndex,
    analytes: list[str],
) -> pd.DataFrame:
    wide = cells.pivot_table(index="row", columns="analyte", values="value", aggfunc=statistic)
    wide = wide.reindex(index=index, columns=pd.Index(analytes, dtype="str")).astype(np.float64)
    return wide.rename_axis(index=None, columns=None)


def _censored_cells(cells: pd.DataFrame, measured: pd.DataFrame) -> pd.DataFrame:
    """Return the tightest bound of each censored cell that has no measured replicate."""
    columns = ["row", "analyte", "censored", "limit"]
    censored = cells.loc[cells["censored"].notna(), columns]
    done = pd.MultiIndex.from_frame(measured[["row", "analyte"]])
    censored = censored[~pd.MultiIndex.from_frame(censored[["row", "analyte"]]).isin(done)]
    below = censored["censored"] == "<"
    tightness = np.where(below, censored["limit"], -censored["limit"])
    censored = censored.assign(tightness=tightness).sort_values(["row", "analyte", "tightness"])
    censored = censored.drop_duplicates(["row", "analyte", "censored"])
    return censored[columns].rename(columns={"row": "sample"}).reset_index(drop=True)
