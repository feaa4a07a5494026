"""`pat transfer`: a sensor moved to the instrument of another campaign, or why that fails."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pat.errors import InputError
from pipelines.json_facts import check_folders, write_facts
from pipelines.sensors import open_sensor

if TYPE_CHECKING:
    from pipelines.transfer_making import MovedSensor


def run(
    sensor: str,
    *,
    to: Path,
    samples: int | None = None,
    first: bool = False,
    targets: Path | None = None,
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
    targets : Path, optional
        Target profile to judge the new version by, stated before the test.
    out : Path, optional
        Folder for the new sensor; needed where `sensor` is a folder.

    Raises
    ------
    InputError
        If sensor, campaign, target profile or the number of samples does not allow a transfer;
        nothing is written then.
    """
    from pat.readers import read_campaign
    from pat.readers.target_profile import read_target_profile
    from pat.soft_sensor.folder import check_new
    from pat.transfer import transfer_data
    from pipelines.transfer_inputs import chosen_rows, transfer_recipes_of
    from pipelines.transfer_making import moved_sensor

    check_folders(json=json)
    profile = None if targets is None else read_target_profile(targets)
    found, reference = open_sensor(sensor, tracking_uri=tracking_uri)
    if profile is not None:
        profile.target(found.analyte.name, found.analyte.unit)
    from_folder = Path(sensor).is_dir()
    if from_folder and out is None:
        msg = f"expected --out FOLDER for the sensor made of the folder {sensor}; got none"
        raise InputError(msg)
    if out is not None:
        check_new(out)
    data = transfer_data(found, read_campaign(to))
    for note in data.notes:
        print(f"note: {note}")
    recipes = transfer_recipes_of(data)
    rows = chosen_rows(data, recipes, samples=samples, first=first)
    facts: dict[str, Any] = {"schema": 1, "sensor": reference, "sensor_digest": found.digest}
    facts |= {"to": to.name, "n": int(rows.size), "written": None}
    moved = moved_sensor(data, rows, recipes, facts, profile=profile)
    if moved is not None:
        facts["written"] = _written(moved, facts, out=out, tracking_uri=tracking_uri)
    if json is not None:
        write_facts(facts, json)
    return facts


def _written(
    moved: "MovedSensor", facts: dict[str, Any], *, out: Path | None, tracking_uri: str | None
) -> str:
    """Return where the new sensor is: a folder, or a version of the registry."""
    made = moved.sensor
    if out is not None:
        from pat.soft_sensor import save_sensor

        save_sensor(made, out)
        print(f"{made.title}, {made.digest[:12]} -> {out}")
        print(f"next: pat evaluate {out} CAMPAIGN")
        return str(out)
    from pipelines.transfer_run import log_transfer

    where = log_transfer(moved, facts, tracking_uri=tracking_uri)
    print(f"registered: {where}")
    name, version = where.removeprefix("models:/").rsplit("/", 1)
    print(f'next: pat promote {name} {version} --by "YOU" --why "REASON"')
    return where
