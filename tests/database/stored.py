"""Plain makers of what stands in a database: a site with its formulation and lots, orders and batches of them."""

import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import insert

from compounder.codec.converter import read, write
from compounder.codec.documents import canonical, digest
from compounder.database import batches, formulations, journal, lots, orders, running_numbers, settings, words
from compounder.database.engine import Connection, Database, open_database
from compounder.database.schema import BatchIngredientTable, BatchTable, OrderTable
from compounder.database.types import batch_id_of, nanograms
from compounder.domain.batch.order import BatchOrder
from compounder.domain.batch.plan import BatchPlan
from compounder.domain.formulary.formulation import Approval
from compounder.domain.formulary.naltrexone import first_formulation
from compounder.domain.record.journal import Actor, EntryKind, JournalEntry
from compounder.domain.record.record import CompoundingRecord
from compounder.domain.site import Pharmacy, SiteSettings
from compounder.domain.stock.lots import IngredientLot, LotStatus
from compounder.domain.units import Mass, mg, of
from tests.domain.orders import plan_order

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.database.stored"])

SITE = "A"
MORNING = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
DAY = date(2026, 11, 21)
ANNA = Actor(name="Anna Müller", is_authenticated=False)
FORMULATION = first_formulation(1)
APPROVAL = Approval(name="Anna Müller", at=MORNING, reason="The study covers a year.")
PHARMACY = Pharmacy(name="Example Pharmacy", address="1 Example Street", telephone="555 0100")


@dataclass(frozen=True)
class Site:
    """A database with a site in it: its settings, an approved formulation, an active and a filler lot."""

    database: Database
    active: str
    filler: str


@contextmanager
def a_site(url: str) -> Iterator[Site]:
    """A site that may compound at once."""
    database = open_database(url)
    with database.writing() as connection:
        settings.add(connection, SITE, some_settings(), an_entry(connection).number)
        formulations.add_version(connection, SITE, FORMULATION, an_entry(connection).number)
        formulations.approve(connection, SITE, FORMULATION.code, 1, APPROVAL)
        active = add_lot(connection, an_active_lot())
        filler = add_lot(connection, a_filler_lot())
    yield Site(database, active, filler)
    database.close()


def an_entry(
    connection: Connection, subject: str = "anything", at: datetime = MORNING, document: object = None
) -> JournalEntry:
    """An entry of the journal, just appended."""
    return journal.append(
        connection,
        at=at,
        actor=ANNA,
        site=SITE,
        subject=subject,
        kind=EntryKind.LOT_RECEIVED,
        document=document or {"subject": subject},
    )


def some_settings(version: int = 1) -> SiteSettings:
    """A site's settings without any balance."""
    return SiteSettings(version=version, pharmacy=PHARMACY, letter="A", time_zone="UTC", reason="First settings")


def an_active_lot(lot_number: str = "NTX-2411", maker: str = "Hillcrest") -> IngredientLot:
    """A lot of the hydrochloride, 25 g of it."""
    document = {
        "substance": "naltrexone hydrochloride",
        "maker": maker,
        "lot_number": lot_number,
        "received_on": "2026-10-01",
        "expires_on": "2028-06-30",
        "quantity": "25 g",
        "certificate": {
            "substance": "naltrexone hydrochloride",
            "assay_percent": "99.2",
            "assay_basis": "anhydrous",
            "water_percent": "1.6",
        },
        "pack_statistics": {"3": "180 mg"},
    }
    return read(document, IngredientLot)


def a_filler_lot(lot_number: str = "MCC-118") -> IngredientLot:
    """A lot of microcrystalline cellulose, 5 kg of it."""
    document = {
        "substance": "microcrystalline cellulose",
        "grade": "PH-102",
        "maker": "Crème & Søn",
        "lot_number": lot_number,
        "received_on": "2026-10-01",
        "expires_on": "2029-01-31",
        "quantity": "5 kg",
        "pack_statistics": {"3": "120 mg"},
    }
    return read(document, IngredientLot)


def milligrams(number: str) -> Mass:
    """A mass of so many mg."""
    return of(Decimal(number), mg)


def add_lot(connection: Connection, lot: IngredientLot) -> str:
    """The id of the lot, received and in use."""
    return lots.add(connection, SITE, lot, LotStatus.IN_USE, an_entry(connection, lot.lot_number).number)


def an_order(
    site: Site, connection: Connection, strengths: tuple[str, ...] = ("1.5 mg",), on: date = DAY
) -> BatchOrder:
    """An order of a hundred capsules of each strength from the site's two lots."""
    document = {
        "compounded_on": on.isoformat(),
        "strength_basis": "naltrexone hydrochloride",
        "strengths": [{"strength": strength, "capsules": 100} for strength in strengths],
        "capsule_size": "3",
        "extra_capsules": {"percent": "3"},
        "active": _powder(connection, site.active, assay=True),
        "filler": _powder(connection, site.filler, assay=False),
        "balances": [{"name": "B1", "readability": "0.1 mg", "repeatability": "0.1 mg"}],
        "beyond_use": {"days": 365, "day_of_compounding": 1},
    }
    return read(document, BatchOrder)


def _powder(connection: Connection, lot_id: str, *, assay: bool) -> dict[str, object]:
    stored = lots.load(connection, SITE, lot_id)
    powder = write(stored.lot)
    kept = {key: powder[key] for key in ("substance", "expires_on", "pack_statistics")}
    certificate = powder["certificate"] or {} if assay else {}
    return {**kept, **certificate, "lot": write(stored.facts)}


