"""sensor.json: what a sensor's description holds, written and read back without loss."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import numpy as np

from pat.arrays import BoolArray, FloatArray
from pat.campaign import Analyte
from pat.diagnostics import ScoreSpread
from pat.diagnostics.collection import StandardBand
from pat.diagnostics.domain import Domain
from pat.errors import SensorError
from pat.soft_sensor.gates import GateSettings, LeastLight
from pat.soft_sensor.input_axis import InputAxis
from pat.soft_sensor.interval import Interval, IntervalMethod
from pat.soft_sensor.members import Member
from pat.soft_sensor.provenance import Provenance
from pat.soft_sensor.quality import DistanceLimits
from pat.soft_sensor.sensor import SoftSensor
from pat.spectra import AxisCorrection, AxisKind

FORMAT = "raman-pat soft sensor"
SCHEMA = 5

Document = dict[str, Any]


def document(sensor: SoftSensor) -> Document:
    """Return the description of a sensor as JSON types, its digest included."""
    described: Document = {
        "format": FORMAT,
        "schema": SCHEMA,
        "name": sensor.name,
        "analyte": asdict(sensor.analyte),
        "axis": {
            "kind": sensor.axis_kind.value,
            "used": _runs(sensor.input_axis.used),
            "values": sensor.axis.tolist(),
            "correction": _correction(sensor.input_axis.correction),
        },
        "process_names": list(sensor.process_names),
        "calibrated_range": list(sensor.calibrated_range),
        "limits": asdict(sensor.limits),
        "interval": asdict(sensor.interval),
        "gates": asdict(sensor.gates),
        "provenance": _provenance(sensor.provenance),
        "members": [_member(member) for member in sensor.members],
        "mean_spectrum": sensor.mean_spectrum.tolist(),
        "files": {name: sha256(stored) for name, stored in sorted(sensor.contents.items())},
    }
    return {**described, "digest": digest(described)}


def digest(described: Mapping[str, Any]) -> str:
    """Return the SHA-256 over a description but its own digest.

    It names the files by their digests, so it stands for the whole folder.
    """
    rest = {key: value for key, value in described.items() if key != "digest"}
    canonical = json.dumps(rest, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return sha256(canonical.encode())


def as_text(described: Document) -> str:
    """Return a description as JSON for people: short lists on one line.

    Raises
    ------
    ValueError
        If a number is not finite, which JSON cannot hold.
    """
    lines = [
        f"  {json.dumps(key)}: {json.dumps(value, ensure_ascii=False, allow_nan=False)}"
        for key, value in described.items()
    ]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def sensor_from(
    described: Document,
    *,
    members: Sequence[Member],
    contents: Mapping[str, bytes],
    domain: Domain | None,
) -> SoftSensor:
    """Return the sensor that a description, its members and its files make."""
    axis = described["axis"]
    values = np.array(axis["values"], dtype=np.float64)
    low, high = described["calibrated_range"]
    return SoftSensor(
        name=described["name"],
        analyte=_analyte(described["analyte"]),
        input_axis=InputAxis(
            values,
            AxisKind(axis["kind"]),
            _mask(axis["used"], values.size),
            _correction_from(axis.get("correction")),
        ),
        process_names=tuple(described["process_names"]),
        members=tuple(members),
        mean_spectrum=np.array(described["mean_spectrum"], dtype=np.float64),
        gates=_gates(described["gates"]),
        limits=DistanceLimits(**described["limits"]),
        domain=domain,
        interval=_interval(described["interval"]),
        calibrated_range=(float(low), float(high)),
        provenance=_provenance_from(described["provenance"]),
        digest=described["digest"],
        contents=contents,
    )


def member_measures(
    described: Document,
) -> list[tuple[ScoreSpread, FloatArray, float, float, float]]:
    """Return the spread, axis, units and weight of each member."""
    return [
        (
            ScoreSpread(
                np.array(member["score_mean"], dtype=np.float64),
                np.array(member["score_precision"], dtype=np.float64),
            ),
            np.array(member["axis"], dtype=np.float64),
            float(member["t2_unit"]),
            float(member["q_unit"]),
            float(member.get("weight", 1.0)),  # sensors made before members had weights
        )
        for member in described["members"]
    ]


def checked(described: Any, *, place: str) -> Document:
    """Return a parsed sensor.json that is one of ours and that we can read.

    Raises
    ------
    SensorError
        If it is foreign, of another schema, or its digest does not fit its contents.
    """
    if not isinstance(described, dict) or described.get("format") != FORMAT:
        msg = f"{place}: expected a soft sensor of this software; got something else"
        raise SensorError(msg)
    schema = described.get("schema")
    if schema != SCHEMA:
        newer = not isinstance(schema, int) or schema > SCHEMA
        what, remedy = (
            ("a newer", "update the one that reads it") if newer else ("an older", "train it again")
        )
        msg = (
            f"{place}: expected schema {SCHEMA}; got {schema}: it was made by {what} version of "
            f"this software, so {remedy}"
        )
        raise SensorError(msg)
    if described.get("digest") != digest(described):
        msg = (
            f"{place}: was changed after the sensor was made (its digest does not fit); export "
            "the sensor again"
        )
        raise SensorError(msg)
    return described


def sha256(stored: bytes) -> str:
    """Return the SHA-256 of bytes, as 64 hex digits."""
    return hashlib.sha256(stored).hexdigest()


def _member(member: Member) -> Document:
    return {
        "score_mean": member.spread.mean.tolist(),
        "score_precision": member.spread.precision.tolist(),
        "axis": member.axis.tolist(),
        "t2_unit": member.t2_unit,
        "q_unit": member.q_unit,
        "weight": member.weight,
    }


def _provenance(provenance: Provenance) -> Document:
    return {**asdict(provenance), "made_at": provenance.made_at.isoformat()}


def _provenance_from(described: Document) -> Provenance:
    rest = dict(described)
    return Provenance(
        **{
            **rest,
            "made_at": datetime.fromisoformat(rest["made_at"]),
            "campaigns": tuple((str(name), str(value)) for name, value in rest["campaigns"]),
            "recipe": tuple(rest["recipe"]),
            "model": tuple(rest["model"]),
        }
    )


def _analyte(described: Document) -> Analyte:
    stated = described["range"]
    return Analyte(**{**described, "range": None if stated is None else tuple(stated)})


def _interval(described: Document) -> Interval:
    return Interval(**{**described, "method": IntervalMethod(described["method"])})


def _correction(correction: AxisCorrection | None) -> Document | None:
    if correction is None:
        return None
    return {"coefficients": list(correction.coefficients), "named": correction.named.tolist()}


def _correction_from(described: Document | None) -> AxisCorrection | None:
    if described is None:
        return None
    named = np.array(described["named"], dtype=np.float64)
    return AxisCorrection(tuple(described["coefficients"]), named)


def _gates(described: Document) -> GateSettings:
    light = tuple(
        LeastLight(StandardBand(**one["band"]), one["usual"], one["least"], one["most"])
        for one in described["light"]
    )
    return GateSettings(
        described["usual_span"], described["saturation"], light, described["unverified"]
    )


def _runs(mask: BoolArray) -> list[list[int]]:
    """Return the start and stop of each run of true channels."""
    edges = np.flatnonzero(np.diff(np.r_[False, mask, False].astype(np.int8)))
    return edges.reshape(-1, 2).tolist()


def _mask(runs: Sequence[Sequence[int]], n_channels: int) -> BoolArray:
    mask = np.zeros(n_channels, dtype=np.bool_)
    for start, stop in runs:
        mask[start:stop] = True
    return mask
