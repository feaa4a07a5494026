"""Families on PCA scores: support vector regression and boosted trees.

The scores come from the Gram matrix of each training's rows.
"""

from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from typing import Any

from sklearn.compose import TransformedTargetRegressor
from sklearn.decomposition import PCA
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVR

from pat.arrays import FloatArray
from pat.calibration.assembly import on_scores
from pat.calibration.blocks import Block
from pat.calibration.families.family import Setting, family_name, without
from pat.calibration.score_models import held_out_on_scores
from pat.calibration.trainings import Trainings


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
        return family_name("svr", self.with_process)

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
        return SVR(**without(setting, "n_scores"))


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
        return family_name("lightgbm", self.with_process)

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
            **without(setting, "n_scores"),
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
    """Return what the regressor would predict, by its booster without the estimator around it.

    The estimator writes each model out and reads it back, a fifth of the time of a small one.
    """
    lightgbm = import_module("lightgbm")
    given = regressor.get_params()
    rounds = given.pop("n_estimators")
    settings = {k: v for k, v in given.items() if v is not None and k != "importance_type"}
    settings["objective"] = "regression"
    booster = lightgbm.train(
        settings,
        lightgbm.Dataset(inputs, targets, params=settings),
        num_boost_round=rounds,
        keep_training_booster=True,
    )
    predicted: FloatArray = booster.predict(held, num_threads=1)
    return predicted