def a_record(order: BatchOrder, plan: BatchPlan, lot_number: str, order_number: str) -> CompoundingRecord:
    """The record of one batch of the order."""
    return CompoundingRecord(
        lot_number=lot_number,
        site=SITE,
        order_number=order_number,
        is_example=False,
        stored_at=MORNING,
        stored_by=ANNA.name,
        time_zone="UTC",
        pharmacy=PHARMACY,
        settings_version=1,
        program_version="0.1.0",
        formulation=FORMULATION,
        approval=APPROVAL,
        order=order,
        plan_number=1,
        plan=plan,
        plan_sha256=digest(canonical(plan)),
        net_weight_from=plan.fill_per_capsule * Decimal("0.9"),
        net_weight_to=plan.fill_per_capsule * Decimal("1.1"),
        decisions=(),
    )


def store_order(
    site: Site, connection: Connection, strengths: tuple[str, ...] = ("1.5 mg",), on: date = DAY, key: str = ""
) -> tuple[str, ...]:
    """The lot numbers of the batches of an order, one a strength, now stored."""
    order = an_order(site, connection, strengths, on)
    order_number = f"{on:%y%m}-{running_numbers.next_order_number(connection, SITE):03d}"
    entry = an_entry(connection, order_number, document=order)
    order_id = orders.add(
        connection, entry, one_time_key=key or order_number, compounded_on=on, formulation=FORMULATION
    )
    plans = plan_order(order)
    numbers = [f"{on:%y%m%d}A{number:03d}" for number in running_numbers.next_numbers(connection, SITE, on, len(plans))]
    records = [a_record(order, plan, number, order_number) for plan, number in zip(plans, numbers, strict=True)]
    batches.add_each(connection, SITE, order_id, on, [a_new_batch(connection, record) for record in records])
    return tuple(numbers)


def a_new_batch(connection: Connection, record: CompoundingRecord) -> batches.NewBatch:
    """A batch to keep, just told to the journal."""
    entry = an_entry(connection, record.lot_number, document=record)
    lots = (record.order.active.lot, record.order.filler.lot)
    contents = {
        lot.lot_id: nanograms(weighing.to_weigh)
        for lot, weighing in zip(lots, record.plan.weighings, strict=True)
        if lot
    }
    return batches.NewBatch(record=record, plan_document=canonical(record.plan), entry=entry, contents=contents)


@contextmanager
def a_history(url: str, batches_made: int = 230) -> Iterator[Site]:
    """A site with a batch or more on each of many days: strengths, formulations, lots and people take turns."""
    with a_site(url) as site:
        with site.database.writing() as connection:
            entry = an_entry(connection).number
            order_id = _an_order_row(site, connection, entry)
            rows = [_batch_row(index, order_id, entry) for index in range(batches_made)]
            connection.execute(insert(BatchTable), rows)
            taken = [
                {"batch_id": row["id"], "ingredient_lot_id": lot, "site": SITE, "mass_ng": 1}
                for index, row in enumerate(rows)
                for lot in {int(site.filler), int(site.active) if index % 10 else int(site.filler)}
            ]
            connection.execute(insert(BatchIngredientTable), taken)
            for index, row in enumerate(rows):
                texts = ("Naltrexone capsules", str(row["formulation_code"]), PEOPLE[index % len(PEOPLE)])
                words.add(connection, SITE, words.BATCH, {int(str(row["id"])): texts})
        yield site


PEOPLE = ("Anna Müller", "Jürgen Weiß", "Béatrice Müllner")
STRENGTHS = (500_000, 1_500_000, 3_000_000, 4_500_000)
CODES = ("NTX-CAPS", "NTX-CAPS", "NTX-TRIAL")


def _an_order_row(site: Site, connection: Connection, entry: int) -> int:
    order = an_order(site, connection, ("1.5 mg",))
    row = {"site": SITE, "order_number": "2611-001", "compounded_on": DAY, "formulation_code": FORMULATION.code}
    by = {"formulation_version": 1, "stored_at": MORNING, "stored_by": ANNA.name, "journal_number": entry}
    document = {"document": canonical(order), "sha256": digest(canonical(order))}
    return connection.execute(insert(OrderTable).returning(OrderTable.id), row | by | document).scalar_one()


def _batch_row(index: int, order_id: int, entry: int) -> dict[str, object]:
    """One batch, from the newest backwards, three on a day."""
    day, number = DAY - timedelta(days=index // 3), 3 - index % 3
    strength = STRENGTHS[index % len(STRENGTHS)]
    made = {"compounded_on": day, "beyond_use_date": day + timedelta(days=364 if index % 5 else 90)}
    named = {"lot_number": f"{day:%y%m%d}A{number:03d}X", "order_number": "2611-001", "preparation": FORMULATION.name}
    of_version = {"formulation_code": CODES[index % len(CODES)], "formulation_version": 1, "plan_number": 1}
    content = {"strength_ng": strength, "strength": f"{strength / 10**6:g} mg", "capsules": 103}
    status = {"status": "planned" if index % 7 else "voided", "status_reason": "", "journal_number": entry}
    return (
        {"id": batch_id_of(day, number), "site": SITE, "order_id": order_id}
        | made
        | named
        | of_version
        | content
        | status
    )
