"""Files of spectra: which culture each shows and when, and which can stand in one campaign."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import pandas as pd

from pat.campaign import CampaignInfo
from pat.importing.account import Account
from pat.importing.sources import Source
from pat.importing.spectra_files import SpectraFile
from pat.readers.axis import same_axis
from pat.readers.findings import names_in_words
from pat.readers.naming import Label, first_found, label_from_name
from pat.readers.scan_names import ScanName, scan_name
from pat.readers.vessel_map import VesselMap
from pat.spectra import describe_axis

#: Minutes by which the header of a file and its name may differ before it is told.
AGREE_MIN = 2.0


@dataclass(frozen=True, slots=True)
class Naming:
    """How files are named: by index tables, header, name and map."""

    info: CampaignInfo  # its timezone is that of the spectrometer
    pattern: re.Pattern[str]
    labels: Mapping[str, Label]
    vessels: VesselMap | None

    def label_of(self, source: Source) -> Label:
        """Return what the index tables tell of a file, by its path or its own name."""
        parts = source.name.split("/")
        tails = ("/".join(parts[i:]) for i in range(len(parts)))
        return next((self.labels[tail] for tail in tails if tail in self.labels), Label())


@dataclass(frozen=True, slots=True, eq=False)
class ScanFile:
    """A file of spectra and what each is called."""

    content: SpectraFile
    names: tuple[ScanName, ...]

    @property
    def source(self) -> Source:
        """The file itself."""
        return self.content.source


def named_file(content: SpectraFile, *, naming: Naming, account: Account) -> ScanFile | None:
    """Return a file whose every spectrum has its culture and time; None, and told, where not."""
    source = content.source
    index = naming.label_of(source)
    told = label_from_name(source.name, pattern=naming.pattern, timezone=naming.info.timezone)
    names = []
    for header in content.headers:
        _check_times(source, header, told, account)
        label = first_found(index, header, told)
        names.append(scan_name(label, info=naming.info, vessels=naming.vessels))
    problems = list(dict.fromkeys(name.problem for name in names if name.problem))
    if problems:
        account.refuse(source.name, "; ".join(problems))
        return None
    return ScanFile(content, tuple(names))


def on_one_axis(files: Iterable[ScanFile], *, account: Account) -> list[ScanFile]:
    """Return the files on the axis that most of them have; the others are refused."""
    groups: list[list[ScanFile]] = []
    for file in files:
        for group in groups:
            if _alike(group[0].content, file.content):
                group.append(file)
                break
        else:
            groups.append([file])
    if not groups:
        return []
    groups.sort(key=len, reverse=True)
    main, *others = groups
    axis = describe_axis(main[0].content.axis)
    for group in others:
        for file in group:
            account.refuse(
                file.source.name,
                f"its axis is {describe_axis(file.content.axis)}, that of most files {axis}: "
                "import it as a campaign of its own",
            )
    return main


def without_copies(files: list[ScanFile], *, account: Account) -> list[ScanFile]:
    """Return files that are not another one's copy; scans of one moment are numbered."""
    seen: dict[object, dict[str, str]] = {}
    kept: list[ScanFile] = []
    numbered: list[str] = []
    for file in files:
        digests = file.content.digests
        keys = [_key(name) for name in file.names]
        copies = {
            seen[key][digest]
            for key, digest in zip(keys, digests, strict=True)
            if digest in seen.get(key, {})
        }
        if copies and len(digests) == 1:
            account.refuse(file.source.name, f"a copy of {names_in_words(copies)}")
            continue
        names = []
        for name, key, digest in zip(file.names, keys, digests, strict=True):
            earlier = seen.setdefault(key, {})
            names.append(name if not earlier else _next_scan(name, len(earlier)))
            numbered += [file.source.name] if earlier else []
            earlier[digest] = file.source.name
        kept.append(replace(file, names=tuple(names)))
    if numbered:
        account.note(
            f"spectra: {len(numbered)} have vessel and time of another and other intensities; "
            f"numbered as scans ({names_in_words(numbered, at_most=2)})"
        )
    return kept


def scan_keys(files: Iterable[ScanFile]) -> pd.DataFrame:
    """Return a row a spectrum: file, vessel, time, elapsed_h, sample, scan, kind."""
    rows = [
        (file.source.name, name.vessel, name.time, name.elapsed_h, name.sample, name.scan,
         name.kind.value)
        for file in files
        for name in file.names
    ]  # fmt: skip
    columns = ["file", "vessel", "time", "elapsed_h", "sample", "scan", "kind"]
    frame = pd.DataFrame(rows, columns=columns)
    times = pd.to_datetime(frame["time"], utc=True).dt.as_unit("us")
    text = dict.fromkeys(("vessel", "sample", "scan"), "str")
    return frame.assign(time=times, elapsed_h=frame["elapsed_h"].astype("float64")).astype(text)


def _alike(first: SpectraFile, second: SpectraFile) -> bool:
    same_size = first.axis.size == second.axis.size
    return same_size and same_axis(first.axis, second.axis)


def _key(name: ScanName) -> tuple[object, ...]:
    return name.vessel, name.time, name.elapsed_h, name.sample, name.scan, name.kind


def _next_scan(name: ScanName, number: int) -> ScanName:
    scan = str(number) if name.scan is None else f"{name.scan}-{number}"
    return replace(name, scan=scan)


def _check_times(source: Source, header: Label, name: Label, account: Account) -> None:
    if header.time is None or name.time is None:
        return
    minutes = abs((header.time - name.time).total_seconds()) / 60
    if minutes > AGREE_MIN:
        account.note(
            "spectra: header and name of files differ in time, and the header counts "
            f"(such as {source.name}, by {minutes:.0f} min); is the spectrometer's time zone "
            "another? say [spectra] timezone in columns.toml"
        )
