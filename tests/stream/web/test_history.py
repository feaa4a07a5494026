"""What the page asks of the results is the same in SQLite and in PostgreSQL."""

from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest

from pat.campaign import Analyte
from pat.stream.sinks import Publication
from pat.stream.tables import ASSAYS
from pat.stream.web.trend import Course, Trend
from tests.stream.drop import MeanSensor
from tests.stream.sinks.made_up import TEN, live, make_prediction
from tests.stream.web.served import Served

ASKED = "campaign=cho&vessel=V01"
CULTURE = f"/culture?{ASKED}&analyte=glucose&hours=24"
TEN_S = TEN.timestamp()


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest) -> str | None:
    return request.getfixturevalue("postgres") if request.param == "postgres" else None


class WithMass(MeanSensor):
    """Knows glucose by the mol."""

    @property
    def analyte(self) -> Analyte:
        return Analyte(self.name, "g/L", molar_mass=180.16)


def assay(number: int, **cells: object) -> dict[str, object]:
    return {
        "assay_key": str(number), "campaign": "cho", "vessel": "V01", "analyte": "glucose",
        "value": float(number), "unit": "g/L", **cells,
    }  # fmt: skip


def test_assays_stand_at_the_time_of_their_sample_in_the_unit_of_the_value(
    tmp_path: Path, url: str | None
) -> None:
    stored = [
        make_prediction(1, elapsed_h=48.0),
        make_prediction(2, elapsed_h=49.0, sample="S7"),
        make_prediction(3, elapsed_h=50.0),
    ]
    rows = [
        assay(1, time=TEN),
        assay(2, elapsed_h=48.5),
        assay(3, sample="S7"),
        assay(4, time=TEN, value=1000 / 180.16, unit="mmol/L"),
        assay(5, time=TEN, unit="1e6/mL"),
        assay(6, sample="unknown"),
        assay(7, time=TEN, value=None, limit=0.1, censored="<"),
        assay(8, vessel="V02", time=TEN),
    ]
    with Served.of(tmp_path, stored, sensors=[WithMass()], url=url) as served:
        for row in rows:
            served.journal.transact(lambda to, row=row: to.execute(ASSAYS.insert(), row))
        found = served.told(CULTURE)["assays"]

    assert [each["value"] for each in found] == pytest.approx([1.0, 2.0, 3.0, 1.0, 6.0])
    assert [each["at_s"] for each in found] == [TEN_S, TEN_S + 1800, TEN_S + 3600, TEN_S, None]


def test_assays_by_culture_age_alone_stand_where_no_prediction_tells_a_time(
    tmp_path: Path, url: str | None
) -> None:
    aged = [make_prediction(n, time=None, elapsed_h=float(n)) for n in (1, 2, 3)]
    with Served.of(tmp_path, aged, url=url) as served:
        served.journal.transact(lambda to: to.execute(ASSAYS.insert(), assay(1, elapsed_h=2.0)))
        found = served.told(CULTURE)["assays"]

    assert [(each["at_s"], each["value"]) for each in found] == [(7200.0, 1.0)]


def test_a_sensor_that_takes_over_is_seen_with_the_time_of_its_first_value(
    tmp_path: Path, url: str | None
) -> None:
    stored = [make_prediction(n, sensor_digest="d1" if n < 4 else "d2") for n in range(1, 7)]
    with Served.of(tmp_path, stored, url=url) as served:
        found = served.told(CULTURE)["sensors"]

    assert [(each["digest"], each["at_s"]) for each in found] == [
        ("d1", TEN_S),
        ("d2", TEN_S + 3 * 3600),
    ]


def test_health_is_told_in_few_points_that_keep_the_worst_scan(
    tmp_path: Path, url: str | None
) -> None:
    every_minute = [
        {"scan_key": f"scan {n}", "campaign": "cho", "vessel": "V01", "level": 100.0 + n,
         "time": TEN + timedelta(minutes=n), "saturated": 40 if n == 700 else 0, "noise": 2.0}
        for n in range(1200)
    ]  # fmt: skip
    with Served.of(tmp_path, [make_prediction(1)], url=url) as served:
        served.journal.record([], pd.DataFrame(), pd.DataFrame(every_minute))
        day, hour = (served.told(f"/health?{ASKED}&hours={hours}") for hours in (24, 1))
        elsewhere = served.told("/health?campaign=other&vessel=V01&hours=24")

    assert len(day) == 120
    assert sum(point["level"] for point in day) / 120 == pytest.approx(100 + 1199 / 2)
    assert [point["saturated"] for point in day].count(40) == 1
    assert day[0]["water"] is None
    assert [point["level"] for point in hour] == [100.0 + n for n in range(1139, 1200)]
    assert elsewhere == []


def test_a_vessel_that_is_rarely_visited_shows_its_last_points_however_old(
    tmp_path: Path, url: str | None
) -> None:
    every_six_hours = [make_prediction(n, time=TEN + timedelta(hours=6 * n)) for n in range(1, 31)]
    with Served.of(tmp_path, every_six_hours, url=url) as served:
        _, cells = next(served.changes())
        served.page.publish(live(make_prediction(31, time=TEN + timedelta(hours=186))))
        _, later = next(served.changes())

    points = cells["tags"][0]["points"]
    assert [point[1] for point in points] == list(map(float, range(19, 31)))
    assert [point[1] for point in later["tags"][0]["points"]] == list(map(float, range(20, 32)))


def test_a_trend_keeps_its_hours_where_there_are_many_points() -> None:
    trend = Trend(3600.0, 60.0, at_least=5)

    for minute in range(200):
        trend.add(60.0 * minute, Course(float(minute), None, None, 0), version=1)

    kept = [point[1] for point in trend.since(0)]
    assert kept == [float(minute) for minute in range(139, 200)]


def test_the_newest_scan_of_a_vessel_is_told_once_with_its_health(tmp_path: Path) -> None:
    sick = {"level": 12.0, "saturated": 3, "water": 0.25, "cosmic_rays": 2}
    with Served.of(tmp_path, [make_prediction(1), make_prediction(1, analyte="lactate")]) as served:
        changes = served.changes()
        _, first = next(changes)
        newest = [make_prediction(2, analyte=name, **sick) for name in ("glucose", "lactate")]
        served.page.publish(live(*newest))
        late = make_prediction(1, time=TEN + timedelta(minutes=1), level=99.0)
        served.page.publish([Publication(late, is_live=False)])
        changed = next(cells for _, cells in changes if cells["tags"])

    assert [scan["vessel"] for scan in first["scans"]] == ["V01"]
    assert [scan["file"] for scan in changed["scans"]] == ["2.csv"]
    health = changed["scans"][0]["health"]
    assert {name: health[name] for name in sick} == sick
    assert health["axis_shift"] is None
