"""The allow-list names every transformer of ours, and nothing that is not a transformer."""

import importlib
import pkgutil

import pytest
from sklearn.base import BaseEstimator

import pat.calibration
import pat.preprocessing
from pat.errors import SensorError
from pat.soft_sensor.trusted import TRUSTED_TYPES, dumped, loaded
from tests.soft_sensor.sensors import pls


def estimators_of(package):
    """Return the full names of the public estimators defined anywhere in a package."""
    found = set()
    for info in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        module = importlib.import_module(info.name)
        for name, thing in vars(module).items():
            is_ours = isinstance(thing, type) and thing.__module__ == module.__name__
            if is_ours and issubclass(thing, BaseEstimator) and not name.startswith("_"):
                found.add(f"{module.__name__}.{name}")
    return found


ABSTRACT = {
    "pat.preprocessing.base.RowWise",
    "pat.preprocessing.base.SameAxis",
    "pat.preprocessing.whittaker.Whittaker",
}


def test_every_transformer_of_ours_can_be_stored():
    ours = estimators_of(pat.preprocessing) | estimators_of(pat.calibration)

    assert ours - ABSTRACT <= set(TRUSTED_TYPES)


def test_every_name_on_the_list_exists():
    for full in TRUSTED_TYPES:
        module, _, name = full.rpartition(".")
        assert isinstance(getattr(importlib.import_module(module), name), type)


def test_a_stored_pipeline_comes_back():
    [again] = loaded(dumped([pls()]), place="here")

    assert [name for name, _ in again.steps] == ["crop", "derivative", "pls"]


def test_rubbish_is_refused_with_its_place():
    with pytest.raises(SensorError, match=r"^here: expected a stored model"):
        loaded(b"rubbish", place="here")
