"""A pharmacy at which sixteen people weigh at once: half of them at batches of their own, some at the same batches, and
some for the last of a lot. All but those weigh from the same two jars.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

from compounder import clock
from compounder.database import lots
from compounder.database.engine import Connection, Database, open_database
from compounder.domain.people.person import Person, Role
from compounder.domain.units import Mass, parse_mass
from compounder.services.example_people import PHARMACIST
from compounder.services.lots import adjust_stock
from compounder.services.orders import lot_numbers_of
from compounder.settings import Settings
from tests.durability.pharmacy import SITE, a_pharmacy, in_use
from tests.services import people
from tests.services.orders import HYDROCHLORIDE, Bench

ALONE, RACING, GREEDY = 8, 4, 4
LAST_LOT, LEFT_OVER = "NTX-LAST", "5 mg"
STRENGTHS = tuple(f"{strength} mg" for strength in ("0.5", "1", "1.5", "2", "2.5", "3", "3.5", "4", "4.5"))
_KEYS = count()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """Somebody who weighs: the batches in their sequence, and the chance that makes the rhythm; whoever races another
    shares both. The greedy take as much as the window lets, until the jar has no more than was planned."""

    person: Person
    batches: Sequence[str]
    seed: int
    is_greedy: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """The workspace, who weighs there, and each jar's id by its lot number with what was on hand before."""

    settings: Settings
    hands: Sequence[Hand]
    jars: Mapping[str, str]
    on_hand: Mapping[str, Mass]


def a_shop(
    home: Path, database_url: str, orders_each: int, strengths: Sequence[str] = STRENGTHS, alone: int = ALONE
) -> Shop:
    """The pharmacy, with so many orders for each who weighs alone, and for each two who race."""
    made = a_pharmacy(home, database_url)
    with closing(open_database(made.settings.database_url)) as database:
        with database.writing() as writing:
            staff = _added(writing, alone + RACING + GREEDY)
            last = in_use(writing, {**HYDROCHLORIDE, "lot_number": LAST_LOT})
        bench = Bench(database, made.drug, made.filler)
        hands = tuple(_hands(staff, bench, replace(bench, active=last), orders_each, strengths))
        _leave_little(database, last)
        jars = {HYDROCHLORIDE["lot_number"]: made.drug, "MCC-118": made.filler, LAST_LOT: last}
        on_hand = on_hand_of(database, jars)
    return Shop(settings=made.settings, hands=hands, jars=jars, on_hand=on_hand)


def _added(writing: Connection, how_many: int) -> list[Person]:
    """So many technicians with the same password."""
    numbers = range(1, how_many + 1)
    staff = [Person(sign_in_name=f"hand.{each}", name=f"Hand {each}", role=Role.TECHNICIAN) for each in numbers]
    for person in staff:
        people.add(writing, person, at=clock.now())
    return staff


def _hands(
    staff: Sequence[Person], bench: Bench, at_last_lot: Bench, orders_each: int, strengths: Sequence[str]
) -> Iterator[Hand]:
    """Those who weigh alone, then pairs who race, then the greedy."""
    alone, seed, batches = len(staff) - RACING - GREEDY, 0, list[str]()
    for number, person in enumerate(staff):
        is_greedy = number >= alone + RACING
        is_second = alone <= number < alone + RACING and (number - alone) % 2 == 1
        if not is_second:
            where = at_last_lot if is_greedy else bench
            seed, batches = number, [batch for _ in range(orders_each) for batch in _ordered(where, strengths)]
        yield Hand(person=person, batches=batches, seed=seed, is_greedy=is_greedy)


def _ordered(bench: Bench, strengths: Sequence[str]) -> Sequence[str]:
    """Our lot numbers of an order's batches."""
    request = bench.request(*strengths, compounded_on=clock.now().date())
    key, at = f"order {next(_KEYS)}", clock.now()
    order = bench.store(bench.storing(request, key, actor=PHARMACIST.actor, at=at))
    with bench.database.reading() as reading:
        return lot_numbers_of(reading, SITE, order)


def _leave_little(database: Database, lot_id: str) -> None:
    """The lot is counted: it has what is planned from it, and very little more."""
    with database.writing() as writing:
        left = lots.load(writing, SITE, lot_id).reserved + parse_mass(LEFT_OVER)
        adjust_stock(writing, SITE, lot_id, left, reason="Counted", actor=PHARMACIST.actor, at=clock.now())


def on_hand_of(database: Database, jars: Mapping[str, str]) -> Mapping[str, Mass]:
    """What each jar has, by its lot number."""
    with database.reading() as reading:
        return {number: lots.load(reading, SITE, lot_id).on_hand for number, lot_id in jars.items()}
