"""What a version must show to be promoted: its error beside a guess, and what was asked of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from pat.registry.store_errors import none_if_missing, store_errors
from pat.registry.tracking import Tracking
from pat.registry.versions import SensorVersion
from pat.report.facts import PROMOTION_MARGIN

_NESTED, _TESTED = "nested RMSE", "RMSEP of vessels that served for nothing else"
#: Guesses in the order in which a sensor is held against them: the first that is known.
_GUESSES = (("culture_age", "culture age"), ("mean", "the mean"))
_SUSPICION = {
    "culture age": "it may read the calendar rather than the analyte",
    "the mean": "it hardly reads the analyte",
}


@dataclass(frozen=True, slots=True)
class Margin:
    """The honest error of a version beside what a guess reaches on the same samples.

    Parameters
    ----------
    rmse : float or None
        None: the cultures were too few to nest, or the evidence is gone.
    guess_rmse : float or None
        None: no guess is known, so there is nothing to be above of.
    guess : str
        What is guessed from.
    error : str
        Which error `rmse` is.
    criteria_failed : str
        The acceptance criteria of its target profile that are not met, in training or in an
        evaluation, in words; empty where all are, or none were stated.
    not_shown : str
        Why its error on new vessels is not shown; empty where it is.
    """

    rmse: float | None
    guess_rmse: float | None
    guess: str = "culture age"
    error: str = _NESTED
    criteria_failed: str = ""
    not_shown: str = ""

    @property
    def is_met(self) -> bool:
        """Whether the sensor does what was asked and clearly knows more than the guess."""
        if self.rmse is None or self.criteria_failed or self.not_shown:
            return False
        return self.guess_rmse is None or self.rmse <= PROMOTION_MARGIN * self.guess_rmse

    def doubt(self, unit: str) -> str:
        """Why it is not met, in words."""
        if self.not_shown:
            return f"how good it is on new vessels is not shown: {self.not_shown}"
        if self.criteria_failed:
            return f"acceptance criteria are not met: {self.criteria_failed}"
        if self.rmse is None or self.guess_rmse is None:
            return "its nested error is unknown, so nobody can say how good it is on new cultures"
        return (
            f"its {self.error} {self.rmse:.3g} {unit} is above {PROMOTION_MARGIN:g} times that of "
            f"guessing from {self.guess} ({self.guess_rmse:.3g} {unit}), so "
            f"{_SUSPICION[self.guess]}"
        )


def margin(version: SensorVersion, tracking: Tracking) -> Margin:
    """Return the promotion margin of a version, from its run or, where that is gone, its tags."""
    with store_errors(tracking.address):
        run = none_if_missing(lambda: tracking.client.get_run(version.run_id))
    metrics = version.margin_metrics if run is None else run.data.metrics
    tested = "test/rmsep" in metrics
    name, guess = _known_guess(metrics, prefix="test/" if tested else "null/")
    return Margin(
        rmse=metrics.get("test/rmsep" if tested else "nested/rmse"),
        guess_rmse=metrics.get(name),
        guess=guess,
        error=_TESTED if tested else _NESTED,
        criteria_failed=_failed(version),
        not_shown=version.not_shown,
    )


def _known_guess(metrics: Mapping[str, float], *, prefix: str) -> tuple[str, str]:
    """Return the metric of the first guess that is known, and its name."""
    known = ((prefix + name, words) for name, words in _GUESSES if prefix + name in metrics)
    name, words = _GUESSES[0]
    return next(known, (prefix + name, words))


def _failed(version: SensorVersion) -> str:
    """Return the criteria missed in training and in evaluations, in words."""
    elsewhere = (f"evaluated on {name}, {text}" for name, text in version.failed_on.items())
    return "; ".join(text for text in (version.criteria_failed, *elsewhere) if text)
