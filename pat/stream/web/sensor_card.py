"""A sensor's card as a page of its own: what it is by its own description, then its model card."""

from collections.abc import Sequence
from html import escape

from pat.readers.times import iso
from pat.report.page import from_markdown, table
from pat.soft_sensor import SoftSensor
from pat.soft_sensor.folder import CARD


def sensor_card(sensor: SoftSensor, *, is_in_use: bool) -> str:
    """Return the page; whatever its texts hold is shown as text."""
    title = f"{escape(sensor.title)} {escape(sensor.digest[:12])}"
    stored = sensor.contents.get(CARD)
    card = "<p>This sensor carries no model card; train it again to have one.</p>"
    if stored is not None:
        card = from_markdown(stored.decode("utf-8", "replace"))
    state = "in use" if is_in_use else "not in use any more"
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n"
        '<link rel="icon" href="/static/icon.svg">\n'
        '<link rel="stylesheet" href="/static/page.css">\n</head>\n<body class="sensor-card">\n'
        f'<p><a href="/">‹ all vessels</a></p>\n<h1>{title} <small>{state}</small></h1>\n'
        f"{table(('property', 'value'), _facts(sensor))}\n<hr>\n{card}\n</body>\n</html>\n"
    )


def _facts(sensor: SoftSensor) -> Sequence[tuple[str, str]]:
    made, unit = sensor.provenance, sensor.analyte.unit
    low, high = sensor.calibrated_range
    members = [" / ".join(pair) for pair in zip(made.recipe, made.model, strict=False)]
    return [
        ("digest", sensor.digest),
        ("predicts", f"{sensor.analyte.name} in {unit}, calibrated {low:.3g} to {high:.3g}"),
        ("interval", f"next assay within ± {sensor.interval.half_width:.3g} {unit} (95 %)"),
        ("limits", f"T² {sensor.limits.t2:.4g}, Q {sensor.limits.q:.4g}"),
        ("reads", f"{sensor.axis.min():.5g} to {sensor.axis.max():.5g} {sensor.input_axis.unit}, "
                  f"{int(sensor.input_axis.used.sum())} of {sensor.axis.size} channels"),
        ("beside", ", ".join(sensor.process_names) or "no process values"),
        ("made of", "; ".join(members) or "not told"),
        ("calibration", f"{made.n_samples} assays of {made.n_cultures} cultures: "
                        f"{', '.join(name for name, _ in made.campaigns)}"),
        ("made", f"{iso(made.made_at)}, software {made.software}"),
        *((name.replace("_", " "), text) for name, text in made.facts.items()),
    ]  # fmt: skip
