"""A campaign as it will be written, gathered from files of any make."""

import re
import tomllib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import pandas as pd

from pat.campaign import CampaignInfo, OnlineTag
from pat.errors import FileFormatError, InputError
from pat.importing.account import Account
from pat.importing.assays import Assays, gathered_assays
from pat.importing.column_map import ColumnMap, Role, read_column_map
from pat.importing.events import read_events_table
from pat.importing.online import Online, joined_online, read_online_table
from pat.importing.samples import Sample, SampleNames, drawn_samples, read_samples_table
from pat.importing.scans import Naming, ScanFile, named_file, on_one_axis, without_copies
from pat.importing.sorting import Progress, Sorted, Sorter, settings_among
from pat.importing.sources import Source, find_sources
from pat.importing.tables import MappedTable
from pat.importing.vessel_names import VesselPrefix, of_named_vessel
from pat.importing.vessels import (
    inoculated_by_events,
    of_known_vessels,
    read_vessels_table,
    vessels_of_map,
    with_all_vessels,
)
from pat.readers.findings import Findings, names_in_words
from pat.readers.labels import labels_of
from pat.readers.naming import FILE_NAME, Label
from pat.readers.partial_info import read_partial_info
from pat.readers.vessel_map import VesselMap, read_vessel_map

Content = TypeVar("Content")

