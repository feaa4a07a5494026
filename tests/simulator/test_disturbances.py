"""Every disturbance has a size, and 0 switches it off."""

from dataclasses import fields

import pytest

from pat.errors import InputError
from pat.simulator.disturbances import Disturbances

NAMES = [field.name for field in fields(Disturbances)]


def test_none_is_everything_off():
    off = Disturbances.none()

    assert all(getattr(off, name) == 0.0 for name in NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_one_is_switched_off_by_itself(name):
    without = Disturbances().without(name)

    assert getattr(without, name) == 0.0
    others = [other for other in NAMES if other != name]
    assert all(getattr(without, other) == getattr(Disturbances(), other) for other in others)


@pytest.mark.parametrize("size", [-0.1, float("nan")])
def test_a_size_below_zero_or_undefined_is_refused(size):
    with pytest.raises(InputError, match="expected a size of 0"):
        Disturbances(etalon=size)
