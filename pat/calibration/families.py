"""Model families: what is fitted behind a recipe, with which settings, and as which Pipeline.

- `PLSFamily`: partial least squares, every component count, all trainings at once in sample
  space.
- `SVRFamily`: support vector regression on whitened PCA scores, which come from the Gram matrix.
- `LightGBMFamily`: boosted trees on PCA scores.

Each can take the process values as a second block. Whatever way the search computes its
predictions, `pipeline` gives the plain scikit-learn Pipeline that predicts the same: input
(n_samples, n_channels), or, with process values, (n_samples, n_channels + n_tags).
"""

from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from typing import Any, Protocol

from sklearn.compose import TransformedTargetRegressor
from sklearn.cross_decomposition import PLSRegression
from sklearn.decomposition import PCA
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVR

from pat.arrays import FloatArray
from pat.calibration.assembly import joined_blocks, on_scores, recipe_steps
from pat.calibration.block_scaler import BlockScaler
from pat.calibration.blocks import Block
from pat.calibration.sample_space import SampleSpacePLS
from pat.calibration.score_models import held_out_on_scores
from pat.calibration.trainings import HeldOut, Trainings

Parameter = float | int | str
Setting = dict[str, Parameter]


class Family(HeldOut, Protocol):
    """A kind of model with the settings to try, simplest first."""

    @property
    def name(self) -> str:
        """Name in tables; ends in "+process" where process values are used."""

    @property
    def settings(self) -> tuple[Setting, ...]:
        """Settings from the simplest to the most flexible."""

    @property
    def with_process(self) -> bool:
        """Whether the process values are the second block."""

    @property
    def screened(self) -> bool:
        """Whether it is tried only on the recipes that are best for PLS."""

    @property
    def raced(self) -> bool:
        """Whether it is given up after a few folds where it falls far behind."""

    def unavailable(self) -> str | None:
        """Return why the family cannot run here, None if it can."""

    def pipeline(self, recipe: Pipeline, setting: Setting, *, shape: tuple[int, int]) -> Pipeline:
        """Return the unfitted Pipeline of one candidate; `shape` is (n_channels, n_tags)."""


@dataclass(frozen=True, slots=True)
class PLSFamily:
    """Partial least squares with 1 to `max_components` components, spectra not autoscaled."""

    max_components: int
    with_process: bool = False
    screened: bool = field(default=False, init=False)
    raced: bool = field(default=False, init=False)

    @property
    def name(self) -> str:
        """Name in tables."""
        return _name("pls", self.with_process)

    @property
    def settings(self) -> tuple[Setting, ...]:
        """One setting a component count, rising."""
        return tuple({"n_components": count + 1} for count in range(self.max_components))

    def unavailable(self) -> str | None:
        """Return None: PLS always runs."""
        return None

    def held_out(self, block: Block, trainings: Trainings) -> FloatArray:
        """Return predictions (n_trainings, max_components, n_samples)."""
        return SampleSpacePLS(self.max_components).held_out(block, trainings)

    def pipeline(self, recipe: Pipeline, setting: Setting, *, shape: tuple[int, int]) -> Pipeline:
        """Return recipe and PLS; with process values, both blocks scaled to equal variance."""
        pls = PLSRegression(n_components=setting["n_components"], scale=False)
        if not self.with_process:
            return Pipeline([*recipe_steps(recipe), ("pls", pls)])
        spectrum = Pipeline([*recipe_steps(recipe), ("scale", BlockScaler())])
        weights = {"process": shape[1] ** -0.5}
        return Pipeline([("blocks", joined_blocks(spectrum, shape, weights=weights)), ("pls", pls)])


