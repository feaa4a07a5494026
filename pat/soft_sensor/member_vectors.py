"""What the members of a sensor read: regression vectors on their own preprocessed channels."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.cross_decomposition import PLSRegression

from pat.arrays import FloatArray
from pat.diagnostics import linear_form, vip
from pat.diagnostics.importance import selectivity_ratio
from pat.soft_sensor.members import Member, quiet, shares
from pat.soft_sensor.sensor import SoftSensor


@dataclass(frozen=True, slots=True, eq=False)
class MemberVector:
    """A linear member, its vector over the channels that it reads.

    Parameters
    ----------
    number : int
        Of the member in the sensor, from 1.
    share : float
        Of the member in the value.
    member : Member
    axis : ndarray of shape (n_features,)
    spectra : ndarray of shape (n_samples, n_features)
        The calibration after preprocessing.
    coefficients, selectivity_ratio : ndarray of shape (n_features,)
    vip : ndarray of shape (n_features,) or None
        None where the member is not partial least squares.
    """

    number: int
    share: float
    member: Member
    axis: FloatArray
    spectra: FloatArray
    coefficients: FloatArray
    selectivity_ratio: FloatArray
    vip: FloatArray | None

    @property
    def pls(self) -> PLSRegression | None:
        """The model where it is partial least squares of the spectrum alone, else None."""
        model = self.member.pipeline[-1]
        alone = isinstance(model, PLSRegression) and not self.member.parts.takes_process
        return model if alone else None


def member_vector(sensor: SoftSensor, number: int, spectra: FloatArray) -> MemberVector | None:
    """Return the vector of a member by its number from 1; None where it is not linear.

    `spectra` are calibration spectra as read, (n_samples, n_channels).
    """
    member = sensor.members[number - 1]
    share = float(shares(sensor.members)[number - 1])
    n_tags = len(sensor.process_names)
    return _vector(member, spectra, number=number, share=share, n_tags=n_tags)


def over_members(
    vectors: Sequence[MemberVector], which: str, axis: FloatArray
) -> FloatArray | None:
    """Return the mean over members of a figure by channel, each by its share, on one axis.

    Parameters
    ----------
    vectors : sequence of MemberVector
    which : str
        "vip" or "selectivity_ratio"; members without it take no part.
    axis : ndarray of shape (n_channels,)
        A channel that no member reads is zero.
    """
    known = [(one, getattr(one, which)) for one in vectors if getattr(one, which) is not None]
    if not known:
        return None
    total = np.zeros(axis.size)
    for one, values in known:
        order = np.argsort(one.axis)
        drawn = np.interp(axis, one.axis[order], values[order], left=0.0, right=0.0)
        total += one.share * np.where(_reads(one.axis[order], axis), drawn, 0.0)
    mean: FloatArray = total / sum(one.share for one, _ in known)
    return mean


def added_after(vector: MemberVector, spectra: FloatArray, addition: FloatArray) -> FloatArray:
    """Return what an addition (n_channels,) to raw spectra is after preprocessing, (n_features,).

    The mean over the spectra (n_spectra, n_channels), each with the addition and with as much
    taken away, so that a preprocessing that divides by the spectrum is followed too.
    """
    parts = vector.member.parts
    with quiet():
        more, less = (parts.learned_rows(parts.rows(spectra + step * addition)) for step in (1, -1))
    change: FloatArray = 0.5 * (more - less).mean(axis=0)
    return change


def _vector(
    member: Member, spectra: FloatArray, *, number: int, share: float, n_tags: int
) -> MemberVector | None:
    parts: Any = member.parts
    with quiet():
        rows = parts.learned_rows(parts.rows(spectra))
        if member.axis.size != rows.shape[1]:
            return None
        none = np.zeros((1, n_tags))
        form = linear_form(
            lambda block: parts.read_learned(block, np.repeat(none, len(block), axis=0)).values,
            rows,
        )
    if form is None:
        return None
    model = member.pipeline[-1]
    is_pls = isinstance(model, PLSRegression)
    return MemberVector(
        number=number,
        share=share,
        member=member,
        axis=member.axis,
        spectra=rows,
        coefficients=form.coefficients,
        selectivity_ratio=selectivity_ratio(form.coefficients, rows),
        vip=vip(model)[: member.axis.size] if is_pls else None,
    )


def _reads(channels: FloatArray, axis: FloatArray) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """Return which points of `axis` have a channel of a member near by, gaps left out."""
    step = float(np.median(np.diff(channels)))
    after = np.clip(np.searchsorted(channels, axis), 1, channels.size - 1)
    nearest = np.minimum(np.abs(channels[after] - axis), np.abs(channels[after - 1] - axis))
    near: np.ndarray[tuple[int], np.dtype[np.bool_]] = nearest <= 2 * step
    return near
