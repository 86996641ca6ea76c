"""Benches in a database of their own, on SQLite and on PostgreSQL."""

from collections.abc import Iterator

import pytest

from tests.services.orders import Bench, a_bench


@pytest.fixture
def bench(database_url: str) -> Iterator[Bench]:
    """A site that may compound at once: the test runs on both databases."""
    made = a_bench(database_url)
    yield made
    made.database.close()


@pytest.fixture
def sqlite_bench(sqlite_url: str) -> Iterator[Bench]:
    """The same on SQLite alone."""
    made = a_bench(sqlite_url)
    yield made
    made.database.close()
