"""What the trials of a plan say, in a table and in plain words."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from pipelines.plan_trials import Setting

#: A campaign is large enough where its error is within this share of the lowest in the plan.
NEAR = 0.2
BY = ["analyte", "unit", "vessels", "samples_per_day", "exposure_s", "spikes"]
ERRORS = ["rmsep", "rmsep_assay", "rmsep_spiked", "assay_error", "nested_rmse"]
HEADINGS = (
    "analyte", "vessels", "assays", "how", "error on new cultures", "against their assays",
    "where spiked", "training's own estimate",
)  # fmt: skip


def summary(outcomes: pd.DataFrame) -> pd.DataFrame:
    """Return one row an analyte and setting: means over campaigns, and the extremes of rmsep.

    Parameters
    ----------
    outcomes : DataFrame
        One row an `Outcome`.

    Returns
    -------
    DataFrame
        The columns of a `Setting`, analyte, unit, assays, each error's mean, rmsep_low,
        rmsep_high, trained (campaigns that gave a sensor), skipped (a reason, or empty).
    """
    groups = outcomes.groupby(BY, sort=False)
    table = groups[ERRORS].mean()
    table["assays"] = groups["assays"].max()
    table["rmsep_low"], table["rmsep_high"] = groups["rmsep"].min(), groups["rmsep"].max()
    table["trained"] = groups["rmsep"].count()
    table["skipped"] = groups["skipped"].max()
    return table.reset_index()


def table_rows(table: pd.DataFrame) -> list[list[str]]:
    """Return the cells below `HEADINGS` of every row of a summary."""
    rows = []
    for row in table.itertuples():
        setting = Setting(row.vessels, row.samples_per_day, row.exposure_s, row.spikes)
        start = [row.analyte, str(row.vessels), str(row.assays), setting.how]
        if not row.trained:
            rows.append([*start, f"none trained: {row.skipped}", "", "", ""])
            continue
        spread = f"{row.rmsep:.2f} {row.unit} ({row.rmsep_low:.2f}-{row.rmsep_high:.2f})"
        others = (row.rmsep_assay, row.rmsep_spiked, row.nested_rmse)
        rows.append([*start, spread, *("" if np.isnan(x) else f"{x:.2f}" for x in others)])
    return rows


def answers(table: pd.DataFrame, *, base: Setting) -> list[str]:
    """Return in plain words how many vessels each sensor needs and what else would bring.

    Parameters
    ----------
    table : DataFrame
        A summary.
    base : Setting
        Everything but the number of vessels is as here, unless said otherwise.
    """
    lines, needed = [], []
    for _, own in table.groupby("analyte", sort=False):
        usual = own[_like(own, base)].sort_values("vessels")
        trained = usual[usual["trained"] > 0]
        if trained.empty:
            lines.append(f"{own['analyte'].iloc[0]}: no sensor ({own['skipped'].max()})")
            continue
        enough = _enough(trained)
        needed.append(enough)
        lines += _reached(trained, enough)
        lines += _alternatives(own, enough, base=base)
    return [*lines, *_in_all(needed, largest=int(table["vessels"].max()))]


def _in_all(needed: Sequence[pd.Series], *, largest: int) -> list[str]:
    if not needed:
        return []
    most = max(needed, key=lambda row: row["vessels"])
    text = (
        f"in all: {most['vessels']} vessels with {most['assays']} assays of each analyte, the "
        f"fewest whose errors are within {NEAR:.0%} of the lowest of this plan"
    )
    if most["vessels"] == largest:
        text += "; no larger campaign was tried, and one may still bring something"
    return [text]


def _like(table: pd.DataFrame, setting: Setting) -> pd.Series:
    return (
        (table["samples_per_day"] == setting.samples_per_day)
        & (table["exposure_s"] == setting.exposure_s)
        & (table["spikes"] == setting.spikes)
    )


def _enough(trained: pd.DataFrame) -> pd.Series:
    near = trained["rmsep"] <= (1.0 + NEAR) * trained["rmsep"].min()
    return trained[near].iloc[0]


def _reached(trained: pd.DataFrame, enough: pd.Series) -> list[str]:
    """Return what so many vessels reach, and what fewer, more and the assay make of it."""
    spread = f"{enough['rmsep_low']:.2f}-{enough['rmsep_high']:.2f} over"
    of = f"{spread} {enough['trained']} campaigns" if enough["trained"] > 1 else "one campaign"
    first = (
        f"{enough['analyte']}: {enough['vessels']} vessels ({enough['assays']} assays) reach "
        f"{enough['rmsep']:.2f} {enough['unit']} on new cultures ({of}), "
        f"{enough['rmsep_spiked']:.2f} where they are spiked off "
        "their usual course"
    )
    fewer = trained[trained["vessels"] < enough["vessels"]]
    more = trained[trained["vessels"] >= enough["vessels"]]
    steps = [f"{row['vessels']} vessels reach {row['rmsep']:.2f}" for _, row in fewer.iterrows()]
    steps += [
        f"{after['vessels'] - before['vessels']} more {_bring(before['rmsep'] - after['rmsep'])}"
        for (_, before), (_, after) in pairwise(more.iterrows())
    ]
    assay = (
        f"the assay itself is off by {enough['assay_error']:.2f}: sensor and assay differ by "
        f"{enough['rmsep_assay']:.2f}"
    )
    return [first, *(f"  {line}" for line in ("; ".join(steps), assay) if line)]


def _alternatives(own: pd.DataFrame, enough: pd.Series, *, base: Setting) -> list[str]:
    """Return one line for each setting that differs from `base` in one thing alone."""
    same_size = own[(own["vessels"] == enough["vessels"]) & (own["trained"] > 0)]
    changes: Sequence[tuple[str, str]] = (
        ("exposure_s", "{:g} s instead of {:g} s"),
        ("samples_per_day", "{:g} samples a day instead of {:g}"),
        ("spikes", "{:g} spiked samples a vessel instead of {:g}"),
    )
    names = [name for name, _ in changes]
    lines = []
    for name, words in changes:
        others = [n for n in names if n != name]
        alike = np.logical_and.reduce([same_size[n] == getattr(base, n) for n in others])
        for _, row in same_size[alike & (same_size[name] != getattr(base, name))].iterrows():
            lines.append(
                f"  {words.format(row[name], getattr(base, name))}: new cultures "
                f"{row['rmsep']:.2f} instead of {enough['rmsep']:.2f}, where spiked "
                f"{row['rmsep_spiked']:.2f} instead of {enough['rmsep_spiked']:.2f}"
            )
    return lines


def _bring(gain: float) -> str:
    return f"bring {gain:.2f}" if round(gain, 2) > 0 else "bring nothing"
