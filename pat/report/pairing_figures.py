"""Pictures of what pairs with what, and of what was assayed."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from pat.alignment import Pairing
from pat.campaign import Campaign
from pat.diagnostics.courses import shared_hours
from pat.report.spectra_figures import MOST_POINTS, in_order, of_cultures
from pat.report.style import BLUE, GREY, INK, ORANGE, RED, as_svg, figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def pairing_map(campaign: Campaign, pairing: Pairing) -> str | None:
    """Return vessels against age with spectra, assays and feeds, as SVG text.

    None where spectra have no times: pairs by sample name have no place in time.
    """
    hours = shared_hours(campaign.spectra.keys)
    rows = of_cultures(campaign.spectra)
    rows = rows[np.isfinite(hours[rows])]
    if rows.size == 0:
        return None
    origin = _origin(campaign)
    names = campaign.spectra.keys["vessel"].to_numpy(dtype=object)
    vessels = in_order(set(campaign.vessels["vessel"]) | set(names[rows]))
    lines = pd.Series(np.arange(len(vessels), dtype=float), index=vessels)
    paired = np.isin(rows, np.concatenate([*pairing.spectra_rows, np.empty(0, dtype=np.int64)]))
    with figure(9.5, 1.1 + 0.21 * len(vessels)) as (fig, ax):
        for chosen, colour, size, label in (
            (~paired, GREY, 5, "spectrum"),
            (paired, BLUE, 8, "spectrum, paired"),
        ):
            ax.plot(
                hours[rows[chosen]] / 24, lines.loc[names[rows[chosen]]], "|", color=colour,
                markersize=size, label=label, rasterized=rows.size > MOST_POINTS,
            )  # fmt: skip
        _mark(ax, _events(campaign), lines, origin=origin, mark="v", colour=ORANGE, label="feed")
        _mark(ax, _alone(campaign, pairing), lines, origin=origin, mark="x", colour=RED,
              label="assay, unpaired")  # fmt: skip
        _mark(
            ax, pairing.samples, lines, origin=origin, mark=".", colour=INK, label="assay, paired"
        )
        ax.set_yticks(lines.to_numpy(), vessels, fontsize=7)
        ax.set_ylim(len(vessels) - 0.4, -0.6)
        ax.set(xlabel="age (d)")
        ax.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=5, markerscale=1.2)
        return as_svg(fig)


def assays_by_age(pairing: Pairing, analyte: str, *, unit: str) -> str | None:
    """Return an analyte's assays over age, a line a vessel; None without ages."""
    hours = shared_hours(pairing.samples)
    table = pairing.samples[["vessel"]].assign(
        days=hours / 24, value=pairing.values[analyte].to_numpy()
    )
    table = table.dropna()
    if table.empty:
        return None
    with figure(9.5, 2.8) as (fig, ax):
        for _, rows in table.sort_values("days").groupby("vessel"):
            ax.plot(rows["days"], rows["value"], ".-", linewidth=0.7, alpha=0.8)
        ax.set(xlabel="age (d)", ylabel=f"{analyte} ({unit})")
        return as_svg(fig)


def _mark(
    ax: "Axes",
    table: pd.DataFrame,
    lines: "pd.Series[float]",
    *,
    origin: pd.Timestamp | None,
    mark: str,
    colour: str,
    label: str,
) -> None:
    hours = table["elapsed_h"] if origin is None else _hours_from(table, origin)
    known = hours.notna() & table["vessel"].isin(lines.index)
    if known.any():
        height = lines.loc[table.loc[known, "vessel"]].to_numpy()
        if mark == "v":
            height = height - 0.35
        ax.plot(
            hours[known] / 24, height, mark, color=colour, markersize=4, label=label,
            rasterized=int(known.sum()) > MOST_POINTS,
        )  # fmt: skip


def _origin(campaign: Campaign) -> pd.Timestamp | None:
    """Return what hours count from where ages are not known; None where they are."""
    keys = campaign.spectra.keys
    if np.array_equal(
        shared_hours(keys), keys["elapsed_h"].to_numpy(dtype=np.float64), equal_nan=True
    ):
        return None
    return keys["time"].min()


def _hours_from(table: pd.DataFrame, origin: pd.Timestamp) -> "pd.Series[float]":
    return (table["time"] - origin).dt.total_seconds() / 3600


def _alone(campaign: Campaign, pairing: Pairing) -> pd.DataFrame:
    """Return the assayed samples without spectra."""
    columns = ["vessel", "time", "elapsed_h", "sample"]
    open_ = campaign.assays[campaign.assays["excluded"].isna()]
    drawn = open_[columns].drop_duplicates()
    paired = pd.MultiIndex.from_frame(pairing.samples[["vessel", "sample"]].fillna(""))
    named = pd.MultiIndex.from_frame(drawn[["vessel", "sample"]].fillna(""))
    by_name = named.isin(paired) & drawn["sample"].notna().to_numpy()
    at = pd.MultiIndex.from_frame(pairing.samples[["vessel", "time", "elapsed_h"]])
    by_time = pd.MultiIndex.from_frame(drawn[["vessel", "time", "elapsed_h"]]).isin(at)
    return drawn[~by_name & ~by_time]


def _events(campaign: Campaign) -> pd.DataFrame:
    """Return the feeds and boluses, those with neither left out."""
    if campaign.events is None:
        return campaign.assays.iloc[:0]
    kind = campaign.events["kind"].fillna("").str.casefold()
    return campaign.events[kind.str.contains("feed|bolus", regex=True)]
