"""`pat transfer`: a sensor moved to the instrument of another campaign, or why that fails."""

import json as json_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pat.errors import InputError
from pipelines.sensors import open_sensor

if TYPE_CHECKING:
    from pat.arrays import IntArray
    from pat.soft_sensor import SoftSensor
    from pat.transfer import Choice, Recipe, TransferData

FEWEST_SAMPLES = 2


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
    from pat.soft_sensor.seal import with_card
    from pat.transfer import check_range, compare, transfer_data
    from pipelines.transfer_card import transfer_card
    from pipelines.transfer_others import tested_on_others
    from pipelines.transfer_words import choice_facts, learning_evidence, print_choice

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
    parent = f"{reference}, digest {found.digest}"
    figures: dict[str, str] = {}
    facts: dict[str, Any] = {"schema": 1, "sensor": reference, "sensor_digest": found.digest}
    facts |= {"to": to.name, "n": int(rows.size)}
    if rows.size == 0:
        made = _unverified(data, recipes, parent=parent)
        facts |= {"method": "unchanged, level unverified", "loo_rmse": None}
    else:
        check_range(data, rows)
        choice = compare(data, rows, recipes)
        print_choice(choice, unit=found.analyte.unit)
        facts |= choice_facts(choice)
        if not choice.helps:
            print("none of the methods helps: the sensor as it is predicts these samples as well")
            return _recorded({**facts, "written": None}, json)
        learnt, figures = learning_evidence(data, rows, choice)
        made = _transferred(data, rows, choice, parent=parent, more=learnt)
    facts["test"] = tested_on_others(made, data, rows)
    made = with_card(made, transfer_card(made, facts))
    facts["written"] = _written(
        made, facts, figures, out=out, register=not from_folder, tracking_uri=tracking_uri
    )
    return _recorded(facts, json)


def _recorded(facts: dict[str, Any], json: Path | None) -> dict[str, Any]:
    """Return the facts, written as JSON where that was asked for."""
    if json is not None:
        json.write_text(json_module.dumps(facts, indent=2) + "\n", encoding="utf-8")
    return facts


def transfer_recipes_of(data: "TransferData") -> "list[Recipe]":
    """Return the recipes that a transfer chooses among; the sensor's own come last."""
    from sklearn.base import clone
    from sklearn.cross_decomposition import PLSRegression
    from sklearn.pipeline import Pipeline

    from pat.transfer import fewest_components, recipe_of
    from pipelines.recipes import TRANSFER_COMPONENTS, transfer_recipes

    sensor, old = data.sensor, data.old
    own = [
        recipe_of(f"own {number + 1}", clone(member.pipeline), old.spectra, own=True)
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
    if samples == 0:
        return np.empty(0, dtype=np.int64)
    wanted = n if samples is None else samples
    if n < FEWEST_SAMPLES:
        analyte = data.sensor.analyte.name
        msg = (
            f"expected at least {FEWEST_SAMPLES} samples with an assay of {analyte} and a usable "
            f"spectrum in {data.campaign}; got {n}: `pat check` tells why, and --samples 0 goes "
            "without, its level then unverified"
        )
        raise InputError(msg)
    if not FEWEST_SAMPLES <= wanted <= n:
        msg = (
            f"expected {FEWEST_SAMPLES} to {n} assayed samples of {data.sensor.analyte.name} in "
            f"{data.campaign}, or --samples 0 to go without; got {wanted}"
        )
        raise InputError(msg)
    assert data.new is not None
    if first:
        return np.arange(wanted, dtype=np.int64)
    return np.sort(kennard_stone(recipes[0].rows(data.new.intensities), wanted))


def _unverified(data: "TransferData", recipes: "list[Recipe]", *, parent: str) -> "SoftSensor":
    from pat.transfer import unverified_sensor
    from pipelines.transfer_words import notes_as_facts

    others = [recipe for recipe in recipes if not recipe.own] or recipes
    facts = {"transferred from": parent, "transfer samples": "none: its level is unverified"}
    return unverified_sensor(data, others, facts=facts | notes_as_facts(data.notes))


def _transferred(
    data: "TransferData",
    rows: "IntArray",
    choice: "Choice",
    *,
    parent: str,
    more: dict[str, str],
) -> "SoftSensor":
    from pat.transfer import transferred_sensor
    from pipelines.transfer_words import evidence, notes_as_facts

    assert data.new is not None
    vessels = set(data.new.cultures[rows].tolist())
    facts = evidence(choice, parent=parent, n_samples=rows.size, n_vessels=len(vessels))
    return transferred_sensor(data, rows, choice, facts=facts | more | notes_as_facts(data.notes))


def _written(
    made: "SoftSensor",
    facts: dict[str, Any],
    figures: dict[str, str],
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

    where = log_transfer(made, facts, figures, tracking_uri=tracking_uri)
    print(f"registered: {where}")
    name, version = where.removeprefix("models:/").rsplit("/", 1)
    print(f'next: pat promote {name} {version} --by "YOU" --why "REASON"')
    return where
