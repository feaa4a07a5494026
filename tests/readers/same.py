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
    """Fail unless two tables agree to the last digit, whatever the order of their columns."""
    assert set(read.columns) == set(expected.columns)
    pd.testing.assert_frame_equal(
        read[list(expected.columns)], expected, check_exact=True, check_index_type=False
    )
