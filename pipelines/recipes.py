"""What a training tries: every tuned number of the product, at three efforts.

A recipe is a `Treatment` laid over a `Grid` of regions: a function of the axis that returns a
scikit-learn Pipeline of preprocessing steps. `search_space` collects those that fit an axis,
with the model families, folds and screening of an effort:

- quick: derivatives and normalisations over the usual regions, PLS alone, the single best.
- standard: more windows, baselines, references learnt in the fold; ridge beside PLS; SVR and
  LightGBM on the recipes that are best for them; means of candidates compete with the single best.
- thorough: all of these in every combination, more settings and more inner folds; kernels.

Windows and stiffnesses are in cm-1 and hold for Raman and infrared axes; on a wavelength
axis the same figures count channels.
"""

from collections.abc import Iterator
from dataclasses import replace
from enum import StrEnum
from itertools import product

from sklearn.pipeline import Pipeline

from pat.arrays import FloatArray
from pat.calibration import (
    ConsensusRule,
    Family,
    GaussianProcessFamily,
    KernelSVRFamily,
    LightGBMFamily,
    PLSFamily,
    RidgeFamily,
    Screening,
    SearchSpace,
    SVRFamily,
)
from pat.errors import AxisError
from pat.spectra import AxisKind, describe_axis
from pipelines.grids import Grid, Regions, grids
from pipelines.treatments import Treatment

#: Raman: the fingerprint, with the CH stretches, and its lower part where sugars are strong.
#: Mid-infrared: the C-O stretches of sugars, and the whole fingerprint.
REGIONS: dict[AxisKind, tuple[Regions, ...]] = {
    AxisKind.RAMAN_SHIFT: (((450, 1800),), ((450, 1800), (2800, 3050)), ((450, 1250),)),
    AxisKind.WAVENUMBER: (((950, 1500),), ((800, 1800),)),
    AxisKind.WAVELENGTH: (),
}
MIN_COVERED = 0.7  # share of a region that the axis must cover
MIN_CHANNELS = 40  # fewer are no spectrum to calibrate on
FINEST_STEP = 1.0  # bands are wider than 8 cm-1, so a finer grid only costs time


class Effort(StrEnum):
    """How much a training tries."""

    QUICK = "quick"
    STANDARD = "standard"
    THOROUGH = "thorough"


QUICK = (
    Treatment(1, 25, "SNV"),
    Treatment(1, 35, "SNV"),
    Treatment(2, 49, "SNV"),
    Treatment(1, 25),
    Treatment(0, 9, "SNV"),
    Treatment(0, 9, standard="water"),
    Treatment(1, 25, standard="water"),
)
STANDARD = (
    *QUICK,
    Treatment(1, 15, "SNV"),
    Treatment(2, 75, "SNV"),
    Treatment(2, 49),
    Treatment(0, 9),
    Treatment(0, 25, "SNV"),
    Treatment(1, 35, "EMSC"),
    Treatment(2, 49, standard="water"),
    Treatment(0, 9, "SNV", stiffness=400),
)
THOROUGH = (
    *STANDARD,
    *(
        Treatment(deriv, window, scatter)
        for (deriv, window), scatter in product(
            ((0, 9), (0, 25), (1, 15), (1, 25), (1, 35), (1, 49), (2, 25), (2, 35), (2, 75)),
            ("SNV", "MSC", "EMSC", None),
        )
    ),
    *(
        Treatment(deriv, 35, standard=standard)
        for deriv, standard in product((0, 1, 2), ("water", "sapphire"))
    ),
    *(
        Treatment(0, 9, scatter, stiffness=stiffness)
        for stiffness, scatter in product((200, 400, 800), ("SNV", None))
    ),
)
TREATMENTS = {Effort.QUICK: QUICK, Effort.STANDARD: STANDARD, Effort.THOROUGH: THOROUGH}

