"""An interrupt ends a command wherever it comes, also where Python would drop it."""

import signal
import sys
import time
import weakref

import pytest

from pipelines.interruption import lose_no_interrupt


class Thing:
    pass


@pytest.fixture
def hook(monkeypatch):
    monkeypatch.setattr(sys, "unraisablehook", sys.__unraisablehook__)
    lose_no_interrupt()
    yield
    signal.signal(signal.SIGALRM, signal.SIG_DFL)


def drop(error):
    """Raise an error where Python drops it: while a weak reference is called back."""

    def called_back(_reference):
        raise error

    thing = Thing()
    reference = weakref.ref(thing, called_back)
    del thing
    return reference


def test_an_interrupt_inside_a_destructor_still_ends_the_command(hook):
    def work():
        drop(KeyboardInterrupt)
        time.sleep(5)

    with pytest.raises(KeyboardInterrupt):
        work()


def test_other_errors_inside_a_destructor_are_told_as_ever(hook, capsys):
    drop(ValueError("no such luck"))
    time.sleep(0.05)

    assert "no such luck" in capsys.readouterr().err
