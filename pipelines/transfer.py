"""`pat transfer`: a sensor moved to the instrument of another campaign, or why that fails."""

import json as json_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pat.errors import InputError
from pipelines.sensors import open_sensor
from pipelines.tables import print_table

if TYPE_CHECKING:
    from pat.arrays import IntArray
    from pat.soft_sensor import SoftSensor
    from pat.transfer import Choice, Recipe, TransferData

FEWEST_SAMPLES = 2
_SHOWN = 8


def run(
    sensor: str,
    *,
    to: Path,
    samples: int | None = None,
    first: bool = False,
    out: Path | None = None,
    tracking_uri: str | None = None,
    json: Path | None = None,
) -> dict[str, Any]:
    """Print and return how a sensor was transferred; write the new version where one helps.

    Parameters
    ----------
    sensor : str
    to : Path
        Campaign folder of the new instrument.
    samples : int, optional
        Assayed samples of it to use; the rest test the result. All, where left out.
    first : bool
        The first ones in the order of the campaign, not those spread over its spectra.
    out : Path, optional
        Folder for the new sensor; needed where `sensor` is a folder.

    Raises
    ------
    InputError
        If sensor, campaign or the number of samples does not allow a transfer; nothing is
        written then.
    """
    from pat.readers import read_campaign
    from pat.transfer import check_range, compare, transfer_data

    found, reference = open_sensor(sensor, tracking_uri=tracking_uri)
    from_folder = Path(sensor).is_dir()
    if from_folder and out is None:
        msg = f"expected --out FOLDER for the sensor made of the folder {sensor}; got none"
        raise InputError(msg)
    data = transfer_data(found, read_campaign(to))
    for note in data.notes:
        print(f"note: {note}")
    recipes = transfer_recipes_of(data)
    rows = chosen_rows(data, recipes, samples=samples, first=first)
    facts: dict[str, Any] = {"schema": 1, "sensor": reference, "to": to.name, "n": int(rows.size)}
    if rows.size == 0:
        made = _unverified(data, recipes, reference=reference)
        facts |= {"method": "unchanged, level unverified", "loo_rmse": None}
    else:
        check_range(data, rows)
        choice = compare(data, rows, recipes)
        _print_choice(choice, unit=found.analyte.unit)
        facts |= _choice_facts(choice)
        if not choice.helps:
            print("none of the methods helps: the sensor as it is predicts these samples as well")
            return {**facts, "written": None}
        made = _transferred(data, rows, choice, reference=reference)
    facts["test"] = _tested(made, data, rows)
    facts["written"] = _written(
        made, facts, out=out, register=not from_folder, tracking_uri=tracking_uri
    )
    if json is not None:
        json.write_text(json_module.dumps(facts, indent=2) + "\n", encoding="utf-8")
    return facts


def transfer_recipes_of(data: "TransferData") -> "list[Recipe]":
    """Return the recipes that a transfer chooses among; the sensor's own come first."""
    from sklearn.base import clone
    from sklearn.cross_decomposition import PLSRegression
    from sklearn.pipeline import Pipeline

    from pat.transfer import fewest_components, recipe_of
    from pipelines.recipes import TRANSFER_COMPONENTS, transfer_recipes

    sensor, old = data.sensor, data.old
    own = [
        recipe_of(f"own {number + 1}", clone(member.pipeline), old.spectra)
        for number, member in enumerate(sensor.members)
    ]
    covered = sensor.axis[_covered(data)]
    found = []
    for name, steps in transfer_recipes(sensor.axis, sensor.axis_kind).items():
        grid = steps.steps[0][1].grid
        if grid.min() < covered.min() or grid.max() > covered.max():
            continue
        recipe = recipe_of(
            name, Pipeline([*steps.steps, ("pls", PLSRegression(1, scale=False))]), old.spectra
        )
        groups = old.samples["group"].to_numpy(dtype=object)
        count = fewest_components(
            recipe.rows(old.spectra), old.assays, groups, tried=TRANSFER_COMPONENTS
        )
        recipe.rest.set_params(pls__n_components=count)
        found.append(recipe)
    return [*found, *own] if found else own


def _covered(data: "TransferData") -> Any:
    """Return which channels of the sensor's axis the new instrument reaches."""
    axis = data.sensor.axis
    low, high = data.reach
    return (axis >= low) & (axis <= high)


def chosen_rows(
    data: "TransferData", recipes: "list[Recipe]", *, samples: int | None, first: bool
) -> "IntArray":
    """Return the rows of the assayed samples to use.

    Raises
    ------
    InputError
        If there are fewer than wanted, or too few for any method.
    """
    import numpy as np

    from pat.transfer import kennard_stone

    n = 0 if data.new is None else len(data.new)
    wanted = n if samples is None else samples
    if wanted == 0:
        return np.empty(0, dtype=np.int64)
    if not FEWEST_SAMPLES <= wanted <= n:
        msg = (
            f"expected {FEWEST_SAMPLES} to {n} assayed samples of {data.sensor.analyte.name} in "
            f"the campaign, or --samples 0 to go without; got {wanted}"
        )
        raise InputError(msg)
    assert data.new is not None
    if first:
        return np.arange(wanted, dtype=np.int64)
    return np.sort(kennard_stone(recipes[0].rows(data.new.intensities), wanted))


