"""Faults are read as they are written, and what cannot be is refused with what can."""

import pytest

from pat.errors import InputError
from pat.simulator.faults import SIZES, Fault, FaultKind, check_faults, parse_fault


@pytest.mark.parametrize("kind", list(FaultKind))
def test_every_kind_is_read_with_its_usual_size(kind):
    assert parse_fault(f"{kind}:V03:168") == Fault(kind, "V03", 168.0, SIZES[kind].default)


def test_a_size_a_hyphen_capitals_and_blanks_are_read():
    expected = Fault(FaultKind.KLA_DROP, "V03", 96.5, 0.7)
    assert parse_fault("kLa-drop: V03 :96.5:0.7") == expected


@pytest.mark.parametrize(
    "text, message",
    [
        ("kla_drop", r"expected KIND:VESSEL:HOUR\[:SIZE\]"),
        ("kla_drop:V01", r"expected KIND:VESSEL:HOUR\[:SIZE\]"),
        ("kla_drop:V01:1:2:3", r"expected KIND:VESSEL:HOUR\[:SIZE\]"),
        ("kla_drop::10", r"expected KIND:VESSEL:HOUR\[:SIZE\]"),
        ("flood:V01:10", "out of respiration_loss, .*wrong_medium_lot; got 'flood'"),
        ("kla_drop:V01:noon", "expected a number as hour; got 'noon'"),
        ("kla_drop:V01:nan", "expected a number as hour"),
        ("kla_drop:V01:10:much", "expected a number as size; got 'much'"),
        ("kla_drop:V01:10:1.5", r"a size \(share of kLa lost\) from 0 to 0.98; got 1.5"),
        ("missed_feed:V01:10:1.5", "expected a whole number of feeds; got 1.5"),
    ],
)  # fmt: skip
def test_what_is_no_fault_is_refused(text, message):
    with pytest.raises(InputError, match=message):
        parse_fault(text)


@pytest.mark.parametrize("hour", [0.0, 48.0])
def test_a_fault_may_begin_at_either_end_of_the_run(hour):
    check_faults([Fault(FaultKind.KLA_DROP, "V01", hour, 0.5)], hours={"V01": 48.0})


def test_a_fault_outside_the_run_names_the_run():
    fault = parse_fault("laser_ageing:V02:-1")
    with pytest.raises(
        InputError, match="laser_ageing in vessel V02: expected an hour from 0 to 48"
    ):
        check_faults([fault], hours={"V01": 24.0, "V02": 48.0})


def test_a_vessel_that_is_not_there_names_those_that_are():
    vessels = {f"V{k:02d}": 336.0 for k in range(1, 25)}
    with pytest.raises(InputError, match=r"vessels V01, V02 ... V24 \(24\); got 'V99'"):
        check_faults([parse_fault("kla_drop:V99:10")], hours=vessels)
