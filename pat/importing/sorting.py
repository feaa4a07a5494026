"""Which of the files given holds what: settings, spectra, tables, or nothing we know."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from pat.errors import FileFormatError, InputError, PatError
from pat.importing.account import Account
from pat.importing.assay_tables import mapped_assays
from pat.importing.column_map import FILE as COLUMNS
from pat.importing.column_map import ColumnMap, Role
from pat.importing.sources import Source
from pat.importing.spectra_files import SpectraFile, read_spectra
from pat.importing.tables import MappedTable, mapped_tables, role_of
from pat.readers.analysers import AssayExport, read_assay_export
from pat.readers.analysers.plain import NAME as PLAIN_TABLE
from pat.readers.campaign_toml import FILE as SETTINGS
from pat.readers.findings import names_in_words
from pat.readers.formats import reader_for

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True, eq=False)
class Sorted:
    """What each file holds.

    Parameters
    ----------
    spectra : list of SpectraFile
    exports : list of (Source, AssayExport)
    tables : dict of Role to list of (Source, MappedTable)
    """

    spectra: list[SpectraFile] = field(default_factory=list)
    exports: list[tuple[Source, AssayExport]] = field(default_factory=list)
    tables: dict[Role, list[tuple[Source, MappedTable]]] = field(default_factory=dict)

    def of(self, role: Role) -> list[tuple[Source, MappedTable]]:
        """Return the tables that hold one thing."""
        return self.tables.get(role, [])


def settings_among(sources: Sequence[Source]) -> tuple[Source | None, Source | None]:
    """Return campaign.toml and columns.toml among the files, None where there is none.

    Raises
    ------
    InputError
        If one of them comes more than once.
    """
    return _only(sources, SETTINGS), _only(sources, COLUMNS)


@dataclass(frozen=True, slots=True)
class Sorter:
    """Sorts files one by one.

    Parameters
    ----------
    columns : ColumnMap
    timezone : str or None
        Zone of times without an offset.
    spectra_timezone : str or None
        The same, in the headers of spectra.
    """

    columns: ColumnMap
    timezone: str | None
    spectra_timezone: str | None

    def sort(
        self, sources: Sequence[Source], *, account: Account, progress: Progress | None = None
    ) -> Sorted:
        """Return what each file holds, read as far as that takes; the rest is refused.

        `progress` is told after each file: how many are read, of how many, and its name.
        """
        found = Sorted()
        for number, source in enumerate(sources, start=1):
            if progress is not None:
                progress(number, len(sources), source.name)
            if source.path.name in (SETTINGS, COLUMNS):
                continue
            if self.columns.of(source.name).holds is Role.IGNORE:
                account.refuse(source.name, "ignored, as columns.toml says")
                continue
            try:
                self._sort(source, found, account)
            except PatError as error:
                account.refuse(source.name, _without_name(str(error), source))
        return found

    def _sort(self, source: Source, found: Sorted, account: Account) -> None:
        if reader_for(source.path) is not None:
            found.spectra.append(self._spectra(source, found))
            return
        fault: FileFormatError | None = None
        try:
            read = mapped_tables(source.path, name=source.name, columns=self.columns)
            tables = [table for table in read if table.titled or table.map.holds is not None]
        except FileFormatError as error:
            tables, fault = [], error
        for table in tables:
            self._place(source, table, found, account)
        if tables:
            return
        try:
            found.spectra.append(self._spectra(source, found))
        except FileFormatError as error:
            export = self._export(source)
            if export is None:
                raise (fault or error) from error
            found.exports.append((source, export))

    def _spectra(self, source: Source, found: Sorted) -> SpectraFile:
        before = found.spectra[-1] if found.spectra else None
        return read_spectra(source, timezone=self.spectra_timezone, before=before)

    def _export(self, source: Source) -> AssayExport | None:
        zone = self.columns.of(source.name).timezone or self.timezone
        try:
            return read_assay_export(source.path, timezone=zone)
        except FileFormatError:
            return None

    def _place(self, source: Source, table: MappedTable, found: Sorted, account: Account) -> None:
        role = role_of(table)
        if role is Role.ASSAYS:
            own = bool(table.map.columns) or table.map.holds is not None
            export = None if own else self._export(source)
            if export is None or export.form == PLAIN_TABLE:  # the map knows more of its titles
                export = mapped_assays(table, timezone=self.timezone)
            found.exports.append((source, export))
        elif role is None:
            account.refuse(
                table.name,
                "cannot tell what it holds: call the file online..., assays... or events..., or "
                'say holds = "online" for it in columns.toml (its columns are '
                f"{names_in_words(map(str, table.table.cells.columns))})",
            )
        elif role is not Role.IGNORE:
            found.tables.setdefault(role, []).append((source, table))


def _only(sources: Sequence[Source], file: str) -> Source | None:
    there = [source for source in sources if source.path.name == file]
    if len(there) > 1:
        names = names_in_words(source.name for source in there)
        msg = f"expected one {file} among the files; got {names}"
        raise InputError(msg)
    return there[0] if there else None


def _without_name(message: str, source: Source) -> str:
    return message.removeprefix(f"{source.path.name}: ").replace(f"{source.path.name}: ", "")
