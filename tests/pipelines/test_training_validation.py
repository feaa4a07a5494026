"""A training judges what was stated before it, says what its sensor reads, and keeps both."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from pat.calibration.merit import rmse
from pat.errors import InputError, SensorError
from pat.registry import get_version
from pat.registry.tracking import Tracking
from pipelines import promote, train
from tests.pipelines.trainings import in_one_process, small_campaign
from tests.registry.stores import copied, empty_store

TARGETS = """\
purpose = "feeding"

[analytes.glucose]
unit = "g/L"
max_rmsep = {rmsep}
min_coverage = 0.5
"""


def trained_with(folder: Path, text: str, *, holdout: tuple[str, ...] = ()) -> Tracking:
    """Train the small campaign by these targets and return the store."""
    (folder / "targets.toml").write_text(text)
    tracking = copied(empty_store(), folder / "store")
    with in_one_process():
        train.run(
            [small_campaign()],
            analytes=["glucose"],
            effort="quick",
            targets=folder / "targets.toml",
            holdout=holdout,
            tracking_uri=tracking.uri,
            json=folder / "facts.json",
        )
    return tracking


@pytest.mark.mlflow
def test_a_sensor_that_misses_what_was_asked_is_registered_and_not_promoted(
    tmp_path: Path,
) -> None:
    tracking = trained_with(tmp_path, TARGETS.format(rmsep=1e-6))

    version = get_version("tiny.glucose", 1, tracking=tracking)
    [facts] = json.loads((tmp_path / "facts.json").read_text())
    assert f"found {facts['nested_rmse']:.3g}" in version.criteria_failed
    words = {"by": "A. Reviewer", "why": "first", "alias": "champion"}
    with pytest.raises(SensorError, match=r"RMSEP at most 1e-06 g/L: not met"):
        promote.run("tiny.glucose", 1, **words, waive=None, tracking_uri=tracking.uri)

    run = tracking.client.get_run(version.run_id)
    card = run.data.tags["mlflow.note.content"]
    assert run.data.tags["criteria"] == "not met"
    assert "## Acceptance criteria" in card
    assert "**not met**" in card
    assert re.search(r"this one [\d.]+% at ± .* g/L; ASTM E1655 [\d.]+% at ±", card)

    promote.run("tiny.glucose", 1, **words, waive="trend only", tracking_uri=tracking.uri)
    shown = tracking.client.get_model_version("tiny.glucose", "1").description
    assert shown.startswith("**Promoted on a waiver**")


@pytest.mark.mlflow
def test_the_report_holds_sheet_and_lineage_and_ends_to_be_signed(tmp_path: Path) -> None:
    tracking = trained_with(tmp_path, TARGETS.format(rmsep=100))

    version = get_version("tiny.glucose", 1, tracking=tracking)
    run_id = version.run_id
    place = Path(tracking.client.download_artifacts(run_id, "report.html", str(tmp_path)))
    table = Path(tracking.client.download_artifacts(run_id, "heldout.csv", str(tmp_path)))
    rows = np.genfromtxt(table, delimiter=",", names=True, dtype=None, encoding="utf-8")
    html = place.read_text(encoding="utf-8")
    assert version.criteria_failed == ""
    assert f"{rmse(rows['nested'] - rows['assay']):.3g} g/L" in html
    assert "limits of agreement" in html
    assert version.digest in html
    assert "the whole choice repeated inside each" in html
    assert html.index("Figures</h2>") < html.index("Signatures</h2>")
    assert tracking.client.get_run(run_id).data.tags["criteria"] == "met"


@pytest.mark.mlflow
def test_the_report_tells_purpose_specificity_and_failures_and_a_json_says_the_same(
    tmp_path: Path,
) -> None:
    tracking = trained_with(tmp_path, TARGETS.format(rmsep=100))

    run_id = get_version("tiny.glucose", 1, tracking=tracking).run_id
    fetch = tracking.client.download_artifacts
    html = Path(fetch(run_id, "report.html", str(tmp_path))).read_text(encoding="utf-8")
    facts = json.loads(Path(fetch(run_id, "report.json", str(tmp_path))).read_text())
    titles = re.findall(r"<h2>(.*?)</h2>", html)
    assert titles[:3] == [
        "Outcome",
        "Model card, written when the sensor was made",
        "Purpose and criteria",
    ]
    assert {"Applicability", "Known failures", "Statistics", "Where on the axis"} < set(titles)
    assert titles[-1] == "Signatures"
    assert "feeding" in html
    assert facts["profile"]["purpose"] == "feeding"
    assert facts["profile"]["sha256"] in html
    assert facts["specificity"]["permutations"]["whole cultures"]["p_value"] is not None
    assert facts["criteria"][0]["verdict"] == "met"
    assert facts["lineage"]["split"] in html
    captions = re.findall(r"<figcaption>(.*?)</figcaption>", html)
    assert all(caption.endswith(".") and " " in caption for caption in captions)
    assert len(captions) >= 8


@pytest.mark.mlflow
def test_an_error_that_chose_the_sensor_meets_no_criterion(tmp_path: Path) -> None:
    tracking = trained_with(
        tmp_path, TARGETS.format(rmsep=100), holdout=("W3", "W4", "W5", "W6")
    )  # two cultures are left: none to choose on while the other is held out

    version = get_version("tiny.glucose", 1, tracking=tracking)
    place = tracking.client.download_artifacts(version.run_id, "report.html", str(tmp_path))
    html = Path(place).read_text(encoding="utf-8")
    assert "RMSEP at most 100 g/L: cannot be judged" in version.criteria_failed
    assert "It was chosen by this very error" in html
    assert "Acceptance criteria are not met: error (cannot be judged)" in html


@pytest.mark.parametrize(
    "text,said",
    [
        (TARGETS.format(rmsep=1).replace("glucose", "titre"), r"analytes that are trained"),
        (TARGETS.format(rmsep=1).replace("g/L", "mM"), "expected the sensor's unit g/L; got mM"),
    ],
)
def test_targets_that_cannot_be_judged_are_refused_before_the_search(
    tmp_path: Path, text: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_search(*_: object, **__: object) -> None:
        pytest.fail("the search ran")

    monkeypatch.setattr("pipelines.train._train", no_search)
    with pytest.raises(InputError, match=said):
        trained_with(tmp_path, text)
