"""`pat evaluate` says how good a sensor is on a campaign, and compares two on the same samples."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.cross_decomposition import PLSRegression
from sklearn.pipeline import Pipeline

from pat.calibration import calibration_set
from pat.calibration.merit import rmse
from pat.calibration.splitters import culture_folds
from pat.errors import InputError, SensorError, StoreError
from pat.preprocessing import Resample, SavitzkyGolay, regular_grid
from pat.readers import read_campaign, write_campaign
from pat.registry import get_version, log_training, promote
from pat.soft_sensor import build_sensor, evaluation, load_sensor, save_sensor, single_spectra
from pipelines import evaluate, predict, transfer
from tests.pipelines.test_transfer import other_instrument
from tests.registry.stores import copied, empty_store
from tests.registry.trainings import make_training
from tests.soft_sensor.seen_campaigns import trained_and_copy
from tests.soft_sensor.sensors import make_run, make_sensor, plain_sensor, pls


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """Return a sensor, a poorer one, and a campaign of new cultures."""
    place = tmp_path_factory.mktemp("evaluate")
    save_sensor(plain_sensor(), place / "good")
    save_sensor(make_sensor(pls(1)), place / "poor")
    write_campaign(make_run()[0], place / "run")
    return place


def test_the_json_is_a_list_of_one_object_an_analyte(folders, tmp_path, capsys):
    facts = evaluate.run(str(folders / "good"), folders / "run", json=tmp_path / "facts.json")

    assert json.loads((tmp_path / "facts.json").read_text()) == facts
    assert facts[0]["analyte"] == "glucose"
    assert facts[0]["sensor"] == str(folders / "good")
    assert "against" not in facts[0]
    said = capsys.readouterr().out
    assert f"RMSEP                             {facts[0]['rmsep']:.3g}"[:5] in said
    assert "guessing: culture age only" in said


def test_two_sensors_are_compared_on_the_same_samples(folders, capsys):
    [facts] = evaluate.run(str(folders / "good"), folders / "run", against=str(folders / "poor"))

    campaign = read_campaign(folders / "run")
    truth = make_run()[1]
    errors = [
        load_sensor(folders / name).predict(campaign.spectra)["value"] - truth
        for name in ("good", "poor")
    ]
    against = facts["against"]
    assert against["rmsep_same_samples"] == pytest.approx(rmse(errors[0].to_numpy()))
    assert against["rmsep"] == pytest.approx(rmse(errors[1].to_numpy()))
    assert against["n_cultures"] == 6
    # All six cultures favour the same sensor: 2 of 64 patterns of signs are as extreme.
    assert against["p_value"] == pytest.approx(2 / 64)
    assert "the first has the smaller error" in capsys.readouterr().out


def test_cultures_that_the_sensor_was_trained_on_are_named(folders, capsys):
    sensor, campaign = load_sensor(folders / "good"), read_campaign(folders / "run")
    facts = evaluate.run(str(folders / "good"), folders / "run")
    assert "learnt from" not in capsys.readouterr().out

    trained = campaign.culture(campaign.vessels["vessel"].iloc[0])
    samples = b"culture,time,elapsed_h,sample,assay\n" + trained.encode() + b",,0,,3\n"
    knowing = replace(sensor, contents={**sensor.contents, "samples.csv": samples})
    evaluate._say(evaluation.evaluate(knowing, campaign), facts[0])

    assert f"learnt from 1 of the 6 cultures compared ({trained})" in capsys.readouterr().out


def test_training_spectra_under_another_name_are_warned_of_and_reported(tmp_path, capsys):
    trained, copy = trained_and_copy(replicates=2)
    save_sensor(make_sensor(cal=calibration_set([trained])), tmp_path / "sensor")
    write_campaign(copy, tmp_path / "copy")

    evaluate.run(str(tmp_path / "sensor"), tmp_path / "copy", report=tmp_path / "report.html")

    assert "learnt from 2 of the 6 cultures compared (copy/R1, copy/R2)" in capsys.readouterr().out
    assert "6 cultures, 2 of them seen in training" in (tmp_path / "report.html").read_text()


def test_new_cultures_are_reported_as_not_known_by_name_or_by_spectrum(folders, tmp_path):
    evaluate.run(str(folders / "good"), folders / "run", report=tmp_path / "report.html")

    said = (tmp_path / "report.html").read_text()
    assert "6 cultures, none of them by name or by spectrum in the training" in said


@pytest.mark.slow
def test_cultures_of_transfer_samples_are_no_independent_evidence(folders, tmp_path, capsys):
    (tmp_path / "targets.toml").write_text(TARGETS)
    transfer.run(
        str(folders / "good"), to=other_instrument(tmp_path), samples=10, first=True,
        out=tmp_path / "moved",
    )  # fmt: skip
    capsys.readouterr()

    [facts] = evaluate.run(
        str(tmp_path / "moved"),
        tmp_path / "next",
        targets=tmp_path / "targets.toml",
        report=tmp_path / "report.html",
    )

    assert facts["learnt_from"] == ["next/W1", "next/W2"]  # five samples each: the first ten
    campaign, moved = read_campaign(tmp_path / "next"), load_sensor(tmp_path / "moved")
    new = campaign.spectra.keys["vessel"].isin(["W3", "W4", "W5", "W6"]).to_numpy()
    errors = moved.predict(campaign.spectra)["value"].to_numpy() - make_run()[1]
    said = capsys.readouterr().out
    assert f"RMSEP on the others: {rmse(errors[new]):.3g} g/L" in said
    error, _ = facts["criteria"]
    assert error["found"] == f"{rmse(errors[new]):.3g}"  # four cultures: no interval
    assert (
        "2 of them seen in training; on the others, by which"
        in (tmp_path / "report.html").read_text()
    )


def test_no_criterion_is_judged_by_cultures_that_the_sensor_learnt_from(tmp_path, capsys):
    trained, copy = trained_and_copy(replicates=2)
    known = copy.spectra.keys["vessel"].isin(["R1", "R2"])
    save_sensor(make_sensor(cal=calibration_set([trained])), tmp_path / "sensor")
    write_campaign(
        replace(copy, spectra=copy.spectra.take(known.to_numpy()), assays=copy.assays[
            copy.assays["vessel"].isin(["R1", "R2"])
        ]),
        tmp_path / "copy",
    )  # fmt: skip
    (tmp_path / "targets.toml").write_text(TARGETS)

    [facts] = evaluate.run(
        str(tmp_path / "sensor"), tmp_path / "copy", targets=tmp_path / "targets.toml"
    )

    assert [one["is_met"] for one in facts["criteria"]] == [None, None]
    assert "there are no others: this is no independent evidence" in capsys.readouterr().out


def test_a_rival_for_another_analyte_is_refused(folders, tmp_path):
    cal_lactate = _renamed_sensor(tmp_path / "lactate")

    with pytest.raises(
        InputError, match="expected a sensor for glucose in g/L; got one for lactate"
    ):
        evaluate.run(str(folders / "good"), folders / "run", against=str(cal_lactate))


def test_figures_that_cannot_be_written_are_said_so(folders, tmp_path):
    with pytest.raises(StoreError, match="the figures cannot be written"):
        evaluate.run(str(folders / "good"), folders / "run", json=tmp_path / "no" / "facts.json")


def test_the_shift_from_calibration_to_the_real_run_is_flagged(shared_data, tmp_path):
    made = read_campaign(shared_data / "fermentation-mir-calibration")
    cal = calibration_set([made])
    grid = regular_grid(((950, 1500),), 2.0)
    pipeline = Pipeline(
        [
            ("grid", Resample(cal.axis, grid)),
            ("derivative", SavitzkyGolay(window_cm1=30, polyorder=2, deriv=1, axis=grid)),
            ("pls", PLSRegression(6, scale=False)),
        ]
    )
    sensor = build_sensor(
        cal,
        "glucose",
        pipelines=[pipeline],
        folds=culture_folds(cal.groups),
        singles=single_spectra([made], cal),
    )
    save_sensor(sensor, tmp_path / "mir")
    run = shared_data / "fermentation-mir-run"

    [facts] = evaluate.run(str(tmp_path / "mir"), run)
    predict.run([run], sensors=[str(tmp_path / "mir")], out=tmp_path / "out.parquet")

    import pandas as pd

    table = pd.read_parquet(tmp_path / "out.parquet")
    assert len(table) == 1629
    assert (table["quality"] == "bad").all()
    assert table["value"][-3:].isna().all()
    assert table["reasons"][:-3].str.endswith("more than 3 times a limit").all()
    assert facts["share_bad"] == 1.0
    assert facts["n_samples"] == 34
    assert facts["rmsep_good"] is None
    assert np.isfinite(facts["rmsep"])


def _renamed_sensor(folder):
    import dataclasses

    from pat.campaign import Analyte
    from pat.soft_sensor.document import digest, document

    renamed = dataclasses.replace(plain_sensor(), analyte=Analyte("lactate", "g/L"))
    save_sensor(dataclasses.replace(renamed, digest=digest(document(renamed))), folder)
    return folder


TARGETS = """\
purpose = "feeding"

