"""Family: a kind of model behind a recipe, its settings, and the Pipeline it becomes.

Each can take the process values as a second block. Whatever way the search computes its
predictions, `pipeline` gives the plain scikit-learn Pipeline that predicts the same: input
(n_samples, n_channels), or, with process values, (n_samples, n_channels + n_tags).
"""

from typing import Protocol

from sklearn.pipeline import Pipeline

from pat.calibration.trainings import HeldOut

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
        """Whether it is tried only on the recipes that are best for linear models."""

    @property
    def raced(self) -> bool:
        """Whether it is given up after a few folds where it falls far behind."""

    def unavailable(self) -> str | None:
        """Return why the family cannot run here, None if it can."""

    def pipeline(self, recipe: Pipeline, setting: Setting, *, shape: tuple[int, int]) -> Pipeline:
        """Return the unfitted Pipeline of one candidate; `shape` is (n_channels, n_tags)."""


def family_name(model: str, with_process: bool) -> str:
    """Return the name of a family in tables."""
    return f"{model}+process" if with_process else model


def without(setting: Setting, name: str) -> Setting:
    """Return a setting less one of its parameters."""
    return {key: value for key, value in setting.items() if key != name}
