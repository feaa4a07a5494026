"""A sensor that answers to its analyte alone is called direct; one that follows company is not."""

import numpy as np
import pandas as pd
import pytest

from pat.diagnostics.spiking import Specificity, spiking
from pat.errors import InputError

CHANNELS = np.arange(60.0)
PURE = pd.DataFrame(
    {
        name: 40 * np.exp(-0.5 * ((CHANNELS - at) / 3) ** 2)
        for name, at in {"glucose": 15, "lactate": 40}.items()
    }
).T
RANGES = {"glucose": 5.0, "lactate": 2.0}
STAGES = pd.Series(["early", "late"] * 10)
SPECTRA = np.random.default_rng(0).normal(100, 1, (20, 60))


def net(name):
    """Return the vector that answers one to one to `name` and not at all to the other."""
    return np.linalg.pinv(PURE.to_numpy()).T[list(PURE.index).index(name)]


def spiked(vector, **options):
    return spiking(
        lambda x: x @ vector, SPECTRA, STAGES, pure=PURE, analyte="glucose", ranges=RANGES,
        **options,
    )  # fmt: skip


def test_a_linear_sensor_answers_as_its_vector_does():
    vector = np.random.default_rng(1).normal(size=60)

    found = spiked(vector)

    expected = PURE.to_numpy() @ vector
    assert found.response.loc["early"].to_numpy() == pytest.approx(expected)
    assert list(found.response.index) == ["early", "late"]


def test_the_net_signal_is_read_directly_and_moved_by_nothing_else():
    found = spiked(net("glucose"))

    assert found.recovery == pytest.approx(1.0)
    assert found.verdict == Specificity.DIRECT
    assert found.moved_by["lactate"] == pytest.approx(0.0, abs=1e-9)


def test_a_sensor_of_company_is_indirect_and_says_who_moves_it():
    found = spiked(0.8 * net("lactate"))

    assert found.recovery == pytest.approx(0.0, abs=1e-9)
    assert found.verdict == Specificity.INDIRECT
    assert found.moved_by == {"lactate": pytest.approx(0.8 * RANGES["lactate"])}
    assert "not by its own signal" in found.meaning


@pytest.mark.parametrize(
    "share,verdict",
    [
        (1.1, Specificity.DIRECT),
        (0.75, Specificity.PARTLY_INDIRECT),
        (1.3, Specificity.PARTLY_INDIRECT),
        (0.4, Specificity.INDIRECT),
        (1.7, Specificity.INDIRECT),
    ],
)
def test_the_share_that_is_found_decides(share, verdict):
    assert spiked(share * net("glucose")).verdict == verdict


def test_assays_that_follow_age_cannot_make_a_direct_sensor():
    found = spiked(net("glucose"), explained_by_age=0.8)

    assert found.verdict == Specificity.PARTLY_INDIRECT
    assert "80% of the assays" in found.meaning
    assert spiked(0.1 * net("glucose"), explained_by_age=0.8).verdict == Specificity.INDIRECT


@pytest.mark.parametrize(
    "late,verdict", [(1.25, Specificity.DIRECT), (1.4, Specificity.PARTLY_INDIRECT)]
)
def test_too_little_early_and_too_much_late_is_no_direct_reading(late, verdict):
    vector = net("glucose")
    answer = np.where(STAGES == "late", late, 2 - late)

    found = spiking(
        lambda x: answer * (x @ vector), SPECTRA, STAGES, pure=PURE, analyte="glucose",
        ranges=RANGES,
    )  # fmt: skip

    assert found.recovery == pytest.approx(1.0)
    assert found.verdict == verdict


def test_a_sensor_that_is_not_linear_answers_by_stage():
    vector = net("glucose")
    damped = np.where(STAGES == "late", 0.5, 1.0)

    found = spiking(
        lambda x: (x @ vector) * damped, SPECTRA, STAGES, pure=PURE, analyte="glucose",
        ranges=RANGES,
    )  # fmt: skip

    assert found.response["glucose"].to_dict() == pytest.approx({"early": 1.0, "late": 0.5})


def test_pure_spectra_on_another_axis_or_of_others_are_refused():
    with pytest.raises(InputError, match="axis of 60 channels; got 50"):
        spiking(np.mean, SPECTRA, STAGES, pure=PURE.iloc[:, :50], analyte="glucose", ranges=RANGES)
    with pytest.raises(InputError, match="a pure spectrum of titre; got those of glucose, lactate"):
        spiking(np.mean, SPECTRA, STAGES, pure=PURE, analyte="titre", ranges=RANGES)