[analytes.glucose]
unit = "g/L"
max_rmsep = 0.5
max_bias = 0.0001
"""


def test_a_report_judges_the_criteria_that_were_stated_before(folders, tmp_path, capsys):
    (tmp_path / "targets.toml").write_text(TARGETS)

    [facts] = evaluate.run(
        str(folders / "good"),
        folders / "run",
        report=tmp_path / "report.html",
        targets=tmp_path / "targets.toml",
        json=tmp_path / "facts.json",
    )

    verdicts = {one["name"]: one["is_met"] for one in facts["criteria"]}
    assert verdicts == {"error": True, "bias": False}
    assert json.loads((tmp_path / "facts.json").read_text()) == [facts]
    html = (tmp_path / "report.html").read_text()
    assert "Acceptance criteria are not met: bias (not met)." in html
    assert load_sensor(folders / "good").digest in html
    assert read_campaign(folders / "run").digest in html
    assert "criterion bias: not met" in capsys.readouterr().out


def test_a_profile_for_another_analyte_is_refused_before_anything_is_written(folders, tmp_path):
    (tmp_path / "targets.toml").write_text(TARGETS.replace("glucose", "lactate"))

    with pytest.raises(InputError, match=r"expected a section \[analytes.glucose\]"):
        evaluate.run(
            str(folders / "good"),
            folders / "run",
            report=tmp_path / "report.html",
            targets=tmp_path / "targets.toml",
        )

    assert not (tmp_path / "report.html").exists()


@pytest.mark.mlflow
def test_a_report_is_kept_with_a_registered_sensor_and_what_it_missed_refuses_the_promotion(
    folders, tmp_path, capsys
):
    tracking = copied(empty_store(), tmp_path / "store")
    log_training(tracking, make_training(), register=True)
    (tmp_path / "targets.toml").write_text(
        '[analytes.glucose]\nunit = "g/L"\nmax_rmsep = 1e-6\n', encoding="utf-8"
    )

    evaluate.run(
        "models:/cho.glucose/1", folders / "run", report=tmp_path / "report.html",
        targets=tmp_path / "targets.toml", tracking_uri=tracking.uri,
    )  # fmt: skip

    version = get_version("cho.glucose", 1, tracking=tracking)
    [place] = (one.path for one in tracking.client.list_artifacts(version.run_id, "evaluations"))
    assert f"kept in the sensor's run: {place}" in capsys.readouterr().out
    page = tracking.client.download_artifacts(version.run_id, f"{place}/report.html", str(tmp_path))
    assert Path(page).read_text() == (tmp_path / "report.html").read_text()
    with pytest.raises(SensorError, match="evaluated on next, RMSEP at most 1e-06 g/L: not met"):
        promote("cho.glucose", 1, alias="champion", by="A", why="b", tracking=tracking)


def test_a_report_of_an_exported_sensor_is_the_page_alone(folders, tmp_path, capsys):
    evaluate.run(str(folders / "good"), folders / "run", report=tmp_path / "report.html")

    assert "kept in the sensor's run" not in capsys.readouterr().out


PURE = "component,unit," + ",".join(f"{x:g}" for x in np.arange(400.0, 800.0, 2.0))


@pytest.mark.parametrize(
    ("option", "text", "said"),
    [
        ("targets", TARGETS.replace("glucose", "lactate"), r"section \[analytes.glucose\]"),
        ("targets", TARGETS.replace("g/L", "mmol/L", 1), "expected the sensor's unit g/L"),
        ("targets", None, "expected a target profile"),
        ("pure", None, "there is no such file"),
        ("pure", "component,500,502\nglucose,1,2\n", "got 500 to 502: measure them over that"),
        ("pure", PURE + "\nlactate,g/L" + ",1,2" * 100 + "\n", "pure spectrum of glucose; got lac"),
        ("pure", PURE + "\nglucose,1/mL" + ",1,2" * 100 + "\n", "glucose: .*1/mL"),
    ],
)
def test_what_to_judge_by_is_checked_before_a_figure_is_printed(
    folders, tmp_path, capsys, option, text, said
):
    path = tmp_path / ("targets.toml" if option == "targets" else "pure.csv")
    if text is not None:
        path.write_text(text)

    with pytest.raises(InputError, match=said):
        evaluate.run(str(folders / "good"), folders / "run", **{option: path})

    assert capsys.readouterr().out == ""


def test_a_report_or_figures_without_a_folder_are_refused_before_a_figure_is_printed(
    folders, tmp_path, capsys
):
    for option in ("json", "report"):
        with pytest.raises(StoreError, match="there is no folder"):
            evaluate.run(
                str(folders / "good"), folders / "run", **{option: tmp_path / "no" / "file"}
            )
    assert capsys.readouterr().out == ""


def test_a_report_that_cannot_be_written_is_said_so(folders, tmp_path):
    with pytest.raises(StoreError, match="the report cannot be written"):
        evaluate.run(str(folders / "good"), folders / "run", report=tmp_path / "no" / "r.html")
