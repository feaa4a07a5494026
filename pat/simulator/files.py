"""A simulated campaign as a folder: contract 1 and truth.parquet, all of it or nothing."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from pat.errors import InputError, StoreError
from pat.readers import write_campaign
from pat.simulator.campaign import SimulatedCampaign
from pat.simulator.mess import MessKind
from pat.simulator.mess_files import disorder_files

#: Columns of the truth that keep every digit.
EXACT_COLUMNS = ("elapsed_h", "middle_h")


def write_simulated_campaign(
    simulated: SimulatedCampaign,
    folder: Path,
    *,
    mess: Sequence[MessKind] = (),
    without_fault: pd.DataFrame | None = None,
) -> None:
    """Write the campaign folder and its truth.

    Parameters
    ----------
    simulated : SimulatedCampaign
    folder : Path
        It must not exist; its parents are made.
    mess : sequence of MessKind
        Kinds that lie in the files themselves; others change nothing.
    without_fault : DataFrame, optional
        The truth of the run without its faults, written beside the other.

    Raises
    ------
    InputError
        If the folder exists, or its place is no folder.
    StoreError
        If the disk does not take it.
    """
    expect_absent(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        workshop = Path(mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as error:
        msg = f"{folder}: expected a place to write to; got {error}"
        raise InputError(msg) from error
    try:
        made = workshop / "campaign"
        write_campaign(simulated.campaign, made)
        write_truth(simulated.truth, made / "truth.parquet")
        if without_fault is not None:
            write_truth(without_fault, made / "truth_without_fault.parquet")
        disorder_files(made, campaign=simulated.campaign, kinds=mess)
        expect_absent(folder)
        made.rename(folder)
    except OSError as error:
        msg = f"{folder}: expected to write the campaign; got {error}"
        raise StoreError(msg) from error
    finally:
        shutil.rmtree(workshop, ignore_errors=True)


def expect_absent(folder: Path) -> None:
    """Raise an InputError if `folder` exists."""
    if folder.exists():
        msg = f"{folder}: expected a folder that does not exist yet; remove it or name another"
        raise InputError(msg)


def write_truth(truth: pd.DataFrame, path: Path) -> None:
    """Write a truth table as Parquet; all but the hours as float32, to keep it small."""
    columns = {str(name): _column(truth[name]) for name in truth.columns}
    pq.write_table(pa.table(columns), path, compression="zstd")


def _column(values: pd.Series) -> pa.Array:
    if values.name == "time":
        # Naive values in UTC: pandas 3.1 warns where Arrow strips a time zone by itself.
        naive = values.dt.tz_convert(None).to_numpy()
        return pa.array(naive).cast(pa.timestamp("us", tz="UTC"))
    if values.dtype == np.float64 and values.name not in EXACT_COLUMNS:
        return pa.array(values.to_numpy(dtype=np.float32))
    return pa.array(values.to_numpy(), from_pandas=True)
