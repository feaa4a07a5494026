"""The model card says in words what a user must know before relying on a sensor."""

from dataclasses import replace

import pytest

from pat.report.card import CardContext, known_limits, model_card
from pat.report.facts import TrainingFacts

FACTS = TrainingFacts(
    "glucose",
    "g/L",
    n_samples=336,
    n_cultures=24,
    n_campaigns=3,
    paired=336,
    model="pls",
    recipe="first derivative, SNV",
    parameters={"n_components": 6},
    rmsecv=0.21,
    rmsecv_interval=(0.18, 0.25),
    nested_rmse=0.23,
    nulls={"mean": 1.9, "culture_age": 1.0},
)
CONTEXT = CardContext(
    campaigns=("cho: a fed-batch",),
    instrument="A",
    axis="450 to 1800 cm-1",
    calibrated_range=(0.5, 7.0),
    limits=("Q above 3.2: uncertain",),
)


def test_the_card_gives_the_error_beside_that_of_guessing_from_culture_age() -> None:
    card = model_card(FACTS, CONTEXT)

    assert "typically off by **0.23 g/L**" in card
    assert "guessing from culture age alone is off by 1 g/L" in card
    assert "0.21 g/L (95 %: 0.18 to 0.25)" in card
    assert "n_components = 6" in card


def test_a_pipe_in_a_description_does_not_break_the_table() -> None:
    card = model_card(FACTS, replace(CONTEXT, campaigns=("cho: medium A|B",)))

    assert "medium A\\|B" in card


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"nested_rmse": 0.9}, "calendar rather than the analyte"),
        ({"n_cultures": 12}, "too few for a 95 %"),
        ({"n_campaigns": 1}, "how far the next campaign differs is unknown"),
    ],
)
def test_each_weakness_is_named(change: dict[str, float], words: str) -> None:
    before = " ".join(known_limits(FACTS, CONTEXT))
    after = " ".join(known_limits(replace(FACTS, **change), CONTEXT))

    assert words not in before
    assert words in after


def test_a_sensor_that_uses_process_values_says_so() -> None:
    lines = known_limits(FACTS, replace(CONTEXT, process_names=("pH",)))

    assert any("process values (pH)" in line for line in lines)
