"""What a sensor reads, from the calibration that it carries: vectors, regions, permutations."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from sklearn.cross_decomposition import PLSRegression

from pat.arrays import FloatArray
from pat.calibration.blocks import Block
from pat.calibration.nulls import age_curve
from pat.calibration.sample_space.permutations import (
    PermutationTest,
    culture_orders,
    moved_within_cultures,
    permutation_test,
)
from pat.calibration.sample_space.region_scan import RegionScan, region_scan
from pat.calibration.sample_space.weighted_vectors import culture_draws, weighted_vectors
from pat.calibration.splitters import culture_folds
from pat.report.specificity import WHOLE, WITHIN
from pat.soft_sensor import SoftSensor
from pat.soft_sensor.calibration_spectra import StoredCalibration, stored_calibration
from pat.soft_sensor.member_vectors import MemberVector, member_vector
from pat.spectra import AxisKind

N_PERMUTATIONS, N_DRAWS = 200, 100
#: Width of a region in the unit of the axis: about two bands.
REGION = {AxisKind.RAMAN_SHIFT: 50.0, AxisKind.WAVENUMBER: 50.0, AxisKind.WAVELENGTH: 25.0}
_BAND = (0.025, 0.975)
_MOST_COMPONENTS = 10
_FEWEST_CULTURES = 4


@dataclass(frozen=True, eq=False)
class SensorReading:
    """A sensor beside its calibration; each figure is computed when it is first asked for.

    Parameters
    ----------
    sensor : SoftSensor
    calibration : StoredCalibration
    """

    sensor: SoftSensor
    calibration: StoredCalibration

    @cached_property
    def main(self) -> MemberVector | None:
        """The heaviest member of partial least squares, else the heaviest linear one."""
        members = self.sensor.members
        is_pls = [isinstance(member.pipeline[-1], PLSRegression) for member in members]
        order = sorted(range(len(members)), key=lambda k: (not is_pls[k], -members[k].weight))
        each = (member_vector(self.sensor, k + 1, self.calibration.spectra) for k in order)
        return next((one for one in each if one is not None), None)

    @cached_property
    def vectors(self) -> tuple[MemberVector, ...]:
        """All linear members, the main one first, the others by their number."""
        if self.main is None:
            return ()
        others = (k for k in range(1, len(self.sensor.members) + 1) if k != self.main.number)
        each = (member_vector(self.sensor, k, self.calibration.spectra) for k in others)
        return (self.main, *(one for one in each if one is not None))

    @property
    def groups(self) -> "np.ndarray[tuple[int], np.dtype[np.object_]]":
        """The unit of validation of each calibration sample."""
        return self.calibration.samples["group"].to_numpy(dtype=object)

    @property
    def n_components(self) -> int:
        """Components of the main member; a usual number where it has none."""
        pls = None if self.main is None else self.main.pls
        return _MOST_COMPONENTS if pls is None else int(pls.n_components)

    def explained_by_age(self) -> float | None:
        """Return the share of the assays' variance that culture age explains in cultures left out.

        Of the cultures that the sensor learnt from: None where there are too few, or their ages
        are not known or one.
        """
        ages = self.calibration.samples["elapsed_h"].to_numpy(dtype=np.float64)
        few = len(set(self.groups)) < _FEWEST_CULTURES
        if few or not np.isfinite(ages).all() or np.ptp(ages) == 0:
            return None
        targets, unexplained, total = self.calibration.assays, 0.0, 0.0
        for held in culture_folds(self.groups):
            known, asked = targets[~held], targets[held]
            curve = age_curve(ages[~held]).fit(ages[~held, None], known)
            unexplained += float(np.sum((curve.predict(ages[held, None]) - asked) ** 2))
            total += float(np.sum((known.mean() - asked) ** 2))
        return max(1 - unexplained / total, 0.0) if total > 0 else None

    def leverage(self) -> FloatArray:
        """Return the leverage of each calibration sample without 1/n, mean over members."""
        total = np.zeros(len(self.calibration.spectra))
        for one in self.vectors:
            latent = one.member.parts.latent
            scores = (
                np.asarray(latent.transform(one.spectra)) if latent is not None else one.spectra
            )
            left = np.linalg.svd(scores - scores.mean(axis=0), full_matrices=False)
            rank = int(np.sum(left[1] > 1e-8 * left[1][0])) if left[1].size else 0
            total += one.share * np.sum(left[0][:, :rank] ** 2, axis=1)
        weight = sum(one.share for one in self.vectors)
        return total / weight if weight else total

    def permutations(self, seed: int = 0) -> dict[str, PermutationTest]:
        """Return the tests of whole cultures and within them; none of too few cultures."""
        main = self.main
        if main is None or len(set(self.groups)) < _FEWEST_CULTURES:
            return {}
        rng, targets = np.random.default_rng(seed), self.calibration.assays
        orders = culture_orders(self.groups, n_permutations=N_PERMUTATIONS, rng=rng)
        asked = {WHOLE: targets[orders]}
        ages = self.calibration.samples["elapsed_h"].to_numpy(dtype=np.float64)
        if np.isfinite(ages).all() and np.ptp(ages) > 0:
            curve = age_curve(ages).fit(ages[:, None], targets)
            asked[WITHIN] = moved_within_cultures(
                targets, np.asarray(curve.predict(ages[:, None])), groups=self.groups, order=ages,
                n_permutations=N_PERMUTATIONS, rng=rng,
            )  # fmt: skip
        folds = culture_folds(self.groups)
        return {
            name: permutation_test(
                [Block(rows=main.spectra)], targets, folds=folds,
                n_components=self.n_components, permuted=permuted,
            )
            for name, permuted in asked.items()
        }  # fmt: skip

    def regions(self) -> RegionScan | None:
        """Return the error by region of the axis; None of too few cultures or a short axis."""
        main = self.main
        if main is None or len(set(self.groups)) < _FEWEST_CULTURES:
            return None
        width = REGION[self.sensor.axis_kind]
        if np.ptp(main.axis) < 3 * width:
            return None
        return region_scan(
            main.spectra, self.calibration.assays, axis=main.axis, folds=culture_folds(self.groups),
            n_components=self.n_components, width=width,
        )  # fmt: skip

    def band(self, seed: int = 0) -> tuple[FloatArray, FloatArray] | None:
        """Return the 95 % band of the main member's vector, cultures drawn again; None without."""
        main = self.main
        if main is None or main.pls is None or len(set(self.groups)) < _FEWEST_CULTURES:
            return None
        draws = culture_draws(self.groups, n_draws=N_DRAWS, rng=np.random.default_rng(seed))
        found = weighted_vectors(
            main.spectra, self.calibration.assays, weights=draws, n_components=self.n_components
        )
        low, high = np.quantile(found, _BAND, axis=0)
        return low, high


def sensor_reading(sensor: SoftSensor) -> SensorReading:
    """Return a sensor beside the calibration that it carries.

    Raises
    ------
    SensorError
        If it was made before sensors carried any.
    """
    return SensorReading(sensor, stored_calibration(sensor.contents, title=sensor.title))
