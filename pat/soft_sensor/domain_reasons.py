"""What is odd of a whole spectrum, in words."""

import numpy as np

from pat.arrays import FloatArray
from pat.diagnostics.domain import Domain, Look, Seen
from pat.soft_sensor.quality import Oddity, loudest_channels


def oddities(
    domain: Domain,
    seen: Seen,
    row: int,
    *,
    unit: str,
    sizes: FloatArray,
) -> list[Oddity]:
    """Return what passes a limit of the domain in one row of what was seen.

    Parameters
    ----------
    domain : Domain
    seen : Seen
    row : int
    unit : str
        Of the axis.
    sizes : ndarray of shape (n_bands,)
        Of the domain's internal standards in this row.
    """
    passed = np.flatnonzero(seen.distances[:, row] > domain.limits)

    def words(look: Look) -> str:
        match look:
            case Look.WHOLE:
                return _whole(domain, seen, row, unit)
            case Look.NEIGHBOUR:
                return "no calibrated spectrum is near it"
            case Look.AXIS:
                return f"the axis appears shifted by {seen.shift[row]:+.2g} {unit}"
            case Look.BAND:
                return _band(domain, seen, row, unit)
            case Look.STANDARDS:
                return _standard(domain, sizes, seen.coarse[row])

    return [
        Oddity(float(seen.distances[look, row] / domain.limits[look]), words(Look(look)))
        for look in passed.tolist()
    ]


def _whole(domain: Domain, seen: Seen, row: int, unit: str) -> str:
    added = domain.whole.t2_by_channel(seen.coarse[row], seen.scores[row])
    where = loudest_channels(added, domain.channels.axis, unit=unit)
    return f"the whole spectrum lies outside the calibrated ones{where}"


def _band(domain: Domain, seen: Seen, row: int, unit: str) -> str:
    place, adds = domain.loudest_band(seen, row)
    if adds:
        return f"an unknown band near {place:.0f} {unit}"
    return f"a band near {place:.0f} {unit} is weaker than in the calibration"


def _standard(domain: Domain, sizes: FloatArray, coarse: FloatArray) -> str:
    """Return which internal standard has changed most, in its own deviations."""
    assert domain.standards is not None
    change = domain.standards.change(sizes[None], coarse[None])[0]
    most = int(np.argmax(np.abs(change) / domain.standards.deviations))
    percent = 100 * np.expm1(change[most])
    more = "larger" if percent > 0 else "smaller"
    name = domain.bands[most].name
    told = domain.standards.told_by.any()
    than = "the rest of the spectrum suggests" if told else "in the calibration"
    return f"the {name} cm-1 band is {abs(percent):.0f} % {more} than {than}"
