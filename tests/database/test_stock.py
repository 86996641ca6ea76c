"""The ledger: what is free, what is reserved, and that two orders can never reserve the same grams."""

import multiprocessing
from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from compounder.database import batches, lots, stock
from compounder.database.engine import Connection, open_database
from compounder.database.errors import AdjustmentBelowReserved, LotInsufficient, NotFound
from compounder.domain.errors import OutOfBounds
from tests.database.stored import PROCESSES, SITE, Site, add_lot, an_active_lot, an_entry, milligrams, store_order


def reserve_or_not(url: str, lot_id: str, batch_id: int, results: "multiprocessing.Queue[bool]") -> None:
    """Try to reserve 10 g in a transaction of its own, and say whether it went."""
    database = open_database(url)
    try:
        with database.writing() as connection:
            stock.reserve(connection, SITE, [a_reservation(connection, lot_id, batch_id, "10000")])
        results.put(True)
    except LotInsufficient:
        results.put(False)
    database.close()


def a_reservation(connection: Connection, lot_id: str, batch_id: int, mass: str) -> stock.Reservation:
    """So many mg of the lot for the batch."""
    number = an_entry(connection).number
    return stock.Reservation(
        lot_id=lot_id, maker=stock.Maker(batch_id=batch_id), mass=milligrams(mass), journal_number=number
    )


def a_batch(site: Site, connection: Connection) -> int:
    """The id of a batch that has reserved nothing yet."""
    return batches.load(connection, SITE, store_order(site, connection)[0]).batch_id


def test_orders_that_want_the_same_grams_at_once_get_them_once(site: Site, database_url: str) -> None:
    with site.database.writing() as connection:
        batch_id = a_batch(site, connection)
    results: multiprocessing.Queue[bool] = PROCESSES.Queue()
    racers = [
        PROCESSES.Process(target=reserve_or_not, args=(database_url, site.active, batch_id, results)) for _ in range(5)
    ]
    for racer in racers:
        racer.start()
    won = sorted(results.get(timeout=60) for _ in racers)
    for racer in racers:
        racer.join()
    assert won == [False, False, False, True, True]
    with site.database.reading() as connection:
        lot = lots.load(connection, SITE, site.active)
    assert (lot.on_hand, lot.reserved, lot.free) == (milligrams("25000"), milligrams("20000"), milligrams("5000"))


def test_a_reservation_beyond_what_is_free_says_what_is_free(site: Site) -> None:
    with site.database.writing() as connection:
        batch_id = a_batch(site, connection)
        with pytest.raises(LotInsufficient) as refusal:
            stock.reserve(connection, SITE, [a_reservation(connection, site.active, batch_id, "25000.1")])
    assert str(refusal.value) == "25,000.1 mg of lot NTX-2411 is needed and 25,000 mg is free. Choose another lot."
    assert refusal.value.code == "lot-insufficient"


def test_what_an_order_takes_of_a_lot_is_reserved_together_or_not_at_all(site: Site) -> None:
    with site.database.writing() as connection:
        batch_id = a_batch(site, connection)
        halves = [a_reservation(connection, site.active, batch_id, mass) for mass in ("12500", "12500.1")]
        with pytest.raises(LotInsufficient, match=r"25,000\.1 mg of lot NTX-2411 is needed and 25,000 mg is free"):
            stock.reserve(connection, SITE, halves)
        stock.reserve(connection, SITE, [halves[0], replace(halves[1], mass=milligrams("12500"))])
        assert lots.load(connection, SITE, site.active).free == milligrams("0")
        kept = [movement.reserved_change for movement in stock.movements(connection, SITE, site.active)]
    assert kept[1:] == [milligrams("12500"), milligrams("12500")]


def test_all_that_is_free_can_be_reserved_and_is_free_again_when_released(site: Site) -> None:
    with site.database.writing() as connection:
        batch_id, number = a_batch(site, connection), an_entry(connection).number
        stock.reserve(connection, SITE, [a_reservation(connection, site.active, batch_id, "25000")])
        assert lots.load(connection, SITE, site.active).free == milligrams("0")
        stock.release(connection, SITE, stock.Maker(batch_id=batch_id), "Voided", number)
        stock.release(connection, SITE, stock.Maker(batch_id=batch_id), "Voided twice", number)
        assert lots.load(connection, SITE, site.active).free == milligrams("25000")
        kinds = [movement.kind for movement in stock.movements(connection, SITE, site.active)]
    assert kinds == ["received", "reserved", "released"]


def test_stock_is_the_sum_of_its_movements(site: Site) -> None:
    with site.database.writing() as connection:
        batch_id, number = a_batch(site, connection), an_entry(connection).number
        stock.reserve(connection, SITE, [a_reservation(connection, site.active, batch_id, "158.3")])
        stock.adjust(connection, SITE, site.active, milligrams("-1000.000001"), "Spilled", number)
        stock.adjust(connection, SITE, site.active, milligrams("12.5"), "Counted again", number)
        lot, movements = lots.load(connection, SITE, site.active), stock.movements(connection, SITE, site.active)
    assert lot.on_hand == sum((movement.on_hand_change for movement in movements), milligrams("0"))
    assert lot.reserved == sum((movement.reserved_change for movement in movements), milligrams("0"))
    assert lot.on_hand == milligrams("24012.499999")
    assert [movement.reason for movement in movements] == ["", "", "Spilled", "Counted again"]


def test_nothing_is_taken_from_under_a_reservation(site: Site) -> None:
    with site.database.writing() as connection:
        batch_id, number = a_batch(site, connection), an_entry(connection).number
        stock.reserve(connection, SITE, [a_reservation(connection, site.active, batch_id, "20000")])
        with pytest.raises(AdjustmentBelowReserved, match=r"less than the 20,000 mg reserved"):
            stock.adjust(connection, SITE, site.active, milligrams("-5000.1"), "Spilled", number)


def test_the_table_itself_refuses_to_reserve_what_is_not_there(site: Site) -> None:
    with pytest.raises(IntegrityError, match="reserved_is_on_hand"), site.database.writing() as connection:
        connection.execute(text("UPDATE ingredient_lots SET reserved_ng = on_hand_ng + 1"))


@pytest.mark.parametrize("lot_id", ["99", "0", "-1", "1; DROP TABLE journal", "９", "1" * 40])
def test_a_lot_that_is_not_there_is_said_to_be_missing(site: Site, lot_id: str) -> None:
    with site.database.writing() as connection, pytest.raises(NotFound, match="There is no ingredient lot"):
        stock.adjust(connection, SITE, lot_id, milligrams("1"), "Counted", 1)


def test_another_sites_lot_is_not_there(site: Site) -> None:
    with site.database.writing() as connection, pytest.raises(NotFound):
        stock.adjust(connection, "B", site.active, milligrams("1"), "Counted", 1)


def test_a_mass_finer_than_a_nanogram_is_refused(site: Site) -> None:
    lot = replace(an_active_lot("NTX-odd"), quantity=milligrams("0.0000001"))
    with pytest.raises(OutOfBounds, match="whole nanograms"), site.database.writing() as connection:
        add_lot(connection, lot)
