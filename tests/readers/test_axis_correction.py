"""An axis that the files name wrongly is corrected by campaign.toml, and known again."""

import numpy as np
import pytest

from pat.readers import read_campaign, write_campaign
from pat.spectra import spectrum_sha256
from tests.readers.folders import TOML, folder, only_fault

SECTION = "\n[axis_correction]\ncoefficients = {}\n"


def corrected(path, coefficients):
    return folder(path, {"campaign.toml": TOML + SECTION.format(coefficients)})


def test_the_axis_is_corrected_and_the_named_one_kept(tmp_path):
    spectra = read_campaign(corrected(tmp_path, "[-1.0, 1.0, 1e-5]")).spectra

    named = np.array([400, 401, 402.5])
    np.testing.assert_array_equal(spectra.named_axis, named)
    np.testing.assert_allclose(spectra.axis, named - 1 + 1e-5 * named**2)
    assert spectra.sha256(0) == spectrum_sha256(named, spectra.intensities[0])


def test_it_is_written_as_it_was_read(tmp_path):
    campaign = read_campaign(corrected(tmp_path, "[-1.0, 1.0]"))

    write_campaign(campaign, tmp_path / "again")

    again = read_campaign(tmp_path / "again")
    assert again.info.axis_correction == (-1.0, 1.0)
    np.testing.assert_array_equal(again.spectra.axis, campaign.spectra.axis)
    np.testing.assert_array_equal(again.spectra.named_axis, campaign.spectra.named_axis)


@pytest.mark.parametrize(
    ("coefficients", "said"),
    [
        ("[1.0]", "expected 2 numbers or more"),
        ('["a", 1.0]', "expected 2 numbers or more"),
        ("[0.0, -401.0, 0.5]", "turns back"),
        ("[400.0, 0.0]", "turns back"),
    ],
)
def test_a_correction_that_is_none_is_a_fault(tmp_path, coefficients, said):
    fault = only_fault(tmp_path, {"campaign.toml": TOML + SECTION.format(coefficients)})

    assert said in fault.message
    assert fault.column == "axis_correction.coefficients"
