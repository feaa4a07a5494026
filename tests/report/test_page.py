"""A page opens anywhere, says what it was given and fetches nothing."""

from html.parser import HTMLParser

from pat.report.page import Section, folded, listing, page, paragraph, picture, table

SVG = '<svg xmlns="http://www.w3.org/2000/svg"><text id="a">x</text></svg>'


class Read(HTMLParser):
    """Tags and attributes of a page, and whether every tag is closed."""

    VOID = frozenset({"meta", "img"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.sources: list[str] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.VOID:
            self.open.append(tag)
        self.sources += [value or "" for name, value in attrs if name in ("src", "href")]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_every_tag_is_closed_and_every_picture_is_inside():
    blocks = (
        paragraph("a"),
        listing(["b", "c\n[clock]\nspectra = 60"]),
        table(("name", "n"), [("V1", "3")]),
        folded("more", table((), [("x", "y")])),
        picture(SVG, caption="d"),
    )

    read = Read(page("Title", [Section("One", blocks), Section("Two", ())], lead="lead"))

    assert read.open == []
    assert [source[:26] for source in read.sources] == ["data:image/svg+xml;base64,"]
    assert {"Title", "lead", "One", "Two", "a", "b", "c", "more", "V1"} <= set(read.words)
    assert "[clock]\nspectra = 60" in read.words


def test_what_files_contain_is_shown_and_never_run():
    hostile = '<script>alert(1)</script> & "quotes"'

    text = page(
        hostile,
        [
            Section(
                hostile,
                (
                    paragraph(hostile),
                    listing([f"{hostile}\n{hostile}"]),
                    table((hostile,), [(hostile,)]),
                    folded(hostile),
                    picture(SVG, caption=hostile),
                ),
            )
        ],
        lead=hostile,
    )

    assert "<script" not in text
    assert Read(text).words.count(hostile) == 11


def test_columns_of_numbers_stand_to_the_right():
    text = table(("name", "n", "range"), [("V1", "3", "1 to 2"), ("V2", "-0.5", "-")])

    assert text.count('class="number"') == 3
    assert '<td class="number">-0.5</td>' in text


def test_a_table_without_rows_keeps_its_headings():
    assert "<th>name</th>" in table(("name",), [])
