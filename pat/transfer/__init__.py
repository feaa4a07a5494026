"""Transfer: a calibration moved to another instrument, honestly compared with a local model."""

from pat.transfer.build import compare, transferred_sensor
from pat.transfer.choice import Choice, Tried
from pat.transfer.components import fewest_components
from pat.transfer.data import TransferData, check_range, transfer_data
from pat.transfer.growth import transfer_curve
from pat.transfer.recalibration import Recipe, recipe_of
from pat.transfer.samples import kennard_stone
from pat.transfer.unverified import unverified_sensor

__all__ = [
    "Choice",
    "Recipe",
    "TransferData",
    "Tried",
    "check_range",
    "compare",
    "fewest_components",
    "kennard_stone",
    "recipe_of",
    "transfer_curve",
    "transfer_data",
    "transferred_sensor",
    "unverified_sensor",
]
