"""One HTML page of a trained sensor: its card and its figures, opening anywhere, offline."""

import base64
import html
from collections.abc import Mapping

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; color: #222; max-width: 62rem; margin: 2rem auto;
       padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
table { border-collapse: collapse; } th, td { text-align: left; vertical-align: top;
       padding: .25rem 1.2rem .25rem 0; border-bottom: 1px solid #e6e6e6; }
figure { margin: 1.5rem 0; } figure img { max-width: 100%; }
""".strip()


def training_page(card: str, figures: Mapping[str, str], *, title: str) -> str:
    """Return the page.

    Parameters
    ----------
    card : str
        Markdown.
    figures : mapping of name to SVG text
        In the order in which they are shown.
    title : str
        Of the browser's tab.
    """
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    shown = "\n".join(_figure(name, svg) for name, svg in figures.items())
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{html.escape(title)}</title>\n<style>\n{_STYLE}\n</style>\n</head>\n<body>\n"
        f"{reader.render(card)}\n<h2>Figures</h2>\n{shown}\n</body>\n</html>\n"
    )


def _figure(name: str, svg: str) -> str:
    """Return a figure as an image of its own, so that its ids meet no others'."""
    encoded = base64.b64encode(svg.encode()).decode()
    image = f'<img alt="{html.escape(name)}" src="data:image/svg+xml;base64,{encoded}">'
    return f"<figure>{image}</figure>"
