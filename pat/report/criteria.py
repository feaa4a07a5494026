"""Acceptance criteria of a target profile, each judged and said in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from pat.calibration.merit import BiasTest
from pat.readers.target_profile import Target
from pat.report.validation_sheet import ValidationSheet

_CONFIDENT = 0.05
_SPANNED = 0.95  # of the range of use, as ASTM E1655 asks of validation samples


@dataclass(frozen=True, slots=True)
class Criterion:
    """One demand, what was found, and whether it is met.

    Parameters
    ----------
    name, demand, found : str
        In words.
    is_met : bool or None
        None: it cannot be judged, which counts as not met.
    """

    name: str
    demand: str
    found: str
    is_met: bool | None

    @property
    def verdict(self) -> str:
        """In a word."""
        return {True: "met", False: "not met", None: "cannot be judged"}[self.is_met]

    @property
    def in_words(self) -> str:
        """The verdict with its reason, in a line."""
        return f"criterion {self.name}: {self.verdict}: {self.demand}; found {self.found}"


@dataclass(frozen=True, slots=True)
class Judged:
    """What the criteria look at, on cultures that the sensor has never seen.

    Parameters
    ----------
    rmsep : float or None
    rmsep_interval : (float, float) or None
    bias : BiasTest or None
        Tested against the target's largest bias.
    coverage : float or None
        Share of assays inside their 95 % interval.
    culture_age_rmse : float or None
        Of guessing from culture age.
    calibrated_range : (float, float) or None
        None: nothing was calibrated on the instrument that is judged.
    """

    rmsep: float | None
    rmsep_interval: tuple[float, float] | None
    bias: BiasTest | None
    coverage: float | None
    culture_age_rmse: float | None
    calibrated_range: tuple[float, float] | None


def criteria(target: Target, judged: Judged) -> tuple[Criterion, ...]:
    """Return every criterion that the target states, in the order of the profile."""
    found = (
        _range(target, judged),
        _rmsep(target, judged),
        _bias(target, judged),
        _coverage(target, judged),
        _null(target, judged),
    )
    return tuple(one for one in found if one is not None)


def criteria_of_sheet(
    target: Target | None,
    sheet: ValidationSheet | None,
    *,
    culture_age_rmse: float | None,
    calibrated_range: tuple[float, float] | None,
) -> tuple[Criterion, ...]:
    """Return every criterion that the target states, none without one, judged by a sheet.

    Without a sheet nothing that asks for errors can be judged.
    """
    if target is None:
        return ()
    judged = Judged(
        rmsep=None if sheet is None else sheet.rmsep,
        rmsep_interval=None if sheet is None else sheet.rmsep_interval,
        bias=None if sheet is None else sheet.bias,
        coverage=None if sheet is None else sheet.coverage,
        culture_age_rmse=culture_age_rmse,
        calibrated_range=calibrated_range,
    )
    return criteria(target, judged)


def all_met(criteria: Sequence[Criterion]) -> bool:
    """Return whether every criterion is met; one that cannot be judged is not."""
    return all(one.is_met is True for one in criteria)


def unmet(criteria: Sequence[Criterion]) -> str:
    """Return the criteria that are not met, in words; empty where all are."""
    failed = (one for one in criteria if one.is_met is not True)
    return "; ".join(f"{one.demand}: {one.verdict}, found {one.found}" for one in failed)


def _range(target: Target, judged: Judged) -> Criterion | None:
    if target.range is None:
        return None
    low, high = target.range
    demand = f"calibrated over {low:g} to {high:g} {target.unit}"
    if judged.calibrated_range is None:
        return Criterion("range", demand, "no assay of this instrument was used", None)
    start, stop = judged.calibrated_range
    spanned = max(min(stop, high) - max(start, low), 0.0) / (high - low)
    return Criterion(
        "range",
        demand,
        f"calibrated from {start:.3g} to {stop:.3g}: {spanned:.0%} of it",
        spanned >= _SPANNED,
    )


def _rmsep(target: Target, judged: Judged) -> Criterion | None:
    if target.max_rmsep is None:
        return None
    found = "unknown" if judged.rmsep is None else f"{judged.rmsep:.3g}"
    if judged.rmsep_interval is not None:
        low, high = judged.rmsep_interval
        found += f" (95 %: {low:.3g} to {high:.3g})"
    return Criterion(
        "error",
        f"RMSEP at most {target.max_rmsep:g} {target.unit}",
        found,
        None if judged.rmsep is None else judged.rmsep <= target.max_rmsep,
    )


def _bias(target: Target, judged: Judged) -> Criterion | None:
    if target.max_bias is None:
        return None
    test = judged.bias
    if test is None or test.p_equivalent is None:
        is_met, found = None, "too few cultures to test it"
    else:
        is_met = test.p_equivalent <= _CONFIDENT
        found = f"{test.bias:+.3g} on {test.n_cultures} cultures, p = {test.p_equivalent:.2g}"
    demand = f"bias shown to lie within {target.max_bias:g} {target.unit} (equivalence test)"
    return Criterion("bias", demand, found, is_met)


def _coverage(target: Target, judged: Judged) -> Criterion | None:
    if target.min_coverage is None:
        return None
    demand = f"95 % interval holds at least {target.min_coverage:.0%} of the assays"
    if judged.coverage is None:
        return Criterion("coverage", demand, "no sample has an interval", None)
    is_met = judged.coverage >= target.min_coverage
    return Criterion("coverage", demand, f"{judged.coverage:.1%}", is_met)


def _null(target: Target, judged: Judged) -> Criterion | None:
    if target.null_margin is None:
        return None
    demand = f"error at most {target.null_margin:g} times that of guessing from culture age"
    if judged.rmsep is None:
        return Criterion("null model", demand, "unknown", None)
    if not judged.culture_age_rmse:
        return Criterion("null model", demand, "culture age is not known", None)
    ratio = judged.rmsep / judged.culture_age_rmse
    return Criterion("null model", demand, f"{ratio:.2f} times", ratio <= target.null_margin)
