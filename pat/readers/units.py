"""Units: the same dimension is converted, mol and mass only with a molar mass, nothing guessed."""

import re
import tokenize
from functools import lru_cache
from typing import TYPE_CHECKING, Any, overload

from pat.arrays import FloatArray
from pat.errors import InputError

if TYPE_CHECKING:
    import pint

#: What bioprocess people write, where pint reads something else or nothing.
SPELLINGS = {
    "C": "degC",
    "°C": "degC",
    "K": "kelvin",
    "1": "dimensionless",
    "-": "dimensionless",
    "unitless": "dimensionless",
    "(unitless)": "dimensionless",
    "%": "percent",
    "pH": "ph_unit",
    "AU": "absorbance_unit",
    "a.u.": "arbitrary_unit",
    "OD": "absorbance_unit",
    "OD600": "absorbance_unit",
    "M": "molar",
    "h-1": "1/hour",
    "1/h": "1/hour",
    "1/d": "1/day",
    "d": "day",
    "h": "hour",
}

#: Units of the field that pint does not define. An osmole is not a mole: it is never converted.
DEFINITIONS = (
    "cell = [] = cells = Cells = vc",
    "ph_unit = [ph]",
    "absorbance_unit = [absorbance]",
    "arbitrary_unit = [arbitrary]",
    "turbidity_unit = [turbidity] = NTU = FNU",
    "osmole = [osmole_count] = Osm = osmol = Osmol = osm",
    "enzyme_unit = [enzyme_activity] = U",
    "international_unit = [biological_activity] = IU",
    "equivalent = [charge_equivalent] = Eq = eq",
    "standard_litre = [gas_amount] = sL = slL",
)


@overload
def convert(
    value: float, unit_from: str, unit_to: str, *, molar_mass: float | None = None
) -> float: ...
@overload
def convert(
    value: FloatArray, unit_from: str, unit_to: str, *, molar_mass: float | None = None
) -> FloatArray: ...
def convert(
    value: float | FloatArray, unit_from: str, unit_to: str, *, molar_mass: float | None = None
) -> float | FloatArray:
    """Return `value` in another unit.

    Parameters
    ----------
    value : float or ndarray
    unit_from, unit_to : str
        Such as "g/L", "mmol/L", "1e6/mL", "%", "degC", "mOsm/kg".
    molar_mass : float, optional
        In g/mol; without it amounts do not become masses.

    Raises
    ------
    InputError
        If a unit is unknown, or the two do not measure the same quantity.
    """
    if unit_from == unit_to:
        return value
    source, target = _parsed(unit_from), _parsed(unit_to)
    quantity = _registry().Quantity(value * source.magnitude, source.units)
    if molar_mass is not None and source.dimensionality != target.dimensionality:
        mass_per_mol = _registry().Quantity(molar_mass, "g/mol")
        power = _moles(source) - _moles(target)
        if abs(power) == 1:
            quantity = quantity * mass_per_mol**power
    if quantity.dimensionality != target.dimensionality:
        raise InputError(_why_not(unit_from, unit_to, molar_mass=molar_mass))
    return quantity.to(target.units).magnitude / target.magnitude


def is_unit(text: str) -> bool:
    """Return whether `text` is a unit that this library knows."""
    if text in COMMON:
        return True
    try:
        _parsed(text)
    except InputError:
        return False
    return True


_TERM = r"\(*[A-Za-z_%°µμ]+(?:(?:\^|\*\*)-?\d)?\)*"
#: A factor, then units with one-digit powers: pint would work out any other sum it is given.
WRITTEN_UNIT = re.compile(
    rf"(?:\d+(?:\.\d+)?(?:e\d{{1,2}})?\s*[* ]?\s*)?(?:1|{_TERM})?(?:\s*[*/ ]\s*{_TERM})*",
    re.IGNORECASE,
)

#: Known at a glance: pint takes a third of a second to import.
COMMON = frozenset(SPELLINGS) | {
    "g/L", "mg/L", "ug/L", "mg/mL", "ug/mL", "g/dL", "mM", "mmol/L", "mol/L", "uM", "umol/L",
    "1e6/mL", "1e6 cells/mL", "cells/mL", "mOsm/kg", "mOsmol/kg", "degC", "L", "mL", "L/h",
    "mL/min", "U/L", "mPa*s", "NTU",
}  # fmt: skip


def _why_not(unit_from: str, unit_to: str, *, molar_mass: float | None) -> str:
    names = f"{unit_from} cannot become {unit_to}"
    if molar_mass is None and _moles(_parsed(unit_from)) != _moles(_parsed(unit_to)):
        return f"{names} without molar_mass (g/mol)"
    return f"{names}: they do not measure the same quantity"


def _moles(quantity: "pint.Quantity[Any]") -> int:
    """Return the power of the amount of substance in a unit."""
    powers: Any = quantity.dimensionality
    return int(powers.get("[substance]", 0))


@lru_cache(maxsize=256)
def _parsed(text: str) -> "pint.Quantity[Any]":
    import pint

    spelt = SPELLINGS.get(text.strip(), text.strip())
    spelt = re.sub(r"^x?\s*10\s*(?:\^|\*\*|[eE])\s*(\d+)\s*", r"1e\1 ", spelt)
    spelt = re.sub(r"^(1e\d+)\s+(?=[A-Za-z])", r"\1 * ", spelt)
    if not spelt or len(spelt) > 40 or not WRITTEN_UNIT.fullmatch(spelt):
        raise InputError(_unknown(text))
    try:
        quantity = _registry().parse_expression(spelt)
        return quantity if hasattr(quantity, "units") else _registry().Quantity(quantity)
    except (pint.PintError, ValueError, TypeError, ArithmeticError, tokenize.TokenError) as error:
        raise InputError(_unknown(text)) from error


def _unknown(text: str) -> str:
    return f"expected a unit such as g/L, mmol/L, 1e6/mL, % or degC, or 1 for none; got {text!r}"


@lru_cache(maxsize=1)
def _registry() -> "pint.UnitRegistry[Any]":
    import pint

    registry: pint.UnitRegistry[Any] = pint.UnitRegistry(on_redefinition="ignore")
    for definition in DEFINITIONS:
        registry.define(definition)
    return registry
