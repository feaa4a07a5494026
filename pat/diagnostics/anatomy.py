"""Anatomy: the parts of a fitted pipeline, so that one pass gives value, scores and residual."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import PCA
from sklearn.pipeline import Pipeline
from sklearn.utils import get_tags

from pat.arrays import FloatArray
from pat.diagnostics.principal_components import principal_components

#: Of the variance, by the directions of a pipeline that has none of its own.
EXPLAINED = 0.99


class Role(StrEnum):
    """What the latent model is to the value."""

    PREDICTS = "predicts"  # PLS
    FEEDS = "feeds"  # PCA, whose scores a regressor takes
    BESIDE = "beside"  # PCA that the value does not depend on


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What a fitted pipeline makes of n_spectra spectra."""

    values: FloatArray  # (n_spectra,)
    scores: FloatArray  # (n_spectra, n_components)
    entered: FloatArray  # (n_spectra, n_features): what the latent model takes


@dataclass(frozen=True, slots=True, eq=False)
class Anatomy:
    """A fitted pipeline taken apart.

    Parameters
    ----------
    row_wise : Pipeline or None
        Leading steps that treat each spectrum by itself.
    learned : Pipeline or None
        Steps after them, up to the latent model or to where process values join.
    takes_process : bool
        Whether the pipeline's input has process values behind the channels.
    process : estimator or None
        Scales the process values; None where there are none, or they join as they are.
    weights : (float, float)
        Of the spectrum's block and of the process block where they join.
    latent : estimator or None
        Fitted, with `transform` to scores and `inverse_transform` back: PLS or PCA. None only
        until one is put beside the pipeline.
    role : Role
    regressor : estimator or None
        From the joined blocks to the value; None where the latent model predicts it.
    """

    row_wise: Pipeline | None
    learned: Pipeline | None
    takes_process: bool
    process: Any
    weights: tuple[float, float]
    latent: Any
    role: Role
    regressor: Any

    def rows(self, spectra: FloatArray) -> FloatArray:
        """Return spectra (n_spectra, n_channels) after the steps that treat each by itself."""
        return _through(self.row_wise, spectra)

    def learned_rows(self, rows: FloatArray) -> FloatArray:
        """Return `rows(spectra)` after the steps that were learnt from the calibration."""
        return _through(self.learned, rows)

    def read(self, rows: FloatArray, process: FloatArray) -> Reading:
        """Return what the pipeline makes of `rows(spectra)` and process (n_spectra, n_tags).

        A pipeline of spectra alone ignores the process values.
        """
        return self.read_learned(self.learned_rows(rows), process)

    def read_learned(self, learned: FloatArray, process: FloatArray) -> Reading:
        """Return what the pipeline makes of `learned_rows` and process (n_spectra, n_tags)."""
        if self.role is Role.FEEDS:
            scores = np.asarray(self.latent.transform(learned))
            return Reading(self.fed(scores, process), scores, learned)
        joined = self._joined(learned, process)
        entered = joined if self.role is Role.PREDICTS else learned
        predictor = self.latent if self.role is Role.PREDICTS else self.regressor
        scores = np.asarray(self.latent.transform(entered))
        return Reading(_predicted(predictor, joined), scores, entered)

    def fed(self, scores: FloatArray, process: FloatArray) -> FloatArray:
        """Return the values (n_spectra,) of a regressor that takes scores and process values."""
        return _predicted(self.regressor, self._joined(scores, process))

    def process_block(self, process: FloatArray) -> FloatArray:
        """Return process values (n_spectra, n_tags) as they join the spectrum's block."""
        tags = process if self.process is None else np.asarray(self.process.transform(process))
        return tags * self.weights[1]

    def rebuilt(self, reading: Reading) -> FloatArray:
        """Return what the scores of a reading say had entered the latent model."""
        return np.asarray(self.latent.inverse_transform(reading.scores))

    def _joined(self, block: FloatArray, process: FloatArray) -> FloatArray:
        if not self.takes_process:
            return block
        return np.hstack([block * self.weights[0], self.process_block(process)])


def anatomy(pipeline: Any) -> Anatomy:
    """Return the parts of a fitted pipeline.

    Parameters
    ----------
    pipeline : fitted estimator
        Preprocessing and PLS; preprocessing, PCA and a regressor; or either with a leading
        ColumnTransformer that joins blocks named `spectrum` and `process`. Any other is taken
        as a whole, and needs a latent model beside it (`with_latent_beside`).
    """
    if not takes_process(pipeline):
        is_pipeline = isinstance(pipeline, Pipeline)
        return _straight(pipeline if is_pipeline else Pipeline([("model", pipeline)]))
    first = pipeline.steps[0][1]
    blocks = {name: step for name, step, _ in first.transformers_}
    if not isinstance(blocks.get("spectrum"), Pipeline) or set(blocks) != {"spectrum", "process"}:
        return Anatomy(None, None, True, None, (1.0, 1.0), None, Role.BESIDE, pipeline)
    return _joining(pipeline, blocks, first.transformer_weights or {})


