"""Stacks campaigns into one calibration set: one axis, one unit an analyte, one row a sample."""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pat.alignment import Pairing, Unpaired, pair, process_gaps, process_values
from pat.arrays import FloatArray
from pat.calibration.calibration_set import CalibrationSet, known_analytes
from pat.campaign import Analyte, Campaign
from pat.errors import AxisError, CalibrationError, InputError
from pat.preprocessing import Resample
from pat.readers.units import convert
from pat.spectra import describe_axis

T = TypeVar("T")

#: Share of the first campaign's axis that all campaigns together must cover.
MIN_OVERLAP = 0.5


def calibration_set(
    campaigns: Sequence[Campaign],
    *,
    analytes: Sequence[str] | None = None,
    process_names: Sequence[str] = (),
) -> CalibrationSet:
    """Return the paired samples of one campaign or several, ready to train on.

    Parameters
    ----------
    campaigns : sequence of Campaign
        The first gives the axis and the units.
    analytes : sequence of str, optional
        Those to train; all that the campaigns name where left out.
    process_names : sequence of str
        Online values that form the second block. A sample without one of them is left out.

    Raises
    ------
    AxisError
        If the campaigns' axes differ in kind or share too little of their range.
    InputError
        If an analyte or online value is unknown, or two campaigns have one id.
    CalibrationError
        If no sample is left.
    """
    _check_ids(campaigns)
    known = known_analytes(campaigns, analytes)
    axis = common_axis(campaigns)
    parts = [
        _part(campaign, axis=axis, analytes=known, process_names=process_names)
        for campaign in campaigns
    ]
    stacked = _stack(parts, analytes=known)
    if len(stacked) == 0:
        raise CalibrationError(_nothing_left(stacked))
    return stacked


def common_axis(campaigns: Sequence[Campaign]) -> FloatArray:
    """Return the channels of the first campaign's axis that every campaign covers.

    Raises
    ------
    AxisError
        If the kinds differ, or the channels left span too little of the first axis.
    """
    first = campaigns[0].spectra
    low, high = first.axis.min(), first.axis.max()
    for campaign in campaigns[1:]:
        other = campaign.spectra
        if other.axis_kind != first.axis_kind:
            msg = (
                f"{campaign.id}: expected an axis of {first.axis_kind.value}, as "
                f"{campaigns[0].id} has; got {other.axis_kind.value}"
            )
            raise AxisError(msg)
        low, high = max(low, other.axis.min()), min(high, other.axis.max())
        if high - low < MIN_OVERLAP * np.ptp(first.axis):
            msg = (
                f"{campaign.id}: expected an axis that shares at least {MIN_OVERLAP:.0%} of "
                f"{campaigns[0].id}'s ({describe_axis(first.axis)}); "
                f"got {describe_axis(other.axis)}"
            )
            raise AxisError(msg)
    return first.axis[(first.axis >= low) & (first.axis <= high)]


def _part(
    campaign: Campaign,
    *,
    axis: FloatArray,
    analytes: dict[str, Analyte],
    process_names: Sequence[str],
) -> CalibrationSet:
    """Return one campaign's usable samples on the common axis and in the common units."""
    pairing = pair(campaign)
    means = _sample_means(campaign, pairing)
    process, gaps = _process(campaign, pairing, process_names)
    factors = {name: _factor(campaign, analyte) for name, analyte in analytes.items()}
    values = pd.DataFrame(
        {name: pairing.values[name] * factors[name] if name in pairing.values else np.nan
         for name in analytes},
        index=pairing.samples.index, dtype=np.float64,
    )  # fmt: skip
    reasons = np.array(gaps, dtype=object)
    reasons[np.isnan(means[:, 0])] = "every spectrum of it is dead or not finite"
    keep = np.flatnonzero((reasons == "") & values.notna().any(axis=1).to_numpy())
    resample = Resample(axis=campaign.spectra.axis, grid=axis)
    intensities = resample.fit_transform(means[keep]) if keep.size else np.empty((0, axis.size))
    return CalibrationSet(
        axis=axis,
        axis_kind=campaign.spectra.axis_kind,
        intensities=intensities,
        process=process.iloc[keep].reset_index(drop=True),
        samples=pairing.samples.iloc[keep].reset_index(drop=True),
        values=values.iloc[keep].reset_index(drop=True),
        readings=pairing.readings.reindex(columns=list(analytes), fill_value=0)
        .iloc[keep]
        .reset_index(drop=True),
        analytes=analytes,
        unpaired={
            name: pairing.unpaired.get(name, ()) + _left_out(pairing, values[name], reasons)
            for name in analytes
        },
        unpaired_spectra=pairing.unpaired_spectra,
        censored={name: pairing.censored.get(name, 0) for name in analytes},
        excluded={name: pairing.excluded.get(name, 0) for name in analytes},
        sel={name: _scaled(pairing.sel.get(name), factors[name]) for name in analytes},
        sources=((campaign.id, campaign.digest),),
        saturation=campaign.info.saturation,
        warnings=pairing.warnings,
    )


def _sample_means(campaign: Campaign, pairing: Pairing) -> FloatArray:
    """Return the mean of each sample's usable spectra, NaN in every channel where none is.

    The mean, not the median: photons are counted. A dead (constant) spectrum has none of
    the sample in it, so it is not averaged in.
    """
    intensities = campaign.spectra.intensities
    means = np.full((len(pairing.samples), intensities.shape[1]), np.nan)
    for sample, rows in enumerate(pairing.spectra_rows):
        scans = intensities[rows]
        scans = scans[np.isfinite(scans).all(axis=1)]
        scans = scans[np.ptp(scans, axis=1) > 0]
        if len(scans):
            means[sample] = scans.mean(axis=0)
    return means