MAX_COMPONENTS = {Effort.QUICK: 15, Effort.STANDARD: 20, Effort.THOROUGH: 30}
# Where the longest of these is chosen.
MOST_COMPONENTS = {Effort.QUICK: 25, Effort.STANDARD: 30, Effort.THOROUGH: 45}
RIDGE_PENALTIES = {
    Effort.QUICK: (),
    Effort.STANDARD: (3.0, 1.0, 0.3, 0.1, 0.03, 0.01, 3e-3, 1e-3, 3e-4, 1e-4, 3e-5, 1e-5),
    Effort.THOROUGH: (3.0, 1.0, 0.3, 0.1, 0.03, 0.01, 3e-3, 1e-3, 3e-4, 1e-4, 3e-5, 1e-5),
}
INNER_FOLDS = {Effort.QUICK: 5, Effort.STANDARD: 6, Effort.THOROUGH: 10}
SCREENING = {
    Effort.QUICK: Screening(),
    Effort.STANDARD: Screening(n_recipes=2, race_folds=2, race_ratio=1.5),
    Effort.THOROUGH: Screening(n_recipes=4, race_folds=3, race_ratio=1.5),
}
# Textbook recipes, narrow and wide, over every region: their mean is tried as it stands.
FIXED = (Treatment(1, 15, "SNV"), Treatment(1, 35, "SNV"), Treatment(2, 75, "SNV"))
# Ten members score in well under a millisecond; more gain little (docs/decisions/0006).
CONSENSUS = {
    Effort.QUICK: ConsensusRule(),
    Effort.STANDARD: ConsensusRule(counts=(2, 3, 5, 7, 10), stacked=5),
    Effort.THOROUGH: ConsensusRule(counts=(2, 3, 5, 7, 10), stacked=5),
}
# Members of a mean may be a little more flexible than a model that stands alone.
SIMPLICITY = {Effort.QUICK: 1.0, Effort.STANDARD: 0.5, Effort.THOROUGH: 0.5}
# A wide kernel on many whitened scores: nearly linear, it comes out level with PLS; gamma of a
# tenth of the usual 1/n_scores and above costs accuracy on every set we have.
SVR_SETTINGS = {
    Effort.QUICK: (),
    Effort.STANDARD: tuple(
        {"n_scores": n_scores, "C": c, "epsilon": 0.05, "gamma": round(0.02 / n_scores, 6)}
        for n_scores, c in ((12, 100.0), (24, 30.0), (32, 30.0))
    ),
    Effort.THOROUGH: tuple(
        {"n_scores": n_scores, "C": c, "epsilon": 0.05, "gamma": round(g / n_scores, 6)}
        for n_scores, g, c in product((8, 12, 16, 24, 32), (0.02, 0.1), (3.0, 30.0, 100.0))
    ),
}
# Gamma 1 is scikit-learn's "scale"; below a twentieth the kernel is linear, as PLS and ridge are.
KERNEL_SVR_SETTINGS = {
    Effort.QUICK: (),
    Effort.STANDARD: (),
    Effort.THOROUGH: tuple(
        {"C": c, "epsilon": 0.05, "gamma": gamma}
        for gamma, c in product((0.05, 0.3), (10.0, 100.0))
    ),
}
GAUSSIAN_SETTINGS = {
    Effort.QUICK: (),
    Effort.STANDARD: (),
    Effort.THOROUGH: tuple(
        {"length_scale": length, "noise": noise}
        for length, noise in product((10.0, 3.0, 1.0), (1e-1, 1e-2, 1e-3, 1e-4))
    ),
}
BOOSTING = {"learning_rate": 0.1, "num_leaves": 7, "min_child_samples": 5, "max_bin": 31}
LIGHTGBM_SETTINGS = {
    Effort.QUICK: (),
    Effort.STANDARD: ({"n_scores": 12, "n_estimators": 80, **BOOSTING},),
    Effort.THOROUGH: tuple(
        {"n_scores": n_scores, "n_estimators": rounds, **BOOSTING}
        for n_scores, rounds in product((8, 16, 24), (60, 200))
    ),
}


