"""SearchResult: what the search of one analyte found and how honest its figures are."""

from dataclasses import dataclass, field

import pandas as pd

from pat.arrays import FloatArray
from pat.calibration.candidate import Candidate
from pat.calibration.champion import Champion
from pat.calibration.merit import PairedTest


@dataclass(frozen=True, slots=True)
class Skipped:
    """An analyte that could not be trained, and why."""

    analyte: str
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class SearchResult:
    """The champion of one analyte and all that was measured on the way to it.

    Every error is pooled over held-out rows, in the analyte's unit.

    Parameters
    ----------
    analyte : str
    champion : Champion
    table : DataFrame
        Every candidate: recipe, model, parameters, rmsecv, rmsecv_se (standard error over
        groups), chosen_by_folds (outer folds whose inner choice held it), champion (whether
        it is a member), share (its weight there), failed (reason or NaN), remark (a warning
        of the recipe, or NaN).
    strategies : DataFrame
        The single best candidate and each kind of mean: strategy, members, rmsecv,
        nested_rmse (of that strategy alone, NaN without nesting), chosen_by_folds, champion.
    heldout : DataFrame
        The champion in the outer folds: row (of the calibration set), fold, campaign,
        vessel, culture, group, time, elapsed_h, sample, assay, prediction. With resamples
        a row is held out, and stands here, more than once.
    by_member : ndarray of shape (n_members, n_rows)
        What each member of the champion predicts for the rows of `heldout`.
    nested : DataFrame
        As `heldout`, each fold predicted by what its own training rows alone chose, named in
        recipe, model and parameters; empty where the cultures are too few to nest.
    rmsecv : float
        Of the champion, hence a little optimistic: it was chosen by this number.
    rmsecv_interval : tuple of float or None
        95 %, over groups; None below five of them.
    nested_rmse : float or None
        Honest: what choosing by this search and predicting unseen cultures costs.
    q2, bias, rpd : float
        Of `heldout`; q2 and rpd None where undefined.
    rmsecv_by_components : DataFrame
        n_components, rmsecv, rmsecv_se of PLS over the champion's recipe.
    nulls : dict of str to float
        RMSE of each null model on the same folds; a model that does not apply is absent.
    null_tests : dict of str to PairedTest
        The sensor, first, against each of them, by culture, on the rows of the nested error;
        none without such.
    n_samples, n_groups : int
    resample_rmse : float or None
        With published resamples: each resample's RMSE averaged, the smallest over all
        recipes and component counts of PLS: the publishers' protocol, not nested.
    resample_candidate : Candidate or None
        What reached it.
    nested_resample_rmse : float or None
        The honest companion: each resample's RMSE by what its training vessels chose,
        averaged alike.
    leave_campaign_out : float or None
        Nested RMSE with whole campaigns held out; None with fewer than three.
    notes : tuple of str
        What was left out or could not be done.
    seconds : float
        The whole search, all analytes of it.
    """

    analyte: str
    champion: Champion
    table: pd.DataFrame
    strategies: pd.DataFrame
    heldout: pd.DataFrame
    by_member: FloatArray
    nested: pd.DataFrame
    rmsecv: float
    rmsecv_interval: tuple[float, float] | None
    nested_rmse: float | None
    q2: float | None
    bias: float
    rpd: float | None
    rmsecv_by_components: pd.DataFrame
    nulls: dict[str, float]
    null_tests: dict[str, PairedTest]
    n_samples: int
    n_groups: int
    resample_rmse: float | None = None
    resample_candidate: Candidate | None = None
    nested_resample_rmse: float | None = None
    leave_campaign_out: float | None = None
    notes: tuple[str, ...] = field(default_factory=tuple)
    seconds: float = 0.0

    @property
    def optimism(self) -> float | None:
        """Nested RMSE less RMSECV: what choosing by RMSECV hides; None without nesting."""
        return None if self.nested_rmse is None else self.nested_rmse - self.rmsecv

    @property
    def beats_nulls(self) -> bool:
        """Whether the honest error is below that of every null model."""
        honest = self.rmsecv if self.nested_rmse is None else self.nested_rmse
        return all(honest < error for error in self.nulls.values())