NOTHING = (
    "no file gives a spectrum of a known vessel and time: name files as "
    "V01__20240501T100000Z.spc, or say how they are named with --name REGEX, or add a table "
    "index.csv with file, vessel and time (or elapsed_h, or sample)"
)


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for.

    Parameters
    ----------
    given : sequence of Path
        Files and folders.
    id : str
        Of the campaign, where no campaign.toml among the files says another.
    timezone : str or None
        IANA zone of times without an offset; None: what campaign.toml says.
    pattern : Pattern
        Form of the names of files of spectra.
    vessels : Path or None
        Map from probes, places and other names to cultures.
    columns : Path or None
        columns.toml, where it is not among the files.
    """

    given: Sequence[Path]
    id: str
    timezone: str | None = None
    pattern: re.Pattern[str] = FILE_NAME
    vessels: Path | None = None
    columns: Path | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """What will be written.

    Parameters
    ----------
    info : CampaignInfo
    told : frozenset of str
        Keys that a campaign.toml among the files stated.
    files : list of ScanFile
        The spectra, on one axis, each with its culture and time.
    vessels, online, events : DataFrame or None
    assays : Assays or None
    sources : list of (Source, str)
        Every file that is used, and for what.
    """

    info: CampaignInfo
    told: frozenset[str]
    files: list[ScanFile]
    vessels: pd.DataFrame | None
    online: pd.DataFrame | None
    events: pd.DataFrame | None
    assays: Assays | None
    sources: list[tuple[Source, str]]


def draft_campaign(
    request: Request, *, account: Account, progress: Progress | None = None
) -> Draft:
    """Return the campaign that files make; what became of each is in the account.

    Raises
    ------
    InputError
        If no file gives a spectrum of a known vessel, or the settings are at fault.
    """
    sources = find_sources(request.given)
    settings, mapping = settings_among(sources)
    info, told = _settings(settings, request)
    columns = _columns(mapping, request)
    zone = columns.spectra_timezone or info.timezone
    sorter = Sorter(columns, timezone=info.timezone, spectra_timezone=zone)
    found = sorter.sort(sources, account=account, progress=progress)
    vessel_map = None if request.vessels is None else read_vessel_map(request.vessels, info=info)
    naming = Naming(
        info=replace(info, timezone=zone, clock_s={}),
        pattern=request.pattern,
        labels=_labels(found, timezone=info.timezone, account=account),
        vessels=vessel_map,
    )
    files = _scans(found, naming=naming, account=account)
    if not files:
        raise InputError(NOTHING)
    seen = _vessels_of(files)
    vessels = _vessel_table(found, vessel_map, info=info, seen=seen, account=account)
    known = seen if vessels is None else vessels["vessel"].tolist()
    online = _online(found, known, timezone=info.timezone, account=account)
    events = _events(found, known, timezone=info.timezone, account=account)
    vessels = inoculated_by_events(vessels, events, seen=seen, account=account)
    assays = _assays(found, files, events=events, vessel_map=vessel_map, known=known,
                     columns=columns, info=info, account=account)  # fmt: skip
    used = [(file.source, "spectra") for file in files]
    used += [(source, "assays") for source, _ in found.exports]
    used += [(source, str(role)) for role in found.tables for source, _ in found.of(role)]
    used += [(source, "settings") for source in (settings, mapping) if source is not None]
    return Draft(
        info=_with_axis(_with_names(info, online, assays), files, told=told),
        told=told,
        files=files,
        vessels=vessels,
        online=None if online is None else online.values,
        events=events,
        assays=assays,
        sources=used,
    )


def _settings(source: Source | None, request: Request) -> tuple[CampaignInfo, frozenset[str]]:
    """Return what campaign.toml among the files says, and which keys it states."""
    info = CampaignInfo(id=request.id, timezone=request.timezone)
    if source is None:
        return info, frozenset()
    told = read_partial_info(source.path)
    keys = frozenset(tomllib.loads(source.path.read_text(encoding="utf-8-sig")))
    return (
        replace(
            told,
            id=told.id if "id" in keys else request.id,
            timezone=request.timezone or told.timezone,
        ),
        keys,
    )


def _columns(source: Source | None, request: Request) -> ColumnMap:
    path = request.columns or (source.path if source is not None else None)
    return ColumnMap() if path is None else read_column_map(path)


def _labels(found: Sorted, *, timezone: str | None, account: Account) -> dict[str, Label]:
    labels: dict[str, Label] = {}
    for source, mapped in found.of(Role.LABELS):
        findings = Findings()
        read = mapped.times(timezone=timezone, series=mapped.vessels().tolist())
        for note in read.notes:
            account.note(f"{mapped.name}: {note}")
        times = ([None if pd.isna(time) else time.to_pydatetime() for time in read.utc], read.wrong)
        told = dict(labels_of(mapped.table, timezone=timezone, findings=findings, times=times))
        if findings.faults:
            account.refuse_faults(source.name, findings)
            continue
        folder = source.name.rpartition("/")[0]
        labels |= {f"{folder}/{file}".lstrip("/"): label for file, label in told.items()}
        labels |= told
        account.take(source.name, f"names of {len(told)} files of spectra")
    return labels


def _scans(found: Sorted, *, naming: Naming, account: Account) -> list[ScanFile]:
    named = [named_file(file, naming=naming, account=account) for file in found.spectra]
    whole = [file for file in named if file is not None]
    return without_copies(on_one_axis(whole, account=account), account=account)


def _vessels_of(files: Iterable[ScanFile]) -> list[str]:
    names = (name.vessel for file in files for name in file.names)
    return list(dict.fromkeys(name for name in names if name is not None))


def _vessel_table(
    found: Sorted,
    vessel_map: VesselMap | None,
    *,
    info: CampaignInfo,
    seen: list[str],
    account: Account,
) -> pd.DataFrame | None:
    tables = _read_each(
        found.of(Role.VESSELS),
        lambda mapped: read_vessels_table(mapped, timezone=info.timezone),
        account=account,
    )
    if len(tables) > 1:
        names = ", ".join(source.name for source, _ in found.of(Role.VESSELS))
        msg = f"expected one table of vessels; got {names}: keep one among the files"
        raise InputError(msg)
    for _, mapped in found.of(Role.VESSELS):
        account.take(mapped.name, f"vessels{mapped.renamed_in_words()}")
    frame = tables[0] if tables else vessels_of_map(vessel_map)
    return None if frame is None else with_all_vessels(frame, seen=seen, account=account)


def _online(
    found: Sorted, known: list[str], *, timezone: str | None, account: Account
) -> Online | None:
    prefix = VesselPrefix.of(known)

    def read(mapped: MappedTable) -> Online:
        if not any(map(prefix.split, mapped.quantities())):
            mapped = of_named_vessel(mapped, known, account=account)
        part = read_online_table(mapped, timezone=timezone, known=prefix, account=account)
        values = of_known_vessels(part.values, known, file=mapped.name, account=account)
        tags = names_in_words(values["tag"].unique())
        account.take(mapped.name, f"online values of {tags}{mapped.renamed_in_words()}")
        return replace(part, values=values)

    parts = _read_each(found.of(Role.ONLINE), read, account=account)
    return joined_online(parts, account=account) if parts else None


def _events(
    found: Sorted, known: list[str], *, timezone: str | None, account: Account
) -> pd.DataFrame | None:
    def read(mapped: MappedTable) -> pd.DataFrame:
        mapped = of_named_vessel(mapped, known, account=account)
        events = read_events_table(mapped, timezone=timezone, account=account)
        return of_known_vessels(events, known, file=mapped.name, account=account)

    parts = []
    for _, mapped in found.of(Role.EVENTS):
        try:
            parts.append(read(mapped))
        except FileFormatError as error:
            # Without its feeds a campaign would pair samples with spectra from across them.
            msg = f"{mapped.name}: {error}"
            raise InputError(msg) from error
        account.take(mapped.name, f"{len(parts[-1])} events{mapped.renamed_in_words()}")
    if not parts:
        return None
    return pd.concat(parts, ignore_index=True).sort_values(["vessel", "time", "elapsed_h"])


def _assays(
    found: Sorted,
    files: list[ScanFile],
    *,
    events: pd.DataFrame | None,
    vessel_map: VesselMap | None,
    known: list[str],
    columns: ColumnMap,
    info: CampaignInfo,
    account: Account,
) -> Assays | None:
    stated: dict[str, Sample] = {}
    tables = _read_each(
        found.of(Role.SAMPLES),
        lambda mapped: read_samples_table(mapped, timezone=info.timezone),
        account=account,
    )
    for table in tables:
        stated |= table
    names = SampleNames(
        stated=stated,
        drawn=drawn_samples(events),
        pattern=columns.sample_name,
        vessels=vessel_map,
        known=tuple(known),
    )
    of_spectra = frozenset(n.sample for file in files for n in file.names if n.sample is not None)
    return gathered_assays(
        [(source.name, export) for source, export in found.exports],
        names=names,
        drawn_min_before=columns.drawn_min_before,
        spectra_samples=of_spectra,
        info=info,
        account=account,
    )


def _read_each(
    tables: Sequence[tuple[Source, MappedTable]],
    read: Callable[[MappedTable], Content],
    *,
    account: Account,
) -> list[Content]:
    """Return what each table holds; one that cannot be read is refused."""
    contents = []
    for _, mapped in tables:
        try:
            contents.append(read(mapped))
        except FileFormatError as error:
            account.refuse(mapped.name, str(error))
    return contents


def _with_names(info: CampaignInfo, online: Online | None, assays: Assays | None) -> CampaignInfo:
    """Return settings with the analytes, and with the units that titles of online values state."""
    units = {} if online is None else online.units
    stated = {tag: OnlineTag(tag, unit) for tag, unit in units.items()}
    analytes = info.analytes if assays is None else assays.analytes
    return replace(info, online={**stated, **info.online}, analytes=analytes)


def _with_axis(info: CampaignInfo, files: list[ScanFile], *, told: frozenset[str]) -> CampaignInfo:
    return info if "axis" in told else replace(info, axis_kind=files[0].content.axis_kind)
