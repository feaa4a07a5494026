"""The validation report says the outcome first, escapes what it is given, and ends to be signed."""

import json
from dataclasses import replace
from html import escape
from xml.etree import ElementTree

from pat.readers.target_profile import TargetProfile
from pat.report import validation_figures
from pat.report.criteria import Criterion
from pat.report.validation_page import ValidationReport, validation_page
from pat.report.validation_sheet import Background, validation_sheet
from tests.report.test_validation_sheet import samples


def report(*, criteria=(), sheet=None, figures=None):
    return ValidationReport(
        title="Validation of <cho.glucose>",
        summary="Typically off by 0.2 g/L.",
        profile=None,
        criteria=tuple(criteria),
        lineage=(("sensor, SHA-256", "ab" * 32),),
        sheet=sheet,
        nulls={"culture age only": "0.9 g/L"},
        applicability=("90 % good",),
        known_limits=("Calibrated from 1 to 6 g/L.",),
        figures=figures or {},
    )


def test_a_report_without_a_single_comparison_is_still_whole():
    html = validation_page(report())

    assert "Validation of &lt;cho.glucose&gt;" in html
    assert "nothing is accepted or refused" in html
    assert "signature" in html


def test_the_outcome_names_what_failed():
    met = Criterion("error", "at most 0.3", "0.2", is_met=True)
    failed = Criterion("bias", "within 0.1", "+0.2", is_met=False)
    unknown = Criterion("coverage", "at least 90 %", "no interval", is_met=None)

    assert "All 1 acceptance criteria are met" in validation_page(report(criteria=[met]))
    html = validation_page(report(criteria=[met, failed, unknown]))
    assert "not met: bias (not met), coverage (cannot be judged)." in html


def test_statistics_levels_cultures_and_figures_stand_on_the_page():
    table = samples()
    sheet = validation_sheet(table, unit="g/L", background=Background())
    figures = {
        "by culture": validation_figures.errors_by_culture(
            table, title="errors", unit="g/L", largest=0.3
        ),
        "by level": validation_figures.accuracy_profile(
            sheet.levels, table, title="levels", unit="g/L", largest=0.3
        ),
    }

    html = validation_page(report(sheet=sheet, figures=figures))

    assert "limits of agreement" in html
    assert html.count("cho/V0") == 8
    assert html.count("data:image/svg+xml;base64,") == 2
    assert "http://" not in html.replace("http://www.w3.org", "")


CARD = (
    "# glucose soft sensor\n\nOff by **0.2 g/L**.\n\n## Known limits\n\n- Trained on 1 campaign.\n"
)


def test_the_model_card_is_the_first_page_and_its_limits_are_not_said_again():
    limits = ("Trained on 1 campaign.", "It learnt from 2 of these.")

    html = validation_page(replace(report(), card=CARD, known_limits=limits))

    assert html.index("Model card, written when the sensor was made</h2>") < html.index(
        "Purpose and criteria</h2>"
    )
    assert "<h3>Known limits</h3>" in html
    assert html.count("Trained on 1 campaign.") == 1
    assert "It learnt from 2 of these." in html
    assert "glucose soft sensor" not in html


def test_the_json_says_what_the_page_says():
    profile = TargetProfile("feeding", "CHO, <advisory>", "low", "cd" * 32)
    met = Criterion("error", "at most 0.3", "0.2", is_met=True)
    sheet = validation_sheet(samples(), unit="g/L", background=Background())
    told = replace(
        report(criteria=[met], sheet=sheet),
        profile=profile, suspects=("a clock is late",), failures=("V01 is off",),
        rivals=("the other is no better",), card=CARD,
    )  # fmt: skip

    facts = json.loads(json.dumps(told.as_json(), allow_nan=False))
    html = validation_page(told)

    assert set(facts["profile"].values()) == {"feeding", "CHO, <advisory>", "low", "cd" * 32}
    for text in (
        facts["title"], facts["summary"], *facts["profile"].values(), *facts["lineage"].values(),
        *facts["suspects"], *facts["failures"], *facts["rivals"], *facts["applicability"],
        *facts["known_limits"], facts["criteria"][0]["verdict"],
        *(line["meaning"] for line in facts["validation"]["statistics"]),
    ):  # fmt: skip
        assert escape(text) in html


def test_a_profile_that_asks_nothing_of_an_analyte_is_shown_all_the_same():
    html = validation_page(replace(report(), profile=TargetProfile("feeding", "", "", "cd" * 32)))

    assert "feeding" in html
    assert "The profile asks nothing of this analyte." in html


def test_a_signature_has_a_meaning():
    html = validation_page(report())

    assert "approves the sensor for the use stated above" in html
    assert html.index("Applicability</h2>") < html.index("Signatures</h2>")


def test_every_culture_has_its_row_in_the_figure():
    svg = validation_figures.errors_by_culture(samples(), title="errors", unit="g/L")

    text = " ".join(ElementTree.fromstring(svg).itertext())
    assert all(f"V{k:02d}" in text for k in range(8))
