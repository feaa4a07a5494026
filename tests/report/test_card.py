"""The model card says in words what a user must know before relying on a sensor."""

from dataclasses import replace
from html import unescape

import pytest

from pat.calibration.merit import PairedTest, sensor_share
from pat.report.card import CardContext, known_limits, model_card
from pat.report.facts import FurtherFigures, StrategyFigures, TrainingFacts

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
FURTHER = FurtherFigures(fit_rmse=0.15, optimism=0.02, split=sensor_share(0.23, 0.1))
CONTEXT = CardContext(
    campaigns=("cho: a fed-batch",),
    instrument="A",
    axis="450 to 1800 cm-1",
    calibrated_range=(0.5, 7.0),
    n_independent=24,
    limits=("Q above 3.2: uncertain",),
)


def card(
    facts: TrainingFacts = FACTS,
    further: FurtherFigures = FURTHER,
    context: CardContext = CONTEXT,
) -> str:
    return model_card(facts, further, context=context)


def limits(
    facts: TrainingFacts = FACTS,
    further: FurtherFigures = FURTHER,
    context: CardContext = CONTEXT,
) -> str:
    return " ".join(known_limits(facts, further, context=context))


def row(text: str, figure: str) -> str:
    """Return the value in the card's table beside the figure that starts with these words."""
    (line,) = [line for line in text.splitlines() if line.startswith(f"| {figure}")]
    return line.split("|")[2].strip()


def test_the_card_gives_the_error_beside_that_of_guessing_from_culture_age() -> None:
    assert "typically off by **0.23 g/L**" in card()
    assert "guessing from culture age alone is off by 1 g/L" in card()
    assert row(card(), "RMSECV") == "0.21 g/L (95 %: 0.18 to 0.25)"
    assert "n_components = 6" in card()


def test_the_card_says_whether_the_sensor_beats_a_guess_more_clearly_than_chance() -> None:
    test = PairedTest(rmse_a=0.23, rmse_b=1.0, p_value=0.0005, n_cultures=24, n_samples=336)

    text = card(further=replace(FURTHER, null_tests={"culture_age": test}))

    assert row(text, "null model: culture age only") == (
        "1 g/L; by culture the sensor has the smaller error, more clearly than chance explains: "
        "0.23 against 1 on 24 cultures (p = 0.0005)"
    )
    assert row(text, "null model: the mean") == "1.9 g/L"


def test_the_error_is_split_into_the_analyser_s_part_and_the_sensor_s() -> None:
    assert row(card(), "of it, the reference method's own") == "0.1 g/L"
    assert row(card(), "of it, the sensor's") == "0.207 g/L"  # sqrt(0.23² - 0.1²)


@pytest.mark.parametrize(
    ("sel", "words"),
    [(None, "The reference method's error is not known"), (0.4, "check sel")],
)
def test_an_error_that_cannot_be_split_is_a_known_limit(sel: float | None, words: str) -> None:
    further = replace(FURTHER, split=sensor_share(0.23, sel))

    assert "of it, the sensor's" not in card(further=further)
    assert words in limits(further=further)


def test_the_optimism_of_choosing_by_rmsecv_is_shown() -> None:
    assert row(card(), "optimism") == "0.02 g/L"


def test_figures_that_do_not_exist_have_no_row() -> None:
    assert "kept out of everything" not in card()
    assert "process values only" not in card()
    held_out = replace(FACTS, holdout_rmsep=0.31)
    assert row(card(held_out), "RMSEP of cultures kept out") == "0.31 g/L"


@pytest.mark.parametrize("description", ["medium A|B", "two\nlines", "<script>x</script>", "a*b*"])
def test_a_description_does_not_break_the_page(description: str) -> None:
    from markdown_it import MarkdownIt

    text = card(context=replace(CONTEXT, campaigns=(f"cho: {description}",)))

    page = MarkdownIt("commonmark").enable("table").render(text)
    (cell,) = [line for line in page.splitlines() if "<td>cho" in line]
    shown = unescape(cell.removeprefix("<td>").removesuffix("</td>"))
    assert shown == f"cho: {' '.join(description.split())}"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"nested_rmse": 0.9}, "calendar rather than the analyte"),
        ({"n_campaigns": 1}, "how far the next campaign differs is unknown"),
    ],
)
def test_each_weakness_is_named(change: dict[str, float], words: str) -> None:
    assert words not in limits()
    assert words in limits(replace(FACTS, **change))


def test_the_interval_is_judged_by_cultures_that_are_independent() -> None:
    grouped = limits(context=replace(CONTEXT, n_independent=18))

    assert "too few for a 95 %" not in limits(context=replace(CONTEXT, n_independent=19))
    assert "18 independent cultures are too few for a 95 % rank-based interval" in grouped


def test_what_the_search_could_not_do_is_a_known_limit() -> None:
    assert "LightGBM is absent." in limits(further=replace(FURTHER, notes=("lightGBM is absent",)))


def test_an_unknown_error_is_said_to_be_unknown() -> None:
    text = card(replace(FACTS, nested_rmse=None, rmsecv_interval=None, q2=None))

    assert "on a culture it has never seen is unknown" in text
    assert "too few cultures for an interval" in text
    assert row(text, "Q²") == "undefined"


def test_a_sensor_that_uses_process_values_says_so() -> None:
    assert "process values (pH)" in limits(context=replace(CONTEXT, process_names=("pH",)))


def test_the_ways_that_competed_stand_on_the_card_with_the_one_chosen() -> None:
    ways = (
        StrategyFigures("single", 1, 0.31, 0.35, is_champion=False),
        StrategyFigures("mean of the best", 5, 0.29, None, is_champion=True),
    )

    text = card(further=replace(FURTHER, strategies=ways))

    assert "| single &emsp; | 1 &emsp; | 0.31 &emsp; | 0.35 |" in text
    assert "| mean of the best, chosen &emsp; | 5 &emsp; | 0.29 &emsp; | undefined |" in text
    assert "way to choose" not in card(further=replace(FURTHER, strategies=ways[:1]))


def test_every_member_of_a_consensus_stands_on_the_card() -> None:
    members = {
        "strategy": "stack",
        "members": 2,
        "member_1": "0.7 of pls",
        "member_2": "0.3 of svr",
    }

    text = card(replace(FACTS, recipe="A | B | C", parameters=members))

    assert "- consensus: the value is the weighted mean of 2 members" in text
    assert "- member 2: 0.3 of svr" in text
    assert "recipe A and 2 more" in text
