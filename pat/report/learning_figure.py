"""The learning curve in words and as a figure: what more cultures would buy."""

from typing import TYPE_CHECKING

import numpy as np

from pat.calibration.learning_curve import Expected, LearningCurve, floor_and_gain
from pat.report.style import BLUE, GREY, ORANGE, as_svg, figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Cultures more that the words speak of: a quarter of a usual campaign.
MORE = 6


def learning_words(curve: LearningCurve, *, unit: str, noun: str = "cultures") -> str:
    """Return what `MORE` cultures would buy, with its uncertainty."""
    then = curve.expected(MORE)
    now = then.rmse + then.gain
    return (
        f"{MORE} more {noun} would lower the error on new ones from {now:.3g} to {then.rmse:.3g} "
        f"{unit} (95 % interval {then.low:.3g} to {then.high:.3g}); gain {then.gain:.2g} {unit} "
        f"({then.gain_low:.2g} to {then.gain_high:.2g})"
    )


def learning_figure(curve: LearningCurve, *, title: str, unit: str, noun: str = "cultures") -> str:
    """Return as SVG the error by how many were learnt from, drawn on past those there are."""
    ahead = [curve.expected(more) for more in range(2 * MORE + 1)]
    with figure(6.0, 3.3) as (fig, ax):
        ax.plot(curve.counts, curve.rmse, "o", color=BLUE, label=f"{noun} left out")
        first = int(curve.counts[0])
        counts = np.arange(first, curve.n_cultures + 1)
        floor, gain = floor_and_gain(curve.counts, curve.rmse**2)
        ax.plot(counts, np.sqrt(floor + gain / counts), color=BLUE, label="floor + gain / number")
        _ahead(ax, ahead)
        ax.axvline(curve.n_cultures, color=GREY, linewidth=1)
        ax.annotate(
            f"{curve.n_cultures} today", (curve.n_cultures, 0), xytext=(4, 6),
            textcoords="offset points",
        )  # fmt: skip
        ax.set(xlabel=f"{noun} learnt from", ylabel=f"RMSE ({unit})")
        ax.set_title(title, wrap=True)
        ax.set_ylim(bottom=0)
        ax.legend(loc="lower left")
        return as_svg(fig)


def _ahead(ax: "Axes", ahead: list[Expected]) -> None:
    """Draw what is to be expected of more cultures, with its interval."""
    counts = [one.n_cultures for one in ahead]
    ax.fill_between(
        counts, [one.low for one in ahead], [one.high for one in ahead],
        color=ORANGE, alpha=0.25, linewidth=0, label="95 % interval",
    )  # fmt: skip
    ax.plot(counts, [one.rmse for one in ahead], "--", color=ORANGE, label="with more")
