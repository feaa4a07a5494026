"""The file of a sensor's applicability domain: NumPy arrays, nothing else."""

import io
from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pat.diagnostics.collection import StandardBand
from pat.diagnostics.domain import BandNoise, CoarseChannels, Domain
from pat.diagnostics.domain.axis_shift import ShiftFilter
from pat.diagnostics.domain.standard_sizes import StandardSizes
from pat.diagnostics.domain.whole import WholeSpectrum

_PARTS = {"whole": WholeSpectrum, "axis": ShiftFilter, "standards": StandardSizes}


def packed_domain(domain: Domain) -> bytes:
    """Return a domain as a NumPy archive, exact to the last digit."""
    arrays: dict[str, NDArray[Any]] = {
        "limits": domain.limits,
        "bands.names": np.array([band.name for band in domain.bands], dtype=np.str_),
        "bands.edges": np.array([[band.low, band.high] for band in domain.bands]).reshape(-1, 2),
        "channels.pieces": np.array(
            [[piece.start, piece.stop] for piece in domain.channels.pieces], dtype=np.float64
        ),
        "channels.size": np.array(domain.channels.size, dtype=np.float64),
        "channels.axis": domain.channels.axis,
        "noise.channels": domain.noise.channels,
    }
    for number, noise in enumerate(domain.noise.filters):
        arrays[f"noise.filters.{number}"] = noise
    for name, kind in _PARTS.items():
        part = getattr(domain, name)
        if part is not None:
            arrays |= {f"{name}.{one.name}": getattr(part, one.name) for one in fields(kind)}
    stream = io.BytesIO()
    np.savez(stream, allow_pickle=False, **arrays)
    return stream.getvalue()


def stored_domain(stored: bytes) -> Domain:
    """Return the domain that `packed_domain` wrote.

    Raises
    ------
    KeyError, ValueError
        If it is something else.
    """
    with np.load(io.BytesIO(stored), allow_pickle=False) as archive:
        arrays = {name: archive[name] for name in archive.files}
    pieces = tuple(slice(int(start), int(stop)) for start, stop in arrays["channels.pieces"])
    filters = sorted(name for name in arrays if name.startswith("noise.filters."))
    return Domain(
        channels=CoarseChannels(pieces, int(arrays["channels.size"]), arrays["channels.axis"]),
        whole=WholeSpectrum(**_fields(arrays, "whole")),
        noise=BandNoise(arrays["noise.channels"], tuple(arrays[name] for name in filters)),
        axis=ShiftFilter(**_fields(arrays, "axis")),
        standards=(
            StandardSizes(**_fields(arrays, "standards")) if "standards.usual" in arrays else None
        ),
        bands=tuple(
            StandardBand(str(name), float(low), float(high))
            for name, (low, high) in zip(arrays["bands.names"], arrays["bands.edges"], strict=True)
        ),
        limits=arrays["limits"],
    )


def _fields(arrays: dict[str, NDArray[Any]], part: str) -> dict[str, Any]:
    return {one.name: arrays[f"{part}.{one.name}"] for one in fields(_PARTS[part])}
