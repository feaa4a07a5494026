"""A spectrum sees only process values that were known by then and are still fresh."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pat.alignment import process_gaps, process_values
from tests.alignment.campaigns import table

KEYS = ("vessel", "time", "elapsed_h")


def at(clock: str, **rest: object) -> dict[str, object]:
    return {"vessel": "V1", "time": f"2024-05-01T{clock}Z", **rest}


def online(*rows, tags=("pH",)):
    return table(rows, (*KEYS, *tags))


def keys(*rows):
    return table(rows, KEYS)


@pytest.mark.parametrize(
    ("clock", "expected"),
    [
        ("09:59:59", np.nan),  # before the first
        ("10:00", 7.0),  # at the very time
        ("10:09", 7.0),
        ("10:10", 7.1),
        ("10:40", 7.1),  # 30 min old
        ("10:40:01", np.nan),  # older
    ],
)
def test_the_newest_value_not_after_the_spectrum_counts_for_half_an_hour(clock, expected):
    values = process_values(
        online(at("10:10", pH=7.1), at("10:00", pH=7.0)), keys(at(clock)), names=["pH"]
    )

    assert values["pH"].tolist() == pytest.approx([expected], nan_ok=True)


def test_an_empty_cell_does_not_hide_the_value_before_it():
    values = process_values(
        online(at("10:00", pH=7.0), at("10:05", pH=np.nan)), keys(at("10:06")), names=["pH"]
    )

    assert values["pH"].tolist() == [7.0]


def test_values_of_another_vessel_do_not_count():
    values = process_values(
        online({**at("10:00", pH=7.0), "vessel": "V2"}), keys(at("10:00")), names=["pH"]
    )

    assert values["pH"].isna().all()


def test_the_middle_of_the_acquisition_is_when_the_spectrum_was_taken():
    taken = keys(at("09:58")).assign(acquisition_s=300.0)

    values = process_values(online(at("10:00", pH=7.0)), taken, names=["pH"])

    assert values["pH"].tolist() == [7.0]


def test_hours_from_inoculation_serve_where_there_is_no_time():
    readings = online({"vessel": "V1", "elapsed_h": 24.0, "pH": 7.0})
    taken = keys({"vessel": "V1", "elapsed_h": 24.5}, {"vessel": "V1", "elapsed_h": 24.6})

    assert process_values(readings, taken, names=["pH"])["pH"].tolist() == pytest.approx(
        [7.0, np.nan], nan_ok=True
    )
    assert process_gaps(readings, taken, names=["pH"]) == ("", "no pH since 24 h")


def test_what_is_missing_is_said_in_words():
    readings = online(at("10:00", pH=7.0), tags=("pH", "DO"))

    reasons = process_gaps(readings, keys(at("10:05"), at("11:00")), names=["pH", "DO", "volume"])

    assert reasons == (
        "no DO yet; no volume yet",
        "no pH since 2024-05-01T10:00Z; no DO yet; no volume yet",
    )


def test_a_spectrum_without_a_time_has_no_process_values():
    readings = online(at("10:00", pH=7.0))

    assert process_gaps(readings, keys({"vessel": "V1"}), names=["pH"]) == (
        "the spectrum has no time to look up pH at",
    )


def test_no_online_data_at_all_is_no_fault():
    assert process_values(online(), keys(at("10:00")), names=["pH"]).shape == (1, 1)


minutes = st.integers(min_value=0, max_value=90)
cells = st.one_of(st.none(), st.floats(min_value=6, max_value=8))


@given(
    readings=st.lists(st.tuples(minutes, cells), unique_by=lambda row: row[0], max_size=10),
    taken=minutes,
)
def test_the_value_agrees_with_a_walk_through_the_log(readings, taken):
    start = pd.Timestamp("2024-05-01", tz="UTC")
    log = [
        {"vessel": "V1", "time": start + pd.Timedelta(minutes=m), "pH": value}
        for m, value in readings
    ]
    fresh = [(m, v) for m, v in readings if v is not None and taken - 30 <= m <= taken]
    expected = max(fresh)[1] if fresh else np.nan

    values = process_values(
        online(*log),
        keys({"vessel": "V1", "time": start + pd.Timedelta(minutes=taken)}),
        names=["pH"],
    )

    assert values["pH"].tolist() == pytest.approx([expected], nan_ok=True)
