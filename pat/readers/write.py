"""A Campaign into a campaign folder that reads back to the same."""

from pathlib import Path
from typing import Literal

import pandas as pd
import pyarrow as pa
import pyarrow.parquet

from pat.campaign import Campaign
from pat.readers.campaign_toml import FILE as TOML
from pat.readers.campaign_toml import written_info
from pat.readers.whole_folder import whole_folder
from pat.readers.write_keys import WrittenKeys
from pat.readers.write_spectra import (
    arrow_column,
    spectra_keys,
    write_spectra_csv,
    write_spectra_parquet,
)
from pat.readers.write_tables import assay_table, exclusion_table, vessel_table, write_csv

#: Rows of online data above which a CSV file would be slow to read.
MANY_ROWS = 100_000


def write_campaign(
    campaign: Campaign, folder: Path, *, spectra_format: Literal["parquet", "csv"] = "parquet"
) -> None:
    """Write a campaign folder, renamed into place when it is whole.

    Everything that a `Campaign` holds reads back exactly, times and clocks included: seconds of
    [clock] are taken off again. What a Campaign does not hold is not written: who excluded a
    row, the line numbers of the files, assays by a method that was not picked.

    Raises
    ------
    InputError
        If the folder exists and is not empty.
    StoreError
        If it cannot be written; nothing is left behind.
    """
    with whole_folder(Path(folder)) as part:
        _write_files(campaign, part, spectra_format=spectra_format)


def _write_files(
    campaign: Campaign, folder: Path, *, spectra_format: Literal["parquet", "csv"]
) -> None:
    keys = WrittenKeys(campaign)
    (folder / TOML).write_text(written_info(campaign.info), encoding="utf-8", newline="\n")
    table = spectra_keys(campaign, keys)
    if spectra_format == "parquet":
        write_spectra_parquet(campaign.spectra, table, folder / "spectra.parquet")
    else:
        write_spectra_csv(campaign.spectra, table, folder / "spectra.csv")
    write_csv(vessel_table(campaign.vessels), folder / "vessels.csv")
    if len(campaign.assays):
        write_csv(assay_table(campaign, keys), folder / "assays.csv")
    if len(campaign.online.columns) > len(("vessel", "time", "elapsed_h")) or len(campaign.online):
        _write_online(_keyed(campaign.online, keys, source="online"), folder)
    if campaign.events is not None:
        write_csv(_keyed(campaign.events, keys, source="events"), folder / "events.csv")
    exclusions = exclusion_table(campaign, keys)
    if len(exclusions):
        write_csv(exclusions, folder / "exclude.csv")


def _keyed(frame: pd.DataFrame, keys: WrittenKeys, *, source: str) -> pd.DataFrame:
    """Return the frame with the keys that its file shall hold."""
    rest = frame.drop(columns=["vessel", "time", "elapsed_h"]).reset_index(drop=True)
    return pd.concat([keys.of(frame, source=source, needs_place=True), rest], axis=1)


def _write_online(online: pd.DataFrame, folder: Path) -> None:
    if len(online) > MANY_ROWS:
        columns = {str(name): arrow_column(online[name]) for name in online.columns}
        pa.parquet.write_table(pa.table(columns), folder / "online.parquet", compression="zstd")
    else:
        write_csv(online, folder / "online.csv")
