"""Servers that the stream talks to, where they are installed."""

import os
import uuid
from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url


@pytest.fixture
def postgres() -> Iterator[str]:
    """Return the address of a new database on a real PostgreSQL server."""
    server = os.environ.get("PAT_TEST_POSTGRES")
    if not server:
        pytest.skip("no PostgreSQL server (PAT_TEST_POSTGRES is not set; .ci/with-services does)")
    pytest.importorskip("psycopg", reason="the extra postgres is not installed")
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
