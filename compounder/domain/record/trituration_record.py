"""The compounding record of a trituration: planned with the batches it is for, then made, and a lot from then on.

What it turned out to be comes from the weights taken: active fraction = drug ÷ (drug + diluent); of a trituration made
from another, the aliquot × the other's active fraction ÷ (aliquot + diluent). Its beyond-use date is no later than its
parts' dates. Source: USP <795> (2023), compounding record; USP <1160>, trituration.
"""

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from compounder.domain.absent import ABSENT_WHILE_EMPTY
from compounder.domain.batch.beyond_use import beyond_use_limit
from compounder.domain.batch.figures import order_limits
from compounder.domain.batch.trituration import Trituration, made_terms
from compounder.domain.batch.uncertainty import UncertaintyTerm
from compounder.domain.batch.weighing import Weighing, weighing_ranges
from compounder.domain.bounds import Quantities
from compounder.domain.record.header import RecordHeader
from compounder.domain.record.readings import ReadingOutsideWindow
from compounder.domain.units import MASS, Mass, Ratio, Reading, format_reading, in_unit, ratio


class TriturationStatus(StrEnum):
    """Where a trituration stands. `planned`: its powders are reserved. `made`: it is a lot. `voided`: given up."""

    PLANNED = "planned"
    MADE = "made"
    VOIDED = "voided"


@dataclass(frozen=True, slots=True, kw_only=True)
class TriturationRecord(RecordHeader):
    """One trituration as it was stored with its order. `made_from` is our lot number of the trituration it starts
    from, made first; the plan's own names are T1, T2 …"""

    plan: Trituration
    plan_sha256: str
    made_from: str | None
    beyond_use_date: date
    beyond_use_limit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TriturationUsed:
    """A trituration that a batch draws on, as the batch's record tells it: its plan and our lot number of it."""

    lot_number: str
    plan: Trituration
    beyond_use_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightsTaken(Quantities):
    """What went into the mortar, in the plan's order: the drug or the aliquot, then the diluent; the balance that each
    was weighed on, and what that showed with the empty vessel, both absent in entries older than their question."""

    may_be_zero: ClassVar[frozenset[str]] = frozenset({"started_with_tared", "diluent_tared"})
    started_with: Reading
    diluent: Reading
    started_with_balance: str = field(default="", metadata=ABSENT_WHILE_EMPTY)
    diluent_balance: str = field(default="", metadata=ABSENT_WHILE_EMPTY)
    started_with_tared: Reading | None = field(default=None, metadata=ABSENT_WHILE_EMPTY)
    diluent_tared: Reading | None = field(default=None, metadata=ABSENT_WHILE_EMPTY)

    @property
    def each(self) -> tuple[tuple[str, Reading, str, Reading | None], ...]:
        """Its field, what was read, on which balance, and what that showed before, in the plan's order."""
        return (
            ("started_with", self.started_with, self.started_with_balance, self.started_with_tared),
            ("diluent", self.diluent, self.diluent_balance, self.diluent_tared),
        )


def as_planned(plan: Trituration) -> WeightsTaken:
    """What somebody weighs who makes no slip, on the balances that the plan names: for examples and trials."""
    started_with, diluent = plan.weighings
    return WeightsTaken(
        started_with=started_with.to_weigh,
        diluent=diluent.to_weigh,
        started_with_balance=started_with.balance,
        diluent_balance=diluent.balance,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TriturationMade:
    """What a trituration turned out to be. `active_fraction` is drug powder as weighed per mass of it."""

    weights: WeightsTaken
    made_on: date
    total: Mass
    active_fraction: Ratio
    beyond_use_date: date
    beyond_use_limit: str
    budget: tuple[UncertaintyTerm, ...]


def taken(made: TriturationMade | None) -> tuple[tuple[Reading | None, str, Reading | None], ...]:
    """What was read of each weighing, on which balance, and what that showed before, in the plan's order; nothing of
    one still planned."""
    if made is None:
        return ((None, "", None), (None, "", None))
    return tuple((reading, balance, tared) for _, reading, balance, tared in made.weights.each)


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """What a trituration was started with: pure powder, or another trituration of this fraction, budget and date."""

    active_fraction: Decimal = Decimal(1)
    budget: tuple[UncertaintyTerm, ...] = ()
    expires_on: tuple[tuple[str, date], ...] = ()


def made(record: TriturationRecord, start: Start, weights: WeightsTaken, made_on: date) -> TriturationMade:
    """What the weights taken come to; refuses with `ReadingOutsideWindow` a weight outside the plan's window."""
    first, diluent = record.plan.weighings
    _require_within(first, weights.started_with, "started_with")
    _require_within(diluent, weights.diluent, "diluent")
    drug, added = in_unit(weights.started_with, MASS), in_unit(weights.diluent, MASS)
    total = drug + added
    ranges = weighing_ranges(record.order.balances, record.order.weighing_tolerance)
    limit = beyond_use_limit(order_limits(replace(record.order, compounded_on=made_on), start.expires_on))
    terms = made_terms(record.lot_number, ranges, (first.ingredient, drug), (diluent.ingredient, added))
    return TriturationMade(
        weights=weights,
        made_on=made_on,
        total=total,
        active_fraction=start.active_fraction * ratio(drug / total),
        beyond_use_date=limit.on,
        beyond_use_limit=limit.because,
        budget=(*start.budget, *terms),
    )


def _require_within(weighing: Weighing, taken: Reading, field_name: str) -> None:
    """What was mixed with a weight that the plan's tolerance does not hold is no trituration of this plan."""
    if not weighing.accepts(taken):
        raise ReadingOutsideWindow(
            read=f"{format_reading(taken)} of {weighing.ingredient}",
            least=format_reading(weighing.accept_from),
            most=format_reading(weighing.accept_to),
            advice="Weigh again; if it is mixed already, discard it, void and order again.",
            field_name=field_name,
        )
