"""Sites in a database of their own, on SQLite and on PostgreSQL."""

from collections.abc import Iterator

import pytest

from tests.database.stored import Site, a_history, a_site


@pytest.fixture
def site(database_url: str) -> Iterator[Site]:
    """A site that may compound at once: the test runs on both databases."""
    with a_site(database_url) as made:
        yield made


@pytest.fixture
def sqlite_site(sqlite_url: str) -> Iterator[Site]:
    """The same on SQLite alone."""
    with a_site(sqlite_url) as made:
        yield made


@pytest.fixture
def history(database_url: str) -> Iterator[Site]:
    """A site with 230 batches, three a day: the test runs on both databases."""
    with a_history(database_url) as made:
        yield made


@pytest.fixture
def sqlite_history(sqlite_url: str) -> Iterator[Site]:
    """The same on SQLite alone."""
    with a_history(sqlite_url) as made:
        yield made
