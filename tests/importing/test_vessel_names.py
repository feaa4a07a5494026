"""A table of one vessel may say so by its name alone; nothing is guessed from a number."""

from pathlib import Path

import pytest

from pat.importing.vessel_names import vessel_named
from tests.importing.laboratory import imported, scan, table, utc

VALUES = "Zeitstempel;pH;DO [%]\n01.05.2024 12:00:00;7,01;40,1\n01.05.2024 12:10:00;7,02;41\n"


@pytest.mark.parametrize(
    ("name", "vessel"),
    [
        ("historian_V01.csv", "V01"),
        ("V02 trend 2024-05-01.csv", "V02"),
        ("log.xlsx, sheet V01", "V01"),
        ("V01 and V02.csv", None),
        ("AV01.csv", None),
        ("trend 2024-05-01.csv", None),
    ],
)
def test_a_vessel_is_a_whole_word_of_a_name_and_the_only_one(name: str, vessel: str | None) -> None:
    assert vessel_named(name, ["V01", "V02", "01"]) == vessel


def test_a_historian_file_of_one_vessel_is_taken_for_that_vessel(tmp_path: Path) -> None:
    given = tmp_path / "in"
    for vessel in ("V01", "V02"):
        scan(given, f"{vessel}__20240501T100000Z.csv")
    table(given / "historian V01.csv", VALUES)
    table(given / "feeds V02.csv", "time,kind,amount (mL)\n2024-05-01 12:30,feed,5\n")

    made = imported(given, tmp_path / "out", timezone="Europe/Zurich")

    online = made.campaign.online
    assert online["vessel"].tolist() == ["V01", "V01"]
    assert online["time"].iloc[0] == utc("2024-05-01T10:00:00")
    assert online["pH"].tolist() == [7.01, 7.02]
    assert made.campaign.events is not None
    assert made.campaign.events["vessel"].tolist() == ["V02"]
    assert "historian V01.csv: every row is of V01, as its name says" in made.account.notes


def test_tags_that_name_vessels_count_more_than_the_name_of_the_file(tmp_path: Path) -> None:
    given = tmp_path / "in"
    for vessel in ("V01", "V02"):
        scan(given, f"{vessel}__20240501T100000Z.csv")
    table(given / "online V01.csv", "time,V01.pH,V02.pH\n2024-05-01T10:00Z,7.0,6.9\n")

    online = imported(given, tmp_path / "out").campaign.online

    assert dict(zip(online["vessel"], online["pH"], strict=True)) == {"V01": 7.0, "V02": 6.9}
