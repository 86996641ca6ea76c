"""What finished capsules weigh, one by one, and without their shells.

Net weights: the mean empty shell is subtracted, or each capsule's own shell where every one was weighed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from compounder.domain.bounds import Quantities, require_count
from compounder.domain.errors import MissingKey
from compounder.domain.quality.errors import LighterThanItsShell, NothingInTheCapsules, ShellsDoNotMatch
from compounder.domain.quality.spread import Spread
from compounder.domain.units import MASS, Mass, Reading, format_reading, format_shown, in_unit, magnitude, mg, of

FEWEST_CAPSULES, MOST_CAPSULES = 2, 30


@dataclass(frozen=True, slots=True, kw_only=True)
class CapsuleWeights(Quantities):
    """Filled capsules in the sequence they were weighed, with the mean empty shell or each one's own shell.

    A capsule that was left empty is a result, not a slip: it may weigh as little as its shell.
    """

    filled: tuple[Reading, ...]
    mean_empty_shell: Mass | None = None
    empty_shells: tuple[Reading, ...] = ()

    def __post_init__(self) -> None:
        require_count(len(self.filled), FEWEST_CAPSULES, MOST_CAPSULES, "filled")
        Quantities.__post_init__(self)
        self._require_shells()
        for number, (filled, shell) in enumerate(self._pairs(), start=1):
            if filled < shell * self._least_share:
                raise LighterThanItsShell(number=number, filled=format_reading(filled), shell=format_reading(shell))
        if self.net.exact_mean <= 0:
            shells = Spread(tuple(magnitude(shell, MASS) for shell in self.shells))
            raise NothingInTheCapsules(mean=_mean_of(self.intact), shell=_mean_of(shells))

    def _require_shells(self) -> None:
        if self.mean_empty_shell is None and not self.empty_shells:
            raise MissingKey(missing="mean_empty_shell or empty_shells", field_name="mean_empty_shell")
        if self.empty_shells and (self.mean_empty_shell is not None or len(self.empty_shells) != len(self.filled)):
            raise ShellsDoNotMatch(capsules=len(self.filled), shells=len(self.empty_shells))

    @property
    def _least_share(self) -> Decimal:
        """Of the shell, what a capsule weighs at least: its own shell, but only half of a mean one."""
        return Decimal(1) if self.empty_shells else Decimal("0.5")

    @property
    def shells(self) -> tuple[Mass, ...]:
        """What is subtracted from each capsule."""
        return (self.mean_empty_shell,) * len(self.filled) if self.mean_empty_shell is not None else self.empty_shells

    @property
    def net_weights(self) -> tuple[Mass, ...]:
        """What each capsule holds."""
        return tuple(in_unit(filled, MASS) - in_unit(shell, MASS) for filled, shell in self._pairs())

    def _pairs(self) -> Iterator[tuple[Reading, Mass]]:
        return zip(self.filled, self.shells, strict=True)

    @property
    def net(self) -> Spread:
        """Net weights, in mg."""
        return Spread(tuple(magnitude(weight, MASS) for weight in self.net_weights))

    @property
    def intact(self) -> Spread:
        """Weights with their shells, in mg."""
        return Spread(tuple(magnitude(weight, MASS) for weight in self.filled))

    @property
    def mean_net(self) -> Mass:
        return of(self.net.mean, mg)

    @property
    def count(self) -> int:
        return len(self.filled)


def _mean_of(spread: Spread) -> str:
    return format_shown(of(spread.mean, mg), MASS)
