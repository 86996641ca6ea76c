"""The ledger of capsules, bottles and what was dispensed held against the journal: whatever was changed is named."""

from contextlib import closing

import pytest
from sqlalchemy import text

from compounder.database.engine import open_database
from compounder.services.shelf import ShelfCount, correct_shelf
from compounder.settings import Settings
from tests.database.migrating import migrate_by
from tests.services.dispensing import dispensed_there, released_there
from tests.services.orders import SITE
from tests.services.proved import attacked, attacking, sentences, statement, take_care_away
from tests.services.signing import CLARA, NOON


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


def test_what_was_dispensed_and_came_back_is_as_it_was_written(pharmacy: Settings) -> None:
    dispensed_there(pharmacy)
    assert sentences(pharmacy) == ""


@pytest.mark.parametrize(
    ("attack", "said"),
    [
        ("UPDATE bottles SET number = 'BA0000002X'", "Bottle BA0000002X is not what entry"),
        ("UPDATE bottles SET capsules = 15", "capsules changed beside it"),
        ("UPDATE bottles SET beyond_use_date = '2030-01-01'", "beyond use date changed beside it"),
        ("UPDATE bottles SET prescription_id = 99", "of prescription changed beside it"),
        ("DELETE FROM bottles", "made is missing from the bottles"),
        ("UPDATE prescribed_capsules SET dispensed = 0", "The capsules of prescription RX2611-001 are not what"),
        ("UPDATE capsule_movements SET bottle_id = NULL", "The movements of capsules of entry"),
        ("UPDATE capsule_movements SET batch_id = 1", "The movements of capsules of entry"),
        ("DELETE FROM capsule_movements WHERE kind = 'returned'", "The movements of capsules of entry"),
        ("UPDATE prescriptions SET status = 'filled'", "Prescription RX2611-001 is not what entry"),
    ],
)
def test_what_was_changed_of_a_bottle_is_named(sqlite_copy: Settings, attack: str, said: str) -> None:
    dispensed_there(sqlite_copy)
    assert said in attacked(sqlite_copy, statement(attack))


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
        migrate_by(connection, "2026_11_22_care_for_patients")
        assert connection.execute(stock).all() == rows
    assert len(rows) == 1
    assert sentences(pharmacy) == ""
