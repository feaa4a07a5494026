"""`pat train`: its facts can be recomputed from what it keeps, and a fault costs nothing."""

import json
import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from pat.calibration import PLSFamily
from pat.calibration.merit import culture_interval, sensor_share
from pat.errors import CalibrationError, CampaignError, InputError, StoreError
from pat.readers import read_campaign
from pat.registry import Tracking, registered_sensors, resolve_sensor
from pipelines import train
from tests.pipelines.trainings import (
    HELD_OUT,
    Trained,
    in_one_process,
    small_campaign,
    trained,
    write_small_campaign,
)
from tests.registry.stores import copied, empty_store

pytestmark = pytest.mark.mlflow


@pytest.fixture(name="trained")
def the_training() -> Trained:
    return trained()


@pytest.fixture
def tracking(tmp_path: Path) -> Tracking:
    return copied(empty_store(), tmp_path / "store")


@pytest.fixture
def campaign(tmp_path: Path) -> Path:
    """A copy of the small campaign to spoil."""
    return Path(shutil.copytree(small_campaign(), tmp_path / "tiny"))


@pytest.fixture(autouse=True)
def one_process() -> Iterator[None]:
    with in_one_process():
        yield


def run(campaign: Path, tracking: Tracking, **settings: Any) -> list[dict[str, Any]]:
    """Train at the quick effort and return the facts as JSON."""
    facts = train.run([campaign], effort="quick", tracking_uri=tracking.uri, **settings)
    return [fact.as_json() for fact in facts]


def heldout(trained: Trained) -> pd.DataFrame:
    run_id = trained.of("glucose")["run_id"]
    with tempfile.TemporaryDirectory() as folder:
        return pd.read_csv(
            trained.tracking.client.download_artifacts(run_id, "heldout.csv", folder)
        )


def rmse(error: pd.Series) -> float:
    return float(np.sqrt(np.mean(error**2)))


