"""In a real browser the page shows what it is told, runs no foreign text and asks no one else."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from pat.readers import read_spectrum_file, write_spectrum_file
from pat.soft_sensor.seal import with_card
from pat.spectra import Spectra
from pat.stream.journal import Happening
from pat.stream.scored_spectra import SpectrumFiles
from pat.stream.sinks import Publication
from pat.stream.tables import ASSAYS
from tests.browser import Watched, browser, needs_browser, watching
from tests.soft_sensor.sensors import AXIS, make_spectra, plain_sensor
from tests.stream.sinks.made_up import TEN, live, make_prediction, pulse
from tests.stream.web.served import Served

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, needs_browser]

EVIL = '"><img src=x onerror="document.title=1"><script>document.title=2</script>'
TOKEN = "correct-horse-battery"
CANVASES = "#depth .uplot canvas"
PIXELS = """canvas => {
  const { width, height } = canvas;
  return new Set(canvas.getContext("2d").getImageData(0, 0, width, height).data).size;
}"""


@pytest.fixture(scope="module")
def started() -> Iterator["Browser"]:
    with browser() as one:
        yield one


@pytest.fixture
def watched(started: "Browser") -> Iterator[Watched]:
    with watching(started) as one:
        yield one
        assert one.errors == []


def hourly(n: int, **cells: object) -> list:
    return [make_prediction(number, **cells) for number in range(1, n + 1)]


def test_the_wall_shows_values_quality_by_shape_and_alarms(
    tmp_path: Path, watched: Watched
) -> None:
    page = watched.page
    dead = make_prediction(2, vessel="V02", quality="bad", value=None, reasons="dead: no light")
    with Served.of(tmp_path, [*hourly(3), *hourly(1, vessel="V02")]) as served:
        served.page.beat(pulse())
        page.goto(served.url)
        page.wait_for_selector("#wall .card:nth-child(2)")
        served.page.publish(live(dead))
        page.locator("#counts", has_text="1 bad").wait_for()

        assert page.title() == "cho · pat stream"
        marks = page.locator(".row .mark").evaluate_all("all => all.map(each => each.ariaLabel)")
        assert marks == ["good", "bad"]
        shapes = page.locator(".row .shape").evaluate_all(
            "all => all.map(each => each.getAttribute('d'))"
        )
        assert len(set(shapes)) == 2
        assert page.locator("#wall .trend .line").count() == 1
        assert "dead: no light" in page.locator("#alarms").inner_text()
        assert all(asked.startswith(served.url) for asked in watched.asked)


def test_text_of_files_and_vessels_is_text_wherever_it_is_shown(
    tmp_path: Path, watched: Watched
) -> None:
    page = watched.page
    evil = make_prediction(
        1, vessel=EVIL, campaign=EVIL, analyte=EVIL, unit=EVIL, sensor=EVIL, source_file=EVIL,
        sensor_digest=EVIL, quality="uncertain", reasons=EVIL,
    )  # fmt: skip
    nameless = make_prediction(9, vessel=None, quality="bad", reasons=EVIL, source_file=EVIL)
    with Served.of(tmp_path, [evil]) as served:
        served.journal.note(Happening("sensor", EVIL))
        served.page.beat(replace(pulse(), at=datetime.now(UTC)))
        served.page.publish([Publication(nameless, is_live=False)])
        page.goto(served.url)
        page.locator("#alarms", has_text="onerror").wait_for()
        page.locator("#wall .card").click()
        page.locator("#depth .reasons").wait_for()
        page.locator("#swap", has_text="onerror").wait_for()
        page.click("#to-probes")
        page.locator("#probes tbody tr").wait_for()

        assert EVIL in page.locator("#probes tbody").inner_text()
        assert page.locator("img").count() == 0
        assert page.locator("script:not([src])").count() == 0
        assert page.title() == f"{EVIL} · pat stream"
        assert all(asked.startswith(served.url) for asked in watched.asked)


def test_a_vessel_in_depth_shows_charts_spectra_contributions_and_assays(
    tmp_path: Path, watched: Watched
) -> None:
    page = watched.page
    with _with_a_flagged_spectrum(tmp_path) as served:
        served.journal.transact(lambda to: to.execute(ASSAYS.insert(), _assay()))
        page.goto(served.url)
        page.locator("#wall .card").click()
        page.locator(CANVASES).nth(6).wait_for()

        assert page.locator(CANVASES).count() == 7
        drawn = [page.locator(CANVASES).nth(place).evaluate(PIXELS) for place in range(7)]
        assert min(drawn) > 10
        assert "Q" in page.locator(".analyte-block > p").first.inner_text()
        assert "Newest spectrum" in page.locator(".which").inner_text()

        page.locator(".reasons button").last.click()
        page.locator(".which", has_text="Spectrum of").wait_for()
        assert "1.csv" in page.locator(".which").inner_text()
        page.locator(".which button").click()
        page.locator(".which", has_text="Newest spectrum").wait_for()
        page.keyboard.press("Escape")
        page.locator("#wall .card").wait_for()


def test_a_sensor_in_use_leads_to_its_card(tmp_path: Path, watched: Watched) -> None:
    page = watched.page
    sensor = with_card(plain_sensor(), f"# Glucose\n\nTypically off by **0.2 g/L**. {EVIL}")
    stored = hourly(3, sensor_digest=sensor.digest, sensor=EVIL)
    with Served.of(tmp_path, stored, sensors=[sensor]) as served:
        page.goto(served.url)
        page.locator("#sensors a").click()
        page.locator("strong", has_text="0.2 g/L").wait_for()

        assert sensor.digest in page.locator("table").inner_text()
        assert EVIL in page.locator("body").inner_text()
        assert page.locator("img, script").count() == 0
        assert page.locator("body").evaluate("each => getComputedStyle(each).maxWidth") != "none"


def test_a_swapped_sensor_is_told_in_the_foot_and_marked_in_the_chart(
    tmp_path: Path, watched: Watched
) -> None:
    page = watched.page
    stored = [make_prediction(n, sensor_digest="d1" if n < 4 else "d2") for n in range(1, 7)]
    with Served.of(tmp_path, stored) as served:
        served.journal.note(Happening("sensor", "cho.glucose d2 takes over from d1"))
        page.goto(served.url)
        page.locator("#swap", has_text="takes over from d1").wait_for()
        page.locator("#wall .card").click()
        page.locator(CANVASES).first.wait_for()
        texts = page.evaluate(_TEXTS_DRAWN)

    assert "sensor d2" in texts


def test_a_spectrometer_that_is_dead_is_one_alarm_and_a_vessel_that_is_overdue_another(
    tmp_path: Path, watched: Watched
) -> None:
    page = watched.page
    vessels = [
        make_prediction(
            n, vessel=f"V{n:02d}", quality="uncertain", reasons=f"Q {n} times its limit"
        )
        for n in range(1, 13)
    ]
    with Served.of(tmp_path, vessels) as served:
        for each in vessels[:2]:
            served.page.withdraw(each, f"no spectrum since 10:{each.id}, expected every 5 min")
        served.page.beat(pulse())
        page.goto(served.url)
        page.locator("#alarms", has_text="V01, V02").wait_for()
        overdue = page.locator("#alarms p").all_inner_texts()

        for each in vessels[2:]:
            served.page.withdraw(each, f"no spectrum since 10:{each.id}, expected every 5 min")
        page.locator("#alarms .dead").wait_for()
        dead = page.locator("#alarms p").all_inner_texts()

    assert overdue == [" Too old · V01, V02 no spectrum in time, expected every 5 min"]
    assert len(dead) == 1
    assert "No spectrum from any vessel since" in dead[0]


def test_probes_stand_side_by_side_and_the_odd_one_is_marked(
    tmp_path: Path, watched: Watched
) -> None:
    page = watched.page
    with Served.of(tmp_path, hourly(1)) as served:
        served.page.publish(
            live(*(make_prediction(n, vessel=f"V{n:02d}", level=100.0 + n % 3, water=1.0,
                                   noise=40.0 if n == 7 else 2.0 + 0.1 * (n % 4))
                   for n in range(1, 13)))
        )  # fmt: skip
        page.goto(served.url)
        page.click("#to-probes")
        page.locator("#probes tbody tr").nth(11).wait_for()

        assert page.locator("#probes td.far").all_inner_texts() == ["▲ 40"]
        odd = page.locator("#probes tr", has=page.locator(".far")).inner_text()
        assert odd.strip().startswith("V07")
        assert "laser mW" not in page.locator("#probes thead").inner_text()


def test_what_a_card_shows_changes_without_the_other_cards_being_drawn_anew(
    tmp_path: Path, watched: Watched
) -> None:
    page = watched.page
    with Served.of(tmp_path, [*hourly(3), *hourly(3, vessel="V02")]) as served:
        page.goto(served.url)
        page.locator("#wall .card").nth(1).wait_for()
        page.evaluate("document.querySelectorAll('.card').forEach(each => each.dataset.old = 1)")
        page.locator("#wall .card").first.focus()
        served.page.publish(live(make_prediction(4, value=77.25)))
        page.locator(".card", has_text="77.25").wait_for()

        old = page.locator(".card").evaluate_all("all => all.map(each => each.dataset.old)")
        assert old == [None, "1"]
        focused = page.evaluate("document.activeElement.textContent")
        assert "77.25" in focused


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_bright_or_dark_as_the_machine_is_set_or_as_it_is_told(
    tmp_path: Path, started: "Browser", scheme: str
) -> None:
    shade = "getComputedStyle(document.body).backgroundColor"
    with (
        Served.of(tmp_path, hourly(1), sensors=[plain_sensor()]) as served,
        watching(started, scheme=scheme) as watched,
    ):
        page = watched.page
        page.goto(served.url)
        page.locator("#wall .card").wait_for()
        as_set = _brightness(page.evaluate(shade))
        page.click("#light")
        page.click("#light")
        as_told = _brightness(page.evaluate(shade))
        page.reload()
        page.locator("#wall .card").wait_for()
        kept = _brightness(page.evaluate(shade))

        page.goto(f"{served.url}sensor?digest={plain_sensor().digest}")
        card = _brightness(page.evaluate(shade))

    for shown in (as_set, card):
        assert shown > 200 if scheme == "light" else shown < 60
    assert as_told < 60
    assert kept < 60


def test_the_page_says_that_it_lost_touch_and_begins_anew_by_itself(
    tmp_path: Path, started: "Browser"
) -> None:
    with Served.of(tmp_path, hourly(3)) as served, watching(started) as watched:
        page = watched.page
        page.goto(served.url)
        page.locator("#wall .card").wait_for()
        served.page.close()
        page.locator("#link.lost").wait_for()
        served.page.open([make_prediction(4, value=88.0)])
        page.locator(".card", has_text="88.00").wait_for()

        assert page.locator("#link.lost").count() == 0


def test_a_browser_without_the_token_sees_nothing_and_with_it_keeps_none_in_its_address(
    tmp_path: Path, started: "Browser"
) -> None:
    with (
        Served.of(tmp_path, hourly(1), token=TOKEN) as served,
        watching(started) as watched,
    ):
        refused = watched.page.goto(served.url)
        assert refused is not None
        assert refused.status == 401
        watched.page.goto(f"{served.url}?token={TOKEN}")
        watched.page.locator("#wall .card").wait_for()

        assert watched.page.url == served.url
        assert TOKEN not in str(watched.page.context.cookies())


_TEXTS_DRAWN = """() => new Promise(resolve => {
  const texts = [], drawer = CanvasRenderingContext2D.prototype, draw = drawer.fillText;
  drawer.fillText = function (...told) { texts.push(told[0]); return draw.apply(this, told); };
  dispatchEvent(new Event("resize"));
  document.querySelector(".ranges button").click();
  setTimeout(() => resolve(texts), 1500);
})"""


def _brightness(colour: str) -> float:
    return sum(map(float, re.findall(r"\d+", colour)[:3])) / 3


def _assay() -> dict[str, object]:
    return {"assay_key": "1", "campaign": "cho", "vessel": "V01", "analyte": "glucose",
            "time": TEN + timedelta(minutes=30), "value": 2.5, "unit": "g/L"}  # fmt: skip


def _with_a_flagged_spectrum(place: Path):
    """Serve three spectra of one vessel, the first of which the plain sensor flags."""
    folder = place / "drop"
    folder.mkdir()
    rng = np.random.default_rng(1)
    stored = []
    for number in (1, 2, 3):
        intensity = make_spectra(np.full((1, 4), 4.0), rng)
        intensity += (number == 1) * 60 * np.exp(-0.5 * ((AXIS - 604) / 4) ** 2)
        keys = pd.DataFrame({"vessel": ["V01"]})
        write_spectrum_file(Spectra(AXIS, intensity, keys), folder / f"{number}.csv")
        as_read = read_spectrum_file(folder / f"{number}.csv")
        row = plain_sensor().predict(as_read).iloc[0]
        names = ("value", "lower", "upper", "quality", "reasons", "q", "q_limit", "t2", "t2_limit")
        stored.append(
            make_prediction(number, **{name: row[name] for name in names},
                            sensor_digest=plain_sensor().digest,
                            spectrum_sha256=as_read.sha256(0))
        )  # fmt: skip
    newest = replace(stored[-1], quality="uncertain", reasons="Q a little above its limit")
    spectra = SpectrumFiles(folder, read=read_spectrum_file)
    return Served.of(place, [*stored[:-1], newest], sensors=[plain_sensor()], spectra=spectra)
