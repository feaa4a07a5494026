"""Figures that show how good a sensor is, each as SVG text.

`heldout` is one row a held-out sample: culture, elapsed_h, assay, prediction, lower, upper.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from pat.arrays import FloatArray
from pat.report.style import BLUE, GREEN, GREY, INK, ORANGE, RED, as_svg, figure


def measured_against_predicted(
    heldout: pd.DataFrame, *, title: str, unit: str, label: str = "predicted, culture held out"
) -> str:
    """Return predictions against assays, one colour a culture, with the identity line."""
    from matplotlib import colormaps

    cultures = sorted(heldout["culture"].unique())
    palette = colormaps["tab20"]
    with figure(5.6, 5.2) as (fig, ax):
        low, high = _common_range(heldout["assay"], heldout["prediction"])
        ax.plot([low, high], [low, high], color=INK, linewidth=1, zorder=1)
        for number, culture in enumerate(cultures):
            rows = heldout[heldout["culture"] == culture]
            ax.scatter(
                rows["assay"],
                rows["prediction"],
                s=18,
                color=palette(number % 20),
                label=culture.split("/", 1)[-1],
                alpha=0.85,
                linewidths=0,
            )
        ax.set(xlabel=f"assay ({unit})", ylabel=f"{label} ({unit})")
        ax.set(xlim=(low, high), ylim=(low, high), aspect="equal")
        ax.set_title(title, wrap=True)
        if len(cultures) <= 24:
            ax.legend(ncols=2, loc="upper left", bbox_to_anchor=(1.0, 1.0), handletextpad=0.1)
        return as_svg(fig)


def rmsecv_curve(
    rmsecv_by_components: Mapping[int, float], *, chosen: int | None, title: str, unit: str
) -> str:
    """Return RMSECV against the number of components, the chosen one marked."""
    counts, rmsecv = list(rmsecv_by_components), list(rmsecv_by_components.values())
    with figure(6.0, 3.0) as (fig, ax):
        ax.plot(counts, rmsecv, marker="o", markersize=4, color=BLUE)
        if chosen is not None and chosen in rmsecv_by_components:
            error = rmsecv_by_components[chosen]
            ax.plot(chosen, error, "o", color=ORANGE, markersize=10, zorder=3)
            ax.annotate(
                f"{chosen} components: {error:.3g}",
                (chosen, error),
                xytext=(8, 12),
                textcoords="offset points",
            )
        ax.set(xlabel="components", ylabel=f"RMSECV ({unit})")
        ax.set_title(title, wrap=True)
        ax.set_xticks(counts)
        if rmsecv:
            ax.set_ylim(0, 1.1 * max(rmsecv))
        return as_svg(fig)


def t2_against_q(
    t2: FloatArray, q: FloatArray, *, t2_limit: float, q_limit: float, title: str
) -> str:
    """Return T2 and Q of held-out spectra in units of their limits, on logarithmic axes."""
    from matplotlib.ticker import LogLocator, NullFormatter

    with figure(4.8, 4.0) as (fig, ax):
        x, y = t2 / t2_limit, q / q_limit
        outside = (x > 1) | (y > 1)
        ax.scatter(x[~outside], y[~outside], s=14, color=BLUE, alpha=0.7, linewidths=0)
        ax.scatter(x[outside], y[outside], s=18, color=RED, marker="D", linewidths=0)
        ax.axvline(1, color=INK, linewidth=0.8, linestyle="--")
        ax.axhline(1, color=INK, linewidth=0.8, linestyle="--")
        share = float(np.mean(outside)) if outside.size else 0.0
        beside = f"T² / limit ({share:.0%} of the spectra outside)"
        ax.set(xscale="log", yscale="log", xlabel=beside, ylabel="Q / limit")
        ax.set_title(title, wrap=True)
        for scale in (ax.xaxis, ax.yaxis):
            scale.set_major_locator(LogLocator(subs=(1.0, 3.0)))
            scale.set_major_formatter("{x:g}")  # the default writes powers as mathematics
            scale.set_minor_formatter(NullFormatter())
        return as_svg(fig)


def residual_against_age(heldout: pd.DataFrame, *, title: str, unit: str) -> str:
    """Return prediction minus assay against culture age, with the mean a day."""
    rows = heldout.dropna(subset=["elapsed_h", "prediction", "assay"])
    residual = rows["prediction"] - rows["assay"]
    with figure(6.6, 3.1) as (fig, ax):
        days = rows["elapsed_h"] / 24
        ax.axhline(0, color=INK, linewidth=0.8)
        ax.scatter(days, residual, s=14, color=BLUE, alpha=0.6, linewidths=0)
        mean = residual.groupby(days.round()).mean()
        ax.plot(
            mean.index,
            mean.to_numpy(),
            color=ORANGE,
            marker="s",
            markersize=4,
            label="mean of the day",
        )
        ax.set(xlabel="culture age (d)", ylabel=f"predicted - assay ({unit})")
        ax.set_title(title, wrap=True)
        fig.legend(loc="outside lower center")
        return as_svg(fig)


def chosen_courses(samples: pd.DataFrame, *, most: int = 4) -> dict[str, pd.DataFrame]:
    """Return the rows of a few cultures, the best, the worst and some between, by their names.

    Rows without a culture age are left out, cultures without any too.
    """
    timed = samples.dropna(subset=["elapsed_h"])
    error = (timed["prediction"] - timed["assay"]) ** 2
    ranked = error.groupby(timed["culture"]).mean().sort_values().index
    places = np.unique(np.linspace(0, max(len(ranked) - 1, 0), most).round().astype(int))
    return {str(one): timed[timed["culture"] == one] for one in ranked[places[: len(ranked)]]}


def trend(
    culture: pd.DataFrame, *, title: str, unit: str, label: str = "predicted, never seen"
) -> str:
    """Return one culture over time: predictions with their 95 % interval, and assays."""
    rows = culture.sort_values("elapsed_h")
    days = rows["elapsed_h"] / 24
    with figure(6.6, 2.9) as (fig, ax):
        ax.fill_between(
            days,
            rows["lower"],
            rows["upper"],
            color=BLUE,
            alpha=0.18,
            linewidth=0,
            label="95 % interval",
        )
        ax.plot(days, rows["prediction"], color=BLUE, marker=".", label=label)
        ax.plot(
            days,
            rows["assay"],
            "o",
            color=ORANGE,
            markersize=5,
            markeredgecolor="white",
            label="assay",
        )
        ax.set(xlabel="culture age (d)", ylabel=unit)
        ax.set_title(title, wrap=True)
        fig.legend(loc="outside lower center", ncols=3)
        return as_svg(fig)


def candidates_ranked(search: pd.DataFrame, *, title: str, unit: str, most: int = 24) -> str:
    """Return the best candidates in order of RMSECV, one colour a model family.

    `search` has columns recipe, model, rmsecv.
    """
    best = search.dropna(subset=["rmsecv"])
    best = (
        best.sort_values("rmsecv").groupby(["recipe", "model"], as_index=False, sort=False).head(1)
    )
    best = best.head(most).iloc[::-1]
    models = sorted(best["model"].unique())
    colours = dict(zip(models, (BLUE, ORANGE, GREEN, RED, GREY) * 3, strict=False))
    with figure(7.0, 1.3 + 0.22 * len(best)) as (fig, ax):
        labels = best["recipe"] + " · " + best["model"]
        for model in models:
            rows = np.flatnonzero(best["model"] == model)
            ax.barh(rows, best["rmsecv"].iloc[rows], color=colours[model], height=0.7, label=model)
        ax.set_yticks(np.arange(len(best)), labels.to_list(), fontsize=8)
        ax.set(xlabel=f"RMSECV of the best setting ({unit})")
        ax.set_title(title, wrap=True)
        ax.grid(visible=False, axis="y")
        fig.legend(loc="outside lower center", ncols=len(models))
        return as_svg(fig)


def _common_range(*columns: pd.Series) -> tuple[float, float]:
    values = np.concatenate([c.to_numpy(np.float64) for c in columns])
    values = values[np.isfinite(values)]
    low, high = float(values.min()), float(values.max())
    margin = 0.05 * (high - low) or 1.0
    return low - margin, high + margin
