"""The review of what is weighed: balances, lots, and how certain the content is; triturations like any weighing."""

from collections.abc import Callable, Iterator, Sequence
from decimal import ROUND_UP, Context
from itertools import chain

from compounder.domain.batch.figures import Figures
from compounder.domain.batch.order import BatchOrder
from compounder.domain.batch.preparing import Prepared
from compounder.domain.batch.source import Triturating, TriturationLot
from compounder.domain.batch.trituration import Trituration
from compounder.domain.batch.weighing import Role, Weighing
from compounder.domain.calendar import format_day
from compounder.domain.findings import Finding, caution, stop
from compounder.domain.stock.lots import LotFacts, LotStatus
from compounder.domain.units import (
    MASS,
    Mass,
    format_reading,
    format_shown,
    format_stock,
    in_unit,
    mg,
    of,
    percent_text,
    with_commas,
)

Drawn = Callable[[Weighing], bool]
_BRIEFLY = Context(prec=3, rounding=ROUND_UP)


def review_stock(order: BatchOrder, prepared: Prepared) -> tuple[Finding, ...]:
    """What the whole order needs of each lot against what is free of it."""
    batches = chain.from_iterable(figures.weighings for figures in prepared.batches)
    made = chain.from_iterable(trituration.weighings for trituration in prepared.triturations)
    return tuple(
        stop(
            "lot-insufficient",
            f"The order needs {format_stock(needed)} of lot {lot.lot_number}; "
            f"{format_stock(lot.free)} is free. Choose another lot or fewer capsules.",
        )
        for lot, needed in lots_too_small(order, [*batches, *made])
    )


def lots_too_small(order: BatchOrder, weighings: Sequence[Weighing]) -> Iterator[tuple[LotFacts, Mass]]:
    """Each lot of which the weighings need more than is free, and how much they need."""
    for _, lot, drawn in _jars(order):
        needed = _drawn(weighings, drawn)
        if lot and needed > lot.free:
            yield lot, needed


def _jars(order: BatchOrder) -> Iterator[tuple[str, LotFacts | None, Drawn]]:
    """What each jar holds, its lot, and the weighings that draw on it."""
    yield order.active.substance.name, order.active.lot, lambda each: each.role is Role.ACTIVE
    yield order.filler.substance.name, order.filler.lot, lambda each: each.role in (Role.FILLER, Role.DILUENT)
    if order.next_active:
        following = order.next_active.powder
        yield following.substance.name, following.lot, lambda each: each.role is Role.NEXT_ACTIVE
    if isinstance(order.source, TriturationLot):
        name = order.source.name
        yield "a trituration", order.source.lot, lambda each: each.trituration == name


def _drawn(weighings: Sequence[Weighing], drawn: Drawn) -> Mass:
    return sum((in_unit(each.to_weigh, MASS) for each in weighings if drawn(each)), of(0, mg))


def review_triturations(
    order: BatchOrder, figures: Figures, triturations: Sequence[Trituration]
) -> tuple[Finding, ...]:
    """Every finding on the triturations that this strength comes through: their weighings, like any other."""
    own = (made for made in triturations if figures.line.strength in made.used_by)
    weighed = [made.weighings for made in own]
    found = (chain(_can_be_weighed(order, each, ""), _calibrated(order, each)) for each in weighed)
    return tuple(chain.from_iterable(found))


def lots_may_be_used(order: BatchOrder, figures: Figures) -> Iterator[Finding]:
    """A lot that is quarantined or rejected is not used, nor is a trituration that was made with one."""
    for name, lot, _ in _jars(order):
        if lot and lot.status is LotStatus.QUARANTINED:
            said = f"Lot {lot.lot_number} of {name} is quarantined; release it or choose another lot."
            yield stop("lot-quarantined", said)
        if lot and lot.status is LotStatus.REJECTED:
            yield stop("lot-rejected", f"Lot {lot.lot_number} of {name} is rejected; choose another lot.")
    if isinstance(order.source, TriturationLot):
        yield from _lots_within(order.source.held_back, LotStatus.QUARANTINED)
        yield from _lots_within(order.source.rejected, LotStatus.REJECTED)


def _lots_within(numbers: Sequence[str], status: LotStatus) -> Iterator[Finding]:
    for number in numbers:
        said = f"Lot {number} is {status}, and the trituration chosen was made with it; choose another lot."
        yield stop(f"lot-{status}", said)


def every_mass_can_be_weighed(order: BatchOrder, figures: Figures) -> Iterator[Finding]:
    """Each mass is at least the minimum of its balance, and at most its capacity."""
    return _can_be_weighed(order, figures.weighings, figures.advice)


def _can_be_weighed(order: BatchOrder, weighings: Sequence[Weighing], advice: str) -> Iterator[Finding]:
    capacities = {balance.name: balance.capacity for balance in order.balances}
    for weighing in weighings:
        subject = f"{format_reading(weighing.to_weigh)} of {weighing.ingredient}"
        capacity = capacities[weighing.balance]
        if weighing.to_weigh < weighing.minimum_weighable:
            minimum = format_shown(weighing.minimum_weighable, MASS)
            what_to_do = f"it takes {advice}" if advice else "make more capsules or use a finer balance"
            yield stop(
                "below-minimum-weighable", f"{subject} is below {weighing.balance}'s minimum, {minimum}; {what_to_do}."
            )
        elif capacity is not None and weighing.to_weigh > capacity:
            yield stop(
                "above-balance-capacity",
                f"{subject} is above {weighing.balance}'s capacity, {format_shown(capacity, MASS)}; "
                "use another balance or fewer capsules.",
            )


def balances_are_calibrated(order: BatchOrder, figures: Figures) -> Iterator[Finding]:
    """Each balance that is used is calibrated on the compounding day, where it is stated until when it is."""
    return _calibrated(order, figures.weighings)


def _calibrated(order: BatchOrder, weighings: Sequence[Weighing]) -> Iterator[Finding]:
    used = {weighing.balance for weighing in weighings}
    for balance in order.balances:
        if balance.name in used and balance.calibrated_until and balance.is_overdue(order.compounded_on):
            ended = format_day(balance.calibrated_until)
            said = f"The calibration of balance {balance.name} ended on {ended}; have it calibrated or use another."
            yield stop("calibration-overdue", said)


def uncertainty_meets_target(order: BatchOrder, figures: Figures) -> Iterator[Finding]:
    """Where a trituration was asked for, the content is as certain as the site wants it."""
    reached = figures.uncertainty.percent
    is_dilute = order.trituration is not Triturating.NEVER or isinstance(order.source, TriturationLot)
    if is_dilute and reached > order.uncertainty_target:
        yield caution(
            "uncertainty-above-target",
            f"The weighings leave {with_commas(percent_text(_BRIEFLY.plus(reached)))} % of uncertainty in the content; "
            f"the target is {percent_text(order.uncertainty_target)} %. Use a finer balance or weigh more.",
        )
