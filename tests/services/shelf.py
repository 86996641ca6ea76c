"""The shelf of a bench: a batch released to it, what stands there, and what somebody counted or destroyed."""

from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, update

from compounder.database import capsule_stock
from compounder.database.schema import BatchTable, CapsuleStockTable
from compounder.domain.care.shelf import DestroyedFor
from compounder.domain.people.person import Person
from compounder.services.shelf import (
    ShelfCount,
    ShelfDestruction,
    on_shelf,
)
from tests.services.batches import lot_numbers
from tests.services.orders import DAY, SITE, Bench
from tests.services.signing import CLARA, NOON, release, verified


def released(bench: Bench, keys: Path, *, key: str = "first") -> str:
    """Our lot number of a batch of 103 capsules, verified and released."""
    (number,) = lot_numbers(bench, bench.order("1.5 mg", key=key))
    verified(bench.database, number, keys)
    release(bench.database, number, keys)
    return number


def there(bench: Bench, number: str) -> int:
    """How many capsules of a batch are on the shelf, whether they may be dispensed or not."""
    with bench.database.reading() as reading:
        return on_shelf(reading, SITE, number)[0].on_shelf


def moved(bench: Bench, number: str) -> list[tuple[str, int]]:
    """Every movement of a batch's capsules."""
    with bench.database.reading() as reading:
        return [(each.kind.value, each.capsules) for each in on_shelf(reading, SITE, number)[1]]


def dispensable(bench: Bench, day: date = DAY) -> int:
    """Capsules that may be dispensed."""
    with bench.database.reading() as reading:
        return sum(capsule_stock.on_shelf(reading, SITE, day, [("NTX-CAPS", 1_500_000)]).values())


def counted(number: str, capsules: int, *, person: Person = CLARA, **changes: Any) -> ShelfCount:
    """Somebody counts on the shelf."""
    usual = {"reason": "Counted again", "one_time_key": "count", **changes}
    return ShelfCount(site=SITE, lot_number=number, capsules=capsules, person=person, at=NOON, **usual)


def destroyed(number: str, capsules: int, **changes: Any) -> ShelfDestruction:
    """A pharmacist destroys capsules that fell to the floor."""
    usual = {"reason": "Fell", "one_time_key": "destroyed", "cause": DestroyedFor.DAMAGED, **changes}
    return ShelfDestruction(site=SITE, lot_number=number, capsules=capsules, person=CLARA, at=NOON, **usual)


def shelve(bench: Bench, number: str, capsules: int) -> None:
    """So many capsules of a released batch are on the shelf."""
    with bench.database.writing() as writing:
        writing.execute(update(BatchTable).where(BatchTable.lot_number == number).values(status="released"))
        row = writing.execute(select(BatchTable).where(BatchTable.lot_number == number)).one()
        shelf = {"batch_id": row.id, "site": SITE, "formulation_code": "NTX-CAPS", "strength_ng": row.strength_ng}
        kept = {**shelf, "beyond_use_date": row.beyond_use_date, "capsules": capsules}
        writing.execute(insert(CapsuleStockTable), kept)
