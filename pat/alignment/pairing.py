"""Which spectra stand for which assay, per vessel and never across a feed."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pat.alignment.matching import candidates, is_excluded, matching_rows
from pat.alignment.reasons import Pass, Unpaired, unpaired_samples, unpaired_spectra
from pat.alignment.replicates import Spread, assay_samples, replicate_spread, usable
from pat.alignment.sides import boundaries
from pat.alignment.timeline import MICROSECONDS_PER_MIN, MISSING, timeline
from pat.arrays import BoolArray, IntArray
from pat.campaign import Campaign

_NONE = np.empty(0, dtype=np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Pairing:
    """A campaign's assayed samples, each with the spectra that stand for it.

    Parameters
    ----------
    samples : DataFrame (n_samples)
        campaign, vessel, culture ("campaign/vessel"), group ("campaign/group"), time,
        elapsed_h, sample. A row for each sample that has spectra and at least one cell that
        was measured or censored. Time and elapsed_h are the assay's, or, where it has none,
        those of its first spectrum.
    spectra_rows : tuple of ndarray
        For each sample the rows of `campaign.spectra` to average, rising, never empty.
    values : DataFrame (n_samples x analytes)
        Mean of the replicates; NaN where not measured, censored or excluded.
    readings : DataFrame (n_samples x analytes)
        How many replicates each value is the mean of.
    unpaired : dict of analyte to tuple of Unpaired
        Measured samples without spectra, with the reason.
    unpaired_spectra : tuple of Unpaired
        Every spectrum that stands for no sample, with the reason.
    unpaired_spectra_rows : ndarray
        Their rows in `campaign.spectra`, in the same order.
    censored, excluded : dict of analyte to int
        Cells of the assay table that were censored, or taken out by exclude.csv.
    excluded_spectra : int
    censored_cells : DataFrame
        sample (row of `samples`), analyte, censored ("<" or ">"), limit: the tightest bound of
        each censored cell that has no measured replicate, for one-sided checks.
    sel : dict of analyte to float or None
        Standard deviation of a single reading of the reference method: as campaign.toml states
        it, else the pooled spread of the replicates, else None. Replicates of one sample on one
        day show repeatability alone; a stated figure may hold more.
    spread : dict of analyte to Spread
        Pooled replicate spread and its degrees of freedom, where there are replicates.
    warnings : tuple of str
        What deserves doubt.
    """

    samples: pd.DataFrame
    spectra_rows: tuple[IntArray, ...]
    values: pd.DataFrame
    readings: pd.DataFrame
    unpaired: dict[str, tuple[Unpaired, ...]]
    unpaired_spectra: tuple[Unpaired, ...]
    unpaired_spectra_rows: IntArray
    censored: dict[str, int]
    excluded: dict[str, int]
    excluded_spectra: int
    censored_cells: pd.DataFrame
    sel: dict[str, float | None]
    spread: dict[str, Spread]
    warnings: tuple[str, ...]

    def paired(self, analyte: str) -> int:
        """Return how many samples with spectra have a value of this analyte."""
        return int(self.values[analyte].notna().sum())

    def value_sd(self, analyte: str) -> float | None:
        """Return the root mean square error of `values` that `sel` explains.

        A mean of n readings has sel/√n; None where `sel` is unknown or nothing was measured.
        """
        sel = self.sel[analyte]
        readings = self.readings[analyte].to_numpy(dtype=np.float64)
        readings = readings[readings > 0]
        if sel is None or readings.size == 0:
            return None
        return float(sel * np.sqrt(np.mean(1 / readings)))


def pair(campaign: Campaign) -> Pairing:
    """Return which spectra stand for each assayed sample of a campaign, and what is left over.

    Notes
    -----
    By sample where both sides have it, whatever the kind but those of the instrument's own
    record. Else the spectra of kind culture, not of another assayed sample, within
    `pair_within_min` of the sample and on the same side of every feed, bolus and large base
    addition; whatever happened at the very time of an event is before it. Excluded rows take
    no part.
    """
    clock = timeline(campaign)
    parted_by = boundaries(campaign, clock)
    samples = assay_samples(campaign, clock.assays)
    spectra = candidates(campaign.spectra.keys, clock.spectra, samples)
    within = round(campaign.info.pair_within_min * MICROSECONDS_PER_MIN)
    went = Pass(samples=samples, spectra=spectra, parted_by=parted_by, within=within)
    rows = matching_rows(samples, spectra, parted_by=parted_by, within=within)
    kept = np.flatnonzero([found.size > 0 for found in rows])
    spectra_rows = tuple(rows[row] for row in kept)
    alone = np.setdiff1d(np.arange(len(spectra.keys)), np.concatenate([_NONE, *spectra_rows]))
    spread = replicate_spread(campaign, clock.assays)
    return Pairing(
        samples=_sample_table(
            campaign, samples.keys.iloc[kept].reset_index(drop=True), spectra_rows
        ),
        spectra_rows=spectra_rows,
        values=samples.values.iloc[kept].reset_index(drop=True),
        readings=samples.readings.iloc[kept].reset_index(drop=True),
        unpaired=_unpaired_by_analyte(went, rows),
        unpaired_spectra=unpaired_spectra(went, alone),
        unpaired_spectra_rows=alone,
        censored=_censored(campaign),
        excluded=_count(campaign, campaign.assays["excluded"].notna().to_numpy(dtype=bool)),
        excluded_spectra=int(is_excluded(spectra.keys).sum()),
        censored_cells=_kept_cells(samples.censored_cells, kept),
        sel=_sel(campaign, spread),
        spread=spread,
        warnings=_warnings(campaign, went),
    )


def _sample_table(
    campaign: Campaign, keys: pd.DataFrame, spectra_rows: tuple[IntArray, ...]
) -> pd.DataFrame:
    first = campaign.spectra.keys.iloc[[int(rows[0]) for rows in spectra_rows]]
    first = first.reset_index(drop=True)
    vessel = keys["vessel"].astype("str")
    return pd.DataFrame(
        {
            "campaign": pd.Series(campaign.id, index=keys.index, dtype="str"),
            "vessel": vessel,
            "culture": f"{campaign.id}/" + vessel,
            "group": vessel.map(campaign.group_of()).astype("str"),
            "time": keys["time"].fillna(first["time"]),
            "elapsed_h": keys["elapsed_h"].fillna(first["elapsed_h"]),
            "sample": keys["sample"].astype("str"),
        }
    )


def _unpaired_by_analyte(went: Pass, rows: list[IntArray]) -> dict[str, tuple[Unpaired, ...]]:
    named = unpaired_samples(went, [row for row, found in enumerate(rows) if found.size == 0])
    return {
        str(analyte): tuple(named[int(row)] for row in np.flatnonzero(measured) if row in named)
        for analyte, measured in went.samples.values.notna().items()
    }


def _kept_cells(censored_cells: pd.DataFrame, kept: IntArray) -> pd.DataFrame:
    """Return the censored cells of the kept samples, numbered by their new rows."""
    cells = censored_cells[censored_cells["sample"].isin(kept)]
    return cells.assign(sample=np.searchsorted(kept, cells["sample"])).reset_index(drop=True)


def _censored(campaign: Campaign) -> dict[str, int]:
    keep = usable(campaign.assays, campaign.info.analytes)
    return _count(campaign, keep & campaign.assays["censored"].notna().to_numpy(dtype=bool))


def _count(campaign: Campaign, rows: BoolArray) -> dict[str, int]:
    counts = campaign.assays.loc[rows, "analyte"].value_counts()
    return {name: int(counts.get(name, 0)) for name in campaign.info.analytes}


def _sel(campaign: Campaign, spread: dict[str, Spread]) -> dict[str, float | None]:
    pooled = {name: found.sd for name, found in spread.items()}
    return {
        name: analyte.sel if analyte.sel is not None else pooled.get(name)
        for name, analyte in campaign.info.analytes.items()
    }


def _warnings(campaign: Campaign, went: Pass) -> tuple[str, ...]:
    is_timed = bool(went.spectra.by_time.any() and (went.samples.instants != MISSING).any())
    told = any("events.csv" in warning for warning in campaign.warnings)
    parting = tuple(w for w in went.parted_by.warnings if not (told and "events.csv" in w))
    return (parting if is_timed else ()) + _other_methods(campaign)


def _other_methods(campaign: Campaign) -> tuple[str, ...]:
    used = usable(campaign.assays, campaign.info.analytes)
    rest = campaign.assays[~used & campaign.assays["excluded"].isna()]
    rest = rest[rest["analyte"].isin(list(campaign.info.analytes)) & rest["vessel"].notna()]
    return tuple(
        f"{len(rows)} {analyte} assays are not by {campaign.info.analytes[str(analyte)].method} "
        "and are left out"
        for analyte, rows in rest.groupby("analyte")
    )
