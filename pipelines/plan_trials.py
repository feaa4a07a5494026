"""One trial of a plan: a campaign simulated and trained on, then tested on new cultures.

Campaign k of every setting shares its medium lot and the cultures that it is tested on, and
all its random numbers where the number of vessels is the same: settings are compared like
with like.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from math import isfinite, nan
from typing import Any

import numpy as np

from pat.arrays import FloatArray
from pat.calibration import (
    CalibrationSet,
    SearchResult,
    Skipped,
    calibration_set,
    search,
)
from pat.calibration.merit import rmse
from pat.calibration.plan import MIN_ASSAYS
from pat.campaign import DEFAULT_PAIR_WITHIN_MIN
from pat.errors import InputError
from pat.simulator import (
    Acquisition,
    CampaignSettings,
    VesselPlan,
    design,
    sampling,
    simulate_campaign,
    simulate_cultures,
)
from pat.simulator.design import with_spikes
from pipelines.recipes import Effort, search_space

#: Cultures that a sensor is tested on, and spiked aliquots of each beside its daily samples.
N_NEW_VESSELS, N_NEW_SPIKES = 12, 2
#: What a training tries: the product's own quick search.
EFFORT = Effort.QUICK
#: A spectrum ends when its sample is drawn, and pairs by the middle of its acquisition.
LONGEST_EXPOSURE_S = 120.0 * DEFAULT_PAIR_WITHIN_MIN
TRUE = "true "


@dataclass(frozen=True, slots=True, order=True)
class Setting:
    """One way to run a campaign."""

    vessels: int
    samples_per_day: float = 1.0
    exposure_s: float = 750.0  # of all accumulations of a spectrum
    spikes: int = 0  # spiked aliquots of each vessel

    @property
    def how(self) -> str:
        """The setting in words, but for the number of vessels."""
        spiked = f"{self.spikes} spiked" if self.spikes else "none spiked"
        return f"{self.exposure_s:g} s, {self.samples_per_day:g} a day, {spiked}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How good the sensor of one analyte out of one campaign is.

    Errors are root mean squares in `unit`, NaN where nothing could be trained.

    Parameters
    ----------
    campaign : int
        1, 2 and so on within a setting.
    assays : int
        That were trained on, spiked aliquots included.
    rmsep, rmsep_assay : float
        On new cultures, against the truth and against their assays.
    rmsep_spiked : float
        On aliquots of new cultures spiked with glucose and lactate, against the truth.
    assay_error : float
        Of the new cultures' assays, against the truth.
    nested_rmse : float
        What the training itself reports; NaN where there are too few cultures.
    skipped : str
        Why nothing could be trained; empty where a sensor was.
    """

    vessels: int
    samples_per_day: float
    exposure_s: float
    spikes: int
    campaign: int
    analyte: str
    unit: str
    assays: int
    rmsep: float = nan
    rmsep_assay: float = nan
    rmsep_spiked: float = nan
    assay_error: float = nan
    nested_rmse: float = nan
    recipe: str = ""
    parameters: str = ""
    skipped: str = ""


def check_setting(setting: Setting, *, days: float) -> None:
    """Check, without simulating anything, that a setting can be run and trained on.

    Raises
    ------
    InputError
        If not.
    """
    if setting.vessels < 2:
        msg = f"expected 2 vessels or more, to hold some out; got {setting.vessels}"
        raise InputError(msg)
    if not 0.0 < setting.exposure_s <= LONGEST_EXPOSURE_S:
        msg = (
            f"expected an exposure above 0 and of at most {LONGEST_EXPOSURE_S:g} s, beyond which "
            f"a spectrum no longer pairs with its sample; got {setting.exposure_s:g} s"
        )
        raise InputError(msg)
    if not isfinite(setting.samples_per_day):
        msg = f"expected a number of samples a day; got {setting.samples_per_day:g}"
        raise InputError(msg)
    plans = _plans(setting, days=days, seed=0)
    n_assays = sum(len(plan.sample_hours) + len(plan.spikes) for plan in plans)
    if n_assays < MIN_ASSAYS:
        msg = (
            f"expected at least {MIN_ASSAYS} samples a campaign to train on; got {n_assays} out "
            f"of {setting.vessels} vessels in {days:g} days: more vessels, days or samples a day"
        )
        raise InputError(msg)


