"""A store of its own for each test."""

from pathlib import Path

import pytest

from pat.registry.tracking import Tracking, open_tracking
from tests.registry.stores import copied, empty_store, trained_store


@pytest.fixture
def tracking(tmp_path: Path) -> Tracking:
    """An empty store of this test alone."""
    return copied(empty_store(), tmp_path / "store")


@pytest.fixture
def trained(tmp_path: Path) -> Tracking:
    """A store with version 1 of cho.glucose, of this test alone."""
    return copied(trained_store(), tmp_path / "store")


@pytest.fixture
def unchanged() -> Tracking:
    """A store with version 1 of cho.glucose that is shared: only to be read, or refused."""
    return open_tracking(f"sqlite:///{trained_store() / 'mlflow.db'}")
