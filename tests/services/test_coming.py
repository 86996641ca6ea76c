"""What comes to its date: batches that are still here, and lots of which something is left."""

from datetime import date, timedelta

import pytest
from sqlalchemy import update

from compounder.database.schema import LotTable
from compounder.database.search import expiring_batches, expiring_lots
from compounder.domain.stock.lots import LotStatus
from tests.services.benches import a_batch
from tests.services.orders import CELLULOSE, DAY, SITE, Bench, add_lot
from tests.services.shelf import shelve


def ending(bench: Bench, days: int) -> list[str]:
    with bench.database.reading() as reading:
        return [row.lot_number for row in expiring_batches(reading, SITE, DAY, days)]


def expiring(bench: Bench, days: int, limit: int = 50) -> list[str]:
    with bench.database.reading() as reading:
        return [row.lot_number for row in expiring_lots(reading, SITE, DAY, days, limit=limit)]


def received(bench: Bench, days: int, status: LotStatus = LotStatus.IN_USE) -> None:
    """A lot named by the days until it expires."""
    expires = (DAY + timedelta(days=days)).isoformat()
    with bench.database.writing() as writing:
        add_lot(writing, CELLULOSE, status, lot_number=f"{days} {status}", expires_on=expires)


@pytest.mark.parametrize(("days", "shown"), [(30, ["0", "30"]), (60, ["0", "30", "31", "60"]), (0, ["0"])])
def test_a_lot_is_listed_from_so_many_days_before_it_expires(bench: Bench, days: int, shown: list[str]) -> None:
    for left in (60, 31, 30, 0, -1, 91):
        received(bench, left)
    assert expiring(bench, days) == [f"{left} in-use" for left in shown]
    assert expiring(bench, 90, limit=2) == ["0 in-use", "30 in-use"]


def test_only_lots_that_are_here_and_may_be_used_are_listed(bench: Bench) -> None:
    for status in LotStatus:
        received(bench, 10, status)
    with bench.database.writing() as writing:
        emptied = update(LotTable).where(LotTable.lot_number == "10 in-use")
        writing.execute(emptied.values(on_hand_ng=0, reserved_ng=0))
    assert expiring(bench, 30) == ["10 quarantined"]


def test_a_batch_of_which_every_capsule_was_dispensed_comes_to_no_date(bench: Bench) -> None:
    here, gone, planned = (a_batch(bench, key=key) for key in "abc")
    shelve(bench, here, 1)
    shelve(bench, gone, 0)
    year = (date(2027, 11, 20) - DAY).days
    assert ending(bench, year) == [here, planned]
