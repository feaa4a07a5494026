"""The simulated spectrometer drops what was stored, in its order and at its pace, and ends."""

import threading
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pat.campaign import Campaign
from pat.errors import InputError, StoreError
from pat.readers import read_campaign, read_spectrum_file, write_campaign
from pat.readers.naming import label_from_name
from pat.stream.feeds import replayed_folder
from pipelines import spectrometer
from tests.alignment.campaigns import make_campaign

ASAP = float("inf")


def at(hour: float, vessel: str = "V01", **more: object) -> dict[str, object]:
    time = pd.Timestamp("2024-05-01T10:00:00Z") + pd.Timedelta(hours=hour)
    return {"vessel": vessel, "time": time.isoformat(), **more}


def timed() -> Campaign:
    """Return three spectra of two vessels, stored in another order than they were taken."""
    return make_campaign(
        [at(2), at(0), at(1, "V02", sample="S 1/2")],
        [at(0, value=4.5), at(1, "V02", value=3.25), at(30, value=1.0)],
        online=[at(hour, ph=7 + hour / 10) for hour in (-1, 0, 1, 2, 3)],
        intensities=np.random.default_rng(1).normal(1e4, 100, (3, 8)),
    )


def write(campaign: Campaign, tmp_path: Path) -> Path:
    write_campaign(campaign, tmp_path / "campaign")
    return tmp_path / "campaign"


def spectra_files(drop: Path) -> list[str]:
    companions = {"campaign.toml", "online.csv", "assays.csv"}
    found = sorted(path for path in drop.rglob("*") if path.is_file())
    return [path.relative_to(drop).as_posix() for path in found if path.name not in companions]


def test_every_spectrum_is_a_file_named_as_the_contract_says(tmp_path: Path) -> None:
    folder = write(timed(), tmp_path)

    spectrometer.run(folder, drop=tmp_path / "drop", speed=ASAP)

    names = spectra_files(tmp_path / "drop")
    assert names == [
        "V01__20240501T100000Z.csv",
        "V01__20240501T120000Z.csv",
        "V02__20240501T110000Z__S 1%2F2.csv",
    ]
    keys = read_campaign(folder).spectra
    for name, row in zip(names, (1, 0, 2), strict=True):
        spectrum = read_spectrum_file(tmp_path / "drop" / name)
        assert spectrum.sha256(0) == keys.sha256(row)
        told = spectrum.keys.iloc[0]
        stored = keys.keys.iloc[row]
        assert told["vessel"] == stored["vessel"] == label_from_name(name).vessel
        assert told["time"] == stored["time"] == label_from_name(name).time
        assert told["elapsed_h"] == stored["elapsed_h"]
    assert told["sample"] == "S 1/2" == label_from_name(name).sample


def test_files_come_in_order_of_time_and_at_the_pace_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write(timed(), tmp_path)
    clock = [1000.0]
    dropped: list[tuple[float, str]] = []
    write_file = replayed_folder.write_spectrum_file
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(threading.Event, "wait", lambda _, s: clock.__setitem__(0, clock[0] + s))
    monkeypatch.setattr(
        replayed_folder,
        "write_spectrum_file",
        lambda s, path: dropped.append((clock[0], path.name[:3])) or write_file(s, path),
    )

    spectrometer.run(folder, drop=tmp_path / "drop", speed=1800.0)

    assert [vessel for _, vessel in dropped] == ["V01", "V02", "V01"]
    np.testing.assert_allclose([moment - 1000 for moment, _ in dropped], [0, 2, 4], atol=1e-3)


