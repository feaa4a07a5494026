"""One HTML page of text, tables and pictures that opens anywhere, offline, and prints well."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_STYLE = """
:root { color-scheme: light; }
body { font: 15px/1.5 system-ui, sans-serif; color: #222; background: #fff; max-width: 62rem;
       margin: 2rem auto; padding: 0 1rem; overflow-wrap: break-word; }
h1 { font-size: 1.7em; margin-bottom: .2rem; }
h3 { font-size: 1.05em; margin: 1.4em 0 .4em; }
h2 { font-size: 1.25em; margin: 2.2rem 0 .6rem; border-bottom: 2px solid #e6e6e6; }
p.lead { color: #555; margin-top: 0; }
table { border-collapse: collapse; margin: .6rem 0; }
th, td { text-align: left; vertical-align: top; padding: .25rem 1.2rem .25rem 0;
         border-bottom: 1px solid #e6e6e6; }
th.number, td.number { text-align: right; font-variant-numeric: tabular-nums; }
th, td:first-child { white-space: nowrap; }
td strong { white-space: nowrap; }
ul { padding-left: 1.2rem; } li { margin: .3rem 0; }
pre { background: #f5f5f5; padding: .5rem .8rem; margin: .3rem 0; white-space: pre-wrap; }
summary { cursor: pointer; color: #0072b2; margin: .5rem 0; }
figure { margin: 1.2rem 0; } figure img { max-width: 100%; }
figcaption { color: #555; font-size: .95em; max-width: 46rem; }
@page { size: A4; margin: 14mm 15mm; }
@media print { body { margin: 0; padding: 0; max-width: none; font-size: 9pt; }
               figure { margin: .6rem 0; } figure img { max-height: 23cm; }
               h2 { margin-top: 1.4em; }
               figure, tr, li { break-inside: avoid; } h2, h3 { break-after: avoid; } }
""".strip()


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands below it.

    Parameters
    ----------
    title : str
    blocks : tuple of str
        HTML, as the functions of this module return it.
    """

    title: str
    blocks: tuple[str, ...]


def page(title: str, sections: Sequence[Section], *, lead: str = "") -> str:
    """Return the page as HTML text; nothing in it is fetched from elsewhere.

    Parameters
    ----------
    title : str
        Of the page and of the browser's tab.
    sections : sequence of Section
    lead : str
        A sentence below the title.
    """
    body = "\n".join(
        f"<section>\n<h2>{escape(section.title)}</h2>\n"
        + "\n".join(section.blocks)
        + "\n</section>"
        for section in sections
    )
    first = f'<p class="lead">{escape(lead)}</p>\n' if lead else ""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width">\n'
        f"<title>{escape(title)}</title>\n<style>\n{_STYLE}\n</style>\n</head>\n<body>\n"
        f"<h1>{escape(title)}</h1>\n{first}{body}\n</body>\n</html>\n"
    )


def paragraph(text: str) -> str:
    """Return text as one paragraph."""
    return f"<p>{escape(text)}</p>"


def listing(items: Sequence[str]) -> str:
    """Return a list; what follows the first line of an item is shown as lines to copy."""
    return "<ul>\n" + "\n".join(f"<li>{_item(text)}</li>" for text in items) + "\n</ul>"


def from_markdown(text: str) -> str:
    """Return markdown as HTML; markup in it is shown as text, and scripts as links are refused."""
    from markdown_it import MarkdownIt

    return str(MarkdownIt("commonmark", {"html": False}).enable("table").render(text))


def table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table, without a heading where there are none; columns of numbers to the right."""
    columns = list(zip(*rows, strict=True))
    classes = [' class="number"' if all(map(_is_number, c)) else "" for c in columns]
    classes = classes or [""] * len(headings)
    lines = [_row("td", row, classes) for row in rows]
    head = f"<thead>{_row('th', headings, classes)}</thead>\n" if headings else ""
    return f"<table>\n{head}<tbody>\n" + "\n".join(lines) + "\n</tbody>\n</table>"


def folded(summary: str, *blocks: str) -> str:
    """Return blocks that are shown when the reader asks for them."""
    inside = "\n".join(blocks)
    return f"<details>\n<summary>{escape(summary)}</summary>\n{inside}\n</details>"


def picture(svg: str, *, caption: str) -> str:
    """Return SVG text as a picture of its own, so that its ids meet no others'."""
    encoded = base64.b64encode(svg.encode()).decode()
    image = f'<img alt="{escape(caption)}" src="data:image/svg+xml;base64,{encoded}">'
    return f"<figure>{image}<figcaption>{escape(caption)}</figcaption></figure>"


def _item(text: str) -> str:
    first, _, rest = text.partition("\n")
    return escape(first) + (f"<pre>{escape(rest)}</pre>" if rest else "")


def _row(tag: str, cells: Sequence[str], classes: Sequence[str]) -> str:
    inside = (
        f"<{tag}{css}>{escape(cell)}</{tag}>" for cell, css in zip(cells, classes, strict=True)
    )
    return f"<tr>{''.join(inside)}</tr>"


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).removeprefix("-").isdigit()
