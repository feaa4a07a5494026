"""Coefficients: a linear sensor as a table that a spreadsheet can apply."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pat.arrays import FloatArray
from pat.diagnostics import Anatomy, LinearForm, linear_form
from pat.soft_sensor.members import Member, quiet, shares

_PREPROCESSED = "preprocessed"
_INPUT = "input"
_OFFSET = "offset"


def coefficient_table(
    members: Sequence[Member],
    spectra: FloatArray,
    *,
    process: FloatArray,
    axis: FloatArray,
    process_names: Sequence[str],
) -> pd.DataFrame | None:
    """Return the coefficients of a sensor whose every member is linear, else None.

    Parameters
    ----------
    members : sequence of Member
    spectra : ndarray of shape (n_samples, n_channels)
        The calibration.
    process : ndarray of shape (n_samples, n_tags)
    axis : ndarray of shape (n_channels,)
    process_names : sequence of str

    Returns
    -------
    DataFrame or None
        level, member, share, channel, coefficient. Level `preprocessed` has a block a member,
        to be applied after its preprocessing; the members' values count by their shares.
        Level `input` has one block for the whole sensor, on spectra as they come on the
        sensor's axis, where all preprocessing is linear too. The channel `offset` is what is
        added; online values stand under their names.
    """
    blocks = []
    for number, (member, share) in enumerate(zip(members, shares(members), strict=True), start=1):
        form = _preprocessed_form(member.parts, spectra, process)
        if form is None:
            return None
        names = [*_channel_names(member, form, len(process_names)), *process_names]
        blocks.append(_block(_PREPROCESSED, number, names, form, share=share))
    whole = _input_form(members, spectra, process)
    if whole is not None:
        names = [*(repr(float(value)) for value in axis), *process_names]
        blocks.append(_block(_INPUT, 0, names, whole, share=1.0))
    return pd.concat(blocks, ignore_index=True)


def _preprocessed_form(
    parts: Anatomy, spectra: FloatArray, process: FloatArray
) -> LinearForm | None:
    with quiet():
        learned = parts.learned_rows(parts.rows(spectra))
        n_features = learned.shape[1]
        return linear_form(
            lambda block: parts.read_learned(block[:, :n_features], block[:, n_features:]).values,
            np.hstack([learned, process]),
        )


def _input_form(
    members: Sequence[Member], spectra: FloatArray, process: FloatArray
) -> LinearForm | None:
    n_channels, share = spectra.shape[1], shares(members)

    def value(block: FloatArray) -> FloatArray:
        rows, tags = block[:, :n_channels], block[:, n_channels:]
        each = [m.parts.read(m.parts.rows(rows), tags).values for m in members]
        return share @ np.stack(each)

    with quiet():
        return linear_form(value, np.hstack([spectra, process]))


def _channel_names(member: Member, form: LinearForm, n_tags: int) -> list[str]:
    count = form.coefficients.size - n_tags
    if member.axis.size == count:
        return [repr(float(value)) for value in member.axis]
    return [str(number) for number in range(1, count + 1)]


def _block(
    level: str, member: int, names: Sequence[str], form: LinearForm, *, share: float
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "level": level,
            "member": member,
            "share": share,
            "channel": [_OFFSET, *names],
            "coefficient": np.r_[form.offset, form.coefficients],
        }
    )
