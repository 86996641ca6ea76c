"""Storing an order: one transaction that makes one batch a strength, each with our lot number, or nothing at all."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from compounder import __version__
from compounder.codec.documents import canonical, digest
from compounder.database import batches, journal, lot_numbers, orders, stock
from compounder.database.batches import NewBatch
from compounder.database.engine import Connection
from compounder.database.journal import Happened
from compounder.database.stock import Reservation
from compounder.domain.batch.order import BatchOrder
from compounder.domain.batch.plan import BatchPlan, require_plans
from compounder.domain.batch.weighing import Role
from compounder.domain.calendar import format_day
from compounder.domain.errors import OutOfBounds
from compounder.domain.findings import Severity
from compounder.domain.record.journal import Actor, EntryKind, JournalEntry
from compounder.domain.record.record import CompoundingRecord, Decision, require_storable
from compounder.domain.units import MASS_PER_CAPSULE, quantity_text
from compounder.services.errors import ResultChanged
from compounder.services.lot_numbers import lot_number
from compounder.services.once import once
from compounder.services.orders import OrderFacts, OrderRequest, Preview, order_facts, preview_of

A_YEAR: Final = timedelta(days=366)
Decisions = Mapping[str, tuple[Decision, ...]]
"""What was decided, by strength as documents write it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Storing:
    """One act of storing: who asks, when, from what facts. `shown_sha256` names the result the person saw."""

    site: str
    request: OrderRequest
    decisions: Decisions
    shown_sha256: str
    one_time_key: str
    actor: Actor
    at: datetime


def store_order(connection: Connection, storing: Storing) -> str:
    """Our number of the order, now stored with a batch a strength; a second click on the same form gets the first's.

    Refuses what the review stops, a result other than the one shown, and what nobody decided.
    """
    _require_near(storing.request.compounded_on, storing.at.date())
    act = once(storing.one_time_key, storing.request)
    known = orders.find_by_key(connection, storing.site, act)
    if known is not None:
        return known
    facts = order_facts(connection, storing.site, storing.request)
    shown = preview_of(storing.request, facts)
    plans = require_plans(shown.outcomes)
    if shown.sha256 != storing.shown_sha256 and not shown.is_stopped:
        raise ResultChanged
    for plan in plans:
        require_storable(plan, _decided(storing, plan))
    return _store(connection, storing, act, facts, shown)


def _require_near(day: date, today: date) -> None:
    """Refuses a compounding day more than a year from today: our lot numbers write two digits of the year."""
    first, last = today - A_YEAR, today + A_YEAR
    if not first <= day <= last:
        field = "compounded_on"
        raise OutOfBounds(read=format_day(day), least=format_day(first), most=format_day(last), field_name=field)


def _decided(storing: Storing, plan: BatchPlan) -> tuple[Decision, ...]:
    """What was decided on the findings that this plan has."""
    asked = {finding.code for finding in plan.findings_of(Severity.DECIDE)}
    made = storing.decisions.get(quantity_text(plan.strength, MASS_PER_CAPSULE), ())
    return tuple(decision for decision in made if decision.code in asked)


def _store(connection: Connection, storing: Storing, act: str, facts: OrderFacts, shown: Preview) -> str:
    """The journal says what happened, and the tables follow with its entries' documents."""
    day = shown.order.compounded_on
    order_number = f"{day:%y%m}-{lot_numbers.next_order_number(connection, storing.site):03d}"
    records = _records(connection, storing, facts, shown, order_number)
    order_entry, *entries = _append(connection, storing, shown.order, order_number, records)
    order_id = orders.add(connection, order_entry, one_time_key=act, compounded_on=day, formulation=facts.formulation)
    new = [
        NewBatch(record=record, plan_document=plan_document, entry=entry)
        for record, plan_document, entry in zip(records, shown.plan_documents, entries, strict=True)
    ]
    ids = batches.add_each(connection, storing.site, order_id, day, new)
    stock.reserve(connection, storing.site, list(_reservations(facts, ids, new)))
    return order_number


def _append(
    connection: Connection, storing: Storing, order: BatchOrder, order_number: str, records: Sequence[CompoundingRecord]
) -> Sequence[JournalEntry]:
    """The order's entry, and then one a batch."""
    stored = Happened(order_number, EntryKind.ORDER_STORED, canonical(order))
    planned = [Happened(record.lot_number, EntryKind.BATCH_PLANNED, canonical(record)) for record in records]
    return journal.append_each(connection, [stored, *planned], at=storing.at, actor=storing.actor, site=storing.site)


def _records(
    connection: Connection, storing: Storing, facts: OrderFacts, shown: Preview, order_number: str
) -> Sequence[CompoundingRecord]:
    """A record a strength, each with the next lot number of its day."""
    day, letter = shown.order.compounded_on, facts.settings.letter
    numbers = lot_numbers.next_numbers(connection, storing.site, day, len(shown.plans))
    return [
        _record(storing, facts, shown, order_number, lot_number(day, letter, number), plan, digest(document))
        for number, plan, document in zip(numbers, shown.plans, shown.plan_documents, strict=True)
    ]


def _record(
    storing: Storing, facts: OrderFacts, shown: Preview, order_number: str, number: str, plan: BatchPlan, sha256: str
) -> CompoundingRecord:
    quality = facts.formulation.quality
    return CompoundingRecord(
        lot_number=number,
        site=storing.site,
        order_number=order_number,
        is_example=facts.settings.is_example,
        stored_at=storing.at,
        stored_by=storing.actor.name,
        time_zone=facts.settings.time_zone,
        pharmacy=facts.settings.pharmacy,
        settings_version=facts.settings.version,
        program_version=__version__,
        formulation=facts.formulation,
        approval=facts.approval,
        order=shown.order,
        plan_number=1,
        plan=plan,
        plan_sha256=sha256,
        net_weight_from=plan.fill_per_capsule * quality.net_weight_from,
        net_weight_to=plan.fill_per_capsule * quality.net_weight_to,
        decisions=_decided(storing, plan),
    )


def _reservations(facts: OrderFacts, batch_ids: Sequence[int], new: Sequence[NewBatch]) -> Iterator[Reservation]:
    """Each batch's powders as they will be weighed."""
    lots = {Role.ACTIVE: facts.active.lot_id, Role.FILLER: facts.filler.lot_id}
    for batch_id, batch in zip(batch_ids, new, strict=True):
        for weighing in batch.record.plan.weighings:
            yield Reservation(
                lot_id=lots[weighing.role],
                batch_id=batch_id,
                mass=weighing.to_weigh,
                journal_number=batch.entry.number,
            )
