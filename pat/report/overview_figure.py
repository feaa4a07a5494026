"""One picture of what a file or campaign holds: spectra above, quantities over time below."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from pat.report.spectra_figures import in_order, shown_range
from pat.report.style import GREY, as_png, figure
from pat.spectra import AXIS_LABELS, Spectra

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_PANELS = 15
_COLUMNS = 3
_MOST_SPECTRA = 150
#: Vessels that are told apart by colour; more are drawn alike.
_MOST_COLOURS = 10
_LARGE = 1e4


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """A quantity over time.

    Parameters
    ----------
    title : str
        What it is, with its unit.
    frame : DataFrame
        vessel (NaN where there is none), x, value.
    is_sampled : bool
        Drawn as points, and not as a line.
    """

    title: str
    frame: pd.DataFrame
    is_sampled: bool


def overview_png(
    spectra: Spectra | None, courses: Sequence[Course], *, x_label: str, intensity: str = ""
) -> bytes:
    """Return the picture as a PNG file; quantities beyond `MOST_PANELS` are not drawn."""
    drawn = courses[:MOST_PANELS]
    lines = -(-len(drawn) // _COLUMNS)
    height = (3.6 if spectra is not None else 0.0) + 2.1 * lines
    with figure(10.0, max(height, 2.6)) as (fig, ax):
        fig.delaxes(ax)
        rows = ([3.6] if spectra is not None else []) + [2.1] * lines
        grid = fig.add_gridspec(len(rows), _COLUMNS, height_ratios=rows)
        if spectra is not None:
            _draw_spectra(fig.add_subplot(grid[0, :]), spectra, intensity=intensity)
        first = 0 if spectra is None else 1
        vessels = in_order({str(v) for c in drawn for v in c.frame["vessel"].dropna().unique()})
        for place, course in enumerate(drawn):
            line, column = divmod(place, _COLUMNS)
            panel = fig.add_subplot(grid[first + line, column])
            _draw_course(panel, course, vessels)
            if place >= len(drawn) - _COLUMNS:
                panel.set_xlabel(x_label, fontsize=8)
        if 1 < len(vessels) <= _MOST_COLOURS:
            _add_legend(fig.axes[-1], vessels)
        return as_png(fig)


def _draw_spectra(ax: "Axes", spectra: Spectra, *, intensity: str) -> None:
    from matplotlib import colormaps
    from matplotlib.ticker import EngFormatter

    order = spectra.keys["time"].argsort(kind="stable").to_numpy()
    steps = np.linspace(0, order.size - 1, min(_MOST_SPECTRA, order.size)).round().astype(int)
    rows = order[np.unique(steps)]
    colours = colormaps["viridis"](np.linspace(0, 0.95, rows.size))
    for row, colour in zip(rows, colours, strict=True):
        ax.plot(spectra.axis, spectra.intensities[row], color=colour, linewidth=0.6)
    low, high = shown_range(spectra.intensities[rows])
    ax.set(xlabel=AXIS_LABELS[spectra.axis_kind], ylabel=intensity, ylim=(low, high))
    ax.set_xlim(float(spectra.axis.min()), float(spectra.axis.max()))
    if high >= _LARGE:
        ax.yaxis.set_major_formatter(EngFormatter(sep=""))
    shown = f"{rows.size} of {len(spectra)} spectra" if rows.size < len(spectra) else ""
    title = shown or f"{len(spectra)} {'spectrum' if len(spectra) == 1 else 'spectra'}"
    ax.set_title(f"{title}, from the first (dark) to the last" if len(spectra) > 1 else title)


def _draw_course(ax: "Axes", course: Course, vessels: Sequence[str]) -> None:
    marker, line = (".", "none") if course.is_sampled else ("", "-")
    for vessel, rows in course.frame.groupby("vessel", dropna=False, sort=False):
        ordered = rows.sort_values("x", kind="stable")
        ax.plot(
            ordered["x"].to_numpy(), ordered["value"].to_numpy(), linewidth=0.8, marker=marker,
            linestyle=line, markersize=4, color=_colour(str(vessel), vessels), rasterized=True,
        )  # fmt: skip
    ax.set_title(course.title, fontsize=9)
    ax.tick_params(labelsize=7)
    if pd.api.types.is_datetime64_any_dtype(course.frame["x"]):
        from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

        locator = AutoDateLocator(minticks=3, maxticks=7)  # type: ignore[no-untyped-call]
        ax.xaxis.set_major_locator(locator)
        ax.xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]
        ax.xaxis.get_offset_text().set_fontsize(7)


def _colour(vessel: str, vessels: Sequence[str]) -> object:
    from matplotlib import colormaps

    if vessel not in vessels or len(vessels) > _MOST_COLOURS:
        return GREY
    return colormaps["tab10"](vessels.index(vessel))


def _add_legend(ax: "Axes", vessels: Sequence[str]) -> None:
    from matplotlib.lines import Line2D

    handles = [Line2D([], [], color=_colour(v, vessels), label=v) for v in vessels]  # type: ignore[arg-type]
    ax.legend(handles=handles, fontsize=6, ncols=2, loc="best")
