"""How vessels of one plan differ, and how one vessel differs from day to day."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import exp
from typing import Any

from pat.arrays import FloatArray
from pat.simulator.parameters import Parameters
from pat.simulator.streams import autoregressive, stream

#: Coefficient of `Variation`, then the coefficient that it scales: group and name.
Target = tuple[str, str, str]
BETWEEN_VESSELS: tuple[Target, ...] = (
    ("mu_max", "growth", "mu_max"),
    ("lag", "growth", "lag_h"),
    ("byproduct", "growth", "ki_byproduct"),
    ("stressed_death", "death", "stressed"),
    ("maintenance", "carbon", "maintenance"),
    ("overflow", "carbon", "overflow"),
    ("lactate_uptake", "carbon", "lactate_uptake"),
    ("glutamine", "nitrogen", "glutamine_maintenance"),
    ("amino_acids", "nitrogen", "amino_acids_upkeep"),
    ("productivity", "product", "scale"),
    ("kla", "gas", "kla"),
    ("inoculum", "feeding", "inoculum"),
    ("volume", "feeding", "volume_ml"),
)
FROM_DAY_TO_DAY: tuple[Target, ...] = (
    ("day_mu_max", "growth", "mu_max"),
    ("day_maintenance", "carbon", "maintenance"),
    ("day_productivity", "product", "scale"),
    ("day_lactate_uptake", "carbon", "lactate_uptake"),
)


@dataclass(frozen=True, slots=True)
class Individual:
    """One vessel's own coefficients, day by day, and the error of its pH probe."""

    by_day: tuple[Parameters, ...]  # never empty
    probe_offset: float
    probe_drift_per_day: float

    def parameters(self, hour: float) -> Parameters:
        """Return the coefficients that hold from this hour on."""
        return self.by_day[min(int(hour // 24), len(self.by_day) - 1)]

    def probe_error(self, hour: float) -> float:
        """Return how much too high the pH probe reads on the day of this hour."""
        return self.probe_offset + self.probe_drift_per_day * (hour // 24)


def individual(parameters: Parameters, *, vessel: str, days: int, seed: int) -> Individual:
    """Return how this vessel differs from `parameters`, the same whatever other vessels there are.

    Notes
    -----
    The numbers are drawn whatever the sizes that they are multiplied with, so that switching one
    source of variation off leaves the others as they were; so do more days.
    """
    v = parameters.variation
    rng = stream(seed, vessel, "culture")
    offset, drift = rng.standard_normal(2).tolist()
    between = rng.standard_normal(len(BETWEEN_VESSELS))
    normals = rng.standard_normal((max(days, 1), len(FROM_DAY_TO_DAY)))
    daily = autoregressive(normals, correlation=v.day_memory)
    own = scaled(parameters, BETWEEN_VESSELS, normals=between)
    return Individual(
        by_day=tuple(scaled(own, FROM_DAY_TO_DAY, normals=day) for day in daily),
        probe_offset=v.probe_offset * offset,
        probe_drift_per_day=v.probe_drift * drift,
    )


def scaled(parameters: Parameters, targets: Sequence[Target], *, normals: FloatArray) -> Parameters:
    """Return parameters whose targets are lognormal around themselves, by these normals."""
    groups: dict[str, Any] = {}
    for (spread, group, name), normal in zip(targets, normals.tolist(), strict=True):
        values = groups.get(group, getattr(parameters, group))
        factor = exp(getattr(parameters.variation, spread) * normal)
        groups[group] = replace(values, **{name: getattr(values, name) * factor})
    return replace(parameters, **groups)


def without_variation(parameters: Parameters) -> Parameters:
    """Return the parameters with every vessel and every day alike, and perfect pH probes."""
    none = {name: 0.0 for name, *_ in (*BETWEEN_VESSELS, *FROM_DAY_TO_DAY)}
    variation = replace(parameters.variation, **none, probe_offset=0.0, probe_drift=0.0)
    return replace(parameters, variation=variation)