def _process(
    campaign: Campaign, pairing: Pairing, names: Sequence[str]
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return each sample's process values, and why one is missing (empty where none is).

    They are what the spectra of the sample will have at prediction: the newest values not
    after each, averaged over the sample's spectra.
    """
    if not names:
        return pd.DataFrame(index=pairing.samples.index), ("",) * len(pairing.samples)
    _check_online(campaign, names)
    keys = campaign.spectra.keys
    rows = np.concatenate([np.empty(0, dtype=np.int64), *pairing.spectra_rows])
    sample = np.repeat(np.arange(len(pairing.samples)), [r.size for r in pairing.spectra_rows])
    each = process_values(campaign.online, keys.iloc[rows].reset_index(drop=True), names=names)
    values = each.groupby(sample).mean()
    first = keys.iloc[[int(own[0]) for own in pairing.spectra_rows]].reset_index(drop=True)
    gaps = process_gaps(campaign.online, first, names=names)
    missing = values.isna().any(axis=1)
    reasons = tuple(gap if gone else "" for gap, gone in zip(gaps, missing, strict=True))
    return values, reasons


def _check_online(campaign: Campaign, names: Sequence[str]) -> None:
    known = [str(c) for c in campaign.online if c not in {"vessel", "time", "elapsed_h"}]
    unknown = [name for name in names if name not in known]
    if unknown:
        got = ", ".join(unknown)
        msg = f"{campaign.id}: expected online values out of {known}; got {got}"
        raise InputError(msg)


def _left_out(
    pairing: Pairing, values: pd.Series, reasons: NDArray[np.object_]
) -> tuple[Unpaired, ...]:
    """Return the measured samples that have a reason not to be used."""
    rows = np.flatnonzero(values.notna().to_numpy() & (reasons != ""))
    return tuple(Unpaired(_sample_key(pairing.samples.iloc[row]), reasons[row]) for row in rows)


def _sample_key(sample: pd.Series) -> str:
    """Return the words that name a sample: `V07, 2024-05-01T10:00Z, sample S3`."""
    parts = [str(sample["vessel"])]
    if pd.notna(sample["time"]):
        parts.append(f"{sample['time']:%Y-%m-%dT%H:%MZ}")
    elif pd.notna(sample["elapsed_h"]):
        parts.append(f"{sample['elapsed_h']:g} h")
    if pd.notna(sample["sample"]):
        parts.append(f"sample {sample['sample']}")
    return ", ".join(parts)


def _factor(campaign: Campaign, analyte: Analyte) -> float:
    """Return what turns the campaign's values of an analyte into the common unit."""
    own = campaign.info.analytes.get(analyte.name)
    if own is None or own.unit == analyte.unit:
        return 1.0
    try:
        return convert(1.0, own.unit, analyte.unit, molar_mass=analyte.molar_mass)
    except InputError as error:
        msg = f"{campaign.id}, {analyte.name}: {error}"
        raise InputError(msg) from error


def _scaled(sel: float | None, factor: float) -> float | None:
    return None if sel is None else sel * factor


def _stack(parts: Sequence[CalibrationSet], *, analytes: dict[str, Analyte]) -> CalibrationSet:
    """Return the samples of all parts under one another."""
    first = parts[0]
    stated = [part.saturation for part in parts if part.saturation is not None]
    return CalibrationSet(
        axis=first.axis,
        axis_kind=first.axis_kind,
        intensities=np.concatenate([part.intensities for part in parts]),
        process=_concatenated([part.process for part in parts]),
        samples=_concatenated([part.samples for part in parts]),
        values=_concatenated([part.values for part in parts]),
        readings=_concatenated([part.readings for part in parts]),
        analytes=analytes,
        unpaired={name: _joined([part.unpaired[name] for part in parts]) for name in analytes},
        unpaired_spectra=_joined([part.unpaired_spectra for part in parts]),
        censored={name: sum(part.censored[name] for part in parts) for name in analytes},
        excluded={name: sum(part.excluded[name] for part in parts) for name in analytes},
        sel={name: _pooled_sel([part.sel[name] for part in parts]) for name in analytes},
        sources=_joined([part.sources for part in parts]),
        saturation=min(stated, default=None),
        warnings=tuple(
            f"{part.sources[0][0]}: {warning}" for part in parts for warning in part.warnings
        ),
    )


def _concatenated(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat(tables, ignore_index=True)


def _joined(lists: Sequence[tuple[T, ...]]) -> tuple[T, ...]:
    return tuple(item for items in lists for item in items)


def _pooled_sel(sels: Sequence[float | None]) -> float | None:
    """Return the root mean square of the campaigns' figures; None where one has none."""
    known = [sel for sel in sels if sel is not None]
    return float(np.sqrt(np.mean(np.square(known)))) if known else None


def _check_ids(campaigns: Sequence[Campaign]) -> None:
    ids = [campaign.id for campaign in campaigns]
    twice = sorted({name for name in ids if ids.count(name) > 1})
    if not ids or twice:
        got = "none" if not ids else f"{', '.join(twice)} twice"
        msg = f"expected one campaign or several of different ids; got {got}"
        raise InputError(msg)


def _nothing_left(stacked: CalibrationSet) -> str:
    """Return what to say where no assay has a usable spectrum."""
    unpaired = [item for items in stacked.unpaired.values() for item in items]
    if not unpaired:
        return "expected assays with spectra; got none: no analyte was measured"
    first = unpaired[0]
    return (
        f"expected assays with spectra; got none: {len(unpaired)} assays are unpaired "
        f"(first: {first.key}: {first.reason}). `pat check` lists them all"
    )
