"""What a transfer says: the choice on the terminal, as facts, and in the sensor's provenance."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from pat.calibration.merit import rmse
from pipelines.tables import print_table

if TYPE_CHECKING:
    from pat.arrays import FloatArray, IntArray
    from pat.transfer import Choice, TransferData, Tried

_SHOWN = 8


def print_choice(choice: "Choice", as_it_stands: "FloatArray", *, unit: str) -> None:
    """Print the best methods, which of them make up the mean, and what it is up against.

    `as_it_stands` are the errors of the sensor before, not transferred.
    """
    rows = [
        (one.method.name, one.recipe.name, f"{one.rmse:.3g} {unit}", _mark(choice, one))
        for one in choice.tried[:_SHOWN]
    ]
    print(f"{choice.rule}:")
    print_table(("method", "recipe", "leave-one-out RMSE", "in the mean"), rows)
    print(f"mean of {len(choice.members)}: {choice.rmse:.3g} {unit}; ", end="")
    alone = f"{choice.local:.3g}" if np.isfinite(choice.local) else "too few samples"
    found = _rmse(as_it_stands)
    stands = "reads none of them" if found is None else f"{found:.3g}"
    print(f"unchanged {choice.unchanged:.3g}, local model {alone}; the sensor before {stands}")


def choice_facts(choice: "Choice", as_it_stands: "FloatArray") -> dict[str, Any]:
    """Return the choice as JSON holds it; null where a model could not be fitted."""
    return {
        "rule": choice.rule.value,
        "loo_rmse": choice.rmse,
        "loo_rmse_unchanged": _finite(choice.unchanged),
        "rmse_not_transferred": _rmse(as_it_stands),
        "loo_rmse_local": _finite(choice.local),
        "members": [f"{one.method.name}; {one.recipe.name}" for one in choice.members],
        "tried": [
            {"method": one.method.name, "recipe": one.recipe.name, "loo_rmse": one.rmse}
            for one in choice.tried
        ],
    }


def evidence(choice: "Choice", *, parent: str, n_samples: int, n_vessels: int) -> dict[str, str]:
    """Return what travels with the sensor: where it comes from and how it was chosen."""
    facts = {
        "transferred from": parent,
        "transfer samples": str(n_samples),
        "vessels of the transfer samples": str(n_vessels),
        "methods were": choice.rule.value,
        "leave-one-out RMSE": f"{choice.rmse:.4g}",
        "leave-one-out RMSE unchanged": f"{choice.unchanged:.4g}",
    }
    if np.isfinite(choice.local):
        facts["leave-one-out RMSE"] += " (chosen by it, so a little optimistic)"
        facts["leave-one-out RMSE of a local model"] = f"{choice.local:.4g}"
    return facts


def learning_evidence(
    data: "TransferData", rows: "IntArray", choice: "Choice"
) -> tuple[dict[str, str], dict[str, str]]:
    """Return in words, which are printed, and as a figure what more samples would bring."""
    from pat.report.learning_figure import learning_figure, learning_words
    from pat.transfer import transfer_curve

    curve = transfer_curve(data, rows, choice)
    if curve is None:
        return {}, {}
    analyte = data.sensor.analyte
    by_vessel = curve.n_cultures < rows.size
    noun = "vessels of the new instrument" if by_vessel else "transfer samples"
    words = learning_words(curve, unit=analyte.unit, noun=noun)
    print(words)
    title = f"{analyte.name}: what more {noun} would buy"
    drawn = learning_figure(curve, title=title, unit=analyte.unit, noun=noun)
    return {"learning curve": words}, {"1-learning-curve": drawn}


def notes_as_facts(notes: Sequence[str]) -> dict[str, str]:
    """Return what was done before any model, numbered."""
    return {f"transfer note {number}": note for number, note in enumerate(notes, start=1)}


def _mark(choice: "Choice", one: "Tried") -> str:
    return "yes" if any(one is member for member in choice.members) else ""


def _rmse(errors: "FloatArray") -> float | None:
    """Return the RMSE; None where a value is missing."""
    return rmse(errors) if np.isfinite(errors).all() else None


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
