"""Pipelines of a recipe and a model, with process values as a second block where used."""

from typing import Any

from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import PCA
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from pat.calibration.block_scaler import BlockScaler
from pat.calibration.blocks import is_passthrough


def recipe_steps(recipe: Pipeline) -> list[tuple[str, Any]]:
    """Return the recipe's steps, unfitted, without those that stand for nothing."""
    return [(name, clone(step)) for name, step in recipe.steps if not is_passthrough(step)]


def on_scores(
    recipe: Pipeline, pca: PCA, regressor: tuple[str, Any], *, shape: tuple[int, int] | None
) -> Pipeline:
    """Return the Pipeline of a regressor on scores; `shape` None means spectra alone."""
    spectrum = [*recipe_steps(recipe), ("pca", pca)]
    if shape is None:
        return Pipeline([*spectrum, regressor])
    return Pipeline([("blocks", joined_blocks(Pipeline(spectrum), shape)), regressor])


def on_scaled_blocks(
    recipe: Pipeline, regressor: tuple[str, Any], *, shape: tuple[int, int] | None
) -> Pipeline:
    """Return the Pipeline of a regressor on blocks of unit variance; as `on_scores` otherwise."""
    spectrum = [*recipe_steps(recipe), ("scale", BlockScaler())]
    if shape is None:
        return Pipeline([*spectrum, regressor])
    blocks = joined_blocks(Pipeline(spectrum), shape, weights={"process": shape[1] ** -0.5})
    return Pipeline([("blocks", blocks), regressor])


def joined_blocks(
    spectrum: Pipeline, shape: tuple[int, int], *, weights: dict[str, float] | None = None
) -> ColumnTransformer:
    """Return the spectra's steps beside the standardised process values.

    `shape` is (n_channels, n_tags): how many columns of the input belong to each.
    """
    n_channels, n_tags = shape
    return ColumnTransformer(
        [
            ("spectrum", spectrum, slice(0, n_channels)),
            ("process", StandardScaler(), slice(n_channels, n_channels + n_tags)),
        ],
        transformer_weights=weights,
    )
