"""The trend of a formulation, or of a filler lot: means and spreads of its batches, one after the other.

Means are shares of theory, so that strengths of one formulation stand on one chart. Source: NIST/SEMATECH 6.3.2.2.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from compounder.domain.quality.control_chart import ControlChart, control_chart
from compounder.domain.units import Percent


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchWeights:
    """What the capsules of one batch weighed: their mean as a share of theory, and how they scattered."""

    lot_number: str
    compounded_on: date
    mean: Percent
    relative_standard_deviation: Percent


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """Batches in the sequence they were made, and the charts of their means and of their spreads."""

    batches: tuple[BatchWeights, ...]
    means: ControlChart
    spreads: ControlChart


def trend(batches: Sequence[BatchWeights]) -> Trend:
    """The trend of two batches or more, by day and lot number; refuses fewer with `TooFewForControlLimits`."""
    ordered = tuple(sorted(batches, key=lambda batch: (batch.compounded_on, batch.lot_number)))
    return Trend(
        batches=ordered,
        means=control_chart([batch.mean for batch in ordered]),
        spreads=control_chart([batch.relative_standard_deviation for batch in ordered]),
    )
