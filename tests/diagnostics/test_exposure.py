"""Spectra exposed otherwise than the rest are listed, and what varies by nature is not."""

import numpy as np
import pandas as pd
import pytest

from pat.diagnostics.exposure import odd_exposures

ALL = np.ones(20, dtype=bool)


def stated(**columns) -> pd.DataFrame:
    return pd.DataFrame({name: np.asarray(values) for name, values in columns.items()})


@pytest.mark.parametrize("name", ["exposure_s", "accumulations", "laser_mw"])
def test_spectra_exposed_otherwise_are_named_with_both_values(name):
    (found,) = odd_exposures(stated(**{name: np.r_[np.full(17, 10.0), 5.0, 4.0, 5.0]}), ALL)

    assert found.rows.tolist() == [17, 18, 19]
    assert found.reason.startswith(f"{name} is 4 to 5, in the others 10")


@pytest.mark.parametrize(
    "values",
    [
        np.full(20, 10.0),
        10 + 0.1 * np.sin(np.arange(20)),
        np.geomspace(1.0, 100.0, 20),
        np.full(20, np.nan),
    ],
    ids=["equal", "read back", "automatic", "not stated"],
)
def test_exposures_without_an_odd_one_are_nothing_to_look_at(values):
    assert odd_exposures(stated(laser_mw=values), ALL) == ()


def test_spectra_that_do_not_count_are_passed_over():
    keys = stated(exposure_s=np.r_[np.full(17, 10.0), 5.0, 5.0, 5.0])

    assert odd_exposures(keys, np.arange(20) < 17) == ()
    assert odd_exposures(stated(vessel=["V1"] * 20), ALL) == ()
