"""The pharmacy of the slips: a workspace in a folder, its jars received, its orders stored and made by the services."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from secrets import token_urlsafe

from bench.pharmacy import BALANCE, DAY, NOW, PHARMACIST, SITE, Pharmacy, a_pharmacy, an_order, in_use, store_in
from bench.slips.jars import DRUGS, FILLERS, Jar
from bench.slips.orders import ORDERS, Order
from bench.slips.papers import Shelf, WorkedOut, measured, received, work_out
from bench.slips.slip import Step
from compounder.database import lots
from compounder.database.engine import Connection, Database, open_database
from compounder.domain.batch.trituration import Trituration
from compounder.domain.batch.weighing import Role, Weighing
from compounder.domain.record.trituration_record import WeightsTaken, as_planned
from compounder.domain.site import SiteSettings
from compounder.domain.stock.equipment import ElectronicBalance
from compounder.domain.units import READING, format_reading, parse_mass, parse_quantity
from compounder.services.bench import bench_of, jar_of
from compounder.services.lots import measure_lot
from compounder.services.making import Making, make_trituration
from compounder.services.orders import lot_numbers_of, order_choices, order_facts
from compounder.services.settings import revise_settings
from compounder.services.triturations import of_order
from compounder.services.workspace import site_settings

COARSE = ElectronicBalance(name="B2", readability=parse_quantity("0.01 g", READING), repeatability=parse_mass("10 mg"))
AS_PLANNED = {Role.ACTIVE: Step.DRUG, Role.ALIQUOT: Step.DRUG, Role.FILLER: Step.FILLER}


class _Undone(Exception):
    """What was written is taken back."""


@contextmanager
def undone(database: Database) -> Iterator[Connection]:
    """A turn to write of which nothing stays."""
    with suppress(_Undone), database.writing() as writing:
        yield writing
        raise _Undone


def written(weighing: Weighing) -> str:
    """What somebody types who weighs as planned."""
    return format_reading(weighing.to_weigh).replace(",", "")


@dataclass(frozen=True)
class Shop:
    """The workspace, what its order form offers, and what was worked out and stored of each order without a slip."""

    database: Database
    keys: Path
    shelf: Shelf
    _usual: dict[int, WorkedOut] = field(default_factory=dict)
    _stored: dict[int, tuple[str, ...]] = field(default_factory=dict)
    _made: dict[int, tuple[str, ...]] = field(default_factory=dict)

    def usual(self, order: Order) -> WorkedOut:
        """The order without a slip, worked out once."""
        if order.number not in self._usual:
            self._usual[order.number] = work_out(order.texts, order, self.shelf)
        return self._usual[order.number]

    def trituration(self, order: Order, row: int) -> Trituration | None:
        """The trituration that a row comes through, if it does."""
        shown = self.usual(order).shown
        strength = shown.plans[row].strength
        return next((made for made in shown.triturations if strength in made.used_by), None)

    def parts(self, order: Order, row: int) -> int:
        """The drug is one part in so many of what is weighed of it."""
        found = self.trituration(order, row)
        return found.ratio.parts if found else 1

    def readings(self, order: Order, row: int) -> Mapping[Step, str]:
        """What the row's plan asks to weigh, as it is typed."""
        plan, found = self.usual(order).shown.plans[row], self.trituration(order, row)
        started = dict(zip((Step.START, Step.DILUENT), map(written, found.weighings), strict=True)) if found else {}
        return {**started, **{AS_PLANNED[each.role]: written(each) for each in plan.weighings}}

    def balances(self, order: Order, row: int) -> Mapping[Step, str]:
        """On which balances the row's trituration is weighed by its plan."""
        found = self.trituration(order, row)
        steps = (Step.START, Step.DILUENT)
        return {step: each.balance for step, each in zip(steps, found.weighings, strict=True)} if found else {}

    def place_of_trituration(self, order: Order, row: int) -> int:
        """Which of the order's triturations a row comes through, from 0."""
        names = [made.name for made in self.usual(order).shown.triturations]
        found = self.trituration(order, row)
        return names.index(found.name) if found else 0

    @cached_property
    def another_trituration(self) -> str:
        """The number of a trituration that no order here draws on."""
        order = next(each for each in ORDERS if self.trituration(each, 0))
        with self.database.writing() as writing:
            number = prepared(writing, self.usual(order))[0]
            bench = bench_of(writing, SITE, number)
            return jar_of(writing, bench.record, bench.making.weighings[0]).lot.lot_number

    def planned(self, order: Order) -> tuple[str, ...]:
        """Our numbers of the order's triturations, stored and not made."""
        if order.number not in self._stored:
            shown = self.usual(order).shown
            with self.database.writing() as writing:
                found = of_order(writing, SITE, store_in(writing, shown.request, shown.sha256))
            self._stored[order.number] = tuple(row.lot_number for row in found)
        return self._stored[order.number]

    def made(self, order: Order) -> tuple[str, ...]:
        """Our lot numbers of the order's batches, its triturations made."""
        if order.number not in self._made:
            with self.database.writing() as writing:
                self._made[order.number] = prepared(writing, self.usual(order))
        return self._made[order.number]


def a_shop(folder: Path) -> Shop:
    """A new workspace with two balances, every jar received, measured and in use."""
    pharmacy = a_pharmacy(folder)
    database = open_database(pharmacy.settings.database_url)
    with database.writing() as writing:
        first = site_settings(writing, SITE)
        settings = replace(first, version=first.version + 1, balances=(BALANCE, COARSE), reason="Two balances")
        revise_settings(writing, SITE, settings, actor=PHARMACIST, at=NOW)
        ids = {jar.number: shelved(writing, jar, settings) for jar in (*DRUGS.values(), *FILLERS.values())}
    return Shop(database, pharmacy.settings.keys, shelf_of(database, pharmacy, ids))


def shelved(writing: Connection, jar: Jar, settings: SiteSettings) -> str:
    """The id of the jar, received by its form and in use."""
    texts = jar.texts("jar")
    lot_id, measurement = in_use(writing, received(texts, "jar")), measured(texts, "jar", settings)
    if measurement:
        measure_lot(writing, SITE, lot_id, measurement, actor=PHARMACIST, at=NOW)
    return lot_id


def shelf_of(database: Database, pharmacy: Pharmacy, ids: Mapping[str, str]) -> Shelf:
    """What the order form offers of these jars."""
    with database.reading() as reading:
        choices = order_choices(reading, SITE)
        found = {number: lots.load(reading, SITE, lot_id) for number, lot_id in ids.items()}
        facts = order_facts(reading, SITE, an_order(pharmacy, "1.5 mg"))
    return Shelf(facts, choices, found)


def prepared(writing: Connection, worked_out: WorkedOut) -> tuple[str, ...]:
    """Our lot numbers of an order's batches, stored now; what it needs of triturations is made as planned."""
    shown = worked_out.shown
    number = store_in(writing, shown.request, shown.sha256)
    for row in of_order(writing, SITE, number):
        plan = next(made for made in shown.triturations if made.name == row.name)
        make_trituration(writing, making(row.lot_number, as_planned(plan)))
    return lot_numbers_of(writing, SITE, number)


def making(number: str, weights: WeightsTaken) -> Making:
    """A trituration made of these weights."""
    return Making(
        site=SITE,
        lot_number=number,
        weights=weights,
        made_on=DAY,
        one_time_key=token_urlsafe(16),
        actor=PHARMACIST,
        at=NOW,
    )
