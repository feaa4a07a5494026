"""One HTML page of a sensor: its card, evidence and figures, opening anywhere, offline."""

from collections.abc import Mapping, Sequence

from pat.report.page import Section, from_markdown, page, picture


def card_page(
    card: str,
    figures: Mapping[str, str],
    *,
    title: str,
    evidence: Sequence[Section] = (),
    closing: Sequence[Section] = (),
) -> str:
    """Return the page.

    Parameters
    ----------
    card : str
        Markdown with headings of the first and second level.
    figures : mapping of name to SVG text
        In the order in which they are shown.
    title : str
    evidence : sequence of Section
        What stands between the card and the figures.
    closing : sequence of Section
        What stands after the figures.
    """
    first, *rest = card.split("\n## ")
    _, _, summary = first.partition("\n")
    parts = [("Summary", summary), *(_titled(text) for text in rest)]
    sections = [Section(heading, (from_markdown(text),)) for heading, text in parts]
    shown = tuple(picture(svg, caption=_caption(name)) for name, svg in figures.items())
    return page(title, [*sections, *evidence, Section("Figures", shown), *closing])


def _titled(text: str) -> tuple[str, str]:
    heading, _, body = text.partition("\n")
    return heading, body


def _caption(name: str) -> str:
    """Return the name of a figure's file in words: "1-regression-vector" counts no more."""
    return name.lstrip("0123456789-").replace("-", " ")
