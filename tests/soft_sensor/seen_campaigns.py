"""A campaign to train on, and its spectra again under another name."""

import numpy as np

from tests.alignment.campaigns import make_campaign
from tests.soft_sensor.sensors import AXIS, make_spectra


def trained_and_copy(*, replicates=1):
    """Return a campaign, and two cultures of it under another campaign and other vessels.

    Four new cultures stand beside the copied ones.
    """
    rng = np.random.default_rng(5)
    amounts = np.repeat(rng.uniform(1, 8, size=(48, 4)), replicates, axis=0)
    intensities = make_spectra(amounts, rng)
    new = make_spectra(amounts, rng)
    trained = _campaign(range(1, 9), intensities, amounts, "cho", "V", replicates)
    n = 2 * 6 * replicates
    copied = np.vstack([intensities[:n], new[n : 3 * n]])
    copy = _campaign(range(1, 7), copied, amounts[: 3 * n], "copy", "R", replicates)
    return trained, copy


def _campaign(numbers, intensities, amounts, name, letter, replicates):
    keys = [
        {"vessel": f"{letter}{number}", "elapsed_h": 24.0 * sample}
        for number in numbers
        for sample in range(6)
    ]
    glucose = amounts[::replicates, 0]
    return make_campaign(
        [{"campaign": name, "scan": i + 1, **key} for key in keys for i in range(replicates)],
        [key | {"value": float(a)} for key, a in zip(keys, glucose, strict=True)],
        intensities=intensities,
        axis=AXIS,
        id=name,
    )
