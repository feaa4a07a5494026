"""The figure of a plan: error against the number of vessels, one line a way of measuring."""

import io
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from pat.report.style import BLUE, GREEN, GREY, INK, ORANGE, RED, figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLOURS = (BLUE, ORANGE, GREEN, RED, INK)
DASHES = ("-", (0, (4, 2)), (0, (1, 1.5)))
#: Errors drawn, a row each.
ROWS = {"rmsep": "on new cultures", "rmsep_spiked": "on spiked aliquots of them"}
WIDEST = 1.04  # neighbouring lines stand this factor of vessels apart


def planned_errors(outcomes: pd.DataFrame) -> bytes:
    """Return a PNG: a column an analyte, a row an error; the mean over campaigns and each of them.

    Parameters
    ----------
    outcomes : DataFrame
        One row a campaign and analyte: analyte, unit, vessels, samples_per_day, exposure_s,
        spikes, rmsep, rmsep_spiked, assay_error; NaN where nothing could be trained.
    """
    analytes = list(dict.fromkeys(outcomes["analyte"]))
    outcomes = outcomes.assign(line=line_names(outcomes))
    lines = list(dict.fromkeys(outcomes["line"]))
    with figure(3.4 * len(analytes) + 0.4, 5.8) as (fig, first):
        first.remove()
        axes = fig.subplots(len(ROWS), len(analytes), sharex=True, squeeze=False)
        for column, analyte in enumerate(analytes):
            own = outcomes[outcomes["analyte"] == analyte]
            for ax, (error, where) in zip(axes[:, column], ROWS.items(), strict=True):
                _draw(ax, own, error=error, lines=lines)
                ax.set(title=f"{analyte}, {where}", ylabel=f"error ({own['unit'].iloc[0]})")
                ax.set_ylim(bottom=0)
            axes[-1][column].set_xlabel("vessels in the campaign")
        handles, labels = axes[0][0].get_legend_handles_labels()
        fig.legend(handles, labels, loc="outside lower center", ncols=min(3, len(labels)))
        buffer = io.BytesIO()
        fig.savefig(buffer, format="png", dpi=110)
    return buffer.getvalue()


def _draw(ax: "Axes", own: pd.DataFrame, *, error: str, lines: list[str]) -> None:
    """Draw one error of one analyte: each line's campaigns as dots, their mean joined."""
    from matplotlib.ticker import FixedLocator, NullLocator, StrMethodFormatter

    for number, line in enumerate(lines):
        rows = own[own["line"] == line].dropna(subset=[error])
        apart = WIDEST ** (number - (len(lines) - 1) / 2)
        colour, dash = COLOURS[number % len(COLOURS)], DASHES[number // len(COLOURS) % len(DASHES)]
        means = rows.groupby("vessels")[error].mean()
        ax.plot(rows["vessels"] * apart, rows[error], "o", color=colour, markersize=3, alpha=0.45)
        ax.plot(
            means.index.to_numpy() * apart, means, color=colour, linestyle=dash, marker="D",
            markersize=5, label=line,
        )  # fmt: skip
    ax.axhline(
        float(np.mean(own["assay_error"])), color=GREY, linestyle="--", label="error of the assay"
    )
    ax.set_xscale("log", base=2)
    ax.xaxis.set_major_locator(FixedLocator(sorted(own["vessels"].unique())))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_major_formatter(StrMethodFormatter("{x:.0f}"))


def line_names(outcomes: pd.DataFrame) -> pd.Series:
    """Return the name of each row's line: whatever differs beside the number of vessels."""
    words = {
        "exposure_s": "{:g} s exposure",
        "samples_per_day": "{:g} samples a day",
        "spikes": "{:g} spiked a vessel",
    }
    parts = [
        outcomes[name].map(form.format)
        for name, form in words.items()
        if len(set(outcomes[name])) > 1
    ]
    if not parts:
        return pd.Series("sensor, mean over campaigns", index=outcomes.index)
    named = parts[0]
    for part in parts[1:]:
        named = named + ", " + part
    return named
