"""Figures of what a sensor reads, each as SVG text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from pat.arrays import FloatArray
from pat.calibration.sample_space.region_scan import RegionScan
from pat.report.stretches import stretches
from pat.report.style import BLUE, GREEN, GREY, INK, ORANGE, RED, as_svg, figure


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """One line over an axis, scaled to one where it is drawn."""

    axis: FloatArray
    values: FloatArray
    label: str


def importance(
    vectors: Sequence[Line],
    *,
    band: tuple[FloatArray, FloatArray] | None,
    panels: Mapping[str, Line],
    axis_label: str,
    title: str,
) -> str:
    """Return regression vectors of the members and, below, figures over all of them.

    Parameters
    ----------
    vectors : sequence of Line
        The heaviest member first; the others are drawn thin.
    band : (low, high) or None
        About the first vector, each (n_features,).
    panels : mapping of label to Line
        One row each.
    """
    with figure(7.0, 2.8 + 1.5 * len(panels)) as (fig, first):
        first.remove()
        ratios = (2, *([1] * len(panels)))
        rows = np.atleast_1d(fig.subplots(1 + len(panels), 1, sharex=True, height_ratios=ratios))
        for line in vectors[1:]:
            _draw(rows[0], line, color=GREY, linewidth=0.6, alpha=0.7)
        main = vectors[0]
        scale = _size(main.values)
        if band is not None:
            for part in stretches(main.axis):
                rows[0].fill_between(
                    main.axis[part], band[0][part] / scale, band[1][part] / scale,
                    color=BLUE, alpha=0.25, linewidth=0,
                )  # fmt: skip
        _draw(rows[0], main, color=BLUE, label=main.label)
        rows[0].axhline(0, color=INK, linewidth=0.7)
        rows[0].set(ylabel="scaled to 1")
        rows[0].set_title(title, wrap=True)
        for ax, (label, line) in zip(rows[1:], panels.items(), strict=True):
            for part in stretches(line.axis):
                ax.plot(line.axis[part], line.values[part], color=GREEN)
            ax.set(ylabel=label)
        rows[-1].set(xlabel=axis_label)
        return as_svg(fig)


def vector_against_pure(
    vector: Line, pure: Line, *, spectrum: Line, axis_label: str, title: str
) -> str:
    """Return a regression vector over the pure spectrum of its analyte, both preprocessed."""
    with figure(7.0, 3.5) as (fig, ax):
        _draw(ax, spectrum, color=GREY, linewidth=0.8, label=spectrum.label)
        _draw(ax, pure, color=ORANGE, label=pure.label)
        _draw(ax, vector, color=BLUE, label=vector.label)
        ax.axhline(0, color=INK, linewidth=0.7)
        fig.legend(loc="outside lower center", ncols=3)
        ax.set(ylabel="scaled to 1", xlabel=axis_label)
        ax.set_title(title, wrap=True)
        return as_svg(fig)


def regions(scan: RegionScan, *, spectrum: Line, axis_label: str, title: str, unit: str) -> str:
    """Return the error of a model on each window beside that on the whole axis."""
    with figure(7.0, 3.4) as (fig, ax):
        better = scan.rmsecv <= scan.whole
        ax.bar(
            scan.low, scan.rmsecv, width=scan.high - scan.low, align="edge", linewidth=0,
            color=np.where(better, GREEN, BLUE), alpha=0.55,
        )  # fmt: skip
        whole = ax.axhline(scan.whole, color=RED, linewidth=1.2, linestyle="--")
        ax.set(xlabel=axis_label, ylabel=f"RMSECV ({unit})")
        ax.set_title(title, wrap=True)
        beside = ax.twinx()
        _draw(beside, spectrum, color=GREY, linewidth=0.8)
        beside.set_axis_off()
        lines = [whole, beside.lines[0]]
        fig.legend(lines, ["the whole axis", "mean spectrum"], loc="outside lower center", ncols=2)
        return as_svg(fig)


def _draw(ax: "object", line: Line, *, color: str, label: str = "", **style: float) -> None:
    scale = _size(line.values)
    for number, part in enumerate(stretches(line.axis)):
        ax.plot(  # type: ignore[attr-defined]
            line.axis[part], line.values[part] / scale, color=color,
            label=label if number == 0 and label else None, **style,
        )  # fmt: skip


def _size(values: FloatArray) -> float:
    return float(np.max(np.abs(values))) or 1.0
