"""Figures of a validation: errors by culture and accuracy by level, each as SVG text."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pat.calibration.merit import Level
from pat.report.style import BLUE, GREY, INK, ORANGE, RED, as_svg, figure

MOST_CULTURES = 48  # more rows cannot be read


def errors_by_culture(
    samples: pd.DataFrame, *, title: str, unit: str, largest: float | None = None
) -> str:
    """Return every error in a row of its culture, the worst culture on top.

    Parameters
    ----------
    samples : DataFrame
        culture, assay, prediction.
    title, unit : str
    largest : float, optional
        The largest error that was agreed on, drawn as two lines.
    """
    errors = (samples["prediction"] - samples["assay"]).groupby(samples["culture"])
    order = errors.apply(lambda own: float(np.mean(own**2))).sort_values().index[-MOST_CULTURES:]
    with figure(7.0, 1.3 + 0.16 * max(len(order), 6)) as (fig, ax):
        for row, culture in enumerate(order):
            own = errors.get_group(culture)
            ax.scatter(own, np.full(len(own), row), s=14, color=BLUE, alpha=0.5, linewidths=0)
            ax.plot(own.mean(), row, marker="|", color=ORANGE, markersize=12, markeredgewidth=2.5)
        ax.axvline(0, color=INK, linewidth=0.8)
        for limit in () if largest is None else (-largest, largest):
            ax.axvline(limit, color=RED, linewidth=1, linestyle="--")
        ax.set_yticks(range(len(order)), [name.split("/", 1)[-1] for name in order], fontsize=7.5)
        ax.set(xlabel=f"predicted - assay ({unit})", ylim=(-0.7, len(order) - 0.3))
        ax.set_title(title, wrap=True)
        ax.grid(visible=False, axis="y")
        return as_svg(fig)


def accuracy_profile(
    levels: Sequence[Level],
    samples: pd.DataFrame,
    *,
    title: str,
    unit: str,
    largest: float | None = None,
) -> str:
    """Return bias and total error by level over the errors themselves.

    The band at each level is expected to hold 90 % of future errors there.
    """
    error = samples["prediction"] - samples["assay"]
    with figure(6.6, 3.2) as (fig, ax):
        ax.scatter(samples["assay"], error, s=12, color=GREY, alpha=0.6, linewidths=0)
        ax.axhline(0, color=INK, linewidth=0.8)
        for level in levels:
            if level.total_error is None:
                continue
            held = level.total_error
            width = max(level.high - level.low, 1e-9)
            ax.bar(
                level.low, held.high - held.low, width=width, bottom=held.low, align="edge",
                color=BLUE, alpha=0.15, linewidth=0,
            )  # fmt: skip
            ax.plot([level.low, level.high], [level.bias, level.bias], color=ORANGE, linewidth=2)
        for limit in () if largest is None else (-largest, largest):
            ax.axhline(limit, color=RED, linewidth=1, linestyle="--")
        ax.set(xlabel=f"assay ({unit})", ylabel=f"predicted - assay ({unit})")
        ax.set_title(title, wrap=True)
        return as_svg(fig)
