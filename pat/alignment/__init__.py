"""Which spectra stand for which assay, and which process values for which spectrum."""

from pat.alignment.clock import ClockSuspicion, suspect_clocks
from pat.alignment.pairing import Pairing, pair
from pat.alignment.process import process_gaps, process_values
from pat.alignment.reasons import Unpaired
from pat.alignment.replicates import Spread, pooled_spread

__all__ = [
    "ClockSuspicion",
    "Pairing",
    "Spread",
    "Unpaired",
    "pair",
    "pooled_spread",
    "process_gaps",
    "process_values",
    "suspect_clocks",
]
