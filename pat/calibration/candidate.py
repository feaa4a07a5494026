"""Candidate: one recipe with one model and one setting of it."""

from dataclasses import dataclass

import numpy as np
from sklearn.pipeline import Pipeline

from pat.arrays import FloatArray
from pat.calibration.families import Family, Setting


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """One recipe with one model and one setting of it."""

    recipe: str
    steps: Pipeline  # the recipe itself, unfitted
    family: Family
    setting: Setting

    @property
    def model(self) -> str:
        """Name of the model family."""
        return self.family.name

    @property
    def parameters(self) -> str:
        """The setting in words: `n_components=6`."""
        return ", ".join(f"{name}={value}" for name, value in self.setting.items())

    def pipeline(self, *, n_channels: int, n_tags: int = 0) -> Pipeline:
        """Return the unfitted Pipeline for input (n_samples, n_channels + n_tags).

        `n_tags` counts the process values that stand behind the channels; a model of spectra
        alone takes none.
        """
        return self.family.pipeline(self.steps, self.setting, shape=(n_channels, n_tags))

    def inputs(self, intensities: FloatArray, process: FloatArray) -> FloatArray:
        """Return what the Pipeline takes: the spectra, and the process values where used."""
        return np.hstack([intensities, process]) if self.family.with_process else intensities
