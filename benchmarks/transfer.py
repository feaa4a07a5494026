"""How good transferred sensors are, beside a full recalibration and a local model.

    python -m benchmarks.transfer [--only PART ...] [--first-seed 11] [--seeds 5] [--draws 20]

Prints the tables of docs/transfer-table.md. Real sets come from the folder that PAT_SHARED_DATA
names. Sensors are trained with the quick effort; ten samples are spread by Kennard and Stone on
simulated instruments, and drawn by chance on mixtures.
"""

import argparse
import contextlib
import io
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.base import clone
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer

from benchmarks.transfer_cases import Case, fermentation, mixtures, simulated
from pat.arrays import FloatArray, IntArray
from pat.transfer import Choice, compare, kennard_stone, predicted_anew, transferred_sensor
from pat.transfer.catalogue import LOCAL, METHODS
from pat.transfer.choice import Tried
from pat.transfer.methods import Method, Samples
from pat.transfer.recalibration import Recipe
from pat.transfer.sets import samples_of
from pat.transfer.standardise import direct_map
from pipelines.transfer_others import tested_on_others

TEN, OTHERS = 10, "CDEF"


def direct(rest: Pipeline, samples: Samples) -> Pipeline | None:
    """Return the old calibration behind a direct standardisation from pairs."""
    paired = samples.partner >= 0
    if paired.sum() < 2:
        return None
    matrix, offset = direct_map(samples.new[paired], samples.old[samples.partner[paired]])
    step = FunctionTransformer(lambda rows: rows @ matrix + offset)
    return Pipeline([("direct", step), *clone(rest).fit(samples.old, samples.old_y).steps])


DIRECT = Method("direct standardisation (reference only)", direct)


@dataclass(frozen=True, slots=True, eq=False)
class Reached:
    """Errors on samples that were not used, and how they were come by.

    Parameters
    ----------
    choice : Choice
    mean, local : float
        Of the transferred sensor, and of the best local model by leaving one out.
    by_method : dict of str to float
        Each method with the recipe that leaving one out prefers for it.
    """

    choice: Choice
    mean: float
    local: float
    by_method: dict[str, float]


