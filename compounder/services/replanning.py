"""Planning anew: a trituration that was made revises the plans of the batches that draw on it.

The new plan is a numbered one; the old one stays. Where no plan can be made of what the trituration turned out to be,
the old one stays alone, the journal says why, and the batch has no worksheet until it is voided and ordered again.
"""

from dataclasses import replace
from datetime import datetime

from compounder.database import batches, lots, stock, triturations
from compounder.database.batches import Revision, StoredBatch
from compounder.database.engine import Connection
from compounder.database.lots import StoredLot
from compounder.database.stock import Maker, Reservation
from compounder.database.triturations import StoredTrituration
from compounder.database.types import mass_of, nanograms
from compounder.domain.batch.order import BatchOrder, StrengthLine
from compounder.domain.batch.plan import BatchPlan, work_out_order
from compounder.domain.batch.source import Triturating
from compounder.domain.batch.weighing import Role, Weighing
from compounder.domain.errors import CompoundingError
from compounder.domain.findings import Severity
from compounder.domain.record.journal import Actor, EntryKind
from compounder.domain.stock.lots import LotFacts
from compounder.services.acting import Acting
from compounder.services.sources import source_of
from compounder.services.standings import enter, keep_days, standing_of


def plan_anew(
    connection: Connection, site: str, stored: StoredTrituration, lot_id: str, *, actor: Actor, at: datetime
) -> None:
    """Revise each batch that weighs an aliquot of this trituration, in the order's sequence, while there is enough; a
    batch that comes to it by a later stage keeps which lot that is.
    """
    for lot_number in triturations.batches_of(connection, site, stored.trituration_id):
        batch = batches.load(connection, site, lot_number)
        (aliquot,) = _of_role(batch.record.plan, Role.ALIQUOT)
        if aliquot.trituration == stored.record.plan.name:
            _revise(connection, site, batch, lots.load(connection, site, lot_id), actor=actor, at=at)
        else:
            held = nanograms(aliquot.to_weigh) // _dilution_since(batch, stored, aliquot.trituration)
            batches.hold(connection, site, batch.batch_id, {lot_id: held})


def _dilution_since(batch: StoredBatch, stored: StoredTrituration, name: str | None) -> int:
    """How many parts of the trituration of this name hold one part of that which was made now."""
    plans = {used.plan.name: used.plan for used in batch.record.triturations}
    dilution = 1
    while name in plans and name != stored.record.plan.name:
        dilution *= plans[name].ratio.parts
        name = plans[name].made_from
    return dilution


def _revise(
    connection: Connection, site: str, batch: StoredBatch, made: StoredLot, *, actor: Actor, at: datetime
) -> None:
    outcome = _outcome(connection, site, batch, made)
    subject = batch.record.lot_number
    before = standing_of(connection, site, subject)
    act = Acting(site=site, actor=actor, at=at)
    if isinstance(outcome, str):
        enter(connection, act, subject, EntryKind.PLAN_NOT_REVISED, {"reason": outcome}, before)
        return
    number = batch.record.plan_number + 1
    told = {"trituration": made.lot.lot_number, "plan_number": number, "plan": outcome}
    entry = enter(connection, act, subject, EntryKind.PLAN_REVISED, told, before)
    (aliquot,) = _of_role(outcome, Role.ALIQUOT)
    revision = Revision(
        batch_id=batch.batch_id,
        plan=outcome,
        number=number,
        entry=entry,
        added={made.lot_id: nanograms(aliquot.to_weigh)},
    )
    batches.revise(connection, site, revision)
    keep_days(connection, replace(batch.record, plan=outcome), before)
    _reserve(connection, site, batch, made, outcome, entry.number)


def _outcome(connection: Connection, site: str, batch: StoredBatch, made: StoredLot) -> BatchPlan | str:
    """The new plan, or the sentence that says why there is none."""
    (outcome,) = work_out_order(order_from(connection, site, batch, made)).outcomes
    if isinstance(outcome, CompoundingError):
        return str(outcome)
    stops = outcome.findings_of(Severity.STOP)
    return stops[0].message if stops else outcome


def order_from(connection: Connection, site: str, batch: StoredBatch, made: StoredLot) -> BatchOrder:
    """This one strength of the order, its drug taken from the trituration as it was made."""
    record = batch.record
    line = StrengthLine(strength=record.plan.strength, capsules=record.plan.capsules_ordered)
    return replace(
        record.order,
        strengths=(line,),
        active=replace(record.order.active, lot=None),
        filler=replace(record.order.filler, lot=_filler_facts(connection, site, batch)),
        source=source_of(made),
        trituration=Triturating.NEVER,
        alternative=None,
        capsule_size=record.plan.capsule_size,
    )


def _filler_facts(connection: Connection, site: str, batch: StoredBatch) -> LotFacts | None:
    """The filler's lot, with what this batch has reserved of it free to be planned again."""
    lot = batch.record.order.filler.lot
    if lot is None:
        return None
    now = lots.load(connection, site, lot.lot_id).facts
    return replace(now, free=now.free + mass_of(_reserved(connection, site, batch, lot.lot_id)))


def _reserved(connection: Connection, site: str, batch: StoredBatch, lot_id: str) -> int:
    return stock.reserved_by(connection, site, Maker(batch_id=batch.batch_id)).get(lot_id, 0)


def _reserve(
    connection: Connection, site: str, batch: StoredBatch, made: StoredLot, plan: BatchPlan, journal_number: int
) -> None:
    """What the new plan weighs, in place of what the old one did."""
    maker, filler = Maker(batch_id=batch.batch_id), batch.record.order.filler.lot
    stock.release(connection, site, maker, "Plan revised", journal_number)
    by_role = {Role.ALIQUOT: made.lot_id, Role.FILLER: filler.lot_id if filler else ""}
    reservations = [
        Reservation(lot_id=by_role[each.role], maker=maker, mass=each.to_weigh, journal_number=journal_number)
        for each in plan.weighings
        if by_role[each.role]
    ]
    stock.reserve(connection, site, reservations)


def _of_role(plan: BatchPlan, role: Role) -> tuple[Weighing, ...]:
    return tuple(weighing for weighing in plan.weighings if weighing.role is role)
