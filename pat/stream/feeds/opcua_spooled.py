"""What the spool tells of the spectra that an OPC UA feed has put there."""

import hashlib
import json
import re
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from pat.arrays import FloatArray
from pat.stream.feeds.known_values import KnownValues

_NAME = re.compile(r"(\d{8}T\d{6}\.\d{6})Z-[0-9a-f]{16}\.json")
_TIME = "%Y%m%dT%H%M%S.%f"
_AT_MOST = 100  # newest files looked at; others are of a node that was followed before


def spooled_name(at: datetime, intensity: FloatArray, *, mark: str) -> str:
    """Return the file name of a spectrum: its time, then a hash of its node and intensities."""
    digest = hashlib.sha256(mark.encode() + intensity.tobytes()).hexdigest()
    return f"{at.astimezone(UTC):{_TIME}}Z-{digest[:16]}.json"


def newest_spooled(
    folder: Path, known: KnownValues, *, mark: str, until: datetime
) -> datetime | None:
    """Return the time of a node's newest spectrum up to `until`, and teach what was known then.

    None where there is none. A file of another node has another hash, and is passed over.
    """
    names = [path.name for path in folder.glob("*.json") if _NAME.fullmatch(path.name)]
    times = {name: datetime.strptime(name[:22], _TIME).replace(tzinfo=UTC) for name in names}
    for name in sorted((name for name in names if times[name] <= until), reverse=True)[:_AT_MOST]:
        try:
            told = json.loads((folder / name).read_bytes())
            intensity = np.asarray(told["intensity"], dtype=np.float64)
        except (OSError, ValueError, KeyError, TypeError):
            continue
        if spooled_name(times[name], intensity, mark=mark) == name:
            for beside in known.names & told.keys():
                known.learn(beside, times[name], told[beside])
            return times[name]
    return None