def main() -> None:
    """Print the parts asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--only", nargs="+", choices=list(PARTS), default=list(PARTS))
    parser.add_argument("--first-seed", type=int, default=11)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--draws", type=int, default=20)
    asked = parser.parse_args()
    seeds = range(asked.first_seed, asked.first_seed + asked.seeds)
    for name in asked.only:
        for line in PARTS[name](seeds, asked.draws):
            print(line, flush=True)


def instrument_b(seeds: Sequence[int], _draws: int) -> Iterable[str]:
    """Yield a row a method: its error over that of a full recalibration, by seed."""
    for same, title in ((False, "new cultures"), (True, "samples that A measured too")):
        found = [_ten(simulated(seed, "B", same_samples=same)) for seed in seeds]
        yield f"\n| ten {title}, times full recalibration | mean | by seed | in the mean |"
        yield "|---|---|---|---|"
        ratios = [one.mean / full for one, full in found]
        yield _row("**transferred sensor**", ratios, "")
        for method in (*METHODS, DIRECT):
            own = [one.by_method.get(method.name, np.nan) / full for one, full in found]
            taken = sum(method.name in _names(one.choice.members) for one, _ in found)
            if np.isfinite(own).any():
                yield _row(method.name, own, f"{taken} of {len(found)}")


def other_instruments(seeds: Sequence[int], _draws: int) -> Iterable[str]:
    """Yield a row an instrument: transferred, unchanged and local, over a full recalibration."""
    yield "\n| ten samples, times full recalibration | transferred | unchanged | local | bias |"
    yield "|---|---|---|---|---|"
    for instrument in OTHERS:
        found = [_ten(simulated(seed, instrument)) for seed in seeds[:2]]
        cells = [
            " ".join(f"{error(one) / full:.2f}" for one, full in found)
            for error in (
                lambda one: one.mean,
                lambda one: one.by_method["unchanged"],
                lambda one: one.local,
                lambda one: one.by_method["bias"],
            )
        ]
        yield f"| A to {instrument} | {' | '.join(cells)} |"


def to_plate(_seeds: Sequence[int], draws: int) -> Iterable[str]:
    """Yield ten drawn plate samples against a local model on them."""
    yield from _drawn(draws, to_plate=True)


def from_plate(_seeds: Sequence[int], draws: int) -> Iterable[str]:
    """Yield the same in the direction that no rule was tuned on."""
    yield from _drawn(draws, to_plate=False)


def few(seeds: Sequence[int], draws: int) -> Iterable[str]:
    """Yield what two and three samples bring: the agreed mean against its parts and nothing."""
    yield "\n| few samples, RMSE | agreed mean | DOP | added | moved and added | unchanged |"
    yield "|---|---|---|---|---|---|"
    with tempfile.TemporaryDirectory() as place, contextlib.redirect_stdout(io.StringIO()):
        run = fermentation(Path(place))
    for n in (2, 3):
        yield _few_row(f"fermentation, the first {n}, g/L", [reached(run, np.arange(n))])
    for case in [simulated(seed, instrument) for seed in seeds[:2] for instrument in "BF"]:
        for n in (2, 3):
            drawn = [_draw(case, n, draw) for draw in range(min(draws, 5))]
            yield _few_row(f"{case.name}, {n}, g/L", [reached(case, rows) for rows in drawn])


PARTS: dict[str, Callable[[Sequence[int], int], Iterable[str]]] = {
    "instrument-b": instrument_b,
    "other-instruments": other_instruments,
    "to-plate": to_plate,
    "from-plate": from_plate,
    "few": few,
}


def reached(case: Case, rows: IntArray) -> Reached:
    """Return what a transfer with these samples reaches on the others."""
    choice = compare(case.data, rows, case.recipes)
    rest = np.setdiff1d(np.arange(case.assays.size), rows)
    assert case.data.new is not None
    spectra = case.data.new.intensities[rest] if case.spectra is None else case.spectra
    wanted = case.assays[rest] if case.wanted is None else case.wanted
    members = [_predicted(case, rows, one.recipe, one.method, spectra) for one in choice.members]
    every = {one.method.name: one for one in reversed(choice.tried)}
    if choice.tried and np.any(case.data.partners(rows) >= 0):
        every[DIRECT.name] = Tried(choice.tried[0].recipe, DIRECT, wanted, 0.0)
    errors = {
        name: _rmse(_predicted(case, rows, one.recipe, one.method, spectra) - wanted)
        for name, one in every.items()
    }
    local = errors.get(LOCAL.name, np.nan)
    return Reached(choice, _rmse(np.mean(members, axis=0) - wanted), local, errors)


def _predicted(
    case: Case, rows: IntArray, recipe: Recipe, method: Method, spectra: FloatArray
) -> FloatArray:
    samples = samples_of(case.data, rows, recipe)
    fitted = method.fit(recipe.rest, samples)
    assert fitted is not None, method.name
    predicted: FloatArray = np.ravel(fitted.predict(recipe.rows(spectra)))
    return predicted


def _ten(case: Case) -> tuple[Reached, float]:
    assert case.data.new is not None
    assert case.full is not None
    rows = np.sort(kennard_stone(case.recipes[0].rows(case.data.new.intensities), TEN))
    return reached(case, rows), case.full


def _drawn(draws: int, *, to_plate: bool) -> Iterable[str]:
    yield (
        "\n| ten of them, RMSE in g/L, mean of draws | transferred | local model | no worse in | "
        "Kennard-Stone | rows good | 95 % held |"
    )
    yield "|---|---|---|---|---|---|---|"
    with tempfile.TemporaryDirectory() as place, contextlib.redirect_stdout(io.StringIO()):
        cases = mixtures(Path(place), to_plate=to_plate)
    for case in cases:
        found = [reached(case, _draw(case, TEN, draw)) for draw in range(draws)]
        mean, local = (
            np.array([getattr(one, name) for one in found]) for name in ("mean", "local")
        )
        spread = case.recipes[0].rows(case.data.new.intensities) if case.data.new else np.empty(0)
        rows = np.sort(kennard_stone(spread, TEN))
        choice = compare(case.data, rows, case.recipes)
        anew = predicted_anew(case.data, rows, choice)
        sensor = transferred_sensor(case.data, rows, choice, anew=anew, facts={})
        with contextlib.redirect_stdout(io.StringIO()):
            test = tested_on_others(sensor, case.data, rows)
        assert test is not None
        yield (
            f"| {case.name} | {mean.mean():.3f} | {local.mean():.3f} | "
            f"{int((mean <= local).sum())} of {draws} | {test['rmsep']:.3f} | "
            f"{test['share_good']:.0%} | {test['coverage_95']:.0%} |"
        )


def _few_row(name: str, found: Sequence[Reached]) -> str:
    parts = ("DOP, 1 direction, and bias", "added, weight 0.3", "moved and added, weight 0.3")
    cells = [np.mean([one.mean for one in found])]
    cells += [np.mean([one.by_method[part] for one in found]) for part in parts]
    cells.append(np.mean([one.choice.unchanged for one in found]))
    return f"| {name} | {' | '.join(f'{cell:.2f}' for cell in cells)} |"


def _draw(case: Case, n: int, seed: int) -> IntArray:
    rng = np.random.default_rng(seed)
    return np.sort(rng.choice(case.assays.size, n, replace=False))


def _row(name: str, ratios: Sequence[float], taken: str) -> str:
    by_seed = " ".join(f"{ratio:.2f}" for ratio in ratios)
    return f"| {name} | {np.nanmean(ratios):.2f} | {by_seed} | {taken} |"


def _names(members: Sequence[Tried]) -> set[str]:
    return {one.method.name for one in members}


def _rmse(errors: FloatArray) -> float:
    return float(np.sqrt(np.mean(np.square(errors))))


if __name__ == "__main__":
    main()
