"""Recipes that begin alike share what their first steps made, and nothing else."""

import pickle

import numpy as np
import pytest
from sklearn.preprocessing import FunctionTransformer

from pat.arrays import FloatArray
from pat.calibration.shared_rows import SharedRows

SPECTRA = np.arange(12.0).reshape(3, 4)


class Counting:
    """A function of spectra that counts its calls."""

    calls = 0


def doubled(rows: FloatArray) -> FloatArray:
    Counting.calls += 1
    return 2 * rows


def shifted(rows: FloatArray) -> FloatArray:
    return rows + 1


@pytest.fixture(autouse=True)
def _no_calls() -> None:
    Counting.calls = 0


def test_a_common_beginning_is_computed_once() -> None:
    shared, first = SharedRows(), FunctionTransformer(doubled)

    alone = shared.after([first], SPECTRA)
    longer = shared.after([first, FunctionTransformer(shifted)], SPECTRA)
    again = shared.after([FunctionTransformer(doubled)], SPECTRA)

    np.testing.assert_array_equal(alone, 2 * SPECTRA)
    np.testing.assert_array_equal(longer, 2 * SPECTRA + 1)
    np.testing.assert_array_equal(again, alone)
    assert Counting.calls == 1


def test_other_spectra_are_computed_anew() -> None:
    shared, first = SharedRows(), [FunctionTransformer(doubled)]
    shared.after(first, SPECTRA)

    other = shared.after(first, SPECTRA + 5)

    np.testing.assert_array_equal(other, 2 * (SPECTRA + 5))


def test_steps_without_a_digest_are_computed_each_time() -> None:
    shared = SharedRows()
    by = [3.0, 4.0]

    found = [shared.after([FunctionTransformer(lambda x, k=k: k * x)], SPECTRA) for k in by]

    for factor, rows in zip(by, found, strict=True):
        np.testing.assert_array_equal(rows, factor * SPECTRA)


def test_nothing_kept_travels_to_another_process() -> None:
    shared = SharedRows()
    shared.after([FunctionTransformer(doubled)], SPECTRA)

    assert len(pickle.dumps(shared)) < 200


def test_no_steps_leave_the_spectra_as_they_are() -> None:
    assert SharedRows().after([], SPECTRA) is SPECTRA
