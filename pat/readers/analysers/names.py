"""Which analyte of a campaign a column of an export is."""

import re
from collections.abc import Iterable

#: What people call the quantities that have one name here, beside what analysers print.
ALIASES = {
    "glucose": ("glc", "gluc", "dglucose"),
    "lactate": ("lac", "lacticacid", "llactate"),
    "glutamine": ("gln", "lglutamine"),
    "glutamate": ("glutamicacid", "lglutamate"),
    "ammonium": ("ammonia", "nh4", "nh3"),
    "sodium": ("na",),
    "potassium": ("k",),
    "calcium": ("ca",),
    "osmolality": ("osm", "osmo"),
    "viable_cell_density": ("vcd", "viablecells", "viablecellconcentration", "vcc", "xv"),
    "total_cell_density": ("tcd", "totalcellconcentration", "tcc"),
    "viability": ("via", "viab"),
    "titre": ("titer", "product", "igg"),
}


def analyte_of(analyte: str, *, title: str, known: Iterable[str]) -> str | None:
    """Return the campaign's analyte that a column holds, or None where it is none of them.

    A campaign calls it by the name that all analysers share (`viable_cell_density`), by the
    column's title (`Gluc`), or by an alias (`VCD`); case and signs do not matter.

    >>> analyte_of("viable_cell_density", title="Viable Density", known=["glucose", "VCD"])
    'VCD'
    """
    names = list(known)
    if analyte in names:
        return analyte
    for wanted in (analyte, title):
        same = [name for name in names if _bare(name) == _bare(wanted)]
        if same:
            return same[0]
    others = {alias for group in _groups(analyte) for alias in group}
    return next((name for name in names if _bare(name) in others), None)


def _groups(analyte: str) -> list[tuple[str, ...]]:
    groups = [(_bare(name), *aliases) for name, aliases in ALIASES.items()]
    return [group for group in groups if _bare(analyte) in group]


def _bare(name: str) -> str:
    return re.sub(r"[\W_]", "", name.casefold())
