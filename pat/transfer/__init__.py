"""Transfer: a calibration moved to another instrument, honestly compared with a local model."""

from pat.transfer.build import compare, transferred_sensor
from pat.transfer.choice import Choice, Tried
from pat.transfer.components import fewest_components
from pat.transfer.data import TransferData, check_range, transfer_data
from pat.transfer.evidence import (
    EVIDENCE_COLUMNS,
    guess_predictions,
    held_out_samples,
    independent,
    untouched,
)
from pat.transfer.folds import FEWEST_VESSELS
from pat.transfer.growth import transfer_curve
from pat.transfer.nested import predicted_anew
from pat.transfer.recalibration import Recipe, recipe_of
from pat.transfer.samples import kennard_stone
from pat.transfer.unverified import unverified_sensor
from pat.transfer.worth import errors_as_it_stands, why_not_worth

__all__ = [
    "EVIDENCE_COLUMNS",
    "FEWEST_VESSELS",
    "Choice",
    "Recipe",
    "TransferData",
    "Tried",
    "check_range",
    "compare",
    "errors_as_it_stands",
    "fewest_components",
    "guess_predictions",
    "held_out_samples",
    "independent",
    "kennard_stone",
    "predicted_anew",
    "recipe_of",
    "transfer_curve",
    "transfer_data",
    "transferred_sensor",
    "untouched",
    "unverified_sensor",
    "why_not_worth",
]
