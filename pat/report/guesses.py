"""A sensor beside guesses that see no spectrum, in words."""

from collections.abc import Mapping

from pat.calibration.merit import PairedTest

#: What is guessed from, by null model.
GUESSES = {
    "mean": "the mean of the training assays",
    "culture_age": "culture age only",
    "process": "process values only",
    "last_assay": "the last assay carried forward",
}


def guess_rows(
    errors: Mapping[str, float | None], tests: Mapping[str, PairedTest], *, unit: str
) -> list[tuple[str, str]]:
    """Return what each guess is made from and its error, with its test where there is one.

    Parameters
    ----------
    errors : mapping of null model to RMSE
        None where it does not apply; it is left out.
    tests : mapping of null model to PairedTest
        The sensor first, the guess second.
    unit : str
    """
    rows = []
    for name, error in errors.items():
        if error is None:
            continue
        text = f"{error:.3g} {unit}"
        if name in tests:
            text += f"; by culture {tests[name].told('the sensor', 'the guess')}"
        rows.append((GUESSES.get(name, name), text))
    return rows