@dataclass(frozen=True, slots=True)
class SVRFamily:
    """Support vector regression on whitened PCA scores, y scaled to unit variance.

    Parameters
    ----------
    settings : tuple of dict
        n_scores, then arguments of scikit-learn's SVR.
    """

    settings: tuple[Setting, ...]
    with_process: bool = False
    screened: bool = field(default=True, init=False)
    raced: bool = field(default=False, init=False)

    @property
    def name(self) -> str:
        """Name in tables."""
        return _name("svr", self.with_process)

    def unavailable(self) -> str | None:
        """Return None: SVR always runs."""
        return None

    def held_out(self, block: Block, trainings: Trainings) -> FloatArray:
        """Return predictions (n_trainings, n_settings, n_samples)."""
        models = [(int(s["n_scores"]), partial(_svr, self._svr(s))) for s in self.settings]
        return held_out_on_scores(block, trainings, models=models, whiten=True)

    def pipeline(self, recipe: Pipeline, setting: Setting, *, shape: tuple[int, int]) -> Pipeline:
        """Return recipe, whitening PCA and SVR."""
        pca = PCA(int(setting["n_scores"]), whiten=True, svd_solver="full")
        scaled = TransformedTargetRegressor(
            regressor=self._svr(setting), transformer=StandardScaler()
        )
        regressor = ("svr", scaled)
        return on_scores(recipe, pca, regressor, shape=shape if self.with_process else None)

    def _svr(self, setting: Setting) -> SVR:
        return SVR(**_without(setting, "n_scores"))


@dataclass(frozen=True, slots=True)
class LightGBMFamily:
    """Boosted trees on PCA scores, deterministic and on one thread.

    Parameters
    ----------
    settings : tuple of dict
        n_scores, then arguments of lightgbm's LGBMRegressor.
    """

    settings: tuple[Setting, ...]
    with_process: bool = False
    screened: bool = field(default=True, init=False)
    raced: bool = field(default=True, init=False)

    @property
    def name(self) -> str:
        """Name in tables."""
        return _name("lightgbm", self.with_process)

    def unavailable(self) -> str | None:
        """Return why LightGBM cannot be loaded, None if it can."""
        try:
            import_module("lightgbm")
        except ImportError:
            return "lightgbm is not installed, so its candidates are skipped: pip install lightgbm"
        except OSError as error:
            return (
                f"lightgbm cannot load its OpenMP runtime ({error}), so its candidates are "
                "skipped: on Debian and Ubuntu, apt-get install libgomp1"
            )
        return None

    def held_out(self, block: Block, trainings: Trainings) -> FloatArray:
        """Return predictions (n_trainings, n_settings, n_samples)."""
        models = [
            (int(s["n_scores"]), partial(_boosted, self._regressor(s))) for s in self.settings
        ]
        return held_out_on_scores(block, trainings, models=models, whiten=False)

    def pipeline(self, recipe: Pipeline, setting: Setting, *, shape: tuple[int, int]) -> Pipeline:
        """Return recipe, PCA and booster."""
        pca = PCA(int(setting["n_scores"]), svd_solver="full")
        regressor = ("lightgbm", self._regressor(setting))
        return on_scores(recipe, pca, regressor, shape=shape if self.with_process else None)

    def _regressor(self, setting: Setting) -> Any:
        regressor = import_module("lightgbm").LGBMRegressor
        return regressor(
            **_without(setting, "n_scores"),
            n_jobs=1, deterministic=True, force_row_wise=True, random_state=0, verbose=-1,
        )  # fmt: skip


def _svr(svr: SVR, inputs: FloatArray, targets: FloatArray, held: FloatArray) -> FloatArray:
    """Return held-out predictions with y scaled as the Pipeline's StandardScaler does."""
    mean, spread = targets.mean(), targets.std()
    spread = spread if spread > 0 else 1.0
    predicted: FloatArray = svr.fit(inputs, (targets - mean) / spread).predict(held)
    return mean + spread * predicted


def _boosted(
    regressor: Any, inputs: FloatArray, targets: FloatArray, held: FloatArray
) -> FloatArray:
    predicted: FloatArray = regressor.fit(inputs, targets).predict(held)
    return predicted


def _name(model: str, with_process: bool) -> str:
    return f"{model}+process" if with_process else model


def _without(setting: Setting, name: str) -> Setting:
    return {key: value for key, value in setting.items() if key != name}
