"""Row-wise steps are done once, learning steps in the fold, and nothing held out is learnt from."""

import numpy as np
import pytest
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from pat.arrays import FloatArray
from pat.calibration.blocks import prepare, split_recipe
from pat.errors import CalibrationError
from pat.preprocessing import EMSC, MSC, SNV, SavitzkyGolay

N_SAMPLES, N_CHANNELS = 24, 60


@pytest.fixture(scope="module")
def spectra() -> FloatArray:
    rng = np.random.default_rng(5)
    return np.cumsum(rng.normal(size=(N_SAMPLES, N_CHANNELS)), axis=1) + 50


def recipe(*steps: object) -> Pipeline:
    return Pipeline([(f"step{number}", step) for number, step in enumerate(steps)])


def names(steps: Pipeline | None) -> list[str]:
    return [] if steps is None else [type(step).__name__ for _, step in steps.steps]


@pytest.mark.parametrize(
    ("steps", "row_wise", "learned"),
    [
        ((SavitzkyGolay(9, 2), SNV()), ["SavitzkyGolay", "SNV"], []),
        ((SavitzkyGolay(9, 2), MSC()), ["SavitzkyGolay"], ["MSC"]),
        ((MSC(), SavitzkyGolay(9, 2)), [], ["MSC", "SavitzkyGolay"]),
        (("passthrough", SNV(), StandardScaler()), ["SNV"], ["StandardScaler"]),
        (("passthrough", None), [], []),
    ],
)
def test_a_recipe_is_split_before_its_first_learning_step(
    steps: tuple[object, ...], row_wise: list[str], learned: list[str]
) -> None:
    first, second = split_recipe(recipe(*steps))

    assert (names(first), names(second)) == (row_wise, learned)


@pytest.mark.parametrize("step", [MSC(), EMSC(2), StandardScaler()])
def test_both_parts_together_are_the_recipe_fitted_in_the_fold(
    spectra: FloatArray, step: object
) -> None:
    train = np.arange(N_SAMPLES) % 3 > 0
    whole = recipe(SavitzkyGolay(9, 2), step)

    block = prepare(whole, spectra)

    expected = whole.fit(spectra[train]).transform(spectra)
    np.testing.assert_allclose(block.spectra(train), expected, rtol=1e-12)


@pytest.mark.parametrize(
    "steps",
    [
        (SavitzkyGolay(9, 2, deriv=1), SNV()),
        (MSC(),),
        (EMSC(2),),
        (StandardScaler(),),
        (SNV(), StandardScaler()),
    ],
)
def test_poisoned_held_out_rows_change_no_other_row(
    spectra: FloatArray, steps: tuple[object, ...]
) -> None:
    train = np.arange(N_SAMPLES) % 4 > 0
    poisoned = np.where(train[:, None], spectra, spectra[:, ::-1] * 1e6)

    clean = prepare(recipe(*steps), spectra).spectra(train)
    dirty = prepare(recipe(*steps), poisoned).spectra(train)

    np.testing.assert_array_equal(clean[train], dirty[train])


def test_the_recipe_itself_stays_unfitted(spectra: FloatArray) -> None:
    whole = recipe(SavitzkyGolay(9, 2), MSC())

    prepare(whole, spectra).spectra(np.ones(N_SAMPLES, dtype=bool))

    assert not hasattr(whole[1], "reference_")


def test_a_recipe_that_leaves_nan_is_refused_with_the_row(spectra: FloatArray) -> None:
    def breaks(rows: FloatArray) -> FloatArray:
        return np.where(np.arange(N_SAMPLES)[:, None] == 7, np.nan, rows)

    with pytest.raises(CalibrationError, match=r"1 of 24 spectra \(first: row 7\)"):
        prepare(recipe(FunctionTransformer(breaks)), spectra)
