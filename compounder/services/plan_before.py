"""Back to the plan before a recovery, once what the plan was revised to is discarded; one entry, with a reason.

It never happens by itself: whoever discards the drug may still want the capsules that the revised plan makes. The plan
in force is the earlier one again, under a number of its own, so that it is verified again like any other.
"""

from dataclasses import dataclass, replace
from typing import Any

from compounder.database import batches, one_time_keys
from compounder.database.batches import Revision, StoredBatch
from compounder.database.engine import Connection
from compounder.domain.batch.order import BatchOrder
from compounder.domain.batch.plan import BatchPlan
from compounder.domain.batch.recovery import one_strength
from compounder.domain.batch.weighing import Role
from compounder.domain.bounds import require_reason
from compounder.domain.errors import CompoundingError
from compounder.domain.record.journal import EntryKind, JournalEntry
from compounder.domain.units import format_reading
from compounder.domain.wording import with_capital
from compounder.services.acting import Deed
from compounder.services.bench import Bench, bench_of, jar_of, require_open, require_theirs
from compounder.services.once import once
from compounder.services.recovering import reserve_anew
from compounder.services.replanning import order_from
from compounder.services.standings import enter, keep_days


class NoPlanBefore(CompoundingError):
    """A plan that no recovery made."""

    code = "no-plan-before"
    title = "No plan to go back to"
    lot_number: str
    plan_number: int

    def __str__(self) -> str:
        return f"Plan {self.plan_number} of batch {self.lot_number} was not revised at the bench; go on with it."


class StillRestsUpon(CompoundingError):
    """A weighing that the plan before does not accept."""

    code = "still-rests-upon"
    title = "Something is weighed by the revised plan"
    ingredient: str
    read: str
    plan_number: int

    def __str__(self) -> str:
        weighed = f"{self.ingredient} is weighed, {self.read}"
        return f"{weighed}, which plan {self.plan_number} does not accept; discard it first."


class PlanMovedOn(CompoundingError):
    """A page of a plan that is not in force any more."""

    code = "plan-moved-on"
    title = "The plan has moved on"
    lot_number: str

    def __str__(self) -> str:
        return f"Batch {self.lot_number} has another plan now; nothing was stored. Look at it again."


@dataclass(frozen=True, slots=True, kw_only=True)
class GoingBack(Deed):
    """Who goes back from which plan of which batch, and why."""

    lot_number: str
    plan_number: int
    reason: str
    one_time_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanBefore:
    """The plan that a batch may go back to, and its number."""

    number: int
    plan: BatchPlan


def plan_before(connection: Connection, bench: Bench) -> PlanBefore:
    """The plan before the recovery; refuses with `NoPlanBefore` where the plan in force comes from none, and with
    `StillRestsUpon` what is weighed by it and does not lie in the earlier one's window."""
    record, number = bench.record, bench.making.may_return_to
    if number is None:
        raise NoPlanBefore(lot_number=record.lot_number, plan_number=record.plan_number)
    plan = batches.plan(connection, record.site, record.lot_number, number)
    if outside := bench.making.taken_outside(plan.weighings):
        planned, taken = outside
        raise StillRestsUpon(
            ingredient=with_capital(planned.ingredient), read=format_reading(taken.reading), plan_number=number
        )
    return PlanBefore(number=number, plan=plan)


def go_back(connection: Connection, going: GoingBack) -> None:
    """Go by the plan before the recovery again; a second click on the same form changes nothing.

    Refuses what `plan_before` and `bench.require_open` do, with `PlanMovedOn` a plan that is not in force any more, and
    with `LotInsufficient` more than there is.
    """
    require_reason(going.reason)
    act = once(going.one_time_key, (going.lot_number, going.plan_number, going.reason))
    if one_time_keys.subject_of(connection, going.site, act) is not None:
        return
    bench = bench_of(connection, going.site, going.lot_number)
    require_theirs(bench, EntryKind.BATCH_WEIGHED, going.person)
    if going.plan_number != bench.record.plan_number:
        raise PlanMovedOn(lot_number=going.lot_number)
    require_open(connection, bench, going.at)
    entry = _return(connection, going, bench, plan_before(connection, bench))
    one_time_keys.use(connection, going.site, act, going.lot_number, entry.number)


def _return(connection: Connection, going: GoingBack, bench: Bench, before: PlanBefore) -> JournalEntry:
    """The entry, and the tables that follow from it."""
    batch = batches.load(connection, going.site, going.lot_number)
    carried = [line for line, taken in enumerate(bench.making.taken) if taken]
    document: dict[str, Any] = {
        "plan_number": bench.record.plan_number + 1,
        "plan": before.plan,
        "order": _order(connection, bench, batch, before.plan),
        "reason": going.reason,
        "returned": {"to": before.number, "carried": carried},
    }
    entry = enter(connection, going.act, going.lot_number, EntryKind.PLAN_REVISED, document, bench.standing)
    revision = Revision(
        batch_id=batch.batch_id, plan=before.plan, number=bench.record.plan_number + 1, entry=entry, added={}
    )
    batches.revise(connection, going.site, revision)
    keep_days(connection, replace(batch.record, plan=before.plan), bench.standing)
    still = [each for line, each in enumerate(before.plan.weighings) if line not in carried]
    reserve_anew(connection, batch, still, entry.number)
    return entry


def _order(connection: Connection, bench: Bench, batch: StoredBatch, plan: BatchPlan) -> BatchOrder:
    """The order of this one strength, as that plan follows from it."""
    aliquot = next((each for each in plan.weighings if each.role is Role.ALIQUOT), None)
    if aliquot is None:
        return one_strength(batch.record.order, plan)
    made = jar_of(connection, bench.record, aliquot)
    return one_strength(order_from(connection, batch.record.site, batch, made), plan)
