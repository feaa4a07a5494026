"""The trend of a stream is a picture of every analyte and culture, flagged or not."""

import numpy as np
import pandas as pd
import pytest

from pat.report.stream_figures import streamed_trends


def streamed(*, flagged: bool) -> pd.DataFrame:
    n = 6
    tables = [
        pd.DataFrame(
            {
                "analyte": analyte,
                "culture": culture,
                "elapsed_h": 24.0 * np.arange(n),
                "value": np.linspace(1, 5, n),
                "lower": np.linspace(0, 4, n),
                "upper": np.linspace(2, 6, n),
                "assay": np.linspace(1.1, 5.2, n),
                "flagged": flagged,
            }
        )
        for analyte in ("glucose", "titre")
        for culture in ("cho/V07", "cho/V18", "cho/V19")
    ]
    return pd.concat(tables, ignore_index=True)


def size(png: bytes) -> tuple[int, int]:
    return int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")


def test_there_is_a_column_a_culture_and_a_row_an_analyte() -> None:
    both = streamed(flagged=False)
    glucose = both[both["analyte"] == "glucose"]
    one_culture = both[both["culture"] == "cho/V07"]

    wide, tall = size(streamed_trends(both, units={"glucose": "g/L", "titre": "g/L"}))

    assert size(streamed_trends(glucose, units={}))[1] < tall
    assert size(streamed_trends(one_culture, units={}))[0] < wide


@pytest.mark.parametrize("unit", ["g/L", "$/L", "1e6/mL", "%"])
def test_any_unit_can_be_drawn(unit: str) -> None:
    png = streamed_trends(streamed(flagged=True), units={"glucose": unit, "titre": unit})

    assert png.startswith(b"\x89PNG")


def test_flagged_predictions_are_marked() -> None:
    assert streamed_trends(streamed(flagged=True), units={}) != streamed_trends(
        streamed(flagged=False), units={}
    )
