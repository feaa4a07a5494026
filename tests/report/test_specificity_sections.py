"""Each piece of evidence stands in its section with a sentence that says what it means."""

import json

import numpy as np
import pandas as pd
import pytest

from pat.calibration.merit import Condition, ConditionLevel, DetectionLimits
from pat.calibration.sample_space.permutations import PermutationTest
from pat.diagnostics.net_signal import NetSignal
from pat.diagnostics.spiking import Spiking
from pat.report.specificity import (
    WHOLE,
    WITHIN,
    ConditionLeftOut,
    MemberSignal,
    Specificity,
)
from pat.report.specificity_sections import specificity_sections

RESPONSE = pd.DataFrame({"lactate": [0.1, 0.2], "glucose": [0.9, 1.0]}, index=["early", "late"])


def level(name, bias):
    return ConditionLevel(name, 4, 0.2, bias)


def evidence(**changes):
    facts = {
        "rmsep": 0.2,
        "spiking": Spiking("glucose", RESPONSE, {"glucose": 5.0, "lactate": 2.0}),
        "units": {"glucose": "g/L", "lactate": "g/L"},
        "correlations": pd.DataFrame(
            [[1, -0.9, np.nan], [-0.9, 1, 0.2], [np.nan, 0.2, 1]],
            index=(names := ["glucose", "lactate", "culture age"]), columns=names,
        ),
        "signals": (MemberSignal("1: pls", 1.0, NetSignal(2.0, 0.4, 0.38)),),
        "detection": DetectionLimits(0.05, 0.2, 0.3),
        "lowest": 0.5,
        "permutations": {
            WHOLE: PermutationTest(0.2, np.linspace(0.8, 1.0, 99)),
            WITHIN: PermutationTest(0.2, np.linspace(0.1, 0.3, 99)),
        },
        "conditions": (
            Condition("feed", (level("low", 0.0), level("high", 0.3)), 0.01),
            Condition("pH", (level("6.9", 0.0), level("7.1", 0.0)), 0.7),
        ),
        "left_out": (ConditionLeftOut("feed", "high", 4, 0.6, 0.2),),
        "figures": {"regions": "<svg/>"},
    }  # fmt: skip
    return Specificity("glucose", "g/L", **(facts | changes))


def page(found):
    return "".join("".join(one.blocks) for one in specificity_sections(found))


def test_every_piece_has_its_section_and_its_meaning():
    html = page(evidence())

    assert len(specificity_sections(evidence())) == 6
    assert "glucose (per g/L)</th><th" in html  # the analyte itself comes first
    assert "lactate moves the sensor by 0.3 g/L over its range of 2 g/L: more than half" in html
    assert "lactate runs most closely along with glucose (r = -0.90)" in html
    assert "At best 40% of the pure spectrum" in html
    assert "0.2 to 0.3 g/L" in html
    assert "cannot be told from none" in html
    assert "it knows this culture from another" in html
    assert "nothing shows that it knows more than the course of time" in html
    assert "The bias differs along feed (of 2 factors" in html
    assert "The error grows 3.0 times where feed high is unknown" in html


def test_what_could_not_be_had_leaves_no_section_but_a_reason():
    bare = Specificity("glucose", "g/L", not_spiked="No pure spectrum of glucose.")

    assert len(specificity_sections(bare)) == 1
    assert "No pure spectrum of glucose." in page(bare)


def test_a_shape_that_is_seen_without_its_amount_casts_doubt_on_the_pure_spectra():
    missed = Spiking("glucose", 0.01 * RESPONSE, {"glucose": 5.0, "lactate": 2.0})
    blind = (MemberSignal("1: pls", 1.0, NetSignal(2.0, -0.01, 0.0)),)

    assert "check that the pure spectra are in the counts" in page(evidence(spiking=missed))
    unseen = page(evidence(spiking=missed, signals=blind, detection=None, not_detected="None."))
    assert "check that the pure spectra" not in unseen
    assert "At best 0% of the pure spectrum" in unseen
    assert "<p>None.</p>" in unseen


def test_sound_conditions_are_said_to_be_sound():
    html = page(
        evidence(
            conditions=evidence().conditions[1:],
            left_out=(ConditionLeftOut("pH", "7.1", 4, 0.22, 0.2),),
        )
    )

    assert "along none of the factors beyond chance" in html
    assert "grows at most 1.1 times" in html


def test_the_json_takes_it_all_and_has_no_nan():
    facts = json.loads(json.dumps(evidence().as_json(), allow_nan=False))

    assert facts["verdict"] == "direct"
    assert facts["correlations"]["glucose"]["culture age"] is None
    assert facts["permutations"][WHOLE]["p_value"] == 0.01
    assert facts["detection"]["high"] == 0.3
    assert facts["detection"]["quantitation"][1] == pytest.approx(0.3 * 10 / 3.3)
    assert Specificity("glucose", "g/L").as_json()["verdict"] is None
