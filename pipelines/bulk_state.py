"""What a bulk prediction has done so far, kept beside its output so that it can go on."""

import json
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.parquet

from pat.errors import StoreError
from pat.report.counted import counted
from pat.whole_file import write_whole

if TYPE_CHECKING:
    from pat.soft_sensor import SoftSensor

SCHEMA = 1
_PLAN = "plan.json"


class BulkState:
    """A folder beside the output with the parts that are done.

    A part is there whole or not at all: it is written under another name, put on the disk and
    renamed. What it says of itself (rows by quality, notes) is written before it.

    Parameters
    ----------
    out : Path
        Where the whole table goes.
    """

    def __init__(self, out: Path) -> None:
        self.out = out
        self.folder = out.with_name(f".{out.name}.partial")

    def begin(self, plan: dict[str, Any], sensors: "Sequence[SoftSensor]") -> int:
        """Make the folder, or go on where the same plan was left; return the parts done.

        Raises
        ------
        StoreError
            If the folder cannot be written.
        """
        from pat.soft_sensor import save_sensor

        plan = {"schema": SCHEMA, **plan}
        try:
            if self._plan() != plan:
                self._tell_what_is_dropped()
                shutil.rmtree(self.folder, ignore_errors=True)
                self.folder.mkdir(parents=True)
                for number, sensor in enumerate(sensors):
                    save_sensor(sensor, self.sensor(number))
                write_part(self.folder / _PLAN, json.dumps(plan, indent=1).encode())
        except OSError as error:
            msg = f"{self.out}: the predictions cannot be written: {error}"
            raise StoreError(msg) from error
        return self.n_done

    @property
    def n_done(self) -> int:
        """How many parts are done."""
        return len(list(self.folder.glob(f"[0-9]*{self.out.suffix.lower()}")))

    def _tell_what_is_dropped(self) -> None:
        if self.n_done:
            print(
                f"note: {counted(self.n_done, 'finished part')} of an earlier run came of other "
                "inputs or sensors, or of inputs as they were before; all is scored anew",
                file=sys.stderr,
            )

    def _plan(self) -> Any:
        try:
            return json.loads((self.folder / _PLAN).read_text())
        except (OSError, ValueError):
            return None

    def sensor(self, number: int) -> Path:
        """Return the folder of one sensor, for whoever works elsewhere."""
        return self.folder / f"sensor-{number}"

    def part(self, number: int) -> Path:
        """Return the file of one part."""
        return self.folder / f"{number:06d}{self.out.suffix.lower()}"

    def told(self, number: int) -> dict[str, Any]:
        """Return what a part that is done says of itself."""
        found: dict[str, Any] = json.loads(self.part(number).with_suffix(".json").read_text())
        return found

    def finish(self, n_parts: int) -> None:
        """Join the parts in order, move the whole into place and take the folder away.

        Raises
        ------
        StoreError
            If the output cannot be written; the parts stay.
        """
        scratch = self.out.with_name(f".{self.out.name}.part")
        parts = [self.part(number) for number in range(n_parts)]
        try:
            try:
                if self.out.suffix.lower() == ".parquet":
                    _join_parquet(parts, scratch)
                else:
                    _join_csv(parts, scratch)
                scratch.replace(self.out)
            finally:
                scratch.unlink(missing_ok=True)
        except OSError as error:
            msg = f"{self.out}: the predictions cannot be written: {error}"
            raise StoreError(msg) from error
        shutil.rmtree(self.folder, ignore_errors=True)


def write_part(path: Path, content: bytes) -> None:
    """Write a file of the state whole or not at all, whatever other processes write."""
    write_whole(path, content, scratch=path.with_name(f"{path.name}.{os.getpid()}.tmp"))


def _join_csv(parts: Sequence[Path], scratch: Path) -> None:
    with scratch.open("wb") as whole:
        for number, part in enumerate(parts):
            with part.open("rb") as file:
                header = file.readline()
                if number == 0:
                    whole.write(header)
                shutil.copyfileobj(file, whole, 1 << 20)


def _join_parquet(parts: Sequence[Path], scratch: Path) -> None:
    schema = pyarrow.parquet.read_schema(parts[0])
    with pyarrow.parquet.ParquetWriter(scratch, schema) as whole:
        for part in parts:
            whole.write_table(pyarrow.parquet.read_table(part).cast(schema))
