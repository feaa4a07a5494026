"""Fixtures every test may use."""

import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.stream.servers import Broker

# A busy machine is slow, not wrong.
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")

SHARED_DATA = Path(os.environ.get("PAT_SHARED_DATA", Path(__file__).parents[2] / "shared" / "data"))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real spectra and vendors' files, where they are present."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"real data not present at {SHARED_DATA} (set PAT_SHARED_DATA)")
    return SHARED_DATA


@pytest.fixture
def postgres() -> Iterator[str]:
    """Return the address of a new database on a real PostgreSQL server."""
    server = os.environ.get("PAT_TEST_POSTGRES")
    if not server:
        pytest.skip("no PostgreSQL server (PAT_TEST_POSTGRES is not set; .ci/with-services does)")
    pytest.importorskip("psycopg", reason="the extra postgres is not installed")
    from sqlalchemy import create_engine, make_url, text

    url = make_url(server).set(drivername="postgresql+psycopg")
    name = f"pat_{uuid.uuid4().hex}"
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        yield url.set(drivername="postgresql", database=name).render_as_string()
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    finally:
        engine.dispose()


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    """Return a running MQTT broker of another make."""
    pytest.importorskip("paho.mqtt", reason="the extra mqtt is not installed")
    program = shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        pytest.skip("no MQTT broker (the package mosquitto is not installed)")
    broker = Broker(program, tmp_path)
    broker.start()
    yield broker
    broker.stop()