def _unverified(data: "TransferData", recipes: "list[Recipe]", *, reference: str) -> "SoftSensor":
    from pat.transfer import unverified_sensor

    others = [recipe for recipe in recipes if not recipe.name.startswith("own ")] or recipes
    facts = {"transferred from": reference, "transfer samples": "none: its level is unverified"}
    return unverified_sensor(data, others, facts=facts | _notes(data))


def _transferred(
    data: "TransferData", rows: "IntArray", choice: "Choice", *, reference: str
) -> "SoftSensor":
    from pat.transfer import transferred_sensor

    facts = {
        "transferred from": reference,
        "transfer samples": str(rows.size),
        "leave-one-out RMSE": f"{choice.rmse:.4g} (chosen by it, so a little optimistic)",
        "leave-one-out RMSE of a local model": f"{choice.local:.4g}",
        "leave-one-out RMSE unchanged": f"{choice.unchanged:.4g}",
    }
    return transferred_sensor(data, rows, choice, facts=facts | _notes(data))


def _notes(data: "TransferData") -> dict[str, str]:
    return {f"transfer note {number}": note for number, note in enumerate(data.notes, start=1)}


def _print_choice(choice: "Choice", *, unit: str) -> None:
    rows = [
        (one.method.name, one.recipe.name, f"{one.rmse:.3g} {unit}", _mark(choice, one))
        for one in choice.tried[:_SHOWN]
    ]
    print_table(("method", "recipe", "leave-one-out RMSE", "in the mean"), rows)
    print(f"mean of {len(choice.members)}: {choice.rmse:.3g} {unit}; ", end="")
    print(f"unchanged {choice.unchanged:.3g}, local model {choice.local:.3g}")


def _mark(choice: "Choice", one: Any) -> str:
    return "yes" if any(one is member for member in choice.members) else ""


def _choice_facts(choice: "Choice") -> dict[str, Any]:
    import numpy as np

    def number(value: float) -> float | None:
        return float(value) if np.isfinite(value) else None

    return {
        "loo_rmse": choice.rmse,
        "loo_rmse_unchanged": number(choice.unchanged),
        "loo_rmse_local": number(choice.local),
        "members": [f"{one.method.name}; {one.recipe.name}" for one in choice.members],
        "tried": [
            {"method": one.method.name, "recipe": one.recipe.name, "loo_rmse": one.rmse}
            for one in choice.tried
        ],
    }


def _tested(made: "SoftSensor", data: "TransferData", rows: "IntArray") -> dict[str, Any] | None:
    """Print and return the errors on assayed samples that were not used; None without any."""
    import numpy as np

    from pat.spectra import Spectra

    if data.new is None:
        return None
    rest = np.setdiff1d(np.arange(len(data.new)), rows)
    if rest.size == 0:
        return None
    mask = np.zeros(len(data.new), dtype=np.bool_)
    mask[rest] = True
    new = data.new.select(mask)
    keys = new.samples[["campaign", "vessel", "time", "elapsed_h", "sample"]]
    predicted = made.predict(Spectra(new.axis, new.intensities, keys, new.axis_kind))
    values = predicted["value"].to_numpy(dtype=np.float64)
    wanted = new.values[made.analyte.name].to_numpy(dtype=np.float64)
    known = np.isfinite(values)
    error = values[known] - wanted[known]
    varied = known.sum() > 2 and np.ptp(wanted[known]) > 0 and np.ptp(values[known]) > 0
    facts = {
        "n": int(known.sum()),
        "rmsep": float(np.sqrt(np.mean(error**2))),
        "bias": float(error.mean()),
        "r": float(np.corrcoef(values[known], wanted[known])[0, 1]) if varied else None,
        "share_good": float((predicted["quality"] == "good").mean()),
    }
    unit = made.analyte.unit
    r = "undefined" if facts["r"] is None else f"{facts['r']:.3f}"
    print(
        f"on the {facts['n']} other assayed samples: RMSEP {facts['rmsep']:.3g} {unit}, bias "
        f"{facts['bias']:+.3g}, r {r}; {facts['share_good']:.0%} good"
    )
    return facts


def _written(
    made: "SoftSensor",
    facts: dict[str, Any],
    *,
    out: Path | None,
    register: bool,
    tracking_uri: str | None,
) -> str:
    """Return where the new sensor is: a folder, or a version of the registry."""
    if out is not None:
        from pat.soft_sensor import save_sensor

        save_sensor(made, out)
        print(f"{made.title}, {made.digest[:12]} -> {out}")
        print(f"next: pat evaluate {out} CAMPAIGN")
        return str(out)
    assert register
    from pipelines.transfer_run import log_transfer

    where = log_transfer(made, facts, tracking_uri=tracking_uri)
    print(f"registered: {where}")
    name, version = where.removeprefix("models:/").rsplit("/", 1)
    print(f'next: pat promote {name} {version} --by "YOU" --why "REASON"')
    return where
