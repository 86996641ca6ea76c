"""A PostgreSQL server that breaks off: one sentence that says whether anything was stored, and work goes on."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from compounder.database.engine import Database, open_database
from compounder.database.errors import DatabaseGone
from compounder.database.search import BatchFilter, search_batches
from tests.database.gone import break_off, out_of_service
from tests.services.orders import an_entry

OFTEN = 8
"""The driver has a statement prepared after a few times."""


@pytest.fixture
def database(postgresql_url: str) -> Iterator[Database]:
    database = open_database(postgresql_url)
    yield database
    database.close()


def stored(database: Database) -> int:
    with database.reading() as reading:
        return reading.scalar(text("SELECT count(*) FROM journal")) or 0


def write_while_it_breaks_off(database: Database, url: str, *, entries_after: int) -> None:
    with database.writing() as writing:
        an_entry(writing)
        break_off(url)
        for _ in range(entries_after):
            an_entry(writing)


def test_what_was_not_yet_sent_to_be_kept_is_not_stored(database: Database, postgresql_url: str) -> None:
    with pytest.raises(DatabaseGone, match="Nothing was stored") as refusal:
        write_while_it_breaks_off(database, postgresql_url, entries_after=1)
    assert not refusal.value.may_be_stored
    assert stored(database) == 0


def test_nobody_knows_what_became_of_a_commit_that_was_not_answered(database: Database, postgresql_url: str) -> None:
    with pytest.raises(DatabaseGone, match="Look whether it was stored") as refusal:
        write_while_it_breaks_off(database, postgresql_url, entries_after=0)
    assert refusal.value.may_be_stored
    with database.writing() as writing:
        assert an_entry(writing) == 1


def test_a_question_that_the_server_kept_prepared_is_asked_again_of_one_that_came_back(
    database: Database, postgresql_url: str
) -> None:
    for _ in range(2):
        for _ in range(OFTEN):
            with database.reading() as reading:
                assert search_batches(reading, "A", BatchFilter()).rows == ()
        with database.reading() as reading:
            assert reading.scalar(text("SELECT count(*) FROM pg_prepared_statements"))
        break_off(postgresql_url)


def test_a_server_that_cannot_be_reached_is_named_so_and_found_again(database: Database, postgresql_url: str) -> None:
    with out_of_service(postgresql_url), pytest.raises(DatabaseGone, match="does not answer"), database.reading():
        pass
    assert stored(database) == 0