def trial(setting: Setting, *, campaign: int, days: float, seed: int) -> list[Outcome]:
    """Return how good the sensors are that one simulated campaign gives, one an analyte."""
    shared = CampaignSettings(
        acquisition=acquisition(setting.exposure_s), medium_lot=f"plan-{seed}-{campaign}"
    )
    own_seed, new_seed = (_seed(seed, campaign, n) for n in (setting.vessels, 0))
    plans = _plans(setting, days=days, seed=own_seed)
    cal = simulated(plans, settings=replace(shared, seed=own_seed))
    spikes = min(N_NEW_SPIKES, len(sampling(days)[0]))
    unseen = _plans(Setting(N_NEW_VESSELS, spikes=spikes), days=days, seed=new_seed)
    new = simulated(unseen, settings=with_truth(replace(shared, seed=new_seed)))
    found = search(cal, search_space(cal.axis, cal.axis_kind, effort=EFFORT))
    return [
        Outcome(
            **asdict(setting),
            campaign=campaign,
            analyte=analyte,
            unit=cal.analytes[analyte].unit,
            assays=int(cal.measured(analyte).sum()),
            **_figures(result, cal=cal, new=new),
        )
        for analyte, result in found.items()
    ]


def acquisition(exposure_s: float) -> Acquisition:
    """Return how a spectrum of this exposure is taken: in accumulations of about the usual time."""
    accumulations = max(1, round(exposure_s / Acquisition().exposure_s))
    return Acquisition(exposure_s=exposure_s / accumulations, accumulations=accumulations)


def simulated(plans: Sequence[VesselPlan], *, settings: CampaignSettings) -> CalibrationSet:
    """Return the paired samples of the campaign that these plans make."""
    cultures = simulate_cultures(plans, seed=settings.seed)
    return calibration_set([simulate_campaign(cultures, settings=settings).campaign])


def with_truth(settings: CampaignSettings) -> CampaignSettings:
    """Return the settings with a second analyte beside each: `true NAME`, without any error."""
    exact = {TRUE + name: method.exact() for name, method in settings.methods.items()}
    return replace(settings, methods={**settings.methods, **exact})


def predicted(result: SearchResult, *, cal: CalibrationSet, new: CalibrationSet) -> FloatArray:
    """Return what the champion, fitted on all of `cal`, predicts for the samples of `new`."""
    return fitted(result, cal)(new.intensities)


def fitted(result: SearchResult, cal: CalibrationSet) -> Callable[[FloatArray], FloatArray]:
    """Return the champion of a search, fitted on all of `cal`, from intensities to values."""
    known = cal.measured(result.analyte)
    assays = cal.values.loc[known, result.analyte].to_numpy()
    champion = result.champion
    models = [
        model.fit(cal.intensities[known], assays)
        for model in champion.pipelines(n_channels=cal.axis.size)
    ]

    def predict(intensities: FloatArray) -> FloatArray:
        each = [np.ravel(model.predict(intensities)) for model in models]
        return np.average(each, axis=0, weights=champion.weights)

    return predict


def _figures(
    result: SearchResult | Skipped, *, cal: CalibrationSet, new: CalibrationSet
) -> dict[str, Any]:
    if isinstance(result, Skipped):
        return {"skipped": result.reason}
    prediction = predicted(result, cal=cal, new=new)
    truth = new.values[TRUE + result.analyte].to_numpy(dtype=np.float64)
    assay = new.values[result.analyte].to_numpy(dtype=np.float64)
    spiked = new.samples["sample"].notna().to_numpy()
    return {
        "rmsep": rmse((prediction - truth)[~spiked]),
        "rmsep_assay": rmse((prediction - assay)[~spiked]),
        "rmsep_spiked": rmse((prediction - truth)[spiked]),
        "assay_error": rmse((assay - truth)[~spiked]),
        "nested_rmse": nan if result.nested_rmse is None else result.nested_rmse,
        "recipe": result.champion.recipe,
        "parameters": result.champion.parameters,
    }


def _plans(setting: Setting, *, days: float, seed: int) -> list[VesselPlan]:
    plans = design(setting.vessels, days=days, samples_per_day=setting.samples_per_day, seed=seed)
    return with_spikes(plans, per_vessel=setting.spikes, seed=seed)


def _seed(*numbers: int) -> int:
    return int(np.random.SeedSequence(numbers).generate_state(1)[0])
