"""Left-out spectra by Gram matrices: values, T2 and Q of all folds, channels read but once.

Limits and interval rest on the same trainings that the search was judged by, and come by the
same algebra. Pipelines that it does not know, and more spectra than a matrix is worth, return
None and are fitted fold by fold.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from sklearn.base import clone
from sklearn.cross_decomposition import PLSRegression
from sklearn.decomposition import PCA
from sklearn.linear_model import Ridge
from sklearn.pipeline import Pipeline

from pat.arrays import BoolArray, FloatArray, IntArray
from pat.calibration.block_scaler import BlockScaler
from pat.calibration.blocks import Block
from pat.calibration.sample_space import SampleSpaceRidge, pca_scores, views
from pat.calibration.sample_space.distances import Latent
from pat.calibration.sample_space.gram import Gram, gram
from pat.calibration.sample_space.pls import pls_fits
from pat.calibration.sample_space.scores import explaining_components
from pat.calibration.sample_space.view import one_view_serves, restricted
from pat.calibration.sample_space.way import fits_memory
from pat.calibration.trainings import Trainings
from pat.diagnostics.anatomy import EXPLAINED, Anatomy, Role, anatomy
from pat.diagnostics.principal_components import most_components

#: More rows than this are fitted fold by fold: a matrix grows with their square.
MOST_ROWS = 1500

Pieces = tuple[FloatArray, FloatArray, FloatArray, FloatArray]


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    """What a training makes of the rows that it left out and that were asked for."""

    values: FloatArray
    latent: Latent
    own: Gram


#: From rows, trainings and the rows of interest for each to what each training makes of them.
_Model = Callable[[Block, Trainings, Sequence[BoolArray]], Iterator[tuple[int, _Seen]]]


def left_out_by_gram(
    recipe: Pipeline,
    *,
    means: FloatArray,
    targets: FloatArray,
    singles: FloatArray,
    sample: IntArray,
    folds: Sequence[BoolArray],
) -> list[Pieces] | None:
    """Return predictions of single and mean spectra, T2 and Q, of each fold's single spectra.

    Parameters
    ----------
    recipe : Pipeline
        Unfitted, without its row-wise steps; takes spectra alone.
    means : ndarray of shape (n_samples, n_channels)
        Mean spectra of the samples, as the recipe takes them.
    targets : ndarray of shape (n_samples,)
    singles : ndarray of shape (n_singles, n_channels)
    sample : ndarray of int, shape (n_singles,)
        The sample of each single spectrum.
    folds : sequence of bool masks of shape (n_samples,)

    Returns
    -------
    list of four arrays a fold, or None
        None where the recipe has no such form, its steps learn more than a reference (and
        perhaps from the targets), the rows are too many, or a number is not finite.
    """
    alike = np.all(singles == means[sample], axis=1)
    n, n_rows = len(means), len(means) + int(np.sum(~alike))
    parts = anatomy(recipe)
    model = _model(parts, smallest=min(int(np.sum(~fold)) for fold in folds))
    if model is None or n_rows > MOST_ROWS or not fits_memory(n_rows):
        return None
    block = Block(np.vstack([means, singles[~alike]]), _learned(parts))
    if not one_view_serves(block):
        return None
    place = np.where(alike, sample, n - 1 + np.cumsum(~alike))
    beside = n_rows - n
    trainings = Trainings(
        targets=np.tile(np.r_[targets, np.full(beside, np.nan)], (len(folds), 1)),
        rows=np.array([np.r_[~fold, np.zeros(beside, dtype=np.bool_)] for fold in folds]),
    )
    held = [np.flatnonzero(fold[sample]) for fold in folds]
    wanted = [np.isin(np.arange(n_rows), np.r_[place[own], sample[own]]) for own in held]
    pieces: dict[int, Pieces] = {}
    for fold, seen in model(block, trainings, wanted):
        number = np.cumsum(wanted[fold]) - 1
        single, mean = number[place[held[fold]]], number[sample[held[fold]]]
        t2, q = seen.latent.t2()[single], seen.latent.q(seen.own)[single]
        pieces[fold] = (seen.values[single], seen.values[mean], t2, q)
    finite = all(np.isfinite(part).all() for piece in pieces.values() for part in piece)
    return [pieces[fold] for fold in range(len(folds))] if finite else None


def _learned(parts: Anatomy) -> Pipeline | None:
    """Return the steps that learn before the model, without the scaling that ridge implies."""
    steps = [] if parts.learned is None else list(parts.learned.steps)
    steps = [(name, step) for name, step in steps if not isinstance(step, BlockScaler)]
    return Pipeline(steps) if steps else None


def _model(parts: Anatomy, *, smallest: int) -> _Model | None:
    """Return how the model of a recipe is computed, None where it has no such form."""
    latent, most = parts.latent, smallest - 2
    scaled = parts.learned is not None and isinstance(parts.learned[-1], BlockScaler)
    if scaled:
        is_ridge = parts.role is Role.BESIDE and type(parts.regressor) is Ridge
        return partial(_by_ridge, parts.regressor.alpha) if is_ridge else None
    if parts.role is Role.PREDICTS and type(latent) is PLSRegression:
        serves = not latent.scale and latent.n_components <= most
        return partial(_by_pls, latent.n_components) if serves else None
    if parts.role is Role.FEEDS and type(latent) is PCA and isinstance(latent.n_components, int):
        serves = latent.svd_solver == "full" and latent.n_components <= most
        return partial(_by_scores, parts) if serves else None
    return None


def _by_pls(
    n_components: int, block: Block, trainings: Trainings, wanted: Sequence[BoolArray]
) -> Iterator[tuple[int, _Seen]]:
    for view, folds in views(block, trainings, gram):
        own = trainings.take(folds)
        seen = own.rows.astype(np.float64)
        kernel = view.kernel(own.rows, None)
        fits = pls_fits(kernel, own.targets, weights=seen, n_components=n_components)
        for number, fold in enumerate(folds):
            train = trainings.rows[fold]
            used = train | wanted[fold]
            scale = view.scale(train[None, :])[0]
            latent = Latent(train, fits.basis[number], fits.variances[number])
            products = view.products.take(used).scaled(scale[used])
            values = fits.predictions[number, -1, wanted[fold]]
            yield int(fold), _Seen(values, latent.take(used), products)


def _by_ridge(
    penalty: float, block: Block, trainings: Trainings, wanted: Sequence[BoolArray]
) -> Iterator[tuple[int, _Seen]]:
    values = SampleSpaceRidge((penalty,)).held_out(block, trainings)[:, 0]
    for view, folds in views(block, trainings, gram):
        for fold in folds:
            used = trainings.rows[fold] | wanted[fold]
            train = trainings.rows[fold, used]
            small = restricted(view, used)
            scale = small.scale(train[None, :])
            variance = small.products.total_variances(train[None, :], scale=scale)[0]
            own = small.products.scaled(scale[0] / np.sqrt(variance))
            most = most_components(int(train.sum()), block.rows.shape[1])
            latent = explaining_components(own, train, explained=EXPLAINED, most=most)
            yield int(fold), _Seen(values[fold, wanted[fold]], latent, own)


def _by_scores(
    parts: Anatomy, block: Block, trainings: Trainings, wanted: Sequence[BoolArray]
) -> Iterator[tuple[int, _Seen]]:
    n_components, whiten = parts.latent.n_components, parts.latent.whiten
    for view, folds in views(block, trainings, gram):
        for fold in folds:
            used = trainings.rows[fold] | wanted[fold]
            train = trainings.rows[fold, used]
            small = restricted(view, used)
            scores, spread = pca_scores(small, train, n_components=n_components)
            entered = scores / spread if whiten else scores
            targets = trainings.targets[fold, used][train]
            fitted = replace(parts, regressor=clone(parts.regressor).fit(entered[train], targets))
            values = fitted.fed(entered[~train], np.empty((int(np.sum(~train)), 0)))
            basis = (scores / (spread * np.sqrt(train.sum() - 1))).T
            own = small.products.scaled(small.scale(train[None, :])[0])
            yield int(fold), _Seen(values, Latent(train, basis, spread**2), own)
