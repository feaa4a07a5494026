"""The types a stored model may hold: fixed here, never read from what is loaded."""

from collections.abc import Sequence
from typing import Any

from pat.errors import SensorError

_OURS = {
    "pat.preprocessing.axis": ("Crop", "Resample"),
    "pat.preprocessing.baseline": (
        "AirPLS",
        "ArPLS",
        "AsLS",
        "AsPLS",
        "PolynomialBaseline",
        "RubberBand",
    ),
    "pat.preprocessing.instrument_map": ("PiecewiseMap", "Projection"),
    "pat.preprocessing.internal_standard": ("BandNormalise",),
    "pat.preprocessing.scatter": ("EMSC", "MSC", "SNV"),
    "pat.preprocessing.smoothing": ("SavitzkyGolay",),
    "pat.preprocessing.spikes": ("RemoveSpikes",),
    "pat.calibration.block_scaler": ("BlockScaler",),
}

#: Beside scikit-learn's, NumPy's and SciPy's own types, which skops trusts.
TRUSTED_TYPES = (
    *(f"{module}.{name}" for module, names in _OURS.items() for name in names),
    "collections.OrderedDict",
    "lightgbm.basic.Booster",
    "lightgbm.sklearn.LGBMRegressor",
)


def dumped(estimators: Sequence[Any]) -> bytes:
    """Return fitted estimators as skops stores them.

    Raises
    ------
    SensorError
        If one holds a type that would be refused when loading.
    """
    import skops.io

    stored: bytes = skops.io.dumps(list(estimators))
    _check_types(stored, place="the fitted model")
    return stored


def loaded(stored: bytes, *, place: str) -> list[Any]:
    """Return the estimators in `stored`; nothing but trusted types is ever built.

    Raises
    ------
    SensorError
        If it holds another type, cannot be read, or needs a library that does not load.
    """
    import skops.io

    _check_types(stored, place=place)
    try:
        estimators = skops.io.loads(stored, trusted=list(TRUSTED_TYPES))
    except (ImportError, OSError) as error:
        msg = f"{place}: the model needs a library that does not load here: {error}"
        raise SensorError(msg) from error
    except Exception as error:
        msg = f"{place}: expected a stored model of this software; got {error}"
        raise SensorError(msg) from error
    if not isinstance(estimators, list):
        msg = f"{place}: expected a list of models; got {type(estimators).__name__}"
        raise SensorError(msg)
    return estimators


def _check_types(stored: bytes, *, place: str) -> None:
    import skops.io

    try:
        foreign = set(skops.io.get_untrusted_types(data=stored)) - set(TRUSTED_TYPES)
    except Exception as error:
        msg = f"{place}: expected a stored model of this software; got {error}"
        raise SensorError(msg) from error
    if foreign:
        msg = (
            f"{place}: holds types that are not on this software's list "
            f"({', '.join(sorted(foreign))}) and is not loaded; use a sensor that this "
            "software made"
        )
        raise SensorError(msg)