def with_latent_beside(
    parts: Anatomy, spectra: FloatArray, *, latent: PCA | None = None
) -> Anatomy:
    """Return `parts` with PCA of what enters the regressor, where it has no latent model.

    Parameters
    ----------
    parts : Anatomy
    spectra : ndarray of shape (n_samples, n_channels)
        The calibration; not read where `latent` is given.
    latent : PCA or None
        Fitted earlier for the same pipeline; None: fitted here, with as many components as
        explain 99 % of the variance, at most a third of the samples.
    """
    if parts.latent is not None:
        return parts
    if latent is None:
        latent = principal_components(parts.learned_rows(parts.rows(spectra)), explained=EXPLAINED)
    return replace(parts, latent=latent)


def takes_process(pipeline: Any) -> bool:
    """Return whether a pipeline, fitted or not, joins process values to the spectrum.

    One that begins with a ColumnTransformer does; any other takes spectra alone.
    """
    return isinstance(pipeline, Pipeline) and isinstance(pipeline.steps[0][1], ColumnTransformer)


def leading_row_wise(pipeline: Pipeline) -> int:
    """Return how many steps at the head of a pipeline treat each spectrum by itself."""
    learning = [place for place, (_, step) in enumerate(pipeline.steps) if not _is_row_wise(step)]
    return learning[0] if learning else len(pipeline)


def _straight(pipeline: Pipeline) -> Anatomy:
    """Return the parts of a pipeline of spectra alone."""
    place = _latent_place(pipeline)
    row_wise, learned = _split(pipeline, len(pipeline) - 1 if place is None else place)
    parts = Anatomy(row_wise, learned, False, None, (1.0, 1.0), None, Role.BESIDE, pipeline[-1])
    if place is None:
        return parts
    latent = pipeline.steps[place][1]
    if place == len(pipeline) - 1:
        return replace(parts, latent=latent, role=Role.PREDICTS, regressor=None)
    return replace(parts, latent=latent, role=Role.FEEDS, regressor=pipeline[place + 1 :])


def _joining(pipeline: Pipeline, blocks: dict[str, Any], weights: dict[str, float]) -> Anatomy:
    """Return the parts of a pipeline whose first step joins spectrum and process values."""
    spectrum, rest = blocks["spectrum"], pipeline[1:]
    inside = _is_latent(spectrum[-1])
    row_wise, learned = _split(spectrum, len(spectrum) - 1 if inside else len(spectrum))
    parts = Anatomy(
        row_wise=row_wise,
        learned=learned,
        takes_process=True,
        process=blocks["process"],
        weights=(weights.get("spectrum", 1.0), weights.get("process", 1.0)),
        latent=None,
        role=Role.BESIDE,
        regressor=rest,
    )
    if inside:
        return replace(parts, latent=spectrum[-1], role=Role.FEEDS)
    if len(rest) == 1 and _is_latent(rest[0]):
        return replace(parts, latent=rest[0], role=Role.PREDICTS, regressor=None)
    return parts


def _split(pipeline: Pipeline, stop: int) -> tuple[Pipeline | None, Pipeline | None]:
    """Return the leading row-wise steps before `stop`, and those from there to `stop`."""
    first = min(leading_row_wise(pipeline), stop)
    row_wise = pipeline[:first] if first else None
    return row_wise, pipeline[first:stop] if first < stop else None


def _is_row_wise(step: Any) -> bool:
    is_nothing = step is None or isinstance(step, str)
    return is_nothing or not get_tags(step).requires_fit


def _latent_place(pipeline: Pipeline) -> int | None:
    found = [place for place, (_, step) in enumerate(pipeline.steps) if _is_latent(step)]
    return found[-1] if found else None


def _is_latent(step: Any) -> bool:
    return all(hasattr(step, name) for name in ("transform", "inverse_transform", "n_components"))


def _through(steps: Pipeline | None, block: FloatArray) -> FloatArray:
    return block if steps is None else np.asarray(steps.transform(block), dtype=np.float64)


def _predicted(regressor: Any, block: FloatArray) -> FloatArray:
    """Return predictions (n_spectra,); boosted trees by the booster itself, on one thread."""
    model = regressor[0] if isinstance(regressor, Pipeline) and len(regressor) == 1 else regressor
    if hasattr(model, "booster_"):
        return _column(model.booster_.predict(block, num_threads=1))
    return _column(regressor.predict(block))


def _column(values: Any) -> FloatArray:
    return np.asarray(values, dtype=np.float64).ravel()
