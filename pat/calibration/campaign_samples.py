"""One campaign's usable samples: what pairs, averaged, on the axis and in the units wanted."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pat.alignment import Pairing, Unpaired, pair, process_gaps, process_values
from pat.arrays import FloatArray
from pat.calibration.calibration_set import CalibrationSet
from pat.campaign import Analyte, Campaign
from pat.errors import InputError
from pat.preprocessing import Resample
from pat.readers.units import convert


def campaign_samples(
    campaign: Campaign,
    *,
    axis: FloatArray,
    analytes: dict[str, Analyte],
    process_names: Sequence[str],
) -> CalibrationSet:
    """Return one campaign's usable samples on the common axis and in the common units."""
    pairing = pair(campaign)
    means = sample_means(campaign, pairing)
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
        correction=campaign.spectra.correction,
    )


def sample_means(campaign: Campaign, pairing: Pairing) -> FloatArray:
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
