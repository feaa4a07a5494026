"""How much light the spectra of a calibration hold, for the gate of badly collected ones."""

from typing import TYPE_CHECKING

from pat.arrays import BoolArray
from pat.diagnostics.collection import LEAST_SHARE, Collected, own_probes, standards
from pat.soft_sensor.gates import LeastLight
from pat.soft_sensor.single_spectra import SingleSpectra

if TYPE_CHECKING:  # a predictor loads none of the calibration
    from pat.calibration.calibration_set import CalibrationSet

#: A new probe may collect this much less than the darkest spectrum that was well collected, and
#: as much more than the brightest.
LESS_THAN_CALIBRATED = 0.9


def least_light(
    cal: "CalibrationSet", singles: SingleSpectra, *, known: BoolArray
) -> tuple[LeastLight, ...]:
    """Return the internal standards that the calibration shows, with the least that is sound.

    Parameters
    ----------
    cal : "CalibrationSet"
    singles : SingleSpectra
        Of the samples in use, numbered among those.
    known : ndarray of bool, shape (n_samples,)
        Samples in use.

    Notes
    -----
    Badly collected spectra that were trained on all the same do not lower the limit: they are
    found in the calibration as `pat check` finds them in the campaign.
    """
    keys = cal.samples[known].iloc[singles.sample]
    shown = standards(singles.intensities, cal.axis, cal.axis_kind, probes=own_probes(keys))
    return tuple(sound_light(one) for one in shown)


def sound_light(shown: Collected) -> LeastLight:
    """Return between which sizes a spectrum holds the light of these."""
    return LeastLight(
        shown.band,
        usual=shown.usual,
        least=min(LEAST_SHARE * shown.usual, LESS_THAN_CALIBRATED * shown.lowest_good),
        most=max(shown.usual / LEAST_SHARE, shown.highest_usual / LESS_THAN_CALIBRATED),
    )