def search_space(
    axis: FloatArray, kind: AxisKind, *, effort: Effort = Effort.STANDARD
) -> SearchSpace:
    """Return the recipes, models and folds of an effort for spectra on `axis`.

    Parameters
    ----------
    axis : ndarray of shape (n_channels,)
    kind : AxisKind
    effort : Effort

    Raises
    ------
    AxisError
        If the axis has too few channels for any recipe.
    """
    found: dict[str, Pipeline] = {}
    fixed: list[str] = []
    for grid, treatment in product(_grids(axis, kind), TREATMENTS[effort]):
        recipe, name = treatment.over(grid), f"{grid.name}, {treatment.name}"
        if recipe is not None:
            found[name] = recipe
            fixed += [name] if treatment in FIXED else []
    if not found:
        msg = f"expected at least {MIN_CHANNELS} channels; got {describe_axis(axis)}"
        raise AxisError(msg)
    rule = CONSENSUS[effort]
    return SearchSpace(
        recipes=found,
        families=tuple(_families(effort)),
        n_inner=INNER_FOLDS[effort],
        screening=SCREENING[effort],
        simplicity=SIMPLICITY[effort],
        consensus=replace(rule, fixed=tuple(fixed)) if rule.counts else rule,
        most_components=MOST_COMPONENTS[effort],
    )


def _grids(axis: FloatArray, kind: AxisKind) -> list[Grid]:
    """Return the grids of the regions that an axis covers."""
    found = grids(
        axis, kind, regions=REGIONS[kind], min_covered=MIN_COVERED, finest_step=FINEST_STEP
    )
    return [grid for grid in found if grid.values.size >= MIN_CHANNELS]


def _families(effort: Effort) -> Iterator[Family]:
    """Yield the model families, each for spectra alone and with process values."""
    for with_process in (False, True):
        families: tuple[Family, ...] = (
            PLSFamily(MAX_COMPONENTS[effort], with_process=with_process),
            RidgeFamily(RIDGE_PENALTIES[effort], with_process=with_process),
            SVRFamily(SVR_SETTINGS[effort], with_process=with_process),
            KernelSVRFamily(KERNEL_SVR_SETTINGS[effort], with_process=with_process),
            GaussianProcessFamily(GAUSSIAN_SETTINGS[effort], with_process=with_process),
            LightGBMFamily(LIGHTGBM_SETTINGS[effort], with_process=with_process),
        )
        yield from (family for family in families if family.settings)


#: What carries over between instruments: derivatives, few components, and where the axis holds
#: water, its band as the internal standard; SNV would let another background change the scale.
#: In the mid-infrared the path is fixed and nothing needs scaling; in the near-infrared it varies.
TRANSFER_TREATMENTS: dict[AxisKind, tuple[Treatment, ...]] = {
    AxisKind.RAMAN_SHIFT: (Treatment(1, 25, standard="water"), Treatment(2, 49, standard="water")),
    AxisKind.WAVENUMBER: (Treatment(1, 25), Treatment(2, 49)),
    AxisKind.WAVELENGTH: (Treatment(1, 25, "SNV"), Treatment(2, 49, "SNV")),
}
#: Components that a recipe for a transfer may have.
TRANSFER_COMPONENTS = range(1, 9)


def transfer_recipes(axis: FloatArray, kind: AxisKind) -> dict[str, Pipeline]:
    """Return the preprocessing that is tried beside a sensor's own when it is transferred."""
    found: dict[str, Pipeline] = {}
    for treatment in TRANSFER_TREATMENTS[kind]:
        for grid in _grids(axis, kind)[:1]:
            recipe = treatment.over(grid)
            if recipe is not None:
                found[f"{grid.name}, {treatment.name}"] = recipe
    return found
