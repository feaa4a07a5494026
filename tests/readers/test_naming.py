"""A dropped file is called what it says, field by field from the first place that tells it."""

import re
from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pat.errors import InputError
from pat.readers.naming import (
    Label,
    dropped_name,
    first_found,
    label_from_keys,
    label_from_name,
    name_pattern,
)
from pat.spectra import Kind, complete_keys

TEN = datetime(2024, 5, 1, 10, tzinfo=UTC)

names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
times = st.datetimes(
    min_value=datetime(1990, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    max_value=datetime(2100, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("V01__20240501T100000Z.csv", Label("V01", TEN)),
        ("sub/folder/V01__20240501T100000Z.spc", Label("V01", TEN)),
        ("V01__20240501T120000+0200.spc", Label("V01", TEN)),
        ("V01__20240501T100000.250000Z.csv", Label("V01", TEN + timedelta(milliseconds=250))),
        ("V01__20240501T100000Z__S3.csv", Label("V01", TEN, sample="S3")),
        ("V01__20240501T100000Z__blank.csv", Label("V01", TEN, kind=Kind.BLANK)),
        ("V01__20240501T100000Z__S3__spike.csv", Label("V01", TEN, sample="S3", kind=Kind.SPIKE)),
        ("V01__20240501T100000Z__blanket.csv", Label("V01", TEN, sample="blanket")),
        ("my__vessel__20240501T100000Z.csv", Label("my__vessel", TEN)),
        ("01__20240501T100000Z.csv", Label("01", TEN)),
        ("NA__20240501T100000Z.csv", Label("NA", TEN)),
        ("__20240501T100000Z__dark.csv", Label(None, TEN, kind=Kind.DARK)),
        ("V01_20240501T100000Z.csv", Label()),
        ("V01.csv", Label()),
        ("notes.txt", Label()),
    ],
)
def test_a_name_of_the_contract_s_form_tells_what_it_says_and_others_nothing(
    name: str, label: Label
) -> None:
    assert label_from_name(name) == label


@given(vessel=names, time=times, sample=st.none() | names, kind=st.none() | st.sampled_from(Kind))
def test_the_name_written_for_a_spectrum_reads_back_exactly(
    vessel: str, time: datetime, sample: str | None, kind: Kind | None
) -> None:
    label = Label(vessel, time, sample=sample, kind=None if kind is Kind.CULTURE else kind)
    if sample in {each.value for each in Kind} and kind in (None, Kind.CULTURE):
        return  # such a name says a kind; the header must tell the sample

    name = dropped_name(label, suffix=".csv")

    assert label_from_name(name) == label
    assert re.fullmatch(r"[A-Za-z0-9.,+_% -]+", name)
    assert not name.startswith(".")


def test_a_name_needs_a_time() -> None:
    with pytest.raises(ValueError, match="expected a spectrum with a time"):
        dropped_name(Label("V01"), suffix=".csv")


def test_a_local_time_counts_only_where_the_zone_is_known() -> None:
    name = "V01__20240501T120000.csv"

    assert label_from_name(name, timezone="Europe/Berlin").time == TEN
    unknown = label_from_name(name)
    assert unknown.time is None
    assert "no offset" in str(unknown.time_problem)


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("V01__20241027T023000.csv", "comes twice"),
        ("V01__20240331T023000.csv", "does not exist"),
        ("V01__20241301T100000Z.csv", "expected a time"),
    ],
)
def test_a_time_that_is_none_or_not_one_is_said_and_not_guessed(name: str, problem: str) -> None:
    label = label_from_name(name, timezone="Europe/Berlin")

    assert label.vessel == "V01"
    assert label.time is None
    assert problem in str(label.time_problem)


@pytest.mark.parametrize(
    ("regex", "path", "label"),
    [
        (
            r"(?P<vessel>\w+)_(?P<time>\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d)",
            "a/V7_2024-05-01_10-00-00.spc",
            Label("V7", TEN),
        ),
        (r"^(?P<vessel>[^/]+)/(?P<time>.+)\.csv$", "V7/20240501T1000.csv", Label("V7", TEN)),
        (r"c(?P<channel>\d+)_(?P<time>\w+)", "c3_20240501T1000Z.csv", Label(time=TEN, channel="3")),
        (r"(?P<vessel>V\d+)_(?P<kind>\w+)\.", "V7_Dark.csv", Label("V7", kind=Kind.DARK)),
        (r"(?P<vessel>V\d+)", "nothing.csv", Label()),
        (r"(?P<vessel>V\d+)(?P<sample>-\d)?", "V7.csv", Label("V7")),
    ],
)  # fmt: skip
def test_a_pattern_of_one_s_own_replaces_the_form(regex: str, path: str, label: Label) -> None:
    assert label_from_name(path, pattern=name_pattern(regex), timezone="UTC") == label


@pytest.mark.parametrize(
    ("regex", "message"),
    [
        ("(?P<vessel>", "expected a regular expression"),
        (r"(?P<reactor>\w+)", "expected named groups out of vessel.*got reactor"),
        (r"\w+", "got none"),
    ],
)
def test_a_pattern_that_cannot_name_anything_is_refused(regex: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        name_pattern(regex)


def test_an_unknown_kind_is_a_problem() -> None:
    label = label_from_name("V7_lamp.csv", pattern=name_pattern(r"(?P<vessel>V7)_(?P<kind>\w+)\."))

    assert label.kind is None
    assert "got 'lamp'" in str(label.kind_problem)


def test_the_first_that_tells_a_field_wins() -> None:
    index = Label(sample="S1")
    header = Label("V02", TEN, sample="S2")
    name = Label("V03", TEN + timedelta(hours=1), kind=Kind.BLANK)

    assert first_found(index, header, name) == Label("V02", TEN, sample="S1", kind=Kind.BLANK)


def test_what_cannot_be_read_is_forgotten_where_another_place_tells_it() -> None:
    unreadable = Label("V01", time_problem="what time is this", kind_problem="what is a lamp")

    told = first_found(unreadable, Label(time=TEN, kind=Kind.DARK))

    assert (told.time_problem, told.kind_problem) == (None, None)
    assert first_found(unreadable, Label(time=TEN)).kind_problem == "what is a lamp"
    assert first_found(unreadable, Label()).time_problem == "what time is this"


def test_a_header_tells_its_keys_and_an_empty_one_nothing() -> None:
    cest = timezone(timedelta(hours=2))
    told = pd.DataFrame(
        {
            "vessel": ["V01", None],
            "time": [pd.Timestamp(2024, 5, 1, 12, tzinfo=cest), pd.NaT],
            "elapsed_h": [1.5, np.nan],
            "kind": ["spike", None],
            "position": [3.0, np.nan],
        }
    )
    first, second = complete_keys(told).to_dict("records")

    assert label_from_keys(first) == Label("V01", TEN, elapsed_h=1.5, kind=Kind.SPIKE, channel="3")
    assert label_from_keys(second) == Label()


def test_a_header_s_local_time_is_a_problem_where_no_zone_is_known() -> None:
    keys = complete_keys(pd.DataFrame({"vessel": ["V01"], "time_local": ["2024-05-01T12:00"]}))

    label = label_from_keys(keys.to_dict("records")[0])

    assert label.time is None
    assert "no offset" in str(label.time_problem)
