"""What is written into a statement: the site, which nobody breaks out of, and a limit where one plan is good."""

import pytest

from compounder.database.search import BatchFilter, expiring_batches, search_batches
from compounder.database.search.prepared import WRITTEN_LIMIT
from compounder.database.search.statements import limit_of
from tests.database.stored import DAY, Site


@pytest.mark.parametrize("name", ["A' OR 'A' = 'A", "5%s", "A\\", ""])
def test_a_site_by_any_name_sees_no_others_batches(history: Site, name: str) -> None:
    with history.database.reading() as connection:
        assert search_batches(connection, name, BatchFilter()).rows == ()
        assert expiring_batches(connection, name, DAY, 3_000) == ()


@pytest.mark.parametrize(
    ("asks", "is_written"),
    [
        ("", True),
        ("made_to", True),
        ("made_from made_to strength", True),
        ("status", False),
        ("made_to strength", False),
    ],
)
def test_a_plan_is_kept_only_where_no_value_is_rarer_than_others(asks: str, is_written: bool) -> None:
    assert (limit_of(frozenset(asks.split())) is WRITTEN_LIMIT) == is_written
