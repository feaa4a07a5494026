"""Wavelengths at which no vibration is seen, where a file does not say what it holds."""

from pat.arrays import FloatArray
from pat.errors import FileFormatError
from pat.spectra import AxisKind, describe_axis

#: Raman over wavelength begins at its laser line, most often 532 nm or 785 nm, and near
#: infrared at 700 nm; what begins below is absorbance or fluorescence.
SHORTEST_NM = 500.0


def check_vibrational(axis: FloatArray, *, kind: AxisKind) -> None:
    """Refuse an axis (n_channels,) that is ultraviolet or visible light by its wavelengths.

    Raises
    ------
    FileFormatError
        If the axis is in nm and reaches below `SHORTEST_NM`.
    """
    if kind is AxisKind.WAVELENGTH and float(axis.min()) < SHORTEST_NM:
        msg = (
            f"expected a Raman or infrared spectrum; got an axis of {describe_axis(axis)} nm, "
            "which is ultraviolet or visible light"
        )
        raise FileFormatError(msg)
