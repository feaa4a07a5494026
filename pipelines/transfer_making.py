"""The transferred sensor with all that is known of it: the choice, the test, the card."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from pat.arrays import FloatArray, IntArray
from pat.readers.target_profile import TargetProfile
from pat.soft_sensor import SoftSensor
from pat.soft_sensor.seal import with_card
from pat.transfer import (
    EVIDENCE_COLUMNS,
    Choice,
    Recipe,
    TransferData,
    check_range,
    compare,
    errors_as_it_stands,
    held_out_samples,
    predicted_anew,
    transferred_sensor,
    unverified_sensor,
    why_not_worth,
)
from pipelines.transfer_card import transfer_card
from pipelines.transfer_evidence import TransferEvidence, transfer_evidence
from pipelines.transfer_others import predicted_others, say_others
from pipelines.transfer_words import (
    choice_facts,
    evidence,
    learning_evidence,
    notes_as_facts,
    print_choice,
)


@dataclass(frozen=True, slots=True, eq=False)
class MovedSensor:
    """A transferred sensor, which carries its card, and what proves it.

    Parameters
    ----------
    sensor : SoftSensor
    evidence : TransferEvidence
    profile : TargetProfile or None
        What it was judged by.
    figures : mapping of name to SVG text
    """

    sensor: SoftSensor
    evidence: TransferEvidence
    profile: TargetProfile | None
    figures: Mapping[str, str]


def moved_sensor(
    data: TransferData,
    rows: IntArray,
    recipes: Sequence[Recipe],
    facts: dict[str, Any],
    *,
    profile: TargetProfile | None,
) -> MovedSensor | None:
    """Return the sensor of the new instrument, None where no method helps; say why.

    `rows` are the transfer samples; what is found out is added to `facts`.
    """
    parent = f"{facts['sensor']}, digest {facts['sensor_digest']}"
    figures: dict[str, str] = {}
    if rows.size == 0:
        made = _unverified(data, recipes, parent=parent)
        held_out = pd.DataFrame(columns=list(EVIDENCE_COLUMNS))
        facts |= {"method": "unchanged, level unverified", "loo_rmse": None}
    else:
        check_range(data, rows)
        choice = compare(data, rows, recipes)
        as_it_stands = errors_as_it_stands(data, rows)
        print_choice(choice, as_it_stands, unit=data.sensor.analyte.unit)
        facts |= choice_facts(choice, as_it_stands)
        anew = predicted_anew(data, rows, choice)
        facts["reason"] = why_not_worth(data, rows, choice, anew=anew) or None
        if facts["reason"]:
            print(f"none of the methods helps: {facts['reason']}")
            return None
        learnt, figures = learning_evidence(data, rows, choice)
        made = _transferred(data, rows, choice, anew=anew, parent=parent, more=learnt)
        held_out = held_out_samples(data, rows, choice, anew=anew, made=made)
    others = predicted_others(made, data, rows)
    facts["test"] = say_others(others, unit=made.analyte.unit)
    target = None if profile is None else profile.target(made.analyte.name, made.analyte.unit)
    found = transfer_evidence(data, rows, made, held_out=held_out, others=others, target=target)
    found.say(made.analyte.unit)
    facts |= found.as_facts()
    made = with_card(made, transfer_card(made, facts, found))
    figures |= found.figures(made.analyte.name, made.analyte.unit)
    return MovedSensor(made, found, profile, figures)


def _unverified(data: TransferData, recipes: Sequence[Recipe], *, parent: str) -> SoftSensor:
    others = [recipe for recipe in recipes if not recipe.own] or recipes
    facts = {"transferred from": parent, "transfer samples": "none: its level is unverified"}
    return unverified_sensor(data, others, facts=facts | notes_as_facts(data.notes))


def _transferred(
    data: TransferData,
    rows: IntArray,
    choice: Choice,
    *,
    anew: FloatArray,
    parent: str,
    more: Mapping[str, str],
) -> SoftSensor:
    assert data.new is not None
    n_vessels = len(np.unique(data.new.cultures[rows].astype(str)))
    facts = evidence(choice, parent=parent, n_samples=rows.size, n_vessels=n_vessels)
    return transferred_sensor(
        data, rows, choice, anew=anew, facts={**facts, **more, **notes_as_facts(data.notes)}
    )
