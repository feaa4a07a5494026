"""What it means that two campaigns are the same."""

import numpy as np
import pandas as pd

from pat.campaign import Campaign


def assert_same_campaign(read: Campaign, expected: Campaign) -> None:
    """Fail unless every value agrees; line numbers and names of files may differ."""
    assert read.info == expected.info
    assert np.array_equal(read.spectra.axis, expected.spectra.axis)
    assert np.array_equal(read.spectra.intensities, expected.spectra.intensities, equal_nan=True)
    assert_same_frame(
        read.spectra.keys.drop(columns="source_file"),
        expected.spectra.keys.drop(columns="source_file"),
    )
    assert_same_frame(read.assays.drop(columns="row"), expected.assays.drop(columns="row"))
    assert_same_frame(read.vessels, expected.vessels)
    assert_same_frame(read.online, expected.online)
    assert (read.events is None) == (expected.events is None)
    if read.events is not None and expected.events is not None:
        assert_same_frame(read.events, expected.events)


def assert_same_frame(read: pd.DataFrame, expected: pd.DataFrame) -> None:
    """Fail unless two tables agree to the last digit, whatever the order of their columns.

    Hours from inoculation may differ by a nanosecond: a clock that is taken off and put on again
    rounds twice.
    """
    assert set(read.columns) == set(expected.columns)
    read = read[list(expected.columns)]
    if "elapsed_h" in expected:
        hours = [frame["elapsed_h"].to_numpy(dtype=np.float64) for frame in (read, expected)]
        np.testing.assert_allclose(*hours, rtol=1e-14, atol=1e-9 / 3600)
        read, expected = read.drop(columns="elapsed_h"), expected.drop(columns="elapsed_h")
    pd.testing.assert_frame_equal(read, expected, check_exact=True, check_index_type=False)
