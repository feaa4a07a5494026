"""Scans are scored as in batch, each by itself, and a scan that cannot be gives bad rows."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pat.campaign import CampaignInfo
from pat.readers.scan_names import ScanName
from pat.soft_sensor import PREDICTION_COLUMNS
from pat.spectra import AxisKind, Kind, Spectra
from pat.stream.online_values import OnlineValues
from pat.stream.records import Scan, scan_key
from pat.stream.scorer import Scorer
from tests.soft_sensor.sensors import (
    AXIS,
    make_calibration,
    make_sensor,
    new_spectra,
    plain_sensor,
    pls_with_process,
)
from tests.stream.drop import TEN, MeanSensor

NAME = ScanName("cho", "V01", TEN, None, None, None, Kind.CULTURE)


def scan(intensity: np.ndarray, axis: np.ndarray = AXIS, **name: object) -> Scan:
    return Scan(
        name=replace(NAME, **name),  # type: ignore[arg-type]
        axis=axis,
        axis_kind=AxisKind.RAMAN_SHIFT,
        intensity=intensity,
        source_file="x.csv",
    )


def scorer(*sensors: object, path: Path = Path("none.csv")) -> Scorer:
    tags = {name: None for sensor in sensors for name in sensor.process_names}  # type: ignore[attr-defined]
    online = OnlineValues(path, names=list(tags), settle_s=0.0)
    online.refresh(CampaignInfo(id="cho"))
    return Scorer(sensors, online=online)  # type: ignore[arg-type]


def awkward_scans() -> list[Scan]:
    """Return scans of a real sensor, some of them broken, on two axes."""
    spectra, _ = new_spectra(70)
    spectra[3, 50] = np.nan
    spectra[8] = 7.0
    spectra[12] *= 40
    spectra[20, 100] = 9000.0
    scans = [scan(row, time=TEN + timedelta(hours=hour)) for hour, row in enumerate(spectra)]
    scans[30] = scan(spectra[30][::-1].copy(), AXIS[::-1].copy(), time=TEN)
    scans[40] = scan(spectra[40][:9], AXIS[:9].copy(), time=TEN)
    return scans


def as_batch(scans: list[Scan]) -> pd.DataFrame:
    """Return what the sensor says of each spectrum in a campaign."""
    tables = []
    for each in scans:
        keys = pd.DataFrame({"campaign": ["cho"], "vessel": ["V01"], "time": [each.name.time]})
        tables.append(plain_sensor().predict(Spectra(each.axis, each.intensity[None], keys)))
    return pd.concat(tables, ignore_index=True)


@pytest.mark.parametrize("block", [1, 2, 7, 32, 70])
def test_a_stream_in_blocks_agrees_with_the_batch(block: int) -> None:
    scans = awkward_scans()

    streamed = pd.concat(
        [scorer(plain_sensor()).score(scans[i : i + block]) for i in range(0, len(scans), block)],
        ignore_index=True,
    )

    batch = as_batch(scans)
    for column in ("value", "lower", "upper", "t2", "q", "t2_limit", "q_limit"):
        np.testing.assert_allclose(streamed[column], batch[column], rtol=1e-9)
    for column in ("quality", "reasons", "spectrum_sha256", "sensor_digest", "analyte", "unit"):
        assert streamed[column].tolist() == batch[column].tolist()
    assert set(streamed["quality"]) == {"good", "uncertain", "bad"}


def test_rows_come_scan_by_scan_and_sensor_by_sensor() -> None:
    axes = [AXIS, AXIS[::-1].copy()]
    scans = [scan(np.full(AXIS.size, float(i)), axes[i % 2], vessel=f"V{i}") for i in range(6)]

    table = scorer(MeanSensor("a"), MeanSensor("b")).score(scans)

    assert list(table.columns) == ["scan_key", *PREDICTION_COLUMNS]
    assert table["vessel"].tolist() == [f"V{i}" for i in range(6) for _ in "ab"]
    assert table["analyte"].tolist() == ["a", "b"] * 6
    assert table["value"].tolist() == [float(i) for i in range(6) for _ in "ab"]


def test_nothing_scored_is_an_empty_table() -> None:
    assert list(scorer(MeanSensor()).score([]).columns) == ["scan_key", *PREDICTION_COLUMNS]


def test_a_scan_without_a_culture_is_bad_and_keeps_its_value() -> None:
    scans = [scan(np.ones(AXIS.size)), scan(np.ones(AXIS.size), vessel=None, problem="no vessel")]

    table = scorer(MeanSensor()).score(scans)

    assert table["quality"].tolist() == ["good", "bad"]
    assert table["reasons"].tolist() == ["", "no vessel"]
    assert table["value"].tolist() == [1.0, 1.0]


class Fragile(MeanSensor):
    """Fails on every spectrum that holds 13."""

    def predict(self, spectra: Spectra, process: pd.DataFrame | None = None) -> pd.DataFrame:
        if (spectra.intensities == 13).any():
            raise ZeroDivisionError("thirteen")
        return super().predict(spectra, process)


def test_a_sensor_that_fails_gives_bad_rows_for_what_it_failed_on() -> None:
    scans = [scan(np.full(AXIS.size, level)) for level in (1.0, 13.0, 2.0)]

    table = scorer(Fragile("a"), MeanSensor("b")).score(scans)

    failed = table[table["analyte"] == "a"]
    assert failed["quality"].tolist() == ["good", "bad", "good"]
    assert failed["reasons"].iloc[1] == "the sensor failed (ZeroDivisionError: thirteen)"
    assert failed["value"].isna().tolist() == [False, True, False]
    assert table["scan_key"].nunique() == 3
    assert (table.loc[table["analyte"] == "b", "quality"] == "good").all()


def test_process_values_reach_the_sensor_and_their_absence_is_told(tmp_path: Path) -> None:
    cal = make_calibration(with_process=True)
    sensor = make_sensor(pls_with_process(), cal=cal)
    path = tmp_path / "online.csv"
    at = (TEN - timedelta(minutes=10)).isoformat()
    path.write_text(f"vessel,time,ph,do\nV01,{at},7.1,40\nV02,{at},7.1,\n")
    spectra, _ = new_spectra(4)
    scans = [
        scan(spectra[0]),
        scan(spectra[1], time=TEN + timedelta(minutes=21)),
        scan(spectra[2], vessel="V02"),
        scan(spectra[3], vessel="V03"),
    ]

    table = scorer(sensor, path=path).score(scans)

    process = pd.DataFrame({"ph": [7.1], "do": [40.0]})
    keys = pd.DataFrame({"vessel": ["V01"]})
    alone = sensor.predict(Spectra(AXIS, spectra[:1], keys), process)
    assert table.loc[0, "value"] == pytest.approx(alone.loc[0, "value"], rel=1e-9)
    assert table["quality"].tolist()[1:] == ["bad"] * 3
    assert table["reasons"].tolist()[1:] == [
        "no ph since 2024-05-01T09:50Z; no do since 2024-05-01T09:50Z",
        "no do yet",
        "no ph yet; no do yet",
    ]


def test_the_order_of_sensors_does_not_make_another_set() -> None:
    one, other = MeanSensor("a"), MeanSensor("b")

    assert scorer(one, other).digest == scorer(other, one).digest
    assert scorer(one).digest != scorer(one, other).digest


def test_a_scan_is_told_from_others_by_culture_moment_and_spectrum() -> None:
    names = [
        NAME,
        replace(NAME, campaign="cho-2"),
        replace(NAME, vessel="V02"),
        replace(NAME, vessel=None),
        replace(NAME, time=TEN + timedelta(seconds=1)),
        replace(NAME, time=None, sample="S1"),
        replace(NAME, time=None, sample="S2"),
        replace(NAME, time=None, elapsed_h=1.5),
        replace(NAME, time=None),
        replace(NAME, campaign="cho/V", vessel="01"),
    ]
    keys = [scan_key(name, spectrum_sha256="s", source_file="a.csv") for name in names]

    assert len(set(keys)) == len(names)
    assert scan_key(NAME, spectrum_sha256="t", source_file="a.csv") not in keys
    assert scan_key(NAME, spectrum_sha256="s", source_file="b.csv") == keys[0]
    assert scan_key(names[8], spectrum_sha256="s", source_file="b.csv") not in keys
