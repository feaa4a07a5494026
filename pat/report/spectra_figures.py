"""Pictures of a campaign's spectra, by vessel and by culture age, before anything is trained."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from pat.arrays import FloatArray, IntArray
from pat.diagnostics.courses import shared_hours
from pat.report.style import GREY, as_svg, figure
from pat.spectra import INSTRUMENT_KINDS, Spectra

if TYPE_CHECKING:
    from matplotlib.cm import ScalarMappable

MOST_VESSELS = 48
MOST_POINTS = 5000  # of a scatter, drawn one by one; more are drawn as a picture

_PIECES = re.compile(r"(\d+)|(\D+)")
_MOST_SPECTRA = 60
_SPECTRA_A_VESSEL = 8
_COLUMNS = 6
_LARGE = 1e4  # from here on 10k is easier to read than 10000


def spectra_by_vessel(spectra: Spectra, *, axis_label: str, intensity: str) -> str:
    """Return a panel of spectra for each vessel, on one scale, coloured by age, as SVG text."""
    from matplotlib.ticker import EngFormatter

    rows = of_cultures(spectra)
    days = shared_hours(spectra.keys)[rows] / 24
    names = spectra.keys["vessel"].to_numpy(dtype=object)[rows]
    vessels = in_order(set(names))
    drawn = vessels[:MOST_VESSELS]
    columns = max(1, min(_COLUMNS, len(drawn)))
    lines = max(1, -(-len(drawn) // columns))
    colours = _colours(days)
    channels = _channels(spectra, most=300)
    low, high = shown_range(spectra.intensities[rows])
    with figure(9.5, 1.0 + max(1.2 * lines, 2.4)) as (fig, ax):
        fig.delaxes(ax)
        panels = fig.subplots(lines, columns, sharex=True, sharey=True, squeeze=False)
        for vessel, panel in zip(drawn, panels.flat, strict=False):
            for place in _spread(np.flatnonzero(names == vessel), days, most=_SPECTRA_A_VESSEL):
                line = spectra.intensities[rows[place], channels]
                colour = GREY if colours is None else colours.to_rgba(days[place])
                panel.plot(spectra.axis[channels], line, color=colour, linewidth=0.6)
            panel.set_title(vessel, fontsize=8, pad=2)
            panel.tick_params(labelsize=7)
        for panel in panels.flat[len(drawn) :]:
            panel.set_visible(False)
        panels[0, 0].set_ylim(low, high)
        if high >= _LARGE:
            panels[0, 0].yaxis.set_major_formatter(EngFormatter(sep=""))
        if colours is not None:
            fig.colorbar(colours, ax=panels, label="age (d)", aspect=40, pad=0.01)
        fig.supxlabel(axis_label, fontsize=9)
        fig.supylabel(intensity, fontsize=9)
        if len(drawn) < len(vessels):
            fig.suptitle(f"the first {len(drawn)} of {len(vessels)} vessels", fontsize=9)
        return as_svg(fig)


def spectra_by_age(spectra: Spectra, *, axis_label: str, intensity: str) -> str | None:
    """Return spectra of all vessels coloured by age; None where no spectrum has an age."""
    rows = of_cultures(spectra)
    days = shared_hours(spectra.keys)[rows] / 24
    colours = _colours(days)
    if colours is None:
        return None
    channels = _channels(spectra, most=700)
    with figure(9.5, 4.2) as (fig, ax):
        for place in _spread(np.flatnonzero(np.isfinite(days)), days, most=_MOST_SPECTRA):
            line = spectra.intensities[rows[place], channels]
            ax.plot(spectra.axis[channels], line, color=colours.to_rgba(days[place]), linewidth=0.7)
        fig.colorbar(colours, ax=ax, label="age (d)", aspect=40, pad=0.01)
        ax.set(xlabel=axis_label, ylabel=intensity)
        ax.set_ylim(*shown_range(spectra.intensities[rows]))
        return as_svg(fig)


def intensity_by_age(spectra: Spectra, *, intensity: str) -> str | None:
    """Return the median intensity of each spectrum over age, a line a vessel; None without ages."""
    rows = of_cultures(spectra)
    days = shared_hours(spectra.keys)[rows] / 24
    rows, days = rows[np.isfinite(days)], days[np.isfinite(days)]
    if rows.size == 0:
        return None
    names = spectra.keys["vessel"].to_numpy(dtype=object)[rows]
    level = np.array([_median(spectra.intensities[row]) for row in rows])
    with figure(9.5, 3.0) as (fig, ax):
        for vessel in in_order(set(names)):
            mine = np.flatnonzero(names == vessel)
            mine = mine[np.argsort(days[mine], kind="stable")]
            ax.plot(
                days[mine], level[mine], ".-", markersize=3, linewidth=0.6, alpha=0.8,
                rasterized=rows.size > MOST_POINTS,
            )  # fmt: skip
        ax.set(xlabel="age (d)", ylabel=f"median {intensity}")
        return as_svg(fig)


def of_cultures(spectra: Spectra) -> IntArray:
    """Return the rows of spectra that show a culture or a sample of one."""
    is_instrument = spectra.keys["kind"].isin([kind.value for kind in INSTRUMENT_KINDS])
    known = spectra.keys["vessel"].notna() & ~is_instrument
    return np.flatnonzero(known.to_numpy())


def in_order(names: Iterable[str]) -> list[str]:
    """Return names in the order of the numbers in them: V2 before V10."""
    return sorted(names, key=lambda name: [(int(d or 0), t) for d, t in _PIECES.findall(name)])


def shown_range(intensities: FloatArray) -> tuple[float, float]:
    """Return limits that show the spectra, (n_spectra, n_channels), and not the odd channel.

    All of it, but for where a laser line or channels of mere noise would flatten the rest: then
    the inner nine tenths and half as much again on either side.
    """
    some = intensities[:: max(1, len(intensities) // 500)]
    values = some[np.isfinite(some)]
    if values.size == 0:
        return 0.0, 1.0
    least, low, high, most = np.quantile(values, [0.001, 0.05, 0.95, 0.999])
    inner = high - low
    if most - least > 5 * inner > 0:
        return float(max(least, low - inner / 2)), float(min(most, high + inner / 2))
    margin = 0.05 * (most - least) or 1.0
    return float(least - margin), float(most + margin)


def _colours(days: FloatArray) -> "ScalarMappable | None":
    """Return the colours of ages; None where there are none."""
    from matplotlib import colormaps
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import Normalize

    known = days[np.isfinite(days)]
    if known.size == 0:
        return None
    return ScalarMappable(Normalize(known.min(), known.max()), colormaps["viridis"])


def _spread(places: IntArray, days: FloatArray, *, most: int) -> IntArray:
    """Return as many of these places, evenly spread in the order of age."""
    order = places[np.argsort(days[places], kind="stable")]
    steps = np.linspace(0, max(order.size - 1, 0), min(most, order.size))
    return order[np.unique(steps.round().astype(int))] if order.size else order


def _channels(spectra: Spectra, *, most: int) -> slice:
    """Return the channels to draw: as many as can be seen."""
    return slice(None, None, max(1, spectra.n_channels // most))


def _median(intensity: FloatArray) -> float:
    finite = intensity[np.isfinite(intensity)]
    return float(np.median(finite)) if finite.size else float("nan")
