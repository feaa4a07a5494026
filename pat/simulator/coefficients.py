"""A coefficient of the simulated culture: a number with its unit, its source and its meaning."""

from dataclasses import field
from typing import Any

#: Set so that trajectories look like an industrial fed-batch; not a published estimate.
TUNED = "tuned"
#: A plain choice of process or equipment, or of what published models leave out.
CHOSEN = "chosen"
#: After Xing et al. (2010), as republished in 2018.
XING = "Bioengineering 2018 5(1):25, table 2"


def coefficient(value: float, unit: str, source: str, meaning: str) -> Any:
    """Return a dataclass field that carries its unit, source and meaning."""
    return field(default=value, metadata={"unit": unit, "source": source, "meaning": meaning})
