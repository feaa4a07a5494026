"""How well a changed light path could be found at best, and with few cultures (simulated).

Sizes of sapphire and water and the rest of the spectrum alone, at a false alarm of 5 and of 1 %:
with the light path known from many vessels; with it learnt from a few, but the best limit known;
and with one limit for all that learnt from as few.
"""

import argparse

import numpy as np

from benchmarks.strange_campaign import AXIS, window_changed
from pat.arrays import BoolArray, FloatArray
from pat.diagnostics.collection import STANDARD_BANDS, standard_sizes
from pat.diagnostics.domain import CoarseChannels
from pat.diagnostics.domain.standard_sizes import StandardSizes
from pat.simulator import CampaignSettings, design, simulate_cultures
from pat.simulator.instrument import instrument_named
from pat.simulator.raman import optics
from pat.simulator.scene import Scene, campaign_scene, measured_counts

N_VESSELS, N_NEW = 240, 80
LARGER = 0.2
REGION = (450.0, 1800.0)
DRAWS = 60
FALSE_ALARMS = (0.05, 0.01)

Read = tuple[FloatArray, FloatArray]


def main() -> None:
    """Print the shares found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=7001, help="of the campaign")
    seed = parser.parse_args().seed
    settings = CampaignSettings(seed=seed, axis=AXIS)
    cultures = simulate_cultures(design(N_VESSELS, seed=seed), seed=seed)
    scene = campaign_scene(cultures, settings=settings)
    usual, changed = (read(s, settings) for s in (scene, window_changed(scene, LARGER)))
    vessel = np.unique(scene.keys["vessel"].to_numpy(dtype=str), return_inverse=True)[1]
    rng = np.random.default_rng(seed)
    order = rng.permutation(N_VESSELS)
    new, pool = np.isin(vessel, order[:N_NEW]), order[N_NEW:]
    print(
        "| vessels | false alarms, % | limit of each known, % | one limit, % |\n|---|---|---|---|"
    )
    for count in (12, 24, 48, pool.size):
        draws = [rng.permutation(pool)[:count] for _ in range(DRAWS if count < pool.size else 1)]
        seen = [distances(np.isin(vessel, drawn), new, usual, changed) for drawn in draws]
        for share in FALSE_ALARMS:
            print_line(count, share, np.array(seen))


def print_line(count: int, share: float, seen: FloatArray) -> None:
    """Print what is found of distances (n_draws, 2, n_new), in control and changed."""
    own = np.quantile(seen[:, 0], 1 - share, axis=1, keepdims=True)
    one = np.quantile(seen[:, 0], 1 - share)
    found = [100 * np.mean(seen[:, 1] > limit) for limit in (own, one)]
    print(f"| {count} | {100 * share:g} | {found[0]:.1f} | {found[1]:.1f} |")


def distances(known: BoolArray, new: BoolArray, usual: Read, changed: Read) -> list[FloatArray]:
    """Return how far new spectra are, in control and changed, from what known ones say."""
    sizes, coarse = (part[known] for part in usual)
    axis = channels().axis
    learnt = StandardSizes.of(sizes, coarse, axis=axis, bands=STANDARD_BANDS)
    assert learnt is not None
    return [learnt.distance(sizes[new], coarse[new]) for sizes, coarse in (usual, changed)]


def read(scene: Scene, settings: CampaignSettings) -> Read:
    """Return sizes of the standards and coarse spectra of a scene."""
    optic = optics(instrument_named(settings.instrument), settings.axis)
    counts = measured_counts(scene, optics=optic, settings=settings)
    return standard_sizes(counts, AXIS, STANDARD_BANDS), channels().scaled(counts)


def channels() -> CoarseChannels:
    """Return the coarse channels that the sensor of the other tables reads."""
    return CoarseChannels.of(AXIS, (REGION[0] <= AXIS) & (REGION[1] >= AXIS))


if __name__ == "__main__":
    main()
