"""The ledger of capsules, bottles and what was dispensed held against the journal: whatever was changed is named."""

from contextlib import closing

import pytest
from sqlalchemy import select, text

from compounder.database.engine import open_database, upgrade
from compounder.database.schema import BatchTable
from compounder.services.shelf import ShelfCount, correct_shelf
from compounder.settings import Settings
from tests.services.orders import SITE
from tests.services.proved import attacked, attacking, sentences, statement, take_care_away
from tests.services.signing import CLARA, NOON, release, verified


def released_there(where: Settings) -> str:
    """Our lot number of the batch of 3 mg, verified and released."""
    with closing(open_database(where.database_url)) as database:
        with database.reading() as reading:
            asked = select(BatchTable.lot_number).where(BatchTable.strength == "3 mg")
            lot_number: str = reading.execute(asked).scalar_one()
        verified(database, lot_number, where.keys)
        release(database, lot_number, where.keys)
    return lot_number


def counted_there(where: Settings) -> None:
    """Somebody counts the shelf of a batch released there: of 103 capsules two are missing."""
    lot_number, capsules = released_there(where), 103
    with closing(open_database(where.database_url)) as database, database.writing() as writing:
        count = ShelfCount(
            site=SITE,
            lot_number=lot_number,
            capsules=capsules - 2,
            reason="Two are broken",
            person=CLARA,
            at=NOON,
            one_time_key="count",
        )
        correct_shelf(writing, count)


def test_what_was_released_and_counted_is_as_it_was_written(pharmacy: Settings) -> None:
    counted_there(pharmacy)
    assert sentences(pharmacy) == ""


@pytest.mark.parametrize(
    ("attack", "said"),
    [
        ("UPDATE capsule_stock SET capsules = capsules + 1", "is not the sum of what its entries moved"),
        ("UPDATE capsule_stock SET strength_ng = 1", "is not the sum of what its entries moved"),
        ("UPDATE capsule_stock SET site = 'B'", "is not the sum of what its entries moved"),
        ("UPDATE capsule_stock SET formulation_code = 'X'", "is not the sum of what its entries moved"),
        ("UPDATE capsule_stock SET beyond_use_date = '2030-01-01'", "is not the sum of what its entries moved"),
        ("DELETE FROM capsule_stock", "are missing from the shelf"),
        ("UPDATE capsule_movements SET capsules = capsules + 1", "The movements of capsules of entry"),
        ("UPDATE capsule_movements SET reason = 'Lost'", "The movements of capsules of entry"),
        ("UPDATE capsule_movements SET kind = 'destroyed'", "The movements of capsules of entry"),
        ("UPDATE capsule_movements SET journal_number = 1", "No entry of the journal made the movement of capsules"),
        ("DELETE FROM capsule_movements", "The movements of capsules of entry"),
    ],
)
def test_what_was_changed_beside_the_journal_is_named(sqlite_copy: Settings, attack: str, said: str) -> None:
    counted_there(sqlite_copy)
    assert said in attacked(sqlite_copy, statement(attack))


def test_what_was_released_before_there_was_a_shelf_is_put_there(pharmacy: Settings) -> None:
    released_there(pharmacy)
    stock = text("SELECT * FROM capsule_stock")
    with attacking(pharmacy.database_url) as connection:
        rows = connection.execute(stock).all()
        take_care_away(connection)
    upgrade(pharmacy.database_url)
    with attacking(pharmacy.database_url) as connection:
        assert connection.execute(stock).all() == rows
    assert len(rows) == 1
    assert sentences(pharmacy) == ""