def spoil(campaign: Path, change: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    assays = pd.read_csv(campaign / "assays.csv")
    change(assays).to_csv(campaign / "assays.csv", index=False)


def is_untouched(tracking: Tracking) -> bool:
    client = tracking.client
    runs = client.search_runs([e.experiment_id for e in client.search_experiments()])
    return not runs and not registered_sensors(tracking)


class TestFacts:
    def test_the_sensor_is_the_registered_version(self, trained: Trained) -> None:
        glucose = trained.of("glucose")

        assert glucose["schema"] == 1
        assert glucose["sensor"] == "models:/tiny.glucose/1"
        assert resolve_sensor(glucose["sensor"], trained.tracking)[0].analyte.unit == "g/L"

    def test_rmsecv_its_interval_and_bias_follow_from_the_held_out_rows(
        self, trained: Trained
    ) -> None:
        glucose, rows = trained.of("glucose"), heldout(trained)
        error = rows["prediction"] - rows["assay"]

        assert glucose["rmsecv"] == pytest.approx(rmse(error), rel=1e-9)
        assert glucose["bias"] == pytest.approx(error.mean(), rel=1e-9)
        interval = culture_interval(error.to_numpy(), rows["culture"].to_numpy())
        assert glucose["rmsecv_interval"] == pytest.approx(list(interval or ()), rel=1e-9)
        press = ((rows["prediction"] - rows["assay"]) ** 2).sum()
        assert glucose["q2"] == pytest.approx(
            1 - press / ((rows["assay"] - rows["assay"].mean()) ** 2).sum(), rel=1e-6
        )

    def test_the_nested_error_follows_from_the_nested_column(self, trained: Trained) -> None:
        rows = heldout(trained)

        assert trained.of("glucose")["nested_rmse"] == pytest.approx(
            rmse(rows["nested"] - rows["assay"]), rel=1e-9
        )

    def test_the_columns_of_held_out_rows_are_those_of_the_contract(self, trained: Trained) -> None:
        columns = list(heldout(trained))

        wanted = ["culture", "time", "assay", "prediction", "lower", "upper", "fold"]
        assert [name for name in columns if name in wanted] == wanted

    def test_a_culture_kept_out_is_in_no_fold_and_its_error_is_the_sensor_s(
        self, trained: Trained
    ) -> None:
        glucose = trained.of("glucose")
        campaign = read_campaign(small_campaign())
        sensor, _ = resolve_sensor("models:/tiny.glucose/1", trained.tracking)
        own = campaign.spectra.take((campaign.spectra.keys["vessel"] == HELD_OUT).to_numpy())
        assays = campaign.assays[
            (campaign.assays["vessel"] == HELD_OUT)
            & (campaign.assays["analyte"] == "glucose")
            & (campaign.assays["elapsed_h"] < 200)
        ]
        means = assays.groupby("elapsed_h")["value"].mean().to_numpy()

        assert set(heldout(trained)["culture"]) == {f"tiny/W{n}" for n in range(1, 6)}
        assert (glucose["n_samples"], glucose["paired"], glucose["n_cultures"]) == (25, 30, 5)
        error = sensor.predict(own)["value"] - means
        assert glucose["holdout_rmsep"] == pytest.approx(rmse(error), rel=1e-9)

    def test_an_analyte_that_cannot_be_trained_says_why_and_the_others_go_on(
        self, trained: Trained
    ) -> None:
        assert trained.of("glucose")["skipped"] is None
        assert trained.of("lactate")["skipped"].startswith("expected at least 8 assays")
        assert trained.of("pH")["skipped"].startswith("expected values that differ")
        assert trained.of("pH")["sensor"] is None
        assert "lactate: skipped" in trained.printed
        assert "note: glucose: 1 assay is not used (W6, 500 h: no spectrum" in trained.printed

    def test_shapes_are_those_of_the_contract(self, trained: Trained) -> None:
        glucose = trained.of("glucose")

        assert glucose["parameters"] == {"n_components": 4}
        assert glucose["unpaired"] == [
            {"key": "W6, 500 h", "reason": glucose["unpaired"][0]["reason"]}
        ]
        assert set(glucose["nulls"]) == {"mean", "culture_age", "process", "last_assay"}
        assert glucose["nulls"]["process"] is None
        assert glucose["beats_nulls"] is True
        assert glucose["sel"] > 0
        assert {fact["seconds"] for fact in trained.facts} == {glucose["seconds"]}

    def test_the_next_two_commands_are_printed(self, trained: Trained) -> None:
        assert trained.printed.splitlines()[-2:] == [
            "  pat ui",
            '  pat promote tiny.glucose 1 --by "YOU" --why "REASON"',
        ]
        assert f"tracking: {trained.tracking.uri}" in trained.printed


class TestRuns:
    def child(self, trained: Trained) -> Any:
        return trained.tracking.client.get_run(trained.of("glucose")["run_id"]).data

    def test_metrics_have_the_names_and_values_of_the_facts(self, trained: Trained) -> None:
        metrics, glucose = self.child(trained).metrics, trained.of("glucose")

        low, high = glucose["rmsecv_interval"]
        expected = {
            "cv/rmse": glucose["rmsecv"],
            "cv/rmse_low": low,
            "cv/rmse_high": high,
            "cv/q2": glucose["q2"],
            "cv/bias": glucose["bias"],
            "cv/rpd": glucose["rpd"],
            "nested/rmse": glucose["nested_rmse"],
            "nested/optimism": glucose["nested_rmse"] - glucose["rmsecv"],
            "holdout/rmsep": glucose["holdout_rmsep"],
            "null/mean": glucose["nulls"]["mean"],
            "null/culture_age": glucose["nulls"]["culture_age"],
            "null/last_assay": glucose["nulls"]["last_assay"],
        }
        assert {name: metrics[name] for name in expected} == pytest.approx(expected)
        assert "null/process" not in metrics
        assert metrics["fit/rmse"] < glucose["rmsecv"]

    def test_the_analyser_s_part_is_sel_over_the_root_of_the_replicates(
        self, trained: Trained
    ) -> None:
        glucose = trained.of("glucose")

        split = sensor_share(glucose["nested_rmse"], glucose["sel"] / np.sqrt(2))

        assert self.child(trained).metrics["nested/analyser"] == pytest.approx(split.analyser)

    def test_rmsecv_by_components_passes_through_the_champion(self, trained: Trained) -> None:
        glucose = trained.of("glucose")
        curve = trained.tracking.client.get_metric_history(
            glucose["run_id"], "cv/rmse_by_components"
        )

        by_step = {point.step: point.value for point in curve}
        chosen = glucose["parameters"]["n_components"]
        assert by_step[chosen] == pytest.approx(glucose["rmsecv"])
        assert min(by_step) == 1

    def test_params_and_tags_have_the_names_of_the_contract(self, trained: Trained) -> None:
        data, glucose = self.child(trained), trained.of("glucose")

        assert data.params == {
            "model": glucose["model"], "recipe": glucose["recipe"], "n_components": "4",
        }  # fmt: skip
        wanted = {"analyte": "glucose", "unit": "g/L", "campaigns": "tiny",
                  "axis": "raman_shift_cm1"}  # fmt: skip
        assert {name: data.tags[name] for name in wanted} == wanted
        assert {"software", "commit"} <= set(data.tags)

    def test_the_parent_tells_what_was_skipped_and_why(self, trained: Trained) -> None:
        parent = trained.tracking.client.get_run(self.child(trained).tags["mlflow.parentRunId"])

        assert "| glucose &emsp; | pls " in parent.data.tags["mlflow.note.content"]
        assert "- lactate: skipped, expected at least 8" in parent.data.tags["mlflow.note.content"]
        assert parent.data.params["holdout"] == HELD_OUT
        assert parent.data.metrics["samples"] == 25

    def test_the_search_is_one_table_with_the_champion_on_top(self, trained: Trained) -> None:
        glucose = trained.of("glucose")
        table = trained.tracking.client.load_table(
            trained.tracking.client.get_run(glucose["run_id"]).info.experiment_id,
            "search.json",
            run_ids=[glucose["run_id"]],
        )

        assert table["champion"].tolist().count(True) == 1
        assert table.loc[0, "rmsecv"] == pytest.approx(glucose["rmsecv"])
        rest = table["rmsecv"][1:].dropna()
        assert rest.is_monotonic_increasing

    def test_figures_and_report_are_there(self, trained: Trained, tmp_path: Path) -> None:
        run_id = trained.of("glucose")["run_id"]
        folder = Path(trained.tracking.client.download_artifacts(run_id, "", str(tmp_path)))

        figures = sorted(f.stem for f in (folder / "figures").iterdir())
        assert figures[:6] == [
            "1-measured-against-predicted", "2-rmsecv-by-components", "3-regression-vector",
            "4-t2-against-q", "5-residual-against-age", "6-candidates",
        ]  # fmt: skip
        others = [name for name in figures[6:] if not name.startswith("7-trend-")]
        assert others == ["8-regions"]  # too few cultures for a learning curve
        assert "tiny.glucose soft sensor" in (folder / "report.html").read_text()


class TestOptions:
    def test_without_registering_the_address_is_that_of_the_model(
        self, tracking: Tracking, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (fact,) = run(small_campaign(), tracking, analytes=["glucose"], register=False)

        assert fact["sensor"].startswith("models:/m-")
        assert resolve_sensor(fact["sensor"], tracking)[1] == fact["sensor"]
        assert registered_sensors(tracking) == []
        assert f"pat evaluate {fact['sensor']} CAMPAIGN" in capsys.readouterr().out

    def test_several_campaigns_train_one_sensor_under_a_name_of_its_own(
        self, tracking: Tracking, tmp_path: Path
    ) -> None:
        second = write_small_campaign(tmp_path, name="next", seed=8)

        facts = train.run(
            [small_campaign(), second], name="both", analytes=["glucose"], effort="quick",
            holdout=("next/*",), tracking_uri=tracking.uri,
        )  # fmt: skip

        (fact,) = [one.as_json() for one in facts]
        assert fact["sensor"] == "models:/both.glucose/1"
        assert (fact["n_campaigns"], fact["n_samples"], fact["paired"]) == (1, 30, 60)
        assert fact["holdout_rmsep"] is not None

    def test_a_sensor_with_process_values_says_so_and_takes_them(
        self, campaign: Path, tracking: Tracking, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        family = PLSFamily(6, with_process=True)
        monkeypatch.setattr("pipelines.recipes._families", lambda effort: iter([family]))
        keys = pd.read_csv(campaign / "spectra.csv", usecols=["vessel", "elapsed_h"])
        online = keys.assign(elapsed_h=keys["elapsed_h"] - 0.1, redox=np.arange(len(keys)) % 7)
        online.to_csv(campaign / "online.csv", index=False)
        with (campaign / "campaign.toml").open("a") as toml:
            toml.write('\n[online.redox]\nunit = "mV"\n')

        (fact,) = run(campaign, tracking, analytes=["glucose"], with_process_data=True)

        assert fact["model"] == "pls+process"
        assert fact["nulls"]["process"] is not None
        sensor, _ = resolve_sensor("models:/tiny.glucose/1", tracking)
        assert sensor.process_names == ("redox",)
        note = tracking.client.get_run(fact["run_id"]).data.tags["mlflow.note.content"]
        assert "Leans on process values (redox)" in note

    def test_given_resamples_replace_the_folds(self, tracking: Tracking, tmp_path: Path) -> None:
        file = tmp_path / "resamples.csv"
        file.write_text("resample,held_out_vessels\nr1,W1 W2\nr2,W3 W4\nr3,W1 W5\n")

        (fact,) = run(small_campaign(), tracking, analytes=["glucose"], resamples=file)

        rows = heldout(Trained(small_campaign(), tracking, [fact], ""))
        assert rows.groupby("fold")["culture"].unique().map(sorted).to_list() == [
            ["tiny/W1", "tiny/W2"], ["tiny/W3", "tiny/W4"], ["tiny/W1", "tiny/W5"],
        ]  # fmt: skip
        assert fact["resample_rmse"] is not None

    def test_two_cultures_give_a_sensor_whose_honest_error_is_unknown(
        self, campaign: Path, tracking: Tracking, capsys: pytest.CaptureFixture[str]
    ) -> None:
        holdout = ("W3", "W4", "W5", "W6")

        (fact,) = run(campaign, tracking, analytes=["glucose"], holdout=holdout)

        assert (fact["nested_rmse"], fact["rmsecv_interval"], fact["beats_nulls"]) == (None,) * 3
        assert "note: glucose: too few cultures" in capsys.readouterr().out


class TestBadInput:
    """Each is found before the search, in one message, and leaves the store as it was."""

    @pytest.fixture(autouse=True)
    def no_search(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def searched(*args: object, **settings: object) -> None:
            raise AssertionError("the search was begun")

        monkeypatch.setattr("pat.calibration.search", searched)

    @pytest.mark.parametrize(
        "settings, words",
        [
            ({"analytes": ["glutamine"]}, r"expected analytes out of .*got glutamine"),
            ({"holdout": ("W9",)}, r"expected a holdout .*got 'W9'"),
            ({"holdout": ("tiny/*",)}, "leaves cultures to train on"),
            ({"holdout": ("W1", "W2", "W3", "W4", "W5")}, "expected two or more cultures"),
            ({"name": "a/b"}, "expected a sensor name"),
            ({"with_process_data": True}, "expected online values"),
            ({"json": Path("/no/such/folder/facts.json")}, "is no folder that can be written"),
            ({"json": Path("/")}, "is a folder"),
            ({"resamples": Path("/no/such/file.csv")}, "no such file"),
        ],
    )
    def test_what_was_asked_for_is_checked_first(
        self, settings: dict[str, Any], words: str, tracking: Tracking
    ) -> None:
        with pytest.raises(InputError, match=words):
            run(small_campaign(), tracking, **settings)

        assert is_untouched(tracking)

    @pytest.mark.parametrize(
        "text, words",
        [
            ("", "expected a CSV file of resamples"),
            ("fold,vessels\n1,W1\n", "expected rows of resample and held_out_vessels"),
            ("resample,held_out_vessels\nr1,W1 W77\n", "W77"),
            ("resample,held_out_vessels\nr1,\n", "some vessels held out"),
            ("resample,held_out_vessels\nr1,W1 W2 W3 W4 W5 W6\n", "some left to learn from"),
        ],
    )
    def test_a_bad_resamples_file_names_itself(
        self, text: str, words: str, tracking: Tracking, tmp_path: Path
    ) -> None:
        file = tmp_path / "resamples.csv"
        file.write_text(text)

        with pytest.raises(InputError, match=words) as caught:
            run(small_campaign(), tracking, resamples=file)

        assert str(file) in str(caught.value)

    def test_an_empty_folder_is_refused(self, tracking: Tracking, tmp_path: Path) -> None:
        (tmp_path / "empty").mkdir()

        with pytest.raises(CampaignError, match="the folder is empty"):
            run(tmp_path / "empty", tracking)

    def test_a_missing_column_is_named_with_its_file(
        self, campaign: Path, tracking: Tracking
    ) -> None:
        spoil(campaign, lambda assays: assays.drop(columns="vessel"))

        with pytest.raises(CampaignError, match=r"assays\.csv.*expected a column vessel"):
            run(campaign, tracking)

    def test_the_faults_of_several_campaigns_come_at_once(
        self, campaign: Path, tracking: Tracking, tmp_path: Path
    ) -> None:
        spoil(campaign, lambda assays: assays.drop(columns="vessel"))

        with pytest.raises(CampaignError) as caught:
            train.run([campaign, tmp_path / "none"], name="both", tracking_uri=tracking.uri)

        assert str(campaign / "assays.csv") in str(caught.value)
        assert str(tmp_path / "none") in str(caught.value)

    def test_several_campaigns_need_a_name(self, tracking: Tracking, tmp_path: Path) -> None:
        second = write_small_campaign(tmp_path, name="next", seed=8)

        with pytest.raises(InputError, match="expected --name NAME"):
            train.run([small_campaign(), second], tracking_uri=tracking.uri)

    def test_one_campaign_given_twice_is_refused(self, tracking: Tracking) -> None:
        with pytest.raises(InputError, match="tiny twice"):
            train.run([small_campaign()] * 2, name="both", tracking_uri=tracking.uri)

    def test_one_culture_says_what_to_do(self, campaign: Path, tracking: Tracking) -> None:
        for name in ("assays.csv", "spectra.csv", "vessels.csv"):
            rows = pd.read_csv(campaign / name)
            rows[rows["vessel"] == "W1"].to_csv(campaign / name, index=False)

        with pytest.raises(CalibrationError, match=r"Add the vessels of another run"):
            run(campaign, tracking)

    def test_one_culture_because_the_others_have_no_process_values_says_so(
        self, campaign: Path, tracking: Tracking
    ) -> None:
        keys = pd.read_csv(campaign / "spectra.csv", usecols=["vessel", "elapsed_h"])
        online = keys[keys["vessel"] == "W1"].assign(redox=1.0)
        online.to_csv(campaign / "online.csv", index=False)
        with (campaign / "campaign.toml").open("a") as toml:
            toml.write('\n[online.redox]\nunit = "mV"\n')

        with pytest.raises(CalibrationError, match=r"cannot be used \(such as .*no redox yet"):
            run(campaign, tracking, with_process_data=True)

    def test_assays_that_pair_with_nothing_name_the_first(
        self, campaign: Path, tracking: Tracking
    ) -> None:
        spoil(campaign, lambda assays: assays.assign(elapsed_h=assays["elapsed_h"] + 5))

        with pytest.raises(CalibrationError, match=r"unpaired \(first: W1, 7 h: no spectrum"):
            run(campaign, tracking)

    def test_spectra_that_are_all_unusable_leave_nothing_to_train_on(
        self, campaign: Path, tracking: Tracking
    ) -> None:
        spoil(campaign, lambda assays: assays[assays["elapsed_h"] < 200])
        spectra = pd.read_csv(campaign / "spectra.csv")
        spectra["500"] = np.nan
        spectra.to_csv(campaign / "spectra.csv", index=False)

        with pytest.raises(CalibrationError, match="every spectrum of it is dead or not finite"):
            run(campaign, tracking)

    def test_a_server_that_is_down_is_asked_before_the_search(self) -> None:
        with pytest.raises(StoreError, match="does not answer"):
            train.run([small_campaign()], tracking_uri="http://127.0.0.1:9")


class TestFailures:
    def test_nothing_to_train_is_one_message_and_the_json_tells_all(
        self, tracking: Tracking, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        file = tmp_path / "facts.json"

        with pytest.raises(CalibrationError, match=r"lactate: .*; pH: .*nothing was registered"):
            run(small_campaign(), tracking, analytes=["lactate", "pH"], json=file)

        assert is_untouched(tracking)
        assert capsys.readouterr().out == ""
        assert [fact["skipped"] is None for fact in json.loads(file.read_text())] == [False] * 2

    def test_a_sensor_that_cannot_be_built_is_skipped_with_its_reason(
        self, tracking: Tracking, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(*args: object, **settings: object) -> None:
            raise CalibrationError("too few cultures for limits")

        monkeypatch.setattr("pipelines.training_evidence.build_sensor", refuse)

        with pytest.raises(CalibrationError, match="glucose: too few cultures for limits"):
            run(small_campaign(), tracking, analytes=["glucose"])

    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    def test_a_signal_in_the_middle_leaves_nothing(
        self, number: int, tracking: Tracking, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        campaign, scratch = small_campaign(), tmp_path / "scratch"
        scratch.mkdir()
        monkeypatch.setattr(tempfile, "tempdir", str(scratch))
        before = signal.getsignal(signal.SIGTERM)
        # A shell starts what it runs in the background with this signal ignored.
        interrupt = signal.signal(signal.SIGINT, signal.default_int_handler)

        def stop(*args: object, **settings: object) -> None:
            os.kill(os.getpid(), number)

        monkeypatch.setattr("mlflow.MlflowClient.log_model_artifacts", stop)

        try:
            with pytest.raises(KeyboardInterrupt):
                run(campaign, tracking, analytes=["glucose"], json=tmp_path / "facts.json")
        finally:
            signal.signal(signal.SIGINT, interrupt)

        assert is_untouched(tracking)
        assert list(scratch.iterdir()) == []
        assert not (tmp_path / "facts.json").exists()
        assert signal.getsignal(signal.SIGTERM) is before

    def test_a_json_that_cannot_be_written_says_that_the_sensors_are_there(
        self, tmp_path: Path, trained: Trained, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from pat.report.facts import TrainingFacts

        def full(self: Path, target: Path) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(Path, "replace", full)
        fact = replace(TrainingFacts("glucose", "g/L"), sensor="models:/tiny.glucose/1")

        with pytest.raises(StoreError, match=r"models:/tiny.glucose/1"):
            train._write_json([fact], tmp_path / "facts.json")

        assert list(tmp_path.iterdir()) == []
