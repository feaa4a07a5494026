"""A campaign folder into a Campaign, or every fault of the folder in one report."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from pat.arrays import FloatArray
from pat.campaign import Campaign
from pat.errors import AxisError, CampaignError
from pat.readers.assays import FILE as ASSAYS
from pat.readers.assays import no_assays, ordered, read_assays
from pat.readers.assays_units import with_flags
from pat.readers.campaign_toml import FILE as TOML
from pat.readers.campaign_toml import read_info
from pat.readers.duplicates import check_duplicates, check_methods
from pat.readers.events import FILE as EVENTS
from pat.readers.events import read_events
from pat.readers.exclusions import marked, read_exclusions
from pat.readers.findings import Findings, names_in_words
from pat.readers.keys import Reading, check_vessels
from pat.readers.online import no_online, read_online
from pat.readers.spectra_index import read_spectra_index
from pat.readers.spectra_table import RawSpectra, read_spectra_table
from pat.readers.timeline import (
    Dated,
    check_agreement,
    check_scales,
    filled,
    inoculations,
    origins,
    without_inoculation,
)  # fmt: skip
from pat.readers.vessels import FILE as VESSELS
from pat.readers.vessels import read_vessels, vessels_frame
from pat.spectra import AxisCorrection, Spectra

#: Files whose contents make the digest, beside those of the spectra.
NAMED_FILES = (
    "campaign.toml", ASSAYS, VESSELS, "online.csv", "online.parquet", EVENTS, "exclude.csv",
)  # fmt: skip
SPECTRA_FORMS = ("spectra.parquet", "spectra.csv", "spectra/index.csv")


@dataclass(frozen=True, slots=True, eq=False)
class _Files:
    """What the files of a folder hold, each None where it is missing or at fault."""

    spectra: RawSpectra | None
    assays: tuple[str, pd.DataFrame] | None
    vessels: pd.DataFrame | None
    online: tuple[str, pd.DataFrame] | None
    events: pd.DataFrame | None
    exclusions: pd.DataFrame | None

    def dated(self) -> dict[str, Dated]:
        """Return the keys of every file that has times, by the name of its clock."""
        found: dict[str, Dated] = {}
        if self.spectra is not None:
            of_cultures = self.spectra.keys[~self.spectra.of_instrument]
            found["spectra"] = Dated(self.spectra.file, of_cultures)
        if self.assays is not None:
            found["assays"] = Dated(*self.assays)
        if self.online is not None:
            found["online"] = Dated(*self.online)
        if self.events is not None:
            found["events"] = Dated(EVENTS, self.events)
        return found


def read_campaign(folder: Path) -> Campaign:
    """Return the campaign in a folder.

    Times come back in UTC with the seconds of [clock] added, units as campaign.toml says.
    Where `inoculated` is given, time and elapsed_h follow from each other; where it is not,
    elapsed_h counts from the vessel's first spectrum or assay, and a warning says so.

    Raises
    ------
    CampaignError
        With every fault of the folder: file, row and column.
    """
    folder = Path(folder)
    findings = Findings()
    if not folder.is_dir() or not any(folder.iterdir()):
        what = "the folder is empty" if folder.is_dir() else "there is no such folder"
        findings.fault(folder.name, f"expected a campaign folder; {what}")
        raise CampaignError(str(folder), findings.faults)
    reading = Reading(read_info(folder, findings=findings), findings)
    files = _Files(
        spectra=_read_spectra(folder, reading),
        assays=read_assays(folder, reading=reading),
        vessels=read_vessels(folder, reading=reading),
        online=read_online(folder, reading=reading),
        events=read_events(folder, reading=reading),
        exclusions=read_exclusions(folder, reading=reading),
    )
    vessels = _vessels(files, findings)
    _check_times(files, vessels, findings)
    campaign = _campaign(files, vessels, reading=reading, digest=folder_digest(folder))
    if campaign is None or findings.faults:
        raise CampaignError(str(folder), findings.faults)
    return campaign


def folder_digest(folder: Path) -> str:
    """Return the SHA-256 over names and contents of the files that make a campaign."""
    paths = [folder / name for name in (*NAMED_FILES, *SPECTRA_FORMS[:2])]
    for inside in (folder / "spectra", folder / "assays"):
        paths += [path for path in inside.rglob("*") if path.is_file()] if inside.is_dir() else []
    digest = hashlib.sha256()
    for path in sorted(path for path in paths if path.is_file()):
        name = path.relative_to(folder).as_posix().encode()
        digest.update(name + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _read_spectra(folder: Path, reading: Reading) -> RawSpectra | None:
    there = [name for name in SPECTRA_FORMS if (folder / name).is_file()]
    findings = reading.findings
    if len(there) > 1:
        findings.fault(there[1], f"expected the spectra once; got {' and '.join(there)}")
    if there:
        read = read_spectra_index if there[0] == SPECTRA_FORMS[2] else read_spectra_table
        return read(folder / there[0], reading=reading)
    lacking = (folder / "spectra").is_dir()
    message = f"expected {', '.join(SPECTRA_FORMS[:2])} or {SPECTRA_FORMS[2]}; got none of them"
    findings.fault("spectra/index.csv" if lacking else "spectra", message)
    return None


def _vessels(files: _Files, findings: Findings) -> pd.DataFrame:
    """Return the vessels of a campaign, those of its spectra where there is no vessels.csv."""
    dated = files.dated()
    if files.vessels is not None:
        vessels, why = files.vessels, f"{VESSELS} does not list it"
    elif files.spectra is not None and not any(f.file == VESSELS for f in findings.faults):
        names = dated["spectra"].frame["vessel"].dropna().unique()
        vessels, why = vessels_frame(names), f"no spectrum has it and no {VESSELS} lists it"
    else:
        return vessels_frame([])
    known = vessels["vessel"].dropna().tolist()
    for source in dated.values():
        check_vessels(source.frame, known, file=source.file, why=why, findings=findings)
    check_vessels(files.exclusions, known, file="exclude.csv", why=why, findings=findings)
    return vessels


def _check_times(files: _Files, vessels: pd.DataFrame, findings: Findings) -> None:
    dated = files.dated()
    starts = inoculations(vessels, dated)
    check_scales(dated, inoculated=list(starts), findings=findings)
    for source in dated.values():
        check_agreement(source, inoculated=starts, findings=findings)
    counted = without_inoculation(dated, inoculated=list(starts))
    if counted:
        findings.warn(
            f"{VESSELS} gives no time of inoculation for {names_in_words(counted)}: elapsed_h "
            "counts from the vessel's first spectrum or assay"
        )


def _campaign(
    files: _Files, vessels: pd.DataFrame, *, reading: Reading, digest: str
) -> Campaign | None:
    """Return the campaign with its times completed and its exclusions marked."""
    findings = reading.findings
    origin = origins(vessels, files.dated())
    assays = no_assays()
    if files.assays is not None:
        file, measured = files.assays
        assays = filled(measured, origin)
        assays = with_flags(marked(assays, files.exclusions, file="assays", reading=reading))
        check_duplicates(assays, file=file, source="assays", findings=findings)
        assays = ordered(check_methods(assays, reading, file=file))
    spectra = _spectra(files, origin, reading=reading)
    online = no_online() if files.online is None else _finished(files.online[1], origin)
    if files.online is not None:
        name, values = files.online
        check_duplicates(values, file=name, source="online", findings=findings)
    if spectra is None:
        return None
    if files.events is None and spectra.keys["elapsed_h"].notna().any():
        findings.warn(f"there is no {EVENTS}: pairing cannot keep apart what a feed separates")
    return Campaign(
        info=reading.info,
        spectra=spectra,
        assays=assays,
        vessels=vessels,
        online=online,
        events=None if files.events is None else _finished(files.events, origin),
        warnings=tuple(findings.warnings),
        digest=digest,
    )


def _spectra(
    files: _Files, origin: Mapping[str, pd.Timestamp], *, reading: Reading
) -> Spectra | None:
    raw = files.spectra
    if raw is None:
        return None
    keys = marked(filled(raw.keys, origin), files.exclusions, file="spectra", reading=reading)
    check_duplicates(keys, file=raw.file, source="spectra", findings=reading.findings)
    keys = keys.drop(columns="row").assign(campaign=reading.info.id)
    axis, correction = _corrected(raw.axis, reading=reading)
    return Spectra(axis, raw.intensities, keys, reading.info.axis_kind, correction)


def _corrected(axis: FloatArray, *, reading: Reading) -> tuple[FloatArray, AxisCorrection | None]:
    """Return the axis that campaign.toml makes of the one the files name."""
    coefficients = reading.info.axis_correction
    if coefficients is None:
        return axis, None
    try:
        correction = AxisCorrection(coefficients, axis)
    except AxisError as error:
        reading.findings.fault(TOML, str(error), column="axis_correction.coefficients")
        return axis, None
    return correction.true, correction


def _finished(frame: pd.DataFrame, origin: Mapping[str, pd.Timestamp]) -> pd.DataFrame:
    return filled(frame, origin).drop(columns=["sample", "row"])
