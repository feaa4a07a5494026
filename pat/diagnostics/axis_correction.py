"""The check of a campaign's axis, and the correction that follows from it."""

import numpy as np
from numpy.polynomial import Polynomial

from pat.arrays import BoolArray
from pat.campaign import Campaign
from pat.diagnostics.axis_check import AxisCheck, AxisVerdict, check_axis
from pat.diagnostics.collection import own_probes, standards
from pat.diagnostics.reference_bands import named_components
from pat.spectra import INSTRUMENT_KINDS, AxisKind

#: What may be in any sample or in front of any probe.
_ALWAYS = ("water", "sapphire", "phenylalanine")


def campaign_axis_check(campaign: Campaign) -> AxisCheck:
    """Return what known bands say of a campaign's axis; badly collected spectra do not count."""
    spectra = campaign.spectra
    if spectra.axis_kind != AxisKind.RAMAN_SHIFT:
        reason = "known bands are those of Raman spectra; this axis is not checked"
        return AxisCheck(AxisVerdict.UNKNOWN, (0.0, 1.0), (), 0.0, (np.nan, np.nan), reason)
    rows = np.flatnonzero(_looked_at(campaign))
    keys = spectra.keys.iloc[rows]
    shown = standards(
        spectra.intensities[rows], spectra.axis, spectra.axis_kind, probes=own_probes(keys)
    )
    for standard in shown[:1]:
        rows = rows[~standard.badly]
    return check_axis(spectra.intensities[rows], spectra.axis, components_of(campaign))


def components_of(campaign: Campaign) -> tuple[str, ...]:
    """Return the components of the table that may be in a campaign's spectra."""
    return tuple(dict.fromkeys((*_ALWAYS, *named_components(campaign.info.analytes))))


def corrected_by(check: AxisCheck, *, before: tuple[float, ...] | None) -> tuple[float, ...]:
    """Return the coefficients that correct the axis as the files name it.

    `before` is the correction that the checked axis already had; None: none.
    """
    whole = Polynomial(check.coefficients)
    if before is not None:
        whole = whole(Polynomial(before))
    return tuple(float(value) for value in whole.coef)


def _looked_at(campaign: Campaign) -> BoolArray:
    keys = campaign.spectra.keys
    looked_at = ~keys["kind"].isin([kind.value for kind in INSTRUMENT_KINDS])
    if "excluded" in keys:
        looked_at &= keys["excluded"].isna()
    return looked_at.to_numpy(dtype=bool)
