"""Families on kernels of blocks of unit total variance: support vectors, Gaussian processes."""

from dataclasses import dataclass, field

from sklearn.compose import TransformedTargetRegressor
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVR

from pat.arrays import FloatArray
from pat.calibration.assembly import on_scaled_blocks
from pat.calibration.blocks import Block
from pat.calibration.families.family import Setting, family_name
from pat.calibration.sample_space import SampleSpaceGaussian, SampleSpaceSVR, SupportSetting
from pat.calibration.trainings import Trainings

#: Where libsvm stops: at its usual 1e-3 the third digit depends on rounding.
TOLERANCE = 1e-4


@dataclass(frozen=True, slots=True)
class KernelSVRFamily:
    """Support vector regression on the whole spectra, y scaled to unit variance.

    Parameters
    ----------
    settings : tuple of dict
        C, epsilon and, for the RBF kernel, gamma; without it the kernel is linear.
    """

    settings: tuple[Setting, ...]
    with_process: bool = False
    screened: bool = field(default=True, init=False)
    raced: bool = field(default=False, init=False)

    @property
    def name(self) -> str:
        """Name in tables."""
        return family_name("kernel-svr", self.with_process)

    def unavailable(self) -> str | None:
        """Return None: SVR always runs."""
        return None

    def held_out(self, block: Block, trainings: Trainings) -> FloatArray:
        """Return predictions (n_trainings, n_settings, n_samples)."""
        settings = tuple(
            SupportSetting(
                gamma=float(s["gamma"]) if "gamma" in s else None,
                cost=float(s["C"]),
                epsilon=float(s["epsilon"]),
            )
            for s in self.settings
        )
        return SampleSpaceSVR(settings, tolerance=TOLERANCE).held_out(block, trainings)

    def pipeline(self, recipe: Pipeline, setting: Setting, *, shape: tuple[int, int]) -> Pipeline:
        """Return recipe, scaling of the blocks and SVR."""
        kernel = "rbf" if "gamma" in setting else "linear"
        scaled = TransformedTargetRegressor(
            regressor=SVR(kernel=kernel, tol=TOLERANCE, **setting), transformer=StandardScaler()
        )
        shapes = shape if self.with_process else None
        return on_scaled_blocks(recipe, ("svr", scaled), shape=shapes)


@dataclass(frozen=True, slots=True)
class GaussianProcessFamily:
    """A Gaussian process about the mean of y, squared exponential kernel.

    Parameters
    ----------
    settings : tuple of dict
        length_scale in units of the blocks' total standard deviation, and noise, the variance
        of an assay in units of the process'.
    """

    settings: tuple[Setting, ...]
    with_process: bool = False
    screened: bool = field(default=True, init=False)
    raced: bool = field(default=False, init=False)

    @property
    def name(self) -> str:
        """Name in tables."""
        return family_name("gp", self.with_process)

    def unavailable(self) -> str | None:
        """Return None: a Gaussian process always runs."""
        return None

    def held_out(self, block: Block, trainings: Trainings) -> FloatArray:
        """Return predictions (n_trainings, n_settings, n_samples)."""
        settings = tuple((float(s["length_scale"]), float(s["noise"])) for s in self.settings)
        return SampleSpaceGaussian(settings).held_out(block, trainings)

    def pipeline(self, recipe: Pipeline, setting: Setting, *, shape: tuple[int, int]) -> Pipeline:
        """Return recipe, scaling of the blocks and Gaussian process."""
        process = GaussianProcessRegressor(
            kernel=RBF(setting["length_scale"]),
            alpha=setting["noise"],
            optimizer=None,
            normalize_y=True,
        )
        shapes = shape if self.with_process else None
        return on_scaled_blocks(recipe, ("gp", process), shape=shapes)
