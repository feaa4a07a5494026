"""The command line keeps contract 2: names, options, exit codes, one clear message."""

import sys

import pytest
from typer.testing import CliRunner

from pat.errors import CampaignError, Fault, StoreError
from pipelines import cli

COMMANDS = {
    "demo", "simulate", "check", "train", "evaluate", "predict", "models", "promote", "export",
    "verify", "stream", "spectrometer", "ui", "plan",
}  # fmt: skip


@pytest.fixture(autouse=True)
def own_hook(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no command leave its hook for dropped interrupts behind."""
    monkeypatch.setattr("sys.unraisablehook", sys.unraisablehook)


def test_every_command_of_the_contract_is_there() -> None:
    names = {command.name or command.callback.__name__ for command in cli.app.registered_commands}

    assert names >= COMMANDS


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("simulate", "--vessels --days --seed --instrument --every --fault --mess"),
        ("check", "--json --report"),
        (
            "train",
            "--name --analyte --effort --holdout --resamples --with-process-data "
            "--seed --backend --no-register --json --tracking-uri",
        ),
        ("evaluate", "--against --json"),
        ("predict", "--sensor --out"),
        ("promote", "--to --by --why --waive"),
        (
            "stream",
            "--watch --sensor --results --vessels --name --settle --expect-every --opcua --mqtt "
            "--follow --once --check --config",
        ),
        ("plan", "--vessels --samples-per-day --exposure --spike --png"),
        ("spectrometer", "--drop --vessel --speed --format"),
    ],
)
def test_each_command_takes_the_options_of_the_contract(command: str, options: str) -> None:
    result = CliRunner().invoke(cli.app, [command, "--help"], env={"COLUMNS": "200"})

    assert result.exit_code == 0
    assert [option for option in options.split() if option not in result.output] == []


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (CampaignError("cho", [Fault("assays.csv", "unknown vessel V99", row=7)]), 2),
        (StoreError("the database is locked"), 1),
    ],
)
def test_an_error_is_one_message_and_an_exit_code(
    error: Exception, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> None:
        raise error

    monkeypatch.setattr(cli, "app", broken)

    with pytest.raises(SystemExit) as stop:
        cli.main()

    assert stop.value.code == code
    assert capsys.readouterr().err == f"pat: {error}\n"


def test_a_command_that_is_stopped_by_ctrl_c_says_so_and_ends_as_shells_expect(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(**_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("pipelines.models.run", interrupted)
    monkeypatch.setattr("sys.argv", ["pat", "models"])

    with pytest.raises(SystemExit) as stop:
        cli.main()

    assert stop.value.code == 130
    assert capsys.readouterr().err == "pat: stopped; nothing half-written is left\n"


def test_a_wrong_option_is_a_usage_error() -> None:
    assert CliRunner().invoke(cli.app, ["train", "--no-such-option"]).exit_code == 2
