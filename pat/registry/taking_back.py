"""Takes back what a training wrote before it failed: found by its mark, wherever it broke off.

The mark is a tag that is written with each run, model and version in the same call that makes
it, so that nothing made can be without it, not even when Ctrl-C comes in between.
"""

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlparse
from urllib.request import url2pathname

from pat.registry.store_errors import none_if_missing
from pat.registry.tracking import Tracking

if TYPE_CHECKING:
    from mlflow import MlflowClient

#: Tag that all runs, models and versions of one training share.
MARK = "training"


@dataclass(frozen=True, slots=True)
class Before:
    """How the store was before a training wrote to it.

    Parameters
    ----------
    experiment_id : str
    mark : str
        The value of the tag `MARK`, of this training alone.
    alias : str
        The alias that the training moves.
    versions : mapping of registered name to version or None
        Which version held the alias; None where none did. A name that is not registered yet is
        not here.
    names : tuple of str
        Registered names that the training writes to.
    """

    experiment_id: str
    mark: str
    alias: str
    versions: Mapping[str, str | None]
    names: tuple[str, ...]


def state_before(
    tracking: Tracking, *, experiment_id: str, mark: str, alias: str, names: tuple[str, ...]
) -> Before:
    """Return how the store is now."""
    versions: dict[str, str | None] = {}
    for name in names:
        model = none_if_missing(partial(tracking.client.get_registered_model, name))
        if model is not None:
            held = dict(model.aliases).get(alias)
            versions[name] = None if held is None else str(held)
    return Before(experiment_id, mark, alias, versions, names)


def take_back(tracking: Tracking, before: Before) -> tuple[str, ...]:
    """Delete all that carries the mark and return what could not be deleted.

    MLflow keeps deleted runs, out of sight, until `mlflow gc`; their files are removed here.
    """
    left: list[str] = []
    for parts in (_versions, _aliases, _models, _runs):
        try:
            for what, forget in parts(tracking.client, before):
                try:
                    forget()
                except Exception as error:  # noqa: BLE001 - the first failure is the one to tell
                    left.append(f"{what} ({error})")
        except Exception as error:  # noqa: BLE001
            left.append(str(error))
    return tuple(left)


_Steps = Iterator[tuple[str, Callable[[], object]]]


def _versions(client: "MlflowClient", before: Before) -> _Steps:
    for found in client.search_model_versions(f"tags.{MARK} = '{before.mark}'"):
        what = f"version {found.version} of {found.name}"
        yield what, partial(client.delete_model_version, found.name, found.version)


def _aliases(client: "MlflowClient", before: Before) -> _Steps:
    """Put the alias back, and remove a registered name that was not there and is empty."""
    for name in before.names:
        model = none_if_missing(partial(client.get_registered_model, name))
        if model is None:
            continue
        held = before.versions.get(name)
        if name not in before.versions:
            if not model.latest_versions:
                yield f"the name {name}", partial(client.delete_registered_model, name)
        elif held is not None and str(dict(model.aliases).get(before.alias)) != held:
            move = partial(client.set_registered_model_alias, name, before.alias, held)
            yield f"alias {before.alias} of {name}", move


def _models(client: "MlflowClient", before: Before) -> _Steps:
    marked = f"tags.{MARK} = '{before.mark}'"
    for model in client.search_logged_models([before.experiment_id], marked):
        yield f"files of model {model.model_id}", partial(_remove, model.artifact_location)
        yield f"model {model.model_id}", partial(client.delete_logged_model, model.model_id)


def _runs(client: "MlflowClient", before: Before) -> _Steps:
    for run in client.search_runs([before.experiment_id], f"tags.{MARK} = '{before.mark}'"):
        run_id = run.info.run_id
        yield f"files of run {run_id}", partial(_remove, run.info.artifact_uri)
        yield f"status of run {run_id}", partial(client.set_terminated, run_id, "FAILED")
        yield f"run {run_id}", partial(client.delete_run, run_id)


def _remove(uri: str) -> None:
    """Remove files of this machine: first, since a full disk can then take the rest."""
    parsed = urlparse(uri)
    if parsed.scheme != "file":
        return
    folder = Path(url2pathname(parsed.path))
    shutil.rmtree(folder, ignore_errors=True)
    with suppress(OSError):
        folder.parent.rmdir()
