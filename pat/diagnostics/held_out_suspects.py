"""What held-out errors make suspect: exchanged vessels, a late clock, carry-over."""

from collections.abc import Iterator

import numpy as np

from pat.campaign import Campaign
from pat.diagnostics.held_out_errors import HeldOutValues, carried_over, clock_of_assays
from pat.diagnostics.suspect import Suspect, SuspectKind
from pat.diagnostics.swapped_assays import swapped_assays


def held_out_suspects(campaign: Campaign, found: HeldOutValues | None) -> Iterator[Suspect]:
    """Yield what held-out errors tell: vessels exchanged, a late clock, carry-over.

    Assays under the wrong vessel follow another vessel, as carry-over does: then that is not
    asked.
    """
    if found is None:
        return
    exchanged = tuple(_swapped_assays(found))
    yield from exchanged
    clock = clock_of_assays(found)
    if clock is not None:
        yield Suspect(SuspectKind.LATE_CLOCK, vessels=(), rows=(), reason=clock.meaning)
    carried = None if exchanged else carried_over(campaign, found)
    if carried is not None and carried.is_found:
        yield Suspect(SuspectKind.CARRY_OVER, vessels=(), rows=(), reason=carried.meaning)


def _swapped_assays(found: HeldOutValues) -> Iterator[Suspect]:
    hours = found.samples["shared_hours"].to_numpy(dtype=np.float64)
    kept = np.isfinite(hours)
    if kept.sum() < 2:
        return
    names, vessels = np.unique(
        found.samples["vessel"].to_numpy(dtype=object)[kept], return_inverse=True
    )
    predicted, assays = (
        values.to_numpy(dtype=np.float64)[kept] for values in (found.predicted, found.assays)
    )
    for pair in swapped_assays(predicted, assays, vessels=vessels, hours=hours[kept]):
        since = "" if pair.since_h is None else f"from {pair.since_h:.3g} h on "
        yield Suspect(
            SuspectKind.SWAPPED,
            vessels=(str(names[pair.one]), str(names[pair.other])),
            rows=(),
            reason=(
                f"{since}the assays of each fit the other's spectra {1 / pair.closeness:.1f} "
                "times better than its own"
            ),
        )
