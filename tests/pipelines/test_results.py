"""What plant and historian see over restarts: late spectra, old rows moved out, nothing twice."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from pat.errors import InputError, StoreError
from pat.stream.sinks import JsonLines, Mqtt, mqtt_address
from pipelines import results
from tests.stream.drop import Stream, drop_hourly, wait_for
from tests.stream.servers import Broker, Subscriber


def stream(tmp_path: Path, *sinks: object) -> Stream:
    return Stream(tmp_path / "cho", sinks=sinks).run()  # type: ignore[arg-type]


@pytest.mark.broker
def test_a_late_spectrum_fills_the_table_and_never_replaces_a_newer_value(
    tmp_path: Path, broker: Broker
) -> None:
    folder = tmp_path / "cho"
    heard = Subscriber(broker)
    drop_hourly(folder, 1, start=0)
    drop_hourly(folder, 1, start=3)
    stream(tmp_path, Mqtt(mqtt_address(broker.url)))
    drop_hourly(folder, 2, start=1)  # after a restart, and both older than the newest
    table = stream(tmp_path, Mqtt(mqtt_address(broker.url))).table()
    topic = "plant/pat/cho/V01/glucose"

    def late() -> set[int]:
        return {round(each["value"]) for each in heard.of(f"{topic}/late")}

    wait_for(lambda: late() >= {2, 3})

    assert sorted(table["value"]) == pytest.approx([1, 2, 3, 4])
    assert late() <= {1, 2, 3}  # of the first two either may come first
    new_client = Subscriber(broker)
    wait_for(lambda: bool(new_client.of(topic)))
    assert [each["value"] for each in new_client.of(topic)] == pytest.approx([4])
    assert [each["value"] for each in heard.of(topic)][-1] == pytest.approx(4)
    heard.close()
    new_client.close()


def test_old_rows_move_to_parquet_and_nothing_is_scored_or_published_again(tmp_path: Path) -> None:
    folder, lines = tmp_path / "cho", tmp_path / "lines.jsonl"
    drop_hourly(folder, 5)
    before = stream(tmp_path, JsonLines(lines)).table()
    soon = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    url = f"sqlite:///{tmp_path / 'results.db'}"

    results.run(url, out=tmp_path / "old.parquet", before=soon, delete=True)
    kept = stream(tmp_path, JsonLines(lines)).table()
    drop_hourly(folder, 1, start=5)
    after = stream(tmp_path, JsonLines(lines)).table()

    old = pd.read_parquet(tmp_path / "old.parquet")
    assert old["id"].tolist() == before["id"].tolist()
    for column in ("scan_key", "value", "vessel", "sensor_digest", "file_sha256", "quality"):
        assert old[column].tolist() == before[column].tolist(), column
    assert [each.to_pydatetime() for each in old["time"]] == before["time"].tolist()
    assert kept.empty
    assert after["value"].tolist() == pytest.approx([6])
    assert after["id"].iloc[0] > before["id"].max()
    assert len(lines.read_text().splitlines()) == 6


def test_rows_that_a_sink_has_yet_to_publish_stay(tmp_path: Path) -> None:
    folder, lines = tmp_path / "cho", tmp_path / "lines.jsonl"
    drop_hourly(folder, 2)
    stream(tmp_path, JsonLines(lines))
    drop_hourly(folder, 2, start=2)
    stream(tmp_path)  # while the sink is not there
    soon = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    url = f"sqlite:///{tmp_path / 'results.db'}"

    with pytest.raises(StoreError, match="has yet to publish 2 of these"):
        results.run(url, out=tmp_path / "old.parquet", before=soon, delete=True)

    assert len(stream(tmp_path).table()) == 4
    assert not (tmp_path / "old.parquet").exists()


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"delete": True}, InputError, "--delete: expected --before TIME"),
        ({"before": "yesterday"}, InputError, "--before: expected a time such as"),
        ({"before": "2026-03-03"}, InputError, "--before: expected a time such as"),
        ({"results": "sqlite:////nowhere/results.db"}, StoreError, "there is no such database"),
    ],
)
def test_what_cannot_be_done_is_told(
    tmp_path: Path, arguments: dict[str, object], error: type[Exception], message: str
) -> None:
    drop_hourly(tmp_path / "cho", 1)
    stream(tmp_path)
    given = {"results": f"sqlite:///{tmp_path / 'results.db'}", **arguments}

    with pytest.raises(error, match=message):
        results.run(str(given.pop("results")), out=tmp_path / "out.parquet", **given)  # type: ignore[arg-type]

    assert not (tmp_path / "out.parquet").exists()
