"""What more cultures would buy is said in numbers with their uncertainty, and drawn."""

from dataclasses import replace
from xml.etree import ElementTree

import numpy as np

from pat.calibration.learning_curve import LearningCurve
from pat.report.learning_figure import learning_figure, learning_words
from tests.report.test_card import FURTHER, card


def exact_curve(n_cultures: int = 12) -> LearningCurve:
    """Return the curve of cultures that are all alike: mse = 0.04 + 0.6 / count."""
    counts = np.array([3, 6, 9])
    squared = np.tile(4 * (0.04 + 0.6 / counts), (n_cultures, 1))
    return LearningCurve(n_cultures, counts, squared, np.full(n_cultures, 4.0))


def test_the_words_give_error_today_and_then_of_the_exact_curve() -> None:
    today, then = np.sqrt(0.04 + 0.6 / 12), np.sqrt(0.04 + 0.6 / 18)

    words = learning_words(exact_curve(), unit="g/L")

    assert words == (
        f"6 more cultures would lower the error on new ones from {today:.3g} to {then:.3g} g/L "
        f"(95 % interval {then:.3g} to {then:.3g}); gain {today - then:.2g} g/L "
        f"({today - then:.2g} to {today - then:.2g})"
    )


def test_the_card_says_it_where_there_is_a_curve() -> None:
    assert "6 more cultures would lower" in card(further=replace(FURTHER, learning=exact_curve()))
    assert "more cultures would" not in card()


def test_the_figure_is_svg_and_names_what_it_shows() -> None:
    drawn = learning_figure(exact_curve(), title="glucose", unit="g/L")

    ElementTree.fromstring(drawn)
    for text in ("12 today", "RMSE (g/L)", "95 % interval", "cultures learnt from"):
        assert text in drawn
