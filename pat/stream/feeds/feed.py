"""The one seam to whatever sends spectra as messages."""

from typing import Protocol


class Feed(Protocol):
    """Puts what arrives into a spool as files, before the sender may forget it.

    From there the drop folder is the source: names, hashes, journal and repetition are the same
    for every feed, and a feed delivered twice is one file.
    """

    @property
    def name(self) -> str:
        """What logs and events call it, with the place where it listens."""

    @property
    def ends(self) -> bool:
        """Whether it comes to an end by itself."""

    @property
    def is_over(self) -> bool:
        """Whether it has come to that end."""

    def start(self) -> None:
        """Begin, in a thread of its own; trouble is told and never raised."""

    def stop(self) -> None:
        """End, and wait until what is under way is in the spool."""

    def try_out(self) -> None:
        """See whether the sender answers, and take nothing; raise where it does not."""
