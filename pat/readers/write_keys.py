"""Which of time and elapsed_h to write, so that reading finds both again exactly."""

import numpy as np
import pandas as pd

from pat.arrays import FloatArray
from pat.campaign import Campaign
from pat.readers.spectra_table import instrument_rows
from pat.readers.timeline import Dated, filled, origins


class WrittenKeys:
    """Vessel, time, elapsed_h and sample as the files of one campaign shall hold them."""

    def __init__(self, campaign: Campaign) -> None:
        self._clock_s = campaign.info.clock_s
        keys = campaign.spectra.keys
        dated = {
            "spectra": Dated("spectra", keys[~instrument_rows(keys["kind"])]),
            "assays": Dated("assays", campaign.assays),
            "online": Dated("online", campaign.online),
        }
        if campaign.events is not None:
            dated["events"] = Dated("events", campaign.events)
        self._origin = origins(campaign.vessels, dated)
        inoculated = set(campaign.vessels.dropna(subset=["inoculated"])["vessel"])
        self._needs_both = any(
            _has_elapsed_alone(source.frame, inoculated=inoculated) for source in dated.values()
        )

    def of(self, frame: pd.DataFrame, *, source: str, needs_place: bool = False) -> pd.DataFrame:
        """Return the key columns of a frame that are needed, on the clock of its file.

        `needs_place` says that a file must have time or elapsed_h, even an empty one.
        """
        keys = pd.DataFrame({"vessel": frame["vessel"]})
        with_elapsed = frame["elapsed_h"].notna()
        if frame["time"].notna().any() or (needs_place and not with_elapsed.any()):
            keys["time"] = unshifted_times(frame["time"], seconds=self._seconds(source))
            if not self._needs_both and self._follows(frame):
                with_elapsed &= frame["time"].isna()
        if with_elapsed.any():
            hours = frame["elapsed_h"].where(with_elapsed).to_numpy()
            keys["elapsed_h"] = unshifted_hours(hours, seconds=self._seconds(source))
        if "sample" in frame and frame["sample"].notna().any():
            keys["sample"] = frame["sample"]
        return keys.reset_index(drop=True)

    def _seconds(self, source: str) -> float:
        return self._clock_s.get(source, 0.0)

    def _follows(self, frame: pd.DataFrame) -> bool:
        """Return whether every elapsed_h follows from its time to the last digit."""
        derived = filled(frame.assign(elapsed_h=np.nan), self._origin)["elapsed_h"]
        stated = frame["elapsed_h"].notna() & frame["time"].notna()
        return bool((derived[stated] == frame["elapsed_h"][stated]).all())


def unshifted_times(times: pd.Series, *, seconds: float) -> pd.Series:
    """Return times as they were before `seconds` were added to their clock."""
    step = pd.Timedelta(round(seconds * 1e6), unit="us").as_unit("us")
    return (times - step).dt.as_unit("us")


def unshifted_hours(hours: FloatArray, *, seconds: float) -> FloatArray:
    """Return hours (n,) as they were before `seconds` were added to their clock.

    Adding them again gives `hours` back exactly where they came about by such an addition.
    """
    return hours - seconds / 3600


def _has_elapsed_alone(frame: pd.DataFrame, *, inoculated: set[str]) -> bool:
    alone = frame["elapsed_h"].notna() & frame["time"].isna()
    return bool((~frame["vessel"][alone].isin(inoculated)).any())
