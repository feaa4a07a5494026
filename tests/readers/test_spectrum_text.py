"""The quick way through two columns gives the numbers that reading cell by cell gives."""

import numpy as np
import pytest

from pat.errors import FileFormatError
from pat.readers.spectrum_text import two_columns

DIALECTS = [(",", "."), ("\t", "."), (";", "."), (";", ","), ("\t", ",")]


@pytest.mark.parametrize("separator, decimal", DIALECTS)
def test_every_digit_of_every_number_counts(separator: str, decimal: str) -> None:
    rng = np.random.default_rng(5)
    axis = np.sort(rng.uniform(100, 3400, 500))
    intensity = rng.normal(size=500) * 10.0 ** rng.integers(-300, 300, 500)
    pairs = zip(axis.tolist(), intensity.tolist(), strict=True)
    lines = [f"{a!r}{separator}{b!r}".replace(".", decimal) for a, b in pairs]

    columns = two_columns("\n".join(["Raman shift", *lines]))

    np.testing.assert_array_equal(columns.axis, axis)
    np.testing.assert_array_equal(columns.intensity, intensity)


@pytest.mark.parametrize("cell, value", [("+5", 5.0), (" 5 ", 5.0), ("nan", np.nan), ("5.", 5.0)])
def test_a_cell_of_odd_form_is_read_as_before(cell: str, value: float) -> None:
    columns = two_columns(f"400,1\n401,{cell}\n402,3\n")

    np.testing.assert_array_equal(columns.intensity, [1.0, value, 3.0])


@pytest.mark.parametrize("line", ["401", "401,", "401,2,3", "401,0x10", "401,1_0", '401,"2"'])
def test_a_line_that_is_no_pair_is_still_refused(line: str) -> None:
    with pytest.raises(FileFormatError):
        two_columns(f"400,1\n{line}\n402,3\n")
