"""Where figures lie on a drawing, and how its words keep out of each other's way."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from statistics import mean

LABEL_HEIGHT = Decimal(13)
_TICK_WIDTH = Decimal(18)
_MARGIN = Decimal("0.06")
_FLAT = Decimal("0.005")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Figures from `low` to `high` at places from `start` to `end`."""

    low: Decimal
    high: Decimal
    start: Decimal
    end: Decimal

    @classmethod
    def around(cls, figures: Sequence[Decimal], top: Decimal, bottom: Decimal) -> "Scale":
        """A scale from the bottom up that holds all the figures, with a little air; equal ones in its middle."""
        low, high = min(figures), max(figures)
        air = (high - low) * _MARGIN or _FLAT
        return cls(low=low - air, high=high + air, start=bottom, end=top)

    def place(self, figure: Decimal) -> Decimal:
        return self.start + (self.end - self.start) * (figure - self.low) / (self.high - self.low)


def spread_labels(places: Sequence[Decimal]) -> list[Decimal]:
    """The places of labels, from the top down, moved apart as little as keeps each clear of its neighbours.

    Pool adjacent violators: labels too close share the middle of what they asked for.
    """
    pools: list[list[Decimal]] = []
    for index, place in enumerate(places):
        pools.append([place - index * LABEL_HEIGHT])
        while len(pools) > 1 and mean(pools[-2]) > mean(pools[-1]):
            pools[-2:] = [pools[-2] + pools[-1]]
    settled = (mean(pool) for pool in pools for _ in pool)
    return [place + index * LABEL_HEIGHT for index, place in enumerate(settled)]


def ordinals_shown(across: Scale) -> list[int]:
    """The numbers along the axis: all of them where there is room, else every so many, the first always."""
    count = int(across.high)
    between = (across.end - across.start) / max(count - 1, 1)
    step = int((_TICK_WIDTH / between).to_integral_value(ROUND_CEILING)) if between < _TICK_WIDTH else 1
    return list(range(1, count + 1, step))
