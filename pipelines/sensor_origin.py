"""How a sensor came to be: split, search and selection, in the words that travel with it."""

import numpy as np

from pat.calibration import SearchResult
from pat.calibration.merit import Spread, spread_of
from pat.report.counted import counted
from pat.soft_sensor import Origin, SoftSensor
from pipelines.training_inputs import TrainingOptions

#: In the order in which a report shows them.
_SHOWN = ("split", "search", "selection")
_SEP, _FREEDOM = "validation SEP", "validation degrees of freedom"


def origin(result: SearchResult, *, unit: str, options: TrainingOptions) -> Origin:
    """Return where the champion of a search comes from."""
    champion = result.champion
    return Origin(
        recipe=tuple(member.recipe for member in champion.members),
        model=tuple(f"{one.model}: {one.parameters}" for one in champion.members),
        seed=options.seed,
        facts={
            "split": _split(result, options),
            "search": _search(result, options),
            "selection": _selection(result, unit),
            **_spread(result),
        },
    )


def lineage(sensor: SoftSensor) -> tuple[tuple[str, str], ...]:
    """Return what a sensor was made from and how, with digests, as a report shows it."""
    made = sensor.provenance
    return (
        ("sensor, SHA-256", sensor.digest),
        ("model", "; ".join(made.model) or "not stated"),
        ("recipe", "; ".join(made.recipe) or "not stated"),
        ("trained on", "; ".join(f"{name} (SHA-256 {digest})" for name, digest in made.campaigns)),
        (
            "training samples",
            f"{counted(made.n_samples, 'sample')} of {counted(made.n_cultures, 'culture')}",
        ),
        *((name, made.facts[name]) for name in _SHOWN if name in made.facts),
        ("made", f"{made.made_at:%Y-%m-%d %H:%M} UTC, raman-pat {made.software}"),
    )


def validated_spread(sensor: SoftSensor) -> Spread | None:
    """Return the spread of a sensor's held-out errors at its training; None where unknown."""
    facts = sensor.provenance.facts
    if _SEP not in facts or _FREEDOM not in facts:
        return None
    return Spread(float(facts[_SEP]) ** 2, float(facts[_FREEDOM]))


def _split(result: SearchResult, options: TrainingOptions) -> str:
    n_folds = int(result.heldout["fold"].nunique())
    how = "given resamples" if options.resamples is not None else "outer folds"
    inside = "the whole choice repeated inside each" if len(result.nested) else "not nested"
    kept = f"; kept out of everything: {', '.join(options.holdout)}" if options.holdout else ""
    over = f"{result.n_groups} independent cultures, none cut in two"
    return f"{n_folds} {how} over {over}, {inside}{kept}"


def _search(result: SearchResult, options: TrainingOptions) -> str:
    table = result.table
    n_recipes, n_models = table["recipe"].nunique(), table["model"].nunique()
    return (
        f"effort {options.effort}, seed {options.seed}: {len(table)} candidates of {n_recipes} "
        f"recipes and {n_models} model families"
    )


def _selection(result: SearchResult, unit: str) -> str:
    champion = result.champion
    chosen = str(champion.strategy) if champion.is_consensus else "single best candidate"
    nested = "" if result.nested_rmse is None else f", nested RMSE {result.nested_rmse:.3g} {unit}"
    return (
        f"{chosen} by RMSECV over cultures held out: RMSECV {result.rmsecv:.3g} {unit}{nested}, "
        f"bias {result.bias:+.2g} {unit}"
    )


def _spread(result: SearchResult) -> dict[str, str]:
    """Return SEP and its degrees of freedom, of nested predictions where there are some."""
    rows = result.nested if len(result.nested) else result.heldout
    errors = (rows["prediction"] - rows["assay"]).to_numpy(dtype=np.float64)
    found = spread_of(errors, rows["culture"].to_numpy(dtype=object))
    if found is None:
        return {}
    return {_SEP: repr(float(np.sqrt(found.variance))), _FREEDOM: f"{found.freedom:.1f}"}
