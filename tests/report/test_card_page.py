"""The page of a card opens by itself: nothing is fetched, nothing of the user's is run."""

import base64
import re

from pat.report.card_page import card_page

SVG = '<svg xmlns="http://www.w3.org/2000/svg"><text>RMSECV</text></svg>'
CARD = """# glucose soft sensor

Off by **0.2 g/L**.

## How good it is

| figure | value |
|---|---|
| bias | 0.1 |

## Known limits

- few cultures
"""


def page(card: str = CARD) -> str:
    return card_page(card, {"1-measured": SVG, "2-curve": SVG}, title="cho.<glucose>")


def test_the_card_is_there_in_its_order() -> None:
    headings = re.findall(r"<h\d>(.*?)</h\d>", page())

    assert headings == [
        "cho.&lt;glucose&gt;", "Summary", "How good it is", "Known limits", "Figures",
    ]  # fmt: skip
    assert "<strong>0.2 g/L</strong>" in page()
    assert "<td>bias</td>" in page()
    assert "<li>few cultures</li>" in page()


def test_every_figure_is_inside_in_order() -> None:
    images = re.findall(r'alt="([^"]+)" src="data:image/svg\+xml;base64,([^"]+)"', page())

    assert [name for name, _ in images] == ["measured", "curve"]
    assert all(base64.b64decode(image).decode() == SVG for _, image in images)


def test_nothing_is_fetched_from_elsewhere() -> None:
    assert not re.search(r'(src|href)="(?!data:)', page())


def test_html_in_a_card_is_shown_not_run() -> None:
    assert "<script>" not in page("# x\n\n<script>alert(1)</script>\n")
