"""Standards that the old instrument never measured are made up from what it did."""

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import Pipeline

from pat.transfer.methods import Samples
from pat.transfer.orthogonal import against_virtual_standards
from pat.transfer.standardise import virtual_standards


@pytest.mark.parametrize("level", [0.5, 4.0, 14.0])
def test_where_spectra_are_a_line_in_the_assay_the_standard_is_exact_even_outside(level):
    rng = np.random.default_rng(0)
    assays, pure, blank = rng.uniform(1, 8, 30), rng.normal(size=20), rng.normal(size=20)

    made = virtual_standards(blank + np.outer(assays, pure), assays, np.array([level]))

    np.testing.assert_allclose(made[0], blank + level * pure, rtol=1e-9)


def test_it_is_the_locally_weighted_line_of_the_textbook():
    rng = np.random.default_rng(1)
    assays, spectra = rng.uniform(0, 10, 40), rng.normal(size=(40, 3))

    made = virtual_standards(spectra, assays, np.array([3.0]))

    weights = np.exp(-0.5 * ((assays - 3.0) / (0.2 * np.ptp(assays))) ** 2)
    line = LinearRegression().fit(assays[:, None], spectra, sample_weight=weights)
    np.testing.assert_allclose(made, line.predict([[3.0]]))


def test_what_the_new_instrument_adds_to_every_spectrum_is_taken_out_with_one_sample():
    rng = np.random.default_rng(2)
    pure, other, added = np.linalg.qr(rng.normal(size=(30, 3)))[0].T
    amounts = rng.uniform(1, 8, size=(60, 2))
    old = amounts @ np.array([pure, other])
    others = rng.uniform(1, 8, size=(5, 2))
    new = others @ np.array([pure, other]) + 3.0 * (added + 0.5 * pure)
    line = Pipeline([("line", LinearRegression())])
    samples = Samples(old, amounts[:, 0], new[:1], others[:1, 0], np.array([-1]))

    fitted = against_virtual_standards(1)(line, samples)

    errors = fitted.predict(new) - others[:, 0]
    # The partner made up differs from the sample in the other substance too, whose direction
    # goes with the instrument's: what is left of the analyte must still tell it.
    assert np.abs(errors).max() < 0.35
    assert abs(line.fit(old, amounts[:, 0]).predict(new) - others[:, 0]).min() > 1.4
