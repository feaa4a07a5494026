"""The vessels of a campaign: those of a table, of the map, or of the spectra alone."""

from collections.abc import Sequence

import pandas as pd

from pat.errors import FileFormatError
from pat.importing.account import Account
from pat.importing.clock import read_times
from pat.importing.tables import MappedTable
from pat.readers.findings import names_in_words
from pat.readers.keys import suggestion
from pat.readers.vessel_map import VesselMap


def read_vessels_table(mapped: MappedTable, *, timezone: str | None) -> pd.DataFrame:
    """Return vessel, inoculated (UTC) where given, group and the factors of a design.

    Raises
    ------
    FileFormatError
        If a row has no vessel or a time that cannot be read, or a vessel comes twice.
    """
    if not mapped.has("vessel"):
        msg = "expected a column vessel"
        raise FileFormatError(msg)
    vessels = mapped.vessels()
    if vessels.isna().any() or vessels.duplicated().any():
        twice = vessels[vessels.duplicated()].dropna()
        got = f"{names_in_words(twice)} twice" if len(twice) else "an empty cell"
        msg = f"expected each vessel once; got {got}"
        raise FileFormatError(msg)
    frame = mapped.table.cells.drop(columns="vessel").reset_index(drop=True)
    frame.insert(0, "vessel", vessels.to_numpy())
    if mapped.has("inoculated"):
        zone = mapped.map.timezone or timezone
        times = read_times(frame["inoculated"].tolist(), timezone=zone, dates=mapped.map.dates)
        if times.wrong:
            place, words = next(iter(times.wrong.items()))
            msg = f"row {mapped.table.rows[place]}, column inoculated: {words}"
            raise FileFormatError(msg)
        frame["inoculated"] = times.utc
    return frame


def vessels_of_map(found: VesselMap | None) -> pd.DataFrame | None:
    """Return vessel and inoculated as the map gives them; None where it gives no time."""
    if found is None:
        return None
    starts = {each.vessel: each.inoculated for each in found.assignments if each.inoculated}
    if not starts:
        return None
    frame = pd.DataFrame({"vessel": list(starts), "inoculated": list(starts.values())})
    return frame.assign(inoculated=pd.to_datetime(frame["inoculated"], utc=True).dt.as_unit("us"))


def inoculated_by_events(
    frame: pd.DataFrame | None,
    events: pd.DataFrame | None,
    *,
    seen: Sequence[str],
    account: Account,
) -> pd.DataFrame | None:
    """Return the table of vessels with times of inoculation that only the event log tells."""
    if events is None or (frame is not None and "inoculated" in frame):
        return frame
    told = events[(events["kind"] == "inoculation") & events["time"].notna()]
    if told.empty or told["vessel"].duplicated().any():
        return frame
    account.note("vessels: inoculated when the log of events says")
    starts = told.set_index("vessel")["time"]
    whole = pd.DataFrame({"vessel": list(seen)}) if frame is None else frame
    times = pd.to_datetime(whole["vessel"].map(starts), utc=True).dt.as_unit("us")
    return whole.assign(inoculated=times)


def with_all_vessels(frame: pd.DataFrame, *, seen: Sequence[str], account: Account) -> pd.DataFrame:
    """Return a table of vessels with a row for those that only spectra have."""
    lacking = [vessel for vessel in seen if vessel not in set(frame["vessel"])]
    if not lacking:
        return frame
    account.note(f"vessels: the table does not list {names_in_words(lacking)}; added")
    return pd.concat([frame, pd.DataFrame({"vessel": lacking})], ignore_index=True)


def of_known_vessels(
    frame: pd.DataFrame, known: Sequence[str], *, file: str, account: Account
) -> pd.DataFrame:
    """Return the rows of vessels that the campaign has; the others are refused by name."""
    foreign = frame["vessel"].notna() & ~frame["vessel"].isin(list(known))
    for vessel, rows in frame[foreign].groupby("vessel"):
        hint = suggestion(str(vessel), list(known))
        account.refuse(file, f"{len(rows)} rows of vessel {vessel}, which has no spectra{hint}")
    return frame[~foreign].reset_index(drop=True)