def test_a_file_that_was_stored_late_is_dropped_late(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = make_campaign(
        [at(0, stored_late_h=9.0), at(1, "V02", stored_late_h=0.0), at(2, "V03")],
        [at(0, value=4.5)],
        intensities=np.random.default_rng(1).normal(1e4, 100, (3, 8)),
    )
    dropped: list[str] = []
    write_file = replayed_folder.write_spectrum_file
    monkeypatch.setattr(
        replayed_folder,
        "write_spectrum_file",
        lambda s, path: dropped.append(path.name[:3]) or write_file(s, path),
    )

    spectrometer.run(write(late, tmp_path), drop=tmp_path / "drop", speed=ASAP)

    assert dropped == ["V02", "V03", "V01"]


def test_online_values_come_before_their_spectrum_and_assays_after_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, drop = write(timed(), tmp_path), tmp_path / "drop"
    seen: list[tuple[int, int]] = []
    write_file = replayed_folder.write_spectrum_file

    def n_rows(name: str) -> int:
        path = drop / name
        return len(path.read_text().splitlines()) - 1 if path.exists() else 0

    def watching(spectrum: object, path: Path) -> None:
        seen.append((n_rows("online.csv"), n_rows("assays.csv")))
        write_file(spectrum, path)  # type: ignore[arg-type]

    monkeypatch.setattr(replayed_folder, "write_spectrum_file", watching)

    spectrometer.run(folder, drop=drop, speed=ASAP)

    assert seen == [(2, 0), (3, 1), (4, 2)]
    online = (drop / "online.csv").read_text().splitlines()
    assert online[0] == "vessel,time,ph"
    assert online[1:] == [
        f"V01,2024-05-01T{9 + i:02d}:00:00Z,{7 + (i - 1) / 10!r}" for i in range(4)
    ]
    assays = (drop / "assays.csv").read_text().splitlines()
    assert assays[0] == "vessel,time,analyte,value,unit"
    assert assays[1:3] == [
        "V01,2024-05-01T10:00:00Z,glucose,4.5,g/L",
        "V02,2024-05-01T11:00:00Z,glucose,3.25,g/L",
    ]
    assert len(assays) == 4


def test_hours_alone_are_counted_from_a_stated_epoch(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    campaign = make_campaign(
        [{"vessel": "V01", "elapsed_h": 24.5}], [{"vessel": "V01", "elapsed_h": 24.5, "value": 4}]
    )

    spectrometer.run(write(campaign, tmp_path), drop=tmp_path / "drop", speed=ASAP)

    assert spectra_files(tmp_path / "drop") == ["V01__20000102T003000Z.csv"]
    keys = read_spectrum_file(tmp_path / "drop" / "V01__20000102T003000Z.csv").keys.iloc[0]
    assert keys["elapsed_h"] == 24.5
    assert pd.isna(keys["time"])
    assert "V01,24.5,glucose,4.0,g/L" in (tmp_path / "drop" / "assays.csv").read_text()
    assert "inoculated at 2000-01-01T00:00:00Z" in capsys.readouterr().out


def test_only_the_vessels_asked_for_are_dropped(tmp_path: Path) -> None:
    drop = tmp_path / "drop"

    spectrometer.run(write(timed(), tmp_path), drop=drop, vessels=["V02"], speed=ASAP)

    assert [name[:3] for name in spectra_files(drop)] == ["V02"]
    assert "V01" not in (drop / "assays.csv").read_text()
    assert not (drop / "online.csv").exists()


def test_spectra_of_the_instrument_and_twin_scans_keep_their_own_names(tmp_path: Path) -> None:
    campaign = make_campaign(
        [at(0, scan="1"), at(0, scan="2"), {**at(1, kind="dark"), "vessel": None}], [at(0, value=4)]
    )

    spectrometer.run(write(campaign, tmp_path), drop=tmp_path / "drop", speed=ASAP)

    assert spectra_files(tmp_path / "drop") == [
        "2/V01__20240501T100000Z.csv",
        "V01__20240501T100000Z.csv",
        "__20240501T110000Z__dark.csv",
    ]


def test_censored_and_excluded_assays_are_written_as_a_laboratory_would(tmp_path: Path) -> None:
    nan = float("nan")
    campaign = make_campaign(
        [at(0)],
        [
            at(0, value=nan, censored="<", limit=0.5),
            at(0, "V02", value=9.0, excluded="spilt", replicate="2"),
            at(0, "V03", value=1.5, replicate="1"),
        ],
    )

    spectrometer.run(write(campaign, tmp_path), drop=tmp_path / "drop", speed=ASAP)

    assert (tmp_path / "drop" / "assays.csv").read_text().splitlines()[1:] == [
        "V01,2024-05-01T10:00:00Z,glucose,<0.5,g/L"
    ]


def test_spc_holds_float32(tmp_path: Path) -> None:
    pytest.importorskip("spc_io")
    folder = write(timed(), tmp_path)

    spectrometer.run(folder, drop=tmp_path / "drop", speed=ASAP, format="spc")

    spectrum = read_spectrum_file(tmp_path / "drop" / "V01__20240501T100000Z.spc")
    stored = read_campaign(folder).spectra.intensities[1]
    np.testing.assert_array_equal(spectrum.intensities[0], stored.astype(np.float32))
    assert spectrum.keys.loc[0, "vessel"] == "V01"


def test_a_drop_folder_gets_the_campaign_s_id_and_units_and_keeps_its_own(tmp_path: Path) -> None:
    folder = write(timed(), tmp_path)
    spectrometer.run(folder, drop=tmp_path / "new", speed=ASAP)
    own = tmp_path / "own"
    own.mkdir()
    (own / "campaign.toml").write_text('id = "mine"\n')
    spectrometer.run(folder, drop=own, speed=ASAP)

    assert 'id = "run"' in (tmp_path / "new" / "campaign.toml").read_text()
    assert "[analytes.glucose]" in (tmp_path / "new" / "campaign.toml").read_text()
    assert (own / "campaign.toml").read_text() == 'id = "mine"\n'
    assert not list(tmp_path.rglob("*.tmp"))


def test_clocks_that_were_set_right_are_not_set_right_again(tmp_path: Path) -> None:
    folder = write(make_campaign([at(0)], [at(0, value=1)], clock_s={"spectra": 3600.0}), tmp_path)

    spectrometer.run(folder, drop=tmp_path / "drop", speed=ASAP)

    assert spectra_files(tmp_path / "drop") == ["V01__20240501T100000Z.csv"]
    assert "clock" not in (tmp_path / "drop" / "campaign.toml").read_text()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"speed": 0.0}, "--speed: expected process seconds a second, above 0; got 0"),
        ({"speed": float("nan")}, "--speed"),
        ({"vessels": ["V01", "V9"]}, "vessel V9 not in run; there are V01, V02"),
        ({"drop": "campaign"}, "expected another folder than the campaign's own"),
        ({"drop": "file"}, "expected a folder; got a file"),
    ],
)
def test_bad_arguments_end_in_one_message(
    tmp_path: Path, arguments: dict[str, object], message: str
) -> None:
    folder = write(timed(), tmp_path)
    (tmp_path / "file").write_text("x")
    drop = tmp_path / str(arguments.pop("drop", "drop"))

    with pytest.raises(InputError, match=message):
        spectrometer.run(folder, drop=drop, **{"speed": ASAP, **arguments})  # type: ignore[arg-type]

    assert not (tmp_path / "drop").exists()


def test_spectra_that_have_no_order_are_refused(tmp_path: Path) -> None:
    campaign = make_campaign(
        [{"vessel": "V01", "sample": "S1"}], [{"vessel": "V01", "sample": "S1", "value": 1}]
    )

    with pytest.raises(InputError, match="expected spectra with time or elapsed_h"):
        spectrometer.run(write(campaign, tmp_path), drop=tmp_path / "drop", speed=ASAP)


def test_a_table_with_other_columns_is_not_appended_to(tmp_path: Path) -> None:
    drop = tmp_path / "drop"
    drop.mkdir()
    (drop / "online.csv").write_text("vessel,time,do\n")

    with pytest.raises(InputError, match="expected the columns vessel,time,ph; got vessel,time,do"):
        spectrometer.run(write(timed(), tmp_path), drop=drop, speed=ASAP)

    assert spectra_files(drop) == []


def test_a_folder_that_cannot_be_written_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(spectrum: object, path: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(replayed_folder, "write_spectrum_file", full)

    with pytest.raises(StoreError, match="cannot be written: No space left on device"):
        spectrometer.run(write(timed(), tmp_path), drop=tmp_path / "drop", speed=ASAP)
