"""Every coefficient of the simulated culture in one record, and as one table."""

from dataclasses import dataclass, field, fields

import pandas as pd

from pat.simulator.cell_parameters import Carbon, Death, Environment, Growth, Nitrogen, Product
from pat.simulator.station_parameters import Broth, Contamination, Feeding, Gas, Variation


@dataclass(frozen=True, slots=True)
class Parameters:
    """The coefficients of one culture, by what they govern."""

    growth: Growth = field(default_factory=Growth)
    environment: Environment = field(default_factory=Environment)
    death: Death = field(default_factory=Death)
    carbon: Carbon = field(default_factory=Carbon)
    nitrogen: Nitrogen = field(default_factory=Nitrogen)
    product: Product = field(default_factory=Product)
    broth: Broth = field(default_factory=Broth)
    gas: Gas = field(default_factory=Gas)
    feeding: Feeding = field(default_factory=Feeding)
    contamination: Contamination = field(default_factory=Contamination)
    variation: Variation = field(default_factory=Variation)


def parameter_table(parameters: Parameters) -> pd.DataFrame:
    """Return every coefficient as a row: group, name, value, unit, source, meaning."""
    rows = [
        {"group": group.name, "name": f.name, "value": getattr(values, f.name), **f.metadata}
        for group in fields(parameters)
        for values in (getattr(parameters, group.name),)
        for f in fields(values)
    ]
    return pd.DataFrame(rows, columns=["group", "name", "value", "unit", "source", "meaning"])
