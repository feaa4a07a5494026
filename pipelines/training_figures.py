"""The figures of one trained sensor, in the order in which a reviewer asks."""

import io
import re

import numpy as np
import pandas as pd
from sklearn.cross_decomposition import PLSRegression

from pat.arrays import FloatArray
from pat.calibration import SearchResult
from pat.diagnostics import takes_process, vip
from pat.report import sensor_figures
from pat.soft_sensor import LEFT_OUT, SoftSensor
from pat.soft_sensor.members import Member

_TRENDS = 4


def training_figures(
    result: SearchResult, sensor: SoftSensor, *, heldout: pd.DataFrame, axis_label: str
) -> dict[str, str]:
    """Return every figure as SVG text under the name of its file."""
    unit, analyte = sensor.analyte.unit, sensor.analyte.name
    figures = {
        "1-measured-against-predicted": sensor_figures.measured_against_predicted(
            heldout, title=f"{analyte}: cultures held out", unit=unit
        ),
        "2-rmsecv-by-components": sensor_figures.rmsecv_curve(
            _by_components(result),
            chosen=_n_components(result),
            title=f"{analyte}: RMSECV of PLS, {result.champion.members[0].recipe}",
            unit=unit,
        ),
        "4-t2-against-q": _distances(sensor),
        "6-candidates": sensor_figures.candidates_ranked(
            result.table, title=f"{analyte}: best setting of each recipe and model", unit=unit
        ),
    }
    vector = _regression_vector(sensor, axis_label)
    if vector is not None:
        figures["3-regression-vector"] = vector
    if heldout["elapsed_h"].notna().any():
        figures["5-residual-against-age"] = sensor_figures.residual_against_age(
            heldout, title=f"{analyte}: residual against culture age", unit=unit
        )
        figures |= _trends(heldout, analyte=analyte, unit=unit)
    return dict(sorted(figures.items()))


def _distances(sensor: SoftSensor) -> str:
    left_out = pd.read_csv(io.BytesIO(sensor.contents[LEFT_OUT]))
    return sensor_figures.t2_against_q(
        left_out["t2"].to_numpy(dtype=np.float64),
        left_out["q"].to_numpy(dtype=np.float64),
        t2_limit=sensor.limits.t2,
        q_limit=sensor.limits.q,
        title=f"{sensor.analyte.name}: distance of left-out spectra",
    )


def _regression_vector(sensor: SoftSensor, axis_label: str) -> str | None:
    """Return the figure of the heaviest PLS member; None without one."""
    linear = [
        number
        for number, member in enumerate(sensor.members)
        if isinstance(member.pipeline[-1], PLSRegression) and member.axis.size
    ]
    if not linear:
        return None
    member, n_members = sensor.members[linear[0]], len(sensor.members)
    pls = member.pipeline[-1]
    channels = slice(0, member.axis.size)
    which = f" of member {linear[0] + 1} of {n_members}" if n_members > 1 else ""
    return sensor_figures.regression_vector(
        member.axis,
        coefficients=pls.coef_.ravel()[channels],
        vip=vip(pls)[channels],
        mean_spectrum=_preprocessed_mean(member, sensor.mean_spectrum),
        axis_label=axis_label,
        title=f"{sensor.analyte.name}: regression vector and VIP{which}",
    )


def _preprocessed_mean(member: Member, mean_spectrum: FloatArray) -> FloatArray:
    """Return the mean calibration spectrum after a member's recipe, (n_features,)."""
    recipe = member.pipeline[:-1]
    if takes_process(member.pipeline):
        recipe = recipe[0].named_transformers_["spectrum"][:-1]
    return np.asarray(recipe.transform(mean_spectrum[None, :]), dtype=np.float64)[0]


def _trends(heldout: pd.DataFrame, *, analyte: str, unit: str) -> dict[str, str]:
    """Return trends of a few cultures: the best, the worst and some between."""
    error = (heldout["prediction"] - heldout["assay"]) ** 2
    ranked = error.groupby(heldout["culture"]).mean().sort_values().index
    chosen = ranked[np.unique(np.linspace(0, len(ranked) - 1, _TRENDS).round().astype(int))]
    return {
        f"7-trend-{number}-{_file_name(culture)}": sensor_figures.trend(
            heldout[heldout["culture"] == culture],
            title=f"{analyte} in {culture}, held out",
            unit=unit,
        )
        for number, culture in enumerate(chosen, start=1)
    }


def _file_name(culture: str) -> str:
    """Return a culture's name with only the signs that every file system takes."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", culture)


def _by_components(result: SearchResult) -> dict[int, float]:
    curve = result.rmsecv_by_components
    return dict(zip(curve["n_components"].astype(int), curve["rmsecv"], strict=True))


def _n_components(result: SearchResult) -> int | None:
    count = result.champion.members[0].setting.get("n_components")
    return int(count) if count is not None else None
