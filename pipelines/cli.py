"""The command `pat`: which commands there are, and errors as one clear message."""

import os
import sys

import typer

from pat.errors import InputError, PatError
from pipelines.commands import campaigns, running, sensors
from pipelines.interruption import lose_no_interrupt

os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")  # plants are air-gapped

app = typer.Typer(
    name="pat",
    help="Raman process analytics: from a campaign to validated, streaming soft sensors.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # rich's help costs 0.3 s
    pretty_exceptions_enable=False,
)


#: In the order in which `pat --help` lists them; `import_` is typed `import`.
COMMANDS = (
    running.demo,
    campaigns.simulate,
    campaigns.import_,
    campaigns.inspect,
    campaigns.check,
    sensors.train,
    sensors.evaluate,
    sensors.predict,
    sensors.models,
    sensors.promote,
    sensors.export,
    sensors.verify,
    sensors.transfer,
    running.stream,
    running.results,
    campaigns.spectrometer,
    campaigns.plan,
    running.ui,
)
for command in COMMANDS:
    app.command(name=command.__name__.rstrip("_"))(command)


#: As shells count an end by Ctrl-C; Typer ends so, without a word.
INTERRUPTED = 130


def main() -> None:
    """Run the command line; exit 2 for bad input, 1 for what else goes wrong."""
    lose_no_interrupt()
    try:
        app()
    except SystemExit as stop:
        if stop.code == INTERRUPTED:
            fail("stopped; nothing half-written is left", INTERRUPTED)
        raise
    except InputError as error:
        fail(str(error), 2)
    except PatError as error:
        fail(str(error), 1)
    except Exception:  # noqa: BLE001 - the last line of defence
        import traceback

        traceback.print_exc()
        fail("this is a fault of pat, not of your files; the lines above say where", 1)


def fail(message: str, code: int) -> None:
    """Print one message to standard error and end with this exit code."""
    print(f"pat: {message}", file=sys.stderr)
    sys.exit(code)
