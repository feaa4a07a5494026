"""Linear families, computed for all trainings and settings in sample space."""

from dataclasses import dataclass, field

from sklearn.cross_decomposition import PLSRegression
from sklearn.linear_model import Ridge
from sklearn.pipeline import Pipeline

from pat.arrays import FloatArray
from pat.calibration.assembly import on_scaled_blocks, recipe_steps
from pat.calibration.blocks import Block
from pat.calibration.families.family import Setting, family_name
from pat.calibration.sample_space import SampleSpacePLS, SampleSpaceRidge
from pat.calibration.trainings import Trainings


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
        return family_name("pls", self.with_process)

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
        return on_scaled_blocks(recipe, ("pls", pls), shape=shape)


@dataclass(frozen=True, slots=True)
class RidgeFamily:
    """Ridge regression on blocks of unit total variance, with each of `penalties`, falling."""

    penalties: tuple[float, ...]
    with_process: bool = False
    screened: bool = field(default=False, init=False)
    raced: bool = field(default=False, init=False)

    @property
    def name(self) -> str:
        """Name in tables."""
        return family_name("ridge", self.with_process)

    @property
    def settings(self) -> tuple[Setting, ...]:
        """One setting a penalty."""
        return tuple({"alpha": penalty} for penalty in self.penalties)

    def unavailable(self) -> str | None:
        """Return None: ridge always runs."""
        return None

    def held_out(self, block: Block, trainings: Trainings) -> FloatArray:
        """Return predictions (n_trainings, n_penalties, n_samples)."""
        return SampleSpaceRidge(self.penalties).held_out(block, trainings)

    def pipeline(self, recipe: Pipeline, setting: Setting, *, shape: tuple[int, int]) -> Pipeline:
        """Return recipe, scaling of the blocks and ridge."""
        # Singular values, since the normal equations lose the digits of small penalties.
        ridge = Ridge(alpha=setting["alpha"], solver="svd")
        return on_scaled_blocks(
            recipe, ("ridge", ridge), shape=shape if self.with_process else None
        )
