"""A channel is a culture only while the map says so; what the map does not know is no vessel."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pat.campaign import CampaignInfo
from pat.errors import CampaignError
from pat.readers.vessel_map import Assignment, VesselMap, read_vessel_map

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def read(tmp_path: Path, text: str, timezone: str | None = None) -> VesselMap:
    path = tmp_path / "map.csv"
    path.write_text(text)
    return read_vessel_map(path, info=CampaignInfo(id="cho", timezone=timezone))


def swap(tmp_path: Path) -> VesselMap:
    return read(
        tmp_path,
        "channel,vessel,campaign,inoculated,from,to\n"
        "P1,V01,cho-1,2024-04-20T08:00Z,,2024-05-01T12:00Z\n"
        "P1,V05,cho-2,2024-05-01T13:00Z,2024-05-01T12:00Z,\n"
        "P2,V02,,,,\n",
    )


def vessel(found: Assignment | str) -> str:
    return found.vessel if isinstance(found, Assignment) else found


def test_a_channel_is_the_culture_of_the_moment(tmp_path: Path) -> None:
    cultures = swap(tmp_path)

    assert vessel(cultures.find(("P1",), NOON - SECOND)) == "V01"
    assert vessel(cultures.find(("P1",), NOON)) == "V05"
    assert vessel(cultures.find(("P2",), NOON)) == "V02"


def test_a_vessel_may_go_by_its_own_name(tmp_path: Path) -> None:
    cultures = swap(tmp_path)

    found = cultures.find(("V05",), NOON - SECOND)

    assert isinstance(found, Assignment)
    assert found.campaign == "cho-2"


def test_the_first_name_that_the_map_knows_counts(tmp_path: Path) -> None:
    assert vessel(swap(tmp_path).find(("reactor", "P2", "P1"), NOON)) == "V02"


@pytest.mark.parametrize(
    ("names", "time", "reason"),
    [
        (("P9",), NOON, "P9 not in map.csv"),
        (("P1",), None, "channel P1 has no culture in map.csv without a time"),
        ((), NOON, "neither vessel nor channel told"),
    ],
)
def test_nothing_is_guessed(
    tmp_path: Path, names: tuple[str, ...], time: datetime | None, reason: str
) -> None:
    assert swap(tmp_path).find(names, time) == reason


def test_a_channel_outside_its_validity_is_no_culture(tmp_path: Path) -> None:
    cultures = read(tmp_path, "channel,vessel,from,to\nP1,V01,2024-05-01T12:00Z,2024-05-02T12:00Z")

    assert cultures.find(("P1",), NOON - SECOND) == (
        "channel P1 has no culture in map.csv at 2024-05-01T11:59:59Z"
    )
    assert vessel(cultures.find(("P1",), NOON)) == "V01"
    assert isinstance(cultures.find(("P1",), NOON + timedelta(days=1)), str)


def test_times_without_an_offset_are_of_the_campaign_s_zone(tmp_path: Path) -> None:
    text = "channel,vessel,from\nP1,V01,2024-05-01T14:00\n"

    assert read(tmp_path, text, "Europe/Berlin").assignments[0].start == NOON


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("channel,campaign\nP1,cho\n", "vessel"),
        ("channel,vessel\nP1,\n", "row 2, column vessel: expected a name"),
        ("channel,vessel,from\nP1,V01,yesterday\n", "row 2, column from"),
        (
            "channel,vessel,from,to\nP1,V01,2024-05-02T00:00Z,2024-05-01T00:00Z\n",
            "expected a time after 2024-05-02T00:00:00Z; got 2024-05-01T00:00:00Z",
        ),
        (
            "channel,vessel,from,to\nP1,V01,,2024-05-02T00:00Z\nP1,V02,2024-05-01T00:00Z,\n",
            "row 3, column channel: expected one culture at a time",
        ),
        ("channel,vessel\nP1,V01\nP1,V02\n", "expected one culture at a time"),
        ("", "empty"),
    ],
)
def test_a_map_at_fault_is_refused_with_the_place(tmp_path: Path, text: str, fault: str) -> None:
    with pytest.raises(CampaignError) as error:
        read(tmp_path, text)

    assert fault in str(error.value)


def test_a_map_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CampaignError, match="there is no such file"):
        read_vessel_map(tmp_path / "map.csv", info=CampaignInfo(id="cho"))


def test_a_change_is_told_row_by_row(tmp_path: Path) -> None:
    before = read(tmp_path, "channel,vessel,campaign\nP1,V01,cho-1\nP2,V02,\n")
    after = read(tmp_path, "channel,vessel,campaign\nP1,V05,cho-2\nP2,V02,\n")

    assert after.changes_from(before) == [
        "now channel P1 is cho-2/V05",
        "no longer channel P1 is cho-1/V01",
    ]
    assert after.changes_from(after) == []
