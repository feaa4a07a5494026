"""What a report says of failures names cultures, and none where none was seen."""

import pandas as pd

from pat.report.validation_sheet import Background, validation_sheet
from pipelines.evaluate_limits import failures

ROW = {
    "culture": "next/W1", "elapsed_h": 26.0, "assay": 4.0, "prediction": 4.1,
    "lower": 3.5, "upper": 4.5, "quality": "good",
}  # fmt: skip


def told(*changes):
    rows = pd.DataFrame(
        [*[ROW | {"culture": "next/W2"}] * 4, *({**ROW, **change} for change in changes)]
    )
    return failures(rows, validation_sheet(rows, unit="g/L", background=Background()))


def test_good_samples_inside_their_intervals_are_no_failure():
    assert told({"prediction": 3.9}) == ("None was seen on these cultures.",)


def test_a_good_sample_outside_its_interval_is_named_with_its_age():
    far = {"prediction": 9.0, "lower": 8.5, "upper": 9.5}

    assert any("next/W1 at 26 h, 9 for 4 g/L" in line for line in told(far))


def test_a_culture_without_intervals_has_no_share_inside():
    [line] = told({"prediction": 9.0, "lower": None, "upper": None, "quality": "bad"})

    assert line == "next/W1: off by 5 g/L"


def test_a_bias_of_all_cultures_is_a_failure_although_every_interval_holds():
    shifted = [{"culture": f"next/W{k}", "prediction": 4.3 + 0.01 * k} for k in range(3, 9)]

    [line] = told(*shifted)

    assert line.startswith("biased: +0.3")
    assert "on the mean of 7 cultures" in line
