"""A count agrees with its noun."""

import pytest

from pat.report.counted import counted


@pytest.mark.parametrize(
    ("count", "said"), [(0, "0 spectra"), (1, "1 spectrum"), (2, "2 spectra"), (21, "21 spectra")]
)
def test_one_is_singular_and_every_other_count_plural(count, said):
    assert counted(count, "spectrum", "spectra") == said


def test_a_noun_without_a_plural_of_its_own_takes_an_s():
    assert counted(1, "culture") == "1 culture"
    assert counted(2, "culture") == "2 cultures"
