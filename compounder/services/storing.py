"""Storing an order: one transaction that makes one batch a strength, each with our lot number, or nothing at all."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from compounder.codec.documents import canonical
from compounder.database import batches, journal, orders, running_numbers, stock, triturations
from compounder.database.batches import NewBatch
from compounder.database.engine import Connection
from compounder.database.journal import Happened
from compounder.database.stock import Maker, Reservation
from compounder.database.triturations import NewTrituration
from compounder.domain.batch.plan import require_plans
from compounder.domain.batch.weighing import Role, Weighing
from compounder.domain.calendar import format_day
from compounder.domain.errors import OutOfBounds
from compounder.domain.record.journal import Actor, EntryKind, JournalEntry
from compounder.domain.record.record import CompoundingRecord, require_storable
from compounder.domain.record.trituration_record import TriturationRecord
from compounder.services.acting import Acting
from compounder.services.contents import Jars, contents_of, jars_of
from compounder.services.errors import ResultChanged
from compounder.services.lot_numbers import lot_number
from compounder.services.once import once
from compounder.services.orders import OrderFacts, OrderRequest, Preview, order_facts, preview_of
from compounder.services.product_numbers import product_numbers
from compounder.services.recording import (
    Decisions,
    Recording,
    batch_records,
    decided,
    trituration_records,
)
from compounder.services.workspace import day_at

A_YEAR: Final = timedelta(days=366)


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
    today = day_at(connection, storing.site, storing.at)
    _require_near(storing.request.compounded_on, today)
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
        require_storable(plan, decided(storing.decisions, plan))
    return _store(connection, storing, act, facts, shown)


def _require_near(day: date, today: date) -> None:
    """Refuses a compounding day more than a year from today: our lot numbers write two digits of the year."""
    first, last = today - A_YEAR, today + A_YEAR
    if not first <= day <= last:
        field = "compounded_on"
        raise OutOfBounds(read=format_day(day), least=format_day(first), most=format_day(last), field_name=field)


def _store(connection: Connection, storing: Storing, act: str, facts: OrderFacts, shown: Preview) -> str:
    """The journal says what happened, and the tables follow with its entries' documents."""
    day, site = shown.order.compounded_on, storing.site
    order_number = f"{day:%y%m}-{running_numbers.next_order_number(connection, site):03d}"
    recording = Recording(
        site=site,
        order_number=order_number,
        facts=facts,
        shown=shown,
        decisions=storing.decisions,
        actor=storing.actor,
        at=storing.at,
        gtins=_product_numbers(connection, storing, facts, shown),
    )
    numbers = _next_lot_numbers(connection, recording)
    made_first = trituration_records(recording, numbers[: len(shown.triturations)])
    records = batch_records(recording, numbers[len(shown.triturations) :], made_first)
    order_entry, *entries = _append(connection, recording, made_first, records)
    order_id = orders.add(connection, order_entry, one_time_key=act, compounded_on=day, formulation=facts.formulation)
    keeping = Keeping(connection=connection, recording=recording, jars=jars_of(connection, site, facts))
    ids = _keep_triturations(keeping, order_id, made_first, entries)
    _keep_batches(keeping, order_id, records, entries[len(made_first) :], ids)
    return order_number


def _product_numbers(connection: Connection, storing: Storing, facts: OrderFacts, shown: Preview) -> tuple[str, ...]:
    act = Acting(site=storing.site, actor=storing.actor, at=storing.at)
    strengths = [plan.strength for plan in shown.plans]
    return product_numbers(connection, act, facts.settings.gs1_prefix, facts.formulation.code, strengths)


def _next_lot_numbers(connection: Connection, recording: Recording) -> Sequence[str]:
    """One for each trituration, then one for each batch: one series for both."""
    shown, letter = recording.shown, recording.facts.settings.letter
    day, how_many = shown.order.compounded_on, len(shown.triturations) + len(shown.plans)
    return [
        lot_number(day, letter, number)
        for number in running_numbers.next_numbers(connection, recording.site, day, how_many)
    ]


def _append(
    connection: Connection,
    recording: Recording,
    made_first: Sequence[TriturationRecord],
    records: Sequence[CompoundingRecord],
) -> Sequence[JournalEntry]:
    """The order's entry, then one a trituration, then one a batch."""
    happened = [
        Happened(recording.order_number, EntryKind.ORDER_STORED, canonical(recording.shown.order)),
        *(Happened(made.lot_number, EntryKind.TRITURATION_PLANNED, canonical(made)) for made in made_first),
        *(Happened(record.lot_number, EntryKind.BATCH_PLANNED, canonical(record)) for record in records),
    ]
    return journal.append_each(connection, happened, at=recording.at, actor=recording.actor, site=recording.site)


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """The tables being written: on which connection, what is recorded, and which jars it is made from."""

    connection: Connection
    recording: Recording
    jars: Jars

    def contents(self, weighings: Sequence[Weighing]) -> Mapping[str, int]:
        """Nanograms of each ingredient lot in what these weighings make."""
        return contents_of(self.jars, weighings, self.recording.shown.triturations)

    def reservations(self, maker: Maker, weighings: Sequence[Weighing], entry: JournalEntry) -> Iterator[Reservation]:
        """The powders as they will be weighed; a trituration that is still to be made has nothing to reserve yet."""
        planned = {trituration.name for trituration in self.recording.shown.triturations}
        for weighing in weighings:
            if weighing.role is not Role.ALIQUOT or weighing.trituration not in planned:
                yield Reservation(
                    lot_id=self.jars.lots[weighing.role],
                    maker=maker,
                    mass=weighing.to_weigh,
                    journal_number=entry.number,
                )


def _keep_triturations(
    keeping: Keeping, order_id: int, made_first: Sequence[TriturationRecord], entries: Sequence[JournalEntry]
) -> Mapping[str, int]:
    """Their ids, by our lot number."""
    ids: dict[str, int] = {}
    site = keeping.recording.site
    for record, entry in zip(made_first, entries, strict=False):
        new = NewTrituration(record=record, entry=entry, made_from_id=ids.get(record.made_from or ""))
        ids[record.lot_number] = number = triturations.add(keeping.connection, site, order_id, new)
        triturations.hold(keeping.connection, site, number, keeping.contents(record.plan.weighings))
        maker = Maker(trituration_id=number)
        stock.reserve(keeping.connection, site, list(keeping.reservations(maker, record.plan.weighings, entry)))
    return ids


def _keep_batches(
    keeping: Keeping,
    order_id: int,
    records: Sequence[CompoundingRecord],
    entries: Sequence[JournalEntry],
    triturations_made: Mapping[str, int],
) -> None:
    """The batches, what they are made from, and the triturations they draw on."""
    connection, site, shown = keeping.connection, keeping.recording.site, keeping.recording.shown
    new = [
        NewBatch(record=record, plan_document=document, entry=entry, contents=keeping.contents(record.plan.weighings))
        for record, document, entry in zip(records, shown.plan_documents, entries, strict=True)
    ]
    ids = batches.add_each(connection, site, order_id, shown.order.compounded_on, new)
    drawn = [
        (batch_id, triturations_made[used.lot_number])
        for batch_id, record in zip(ids, records, strict=True)
        for used in record.triturations
    ]
    triturations.draw(connection, site, drawn)
    reservations = [
        reservation
        for batch_id, each in zip(ids, new, strict=True)
        for reservation in keeping.reservations(Maker(batch_id=batch_id), each.record.plan.weighings, each.entry)
    ]
    stock.reserve(connection, site, reservations)
