"""The page of a training opens by itself: nothing is fetched, nothing of the user's is run."""

import base64
import re

from pat.report.training_page import training_page

SVG = '<svg xmlns="http://www.w3.org/2000/svg"><text>RMSECV</text></svg>'


def page(card: str = "# glucose\n\n| a | b |\n|---|---|\n| 1 | 2 |\n") -> str:
    return training_page(card, {"1-measured": SVG, "2-curve": SVG}, title="cho.<glucose>")


def test_the_card_is_there_with_its_table() -> None:
    assert "<h1>glucose</h1>" in page()
    assert "<td>1</td>" in page()
    assert "<title>cho.&lt;glucose&gt;</title>" in page()


def test_every_figure_is_inside_in_order() -> None:
    images = re.findall(r'alt="([^"]+)" src="data:image/svg\+xml;base64,([^"]+)"', page())

    assert [name for name, _ in images] == ["1-measured", "2-curve"]
    assert all(base64.b64decode(image).decode() == SVG for _, image in images)


def test_nothing_is_fetched_from_elsewhere() -> None:
    assert not re.search(r'(src|href)="(?!data:)', page())


def test_html_in_a_card_is_shown_not_run() -> None:
    assert "<script>" not in page("# x\n\n<script>alert(1)</script>\n")
