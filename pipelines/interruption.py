"""SIGTERM as Ctrl-C, and no Ctrl-C lost: a stopped command cleans up behind itself either way."""

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

#: Seconds until an interrupt is raised again; by then the interpreter is out of the destructor.
_AGAIN_AFTER_S = 0.01


@contextmanager
def terminated_as_interrupted() -> Iterator[None]:
    """Let SIGTERM raise KeyboardInterrupt while the block runs."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def lose_no_interrupt() -> None:
    """Raise an interrupt again that came inside a destructor, where Python drops it."""
    if hasattr(signal, "setitimer"):
        sys.unraisablehook = _raise_again


def _raise_again(dropped: "sys.UnraisableHookArgs") -> None:
    if not issubclass(dropped.exc_type, KeyboardInterrupt):
        sys.__unraisablehook__(dropped)
        return
    signal.signal(signal.SIGALRM, signal.default_int_handler)
    signal.setitimer(signal.ITIMER_REAL, _AGAIN_AFTER_S)
