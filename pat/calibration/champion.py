"""Champion: what a search chose, one candidate or the weighted mean of several."""

from collections import Counter
from dataclasses import dataclass

from sklearn.pipeline import Pipeline

from pat.calibration.candidate import Candidate
from pat.calibration.consensus import Strategy
from pat.calibration.families.family import Parameter


@dataclass(frozen=True, slots=True, eq=False)
class Champion:
    """One candidate, or several whose weighted mean is the value.

    Parameters
    ----------
    strategy : Strategy
    members : tuple of Candidate
        Heaviest first, of equals the best first.
    weights : tuple of float
        Sum to one.
    """

    strategy: Strategy
    members: tuple[Candidate, ...]
    weights: tuple[float, ...]

    @property
    def is_consensus(self) -> bool:
        """Whether several members make the value."""
        return len(self.members) > 1

    @property
    def with_process(self) -> bool:
        """Whether any member takes process values."""
        return any(member.family.with_process for member in self.members)

    @property
    def model(self) -> str:
        """The model in words: `pls`, or `mean of the best: 4 pls, 1 svr`."""
        if not self.is_consensus:
            return self.members[0].model
        counts = Counter(member.model for member in self.members)
        return f"{self.strategy}: {', '.join(f'{n} {name}' for name, n in counts.most_common())}"

    @property
    def recipe(self) -> str:
        """Name of the recipe; of a consensus all of them, each once."""
        return " | ".join(dict.fromkeys(member.recipe for member in self.members))

    @property
    def parameters(self) -> str:
        """The setting in words, `n_components=6`; of a consensus every member's."""
        return "; ".join(self.words) if self.is_consensus else self.members[0].parameters

    @property
    def setting(self) -> dict[str, Parameter]:
        """The setting of a single candidate; of a consensus each member in words."""
        if not self.is_consensus:
            return dict(self.members[0].setting)
        said: dict[str, Parameter] = {"strategy": str(self.strategy), "members": len(self.members)}
        for number, words in enumerate(self.words, start=1):
            said[f"member_{number}"] = words
        return said

    @property
    def words(self) -> tuple[str, ...]:
        """Each member in words: `0.25 of pls (n_components=4) on 450-1800, d1 25, SNV`."""
        return tuple(
            f"{weight:.3g} of {member.model} ({member.parameters}) on {member.recipe}"
            for member, weight in zip(self.members, self.weights, strict=True)
        )

    def pipelines(self, *, n_channels: int, n_tags: int = 0) -> tuple[Pipeline, ...]:
        """Return the unfitted Pipeline of each member, arguments as for `Candidate.pipeline`."""
        return tuple(
            member.pipeline(n_channels=n_channels, n_tags=n_tags) for member in self.members
        )
