"""Figures of a campaign before anything is trained: its spectra and what pairs with what."""

import numpy as np
import pandas as pd

from pat.alignment import Pairing
from pat.arrays import FloatArray, IntArray
from pat.report.style import BLUE, GREY, ORANGE, RED, as_svg, figure
from pat.spectra import INSTRUMENT_KINDS, Spectra

_MOST_VESSELS = 48
_MOST_SPECTRA = 60
_MOST_CHANNELS = 1000


def spectra_by_vessel(spectra: Spectra, *, axis_label: str, intensity: str) -> str:
    """Return the mean spectrum of each vessel, one colour each, as SVG text."""
    from matplotlib import colormaps

    rows = _of_cultures(spectra)
    vessels = sorted(spectra.keys["vessel"].iloc[rows].unique())[:_MOST_VESSELS]
    palette = colormaps["tab20"]
    drawn = _drawn(spectra)
    with figure(8.0, 4.4) as (fig, ax):
        for number, vessel in enumerate(vessels):
            mine = rows[(spectra.keys["vessel"].iloc[rows] == vessel).to_numpy()]
            mean = _mean(spectra.intensities[mine])
            ax.plot(
                spectra.axis[drawn], mean[drawn], color=palette(number % 20), linewidth=0.9,
                label=vessel,
            )  # fmt: skip
        ax.set(xlabel=axis_label, ylabel=intensity, title="Mean spectrum of each vessel")
        ax.set_ylim(*_robust_range(spectra.intensities[rows]))
        if len(vessels) <= 24:
            ax.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), ncols=1 + (len(vessels) > 12))
        return as_svg(fig)


def spectra_by_age(spectra: Spectra, *, axis_label: str, intensity: str) -> str | None:
    """Return spectra coloured by culture age; None where no spectrum has an age."""
    from matplotlib import colormaps
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import Normalize

    rows = _of_cultures(spectra)
    age = spectra.keys["elapsed_h"].to_numpy(dtype=np.float64)[rows] / 24
    rows, age = rows[np.isfinite(age)], age[np.isfinite(age)]
    if rows.size == 0:
        return None
    order = np.argsort(age, kind="stable")
    shown = order[np.unique(np.linspace(0, order.size - 1, _MOST_SPECTRA).round().astype(int))]
    colours = ScalarMappable(Normalize(age.min(), age.max()), colormaps["viridis"])
    drawn = _drawn(spectra)
    with figure(8.0, 4.4) as (fig, ax):
        for place in shown:
            spectrum = spectra.intensities[rows[place], drawn]
            colour = colours.to_rgba(age[place])
            ax.plot(spectra.axis[drawn], spectrum, color=colour, linewidth=0.7)
        fig.colorbar(colours, ax=ax, label="culture age (d)")
        ax.set(xlabel=axis_label, ylabel=intensity, title="Spectra by culture age")
        ax.set_ylim(*_robust_range(spectra.intensities[rows]))
        return as_svg(fig)


def pairing_map(spectra: Spectra, pairing: Pairing) -> str | None:
    """Return vessels against culture age with paired and unpaired spectra and assays.

    None where nothing has a culture age.
    """
    rows = _of_cultures(spectra)
    keys = spectra.keys.iloc[rows]
    paired = np.isin(rows, np.concatenate([*pairing.spectra_rows, np.empty(0, dtype=np.int64)]))
    days = keys["elapsed_h"].to_numpy(dtype=np.float64) / 24
    if not np.isfinite(days).any():
        return None
    vessels = sorted(set(keys["vessel"]) | set(pairing.samples["vessel"]))
    height = pd.Series(np.arange(len(vessels)), index=vessels)
    with figure(8.0, 1.2 + 0.22 * len(vessels)) as (fig, ax):
        y = height.loc[keys["vessel"]].to_numpy()
        ax.plot(days[~paired], y[~paired], "|", color=GREY, label="spectrum, no assay")
        ax.plot(days[paired], y[paired], "|", color=BLUE, markersize=9, label="spectrum, paired")
        samples = pairing.samples
        ax.plot(
            samples["elapsed_h"] / 24, height.loc[samples["vessel"]], ".", color=ORANGE,
            markersize=4, label="assay",
        )  # fmt: skip
        ax.set_yticks(height.to_numpy(), vessels, fontsize=8)
        ax.set_ylim(len(vessels) - 0.5, -0.5)
        ax.set(xlabel="culture age (d)", title="What pairs with what")
        ax.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=3)
        return as_svg(fig)


def assays_by_age(pairing: Pairing, analyte: str, *, unit: str) -> str | None:
    """Return an analyte's assays over culture age, a line a vessel; None without ages."""
    table = pairing.samples[["vessel", "elapsed_h"]].assign(value=pairing.values[analyte])
    table = table.dropna()
    if table.empty:
        return None
    with figure(8.0, 3.2) as (fig, ax):
        for _, rows in table.sort_values("elapsed_h").groupby("vessel"):
            ax.plot(rows["elapsed_h"] / 24, rows["value"], ".-", linewidth=0.7, alpha=0.8)
        ax.axhline(0, color=RED, linewidth=0.5)
        ax.set(xlabel="culture age (d)", ylabel=unit, title=f"{analyte}, a line a vessel")
        return as_svg(fig)


def _of_cultures(spectra: Spectra) -> IntArray:
    """Return the rows of spectra that show a culture or a sample of one."""
    is_instrument = spectra.keys["kind"].isin([kind.value for kind in INSTRUMENT_KINDS])
    known = spectra.keys["vessel"].notna() & ~is_instrument
    return np.flatnonzero(known.to_numpy())


def _drawn(spectra: Spectra) -> slice:
    """Return the channels to draw: as many as a screen can show."""
    return slice(None, None, max(1, spectra.n_channels // _MOST_CHANNELS))


def _mean(intensities: FloatArray) -> FloatArray:
    """Return the mean over spectra (n_channels,), NaN where no spectrum is finite."""
    finite = np.isfinite(intensities)
    total = np.where(finite, intensities, 0.0).sum(axis=0)
    count = finite.sum(axis=0)
    return np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)


def _robust_range(intensities: FloatArray) -> tuple[float, float]:
    """Return limits that a laser line or a broken channel does not stretch."""
    values = intensities[np.isfinite(intensities)]
    if values.size == 0:
        return 0.0, 1.0
    low, high = np.quantile(values, [0.001, 0.995])
    margin = 0.05 * (high - low) or 1.0
    return float(low - margin), float(high + margin)
