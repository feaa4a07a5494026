"""A fault of the light path does what its size says from its hour on, and nothing before."""

import numpy as np
import pandas as pd
import pytest

from pat.simulator.conditions import conditions
from pat.simulator.disturbances import Disturbances
from pat.simulator.faults import Fault, FaultKind
from pat.simulator.instrument import Acquisition
from pat.simulator.medium import medium_lot
from pat.simulator.spectral_faults import with_spectral_faults

HOURS = np.array([0.0, 48.0, 100.0, 168.0, 268.0])
CALM = conditions(
    HOURS, vessel="V01", seed=1, lot=medium_lot("x"), disturbances=Disturbances(),
    acquisition=Acquisition(),
)  # fmt: skip


def faulty(kind, size, *, hour=100.0):
    return with_spectral_faults(CALM, HOURS, faults=[Fault(kind, "V01", hour, size)])


def changed_columns(after):
    return {name for name in CALM if not np.array_equal(CALM[name], after[name])}


@pytest.mark.parametrize(
    ("kind", "columns"),
    [
        (FaultKind.LASER_AGEING, {"gain", "shift_cm1"}),
        (FaultKind.PROBE_FOULING, {"fouling"}),
        (FaultKind.WINDOW_CHANGE, {"window", "etalon_rad"}),
    ],
)
def test_a_fault_touches_its_own_columns_from_its_hour_on(kind, columns):
    after = faulty(kind, 0.5)

    assert changed_columns(after) == columns
    pd.testing.assert_frame_equal(after[:2], CALM[:2])


def test_an_ageing_laser_loses_its_share_in_a_week():
    after = faulty(FaultKind.LASER_AGEING, 0.4)

    assert (after["gain"] / CALM["gain"])[4] == pytest.approx(0.6)


def test_a_fouling_film_grows_to_its_size():
    after = faulty(FaultKind.PROBE_FOULING, 2.0)

    assert (after["fouling"] - CALM["fouling"])[4] == pytest.approx(2.0, abs=1e-4)


def test_a_changed_window_changes_its_bands_by_the_share():
    after = faulty(FaultKind.WINDOW_CHANGE, -0.3)

    assert (after["window"] / CALM["window"]).tolist() == pytest.approx([1, 1, 0.7, 0.7, 0.7])


def test_a_wrong_lot_changes_the_medium_from_the_first_spectrum_on():
    after = faulty(FaultKind.WRONG_MEDIUM_LOT, 1.0, hour=0.0)

    medium = [name for name in CALM if name.startswith("medium.")]
    assert changed_columns(after) == {*medium, "fluorescence.medium"}
    assert (after[medium] != CALM[medium]).all(axis=None)


def test_the_opposite_lot_is_wrong_the_other_way():
    up = faulty(FaultKind.WRONG_MEDIUM_LOT, 1.0) / CALM
    down = faulty(FaultKind.WRONG_MEDIUM_LOT, -1.0) / CALM

    product = up["medium.hepes"] * down["medium.hepes"]
    assert product.tolist() == pytest.approx([1.0] * 5)


def test_a_fault_of_the_culture_leaves_the_light_path_alone():
    assert changed_columns(faulty(FaultKind.MISSED_FEED, 1.0)) == set()
