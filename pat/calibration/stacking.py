"""Stacks campaigns into one calibration set: one axis, one unit an analyte, one row a sample."""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
import pandas as pd

from pat.arrays import FloatArray
from pat.calibration.calibration_set import CalibrationSet, known_analytes
from pat.calibration.campaign_samples import campaign_samples
from pat.campaign import Analyte, Campaign
from pat.errors import AxisError, CalibrationError, InputError
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
        campaign_samples(campaign, axis=axis, analytes=known, process_names=process_names)
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
        correction=first.correction,
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
