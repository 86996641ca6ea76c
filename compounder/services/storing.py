"""Storing an order: one transaction that makes one batch a strength, each with our lot number, or nothing at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from compounder import __version__
from compounder.codec.documents import canonical, digest
from compounder.database import batches, journal, lot_numbers, orders, stock
from compounder.database.engine import Connection
from compounder.domain.batch.order import BatchOrder
from compounder.domain.batch.plan import BatchPlan, require_plans
from compounder.domain.batch.weighing import Role
from compounder.domain.calendar import format_day
from compounder.domain.errors import OutOfBounds
from compounder.domain.findings import Severity
from compounder.domain.record.journal import Actor, EntryKind
from compounder.domain.record.record import CompoundingRecord, Decision, require_storable
from compounder.domain.units import MASS_PER_CAPSULE, quantity_text
from compounder.services.errors import ResultChanged
from compounder.services.lot_numbers import lot_number
from compounder.services.once import once
from compounder.services.orders import OrderFacts, OrderRequest, order_facts, preview_of

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
    known = orders.find_by_key(connection, storing.site, once(storing.one_time_key, storing.request))
    if known is not None:
        return known
    facts = order_facts(connection, storing.site, storing.request)
    shown = preview_of(storing.request, facts)
    plans = require_plans(shown.outcomes)
    if shown.sha256 != storing.shown_sha256 and not shown.is_stopped:
        raise ResultChanged
    for plan in plans:
        require_storable(plan, _decided(storing, plan))
    return _store(connection, storing, facts, shown.order, plans)


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


def _store(
    connection: Connection, storing: Storing, facts: OrderFacts, order: BatchOrder, plans: Sequence[BatchPlan]
) -> str:
    serial = lot_numbers.next_order_number(connection, storing.site)
    order_number = f"{order.compounded_on:%y%m}-{serial:03d}"
    entry = journal.append(
        connection,
        at=storing.at,
        actor=storing.actor,
        site=storing.site,
        subject=order_number,
        kind=EntryKind.ORDER_STORED,
        document=order,
    )
    order_id = orders.add(
        connection,
        storing.site,
        order,
        order_number=order_number,
        one_time_key=once(storing.one_time_key, storing.request),
        formulation_code=facts.formulation.code,
        formulation_version=facts.formulation.version,
        entry=entry,
    )
    for plan in plans:
        number = _next_lot_number(connection, storing, facts, order)
        _store_batch(connection, storing, order_id, _record(storing, facts, order, order_number, plan, number), facts)
    return order_number


def _next_lot_number(connection: Connection, storing: Storing, facts: OrderFacts, order: BatchOrder) -> str:
    number = lot_numbers.next_number(connection, storing.site, order.compounded_on)
    return lot_number(order.compounded_on, facts.settings.letter, number)


def _record(
    storing: Storing, facts: OrderFacts, order: BatchOrder, order_number: str, plan: BatchPlan, number: str
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
        order=order,
        plan_number=1,
        plan=plan,
        plan_sha256=digest(canonical(plan)),
        net_weight_from=plan.fill_per_capsule * quality.net_weight_from,
        net_weight_to=plan.fill_per_capsule * quality.net_weight_to,
        decisions=_decided(storing, plan),
    )


def _store_batch(
    connection: Connection, storing: Storing, order_id: int, record: CompoundingRecord, facts: OrderFacts
) -> None:
    """The batch with its record, and its powders reserved as they will be weighed."""
    entry = journal.append(
        connection,
        at=storing.at,
        actor=storing.actor,
        site=storing.site,
        subject=record.lot_number,
        kind=EntryKind.BATCH_PLANNED,
        document=record,
    )
    batch_id = batches.add(connection, record, order_id=order_id, journal_number=entry.number)
    lots = {Role.ACTIVE: facts.active.lot_id, Role.FILLER: facts.filler.lot_id}
    for weighing in record.plan.weighings:
        stock.reserve(connection, storing.site, lots[weighing.role], batch_id, weighing.to_weigh, entry.number)
