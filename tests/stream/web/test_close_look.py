"""A prediction's spectrum is shown beside its calibration, found by what the row says of it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pat.readers import read_spectrum_file, write_spectrum_file
from pat.soft_sensor.seal import with_card
from pat.spectra import Spectra
from pat.stream.scored_spectra import SpectrumFiles
from tests.soft_sensor.sensors import AXIS, make_spectra, plain_sensor
from tests.stream.sinks.made_up import TEN, make_prediction
from tests.stream.web.served import Served

EVIL = "<img src=x onerror=alert(1)><script>alert(1)</script>"


def flagged(folder: Path):
    """Drop a spectrum that the plain sensor flags, and return its prediction."""
    amounts = np.full((1, 4), 4.0)
    strange = make_spectra(amounts, np.random.default_rng(1))
    strange += 60 * np.exp(-0.5 * ((AXIS - 604) / 4) ** 2)
    spectra = Spectra(AXIS, strange, pd.DataFrame({"vessel": ["V01"]}))
    folder.mkdir()
    write_spectrum_file(spectra, folder / "1.csv")
    as_read = read_spectrum_file(folder / "1.csv")
    row = plain_sensor().predict(as_read).iloc[0]
    told = {name: row[name] for name in ("value", "quality", "reasons", "q", "q_limit", "t2")}
    return make_prediction(
        1, **told, sensor_digest=plain_sensor().digest, spectrum_sha256=as_read.sha256(0)
    )


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory):
    place = tmp_path_factory.mktemp("page")
    prediction = flagged(place / "drop")
    gone = make_prediction(2, source_file="gone.csv")
    stranger = replace(prediction, id=3, time=TEN.replace(hour=20), sensor_digest="d1")
    spectra = SpectrumFiles(place / "drop", read=read_spectrum_file)
    stored = [prediction, gone, stranger]
    with Served.of(place, stored, sensors=[plain_sensor()], spectra=spectra) as served:
        yield served


def test_a_flagged_spectrum_is_shown_with_range_preprocessing_and_what_flagged_it(
    served: Served,
) -> None:
    told = served.told("/spectrum?id=1")

    axis, intensity, low, high = map(np.array, told["as_read"])
    np.testing.assert_allclose(axis, AXIS)
    assert AXIS[(intensity - high).argmax()] == 604
    assert np.all(intensity[np.abs(AXIS - 604) < 4] > high[np.abs(AXIS - 604) < 4])
    assert np.mean((intensity >= low) & (intensity <= high)) > 0.7
    assert [len(column) for column in told["preprocessed"]] == [len(told["preprocessed"][0])] * 4
    added = told["contributions"]
    assert abs(added["axis"][int(np.argmax(added["q"]))] - 604) < 15
    assert sum(added["q"]) == pytest.approx(
        plain_sensor().predict(read_spectrum_file(_dropped(served)))["q"].item(), rel=1e-4
    )
    assert told["quality"] in ("uncertain", "bad")
    assert "Q" in told["reasons"]
    assert told["missing"] == ""


def test_a_spectrum_whose_file_is_gone_is_told_with_its_reason(served: Served) -> None:
    told = served.told("/spectrum?id=2")

    assert "not in the drop folder any more" in told["missing"]
    assert "as_read" not in told


def test_a_spectrum_of_a_sensor_that_is_not_known_is_shown_without_a_range(
    served: Served,
) -> None:
    told = served.told("/spectrum?id=3")

    assert len(told["as_read"][1]) == AXIS.size
    assert told["as_read"][2] == []
    assert told["contributions"] is None
    assert "not in use any more" in told["missing"]


@pytest.mark.parametrize(
    ("number", "status"), [("", 400), ("x", 400), ("-1", 400), ("9" * 40, 400), ("99", 404)]
)
def test_a_row_that_is_none_is_refused(served: Served, number: str, status: int) -> None:
    assert served.ask(f"/spectrum?id={number}").status == status


def test_spectra_of_a_source_that_keeps_none_are_told_to_be_missing(tmp_path: Path) -> None:
    with Served.of(tmp_path, [make_prediction(1)]) as served:
        assert "not kept" in served.told("/spectrum?id=1")["missing"]


def test_the_card_of_a_sensor_in_use_is_a_page_whose_markup_is_text(tmp_path: Path) -> None:
    card = f"# Title\n\nTypically off by **0.2 g/L**. {EVIL} [x](javascript:alert(1))"
    sensor = with_card(replace(plain_sensor(), name=f"cho.{EVIL}"), card)
    with Served.of(tmp_path, [], sensors=[sensor]) as served:
        answer = served.ask(f"/sensor?digest={sensor.digest}")
        text = served.body.decode()

        assert answer.status == 200
        assert "<strong>0.2 g/L</strong>" in text
        assert "in use" in text
        assert sensor.digest in text
        assert "<script" not in text
        assert "<img" not in text
        assert 'href="javascript' not in text
        assert served.ask("/sensor?digest=unknown").status == 404


def _dropped(served: Served) -> Path:
    database = served.journal.engine.url.database
    assert database is not None
    return Path(database).parent / "drop" / "1.csv"
