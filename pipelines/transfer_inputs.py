"""What a transfer works with: the recipes it chooses among, and the samples it may use."""

from typing import TYPE_CHECKING, Any

from pat.errors import InputError

if TYPE_CHECKING:
    from pat.arrays import IntArray
    from pat.transfer import Recipe, TransferData

FEWEST_SAMPLES = 2


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
        if len(data.unlabelled) == 0:
            msg = f"expected a usable spectrum in {data.campaign}; got none: `pat check` tells why"
            raise InputError(msg)
        return np.empty(0, dtype=np.int64)
    wanted = n if samples is None else samples
    if n < FEWEST_SAMPLES:
        analyte = data.sensor.analyte.name
        msg = (
            f"expected at least {FEWEST_SAMPLES} samples with an assay of {analyte} and a usable "
            f"spectrum in {data.campaign}, that the sensor has not learnt from; got {n}: `pat "
            "check` tells why, and --samples 0 goes without, its level then unverified"
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
