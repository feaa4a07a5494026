"""Allotrope JSON, as allotropy and analysers' own software write it, into cells.

It is the door for every analyser that has no form of its own here.
"""

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from pat.errors import FileFormatError
from pat.readers.analysers.values import RAW

#: Settings of the instrument stand in these, not what it measured.
SETTINGS = frozenset({"data processing document", "device control aggregate document"})
#: Where documents say when the sample was drawn.
DRAWN = ("sample draw time", "sampling time", "Sample Time")
#: What allotropy's JSON says of times.
LOCAL_TIMES = (
    "allotropy writes the analyser's local times as if they were UTC: taken in the named zone"
)


def read_allotrope(text: str) -> tuple[pd.DataFrame, str, list[str]]:
    """Return the measured cells of a document, columns `RAW`, its instrument, and warnings.

    Rows are counted by measurement, since JSON has no lines of its own.

    Raises
    ------
    FileFormatError
        If it is no JSON, or no Allotrope document of measurements.
    """
    try:
        document = json.loads(text)
        measurements = list(_measurements(document))
        told = _told(document)
        cells = [
            {**told, **common, **cell, "row": row}
            for row, measurement in enumerate(measurements, start=1)
            for common in [_common(measurement)]
            for cell in _cells(measurement)
        ]
    except (ValueError, RecursionError, AttributeError, TypeError) as error:
        msg = f"expected Allotrope JSON; got: {error}"
        raise FileFormatError(msg) from error
    if not cells:
        msg = "expected Allotrope JSON of measured values; it holds none"
        raise FileFormatError(msg)
    raw = pd.DataFrame(cells)
    raw["flag"], raw["elapsed_h"], raw["vessel"], raw["replicate"] = "", "", "", ""
    warnings = []
    if "allotropy" in json.dumps(_first(document, "ASM converter name")):
        raw["analysed"] = raw["analysed"].str.removesuffix("+00:00")
        warnings.append(LOCAL_TIMES)
    return raw[list(RAW)], f"Allotrope JSON of {told['method']}", warnings


def _told(document: object) -> dict[str, str]:
    """Return what a document tells of its instrument."""
    device = _first(document, "device identifier")
    serial = _first(document, "equipment serial number")
    known = [str(name) for name in (device, serial) if name not in (None, "N/A")]
    model = _first(document, "model number")
    software = _first(document, "software name")
    names = [str(name) for name in (model, software) if name not in (None, "N/A")]
    return {"device": known[0] if known else "", "method": names[0] if names else "an analyser"}


def _measurements(node: object) -> Iterator[Mapping[str, Any]]:
    """Yield every measurement, in the order of the document."""
    if isinstance(node, list):
        for item in node:
            yield from _measurements(item)
    elif isinstance(node, dict):
        for key, item in node.items():
            if key == "measurement document" and isinstance(item, list):
                yield from item
            else:
                yield from _measurements(item)


def _common(measurement: Mapping[str, Any]) -> dict[str, str]:
    sample = measurement.get("sample document", {})
    custom = sample.get("custom information document", {})
    drawn = next((custom[key] for key in DRAWN if custom.get(key)), "")
    return {
        "source_sample": str(sample.get("sample identifier", "")),
        "drawn": str(drawn),
        "analysed": str(measurement.get("measurement time", "")),
    }


def _cells(node: object, analyte: str = "") -> Iterator[dict[str, str]]:
    """Yield every number that has a unit, under the name of its analyte or its own."""
    if isinstance(node, list):
        for item in node:
            yield from _cells(item, analyte)
    elif isinstance(node, dict):
        analyte = str(node.get("analyte name", analyte))
        for key, item in node.items():
            if key in SETTINGS:
                continue
            if isinstance(item, dict) and {"value", "unit"} <= set(item):
                yield from _cell(analyte or key, item)
            else:
                yield from _cells(item, analyte)


def _cell(title: str, quantity: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    value = quantity["value"]
    if isinstance(value, bool) or value is None or (isinstance(value, float) and math.isnan(value)):
        return
    name = title.partition(" (")[0].replace(" ", "_")
    text = repr(value) if isinstance(value, int | float) else str(value)
    yield {"title": title, "analyte": name, "text": text, "unit": str(quantity["unit"])}


def _first(node: object, key: str) -> object:
    """Return the first value of a key anywhere in a document, or None."""
    if isinstance(node, dict):
        if key in node:
            return node[key]
        node = list(node.values())
    if isinstance(node, list):
        return next((found for item in node if (found := _first(item, key)) is not None), None)
    return None
