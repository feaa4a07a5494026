"""What age explains of the assays follows from the errors of two guesses."""

import pytest

from benchmarks.specificity import explained_by_age


def test_age_explains_what_its_error_leaves():
    assert explained_by_age({"mean": 2.0, "culture_age": 1.0}) == pytest.approx(0.75)
    assert explained_by_age({"mean": 1.0, "culture_age": 1.2}) == 0.0
    assert explained_by_age({"mean": 1.0, "culture_age": None}) is None
