"""How every figure looks, and how it becomes SVG text."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Okabe and Ito's colours: told apart by colour-blind readers too.
INK, BLUE, ORANGE, GREEN, RED, GREY = (
    "#222222", "#0072B2", "#E69F00", "#009E73", "#D55E00", "#9A9A9A",
)  # fmt: skip

_STYLE: dict[Any, Any] = {
    "font.family": "sans-serif",
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.grid": True,
    "grid.color": "#E6E6E6",
    "grid.linewidth": 0.7,
    "axes.axisbelow": True,
    "legend.frameon": False,
    "legend.fontsize": 9,
    "lines.linewidth": 1.4,
    "svg.fonttype": "none",
    "text.parse_math": False,  # a unit or a vessel may hold a dollar sign
    "svg.hashsalt": "raman-pat",
    "figure.constrained_layout.use": True,
}


@contextmanager
def figure(width: float = 7.0, height: float = 4.2) -> Iterator[tuple["Figure", "Axes"]]:
    """Give a figure and its axes in the house style; sizes in inches; closed afterwards."""
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with mpl.rc_context(_STYLE):
        fig = Figure(figsize=(width, height))
        FigureCanvasAgg(fig)
        yield fig, fig.add_subplot()


def as_svg(fig: "Figure") -> str:
    """Return a figure as SVG text, the same for the same data."""
    buffer = io.StringIO()
    fig.savefig(buffer, format="svg", metadata={"Date": None})
    return buffer.getvalue()


def as_png(fig: "Figure") -> bytes:
    """Return a figure as a PNG file."""
    buffer = io.BytesIO()
    fig.savefig(buffer, format="png", dpi=120)
    return buffer.getvalue()
