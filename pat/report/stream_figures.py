"""Figures of what the predictor said while it ran."""

import io
from collections.abc import Mapping

import pandas as pd

from pat.report.style import BLUE, ORANGE, RED, figure


def streamed_trends(streamed: pd.DataFrame, *, units: Mapping[str, str]) -> bytes:
    """Return a PNG: a row an analyte, a column a culture, predictions with interval and assays.

    Parameters
    ----------
    streamed : DataFrame
        analyte, culture, elapsed_h, value, lower, upper, assay, flagged.
    units : mapping of analyte to unit
    """
    analytes = list(dict.fromkeys(streamed["analyte"]))
    cultures = sorted(streamed["culture"].unique())
    with figure(4.6 * len(cultures), 2.5 * len(analytes) + 0.4) as (fig, first):
        first.remove()
        axes = fig.subplots(len(analytes), len(cultures), sharex=True, squeeze=False)
        for row, analyte in enumerate(analytes):
            for column, culture in enumerate(cultures):
                ax = axes[row][column]
                mine = (streamed["analyte"] == analyte) & (streamed["culture"] == culture)
                rows = streamed[mine].sort_values("elapsed_h")
                days = rows["elapsed_h"] / 24
                ax.fill_between(
                    days, rows["lower"], rows["upper"], color=BLUE, alpha=0.18, linewidth=0
                )
                ax.plot(days, rows["value"], color=BLUE, label="predicted (95 % interval)")
                ax.plot(
                    days, rows["assay"], "o", color=ORANGE, markersize=5, markeredgecolor="white",
                    label="assay",
                )  # fmt: skip
                flagged = rows["flagged"].to_numpy(dtype=bool)
                if flagged.any():
                    ax.plot(days[flagged], rows["value"][flagged], "x", color=RED, label="flagged")
                ax.set_title(f"{analyte}, {culture}")
                ax.set_ylabel(units.get(analyte, ""))
        for ax in axes[-1]:
            ax.set_xlabel("culture age (d)")
        axes[0][0].legend(loc="best")
        buffer = io.BytesIO()
        fig.savefig(buffer, format="png", dpi=120)
    return buffer.getvalue()
