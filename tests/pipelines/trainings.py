"""A small campaign on disk, and one training of it that many tests look at."""

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from pat.readers import write_campaign
from pat.registry.tracking import Tracking
from pipelines import train
from tests.registry.stores import copied, empty_store, scratch_folder
from tests.soft_sensor.sensors import make_run

HELD_OUT = "W6"


@dataclass(frozen=True)
class Trained:
    """What one `pat train` left behind."""

    campaign: Path
    tracking: Tracking
    facts: list[dict[str, Any]]  # the JSON
    printed: str

    def of(self, analyte: str) -> dict[str, Any]:
        """Return the facts of one analyte."""
        (found,) = [fact for fact in self.facts if fact["analyte"] == analyte]
        return found


def write_small_campaign(folder: Path, *, name: str = "tiny", seed: int = 3) -> Path:
    """Write six cultures: glucose can be trained, lactate is measured too seldom, pH is constant.

    Each glucose assay stands twice, so that the reference method's error is known.
    """
    campaign, glucose = make_run(n_cultures=6, n_samples=5, campaign=name, seed=seed)
    write_campaign(campaign, folder / name, spectra_format="csv")
    place = folder / name / "assays.csv"
    assays = pd.read_csv(place)
    spread = 0.05 * np.random.default_rng(1).normal(size=len(assays))
    first = assays.assign(glucose=glucose + spread, lactate=np.nan, pH=7.0, replicate=1)
    first.loc[:4, "lactate"] = [1.0, 2.0, 3.0, 4.0, 5.0]
    second = assays.assign(glucose=glucose - spread, replicate=2)
    late = assays.tail(1).assign(elapsed_h=500.0, replicate=1)
    pd.concat([first, second, late]).to_csv(place, index=False)
    with (folder / name / "campaign.toml").open("a") as toml:
        toml.write('\n[analytes.lactate]\nunit = "g/L"\n\n[analytes.pH]\nunit = "1"\n')
    return folder / name


@cache
def small_campaign() -> Path:
    """Return the folder of the small campaign, written once a session."""
    return write_small_campaign(scratch_folder())


@cache
def trained() -> Trained:
    """Train on the small campaign, one culture kept out, once a session."""
    folder = scratch_folder() / "train"
    tracking = copied(empty_store(), folder / "store")
    printed = io.StringIO()
    with redirect_stdout(printed), in_one_process():
        train.run(
            [small_campaign()],
            effort="quick",
            holdout=(HELD_OUT,),
            tracking_uri=tracking.uri,
            json=folder / "facts.json",
        )
    facts = json.loads((folder / "facts.json").read_text())
    return Trained(small_campaign(), tracking, facts, printed.getvalue())


@contextmanager
def in_one_process() -> Iterator[None]:
    """Let the search start no processes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("joblib.cpu_count", lambda: 1)
        yield
