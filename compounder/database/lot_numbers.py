"""Running numbers, given in the storing transaction: a number that is not stored is given again."""

from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, Insert, literal_column
from sqlalchemy.dialects import postgresql, sqlite

from compounder.database.schema import NumberSeriesTable

_ORDERS: Final = "orders"
_EVERY_SITE: Final = "*"


def next_number(connection: Connection, site: str, day: date) -> int:
    """The next daily number of our lot numbers; one series for batches and triturations."""
    return _next(connection, site, f"lots {day.isoformat()}")


def next_order_number(connection: Connection, site: str) -> int:
    """The next number of an order of the site."""
    return _next(connection, site, _ORDERS)


def next_batch_of_day(connection: Connection, day: date) -> int:
    """The next number among the batches that any site compounds on a day."""
    return _next(connection, _EVERY_SITE, f"batches {day.isoformat()}")


def _next(connection: Connection, site: str, series: str) -> int:
    statement = _ADVANCE[connection.dialect.name]
    return int(connection.execute(statement, {"site": site, "series": series, "last_number": 1}).scalar_one())


def _advance(insert: Any) -> Insert:
    row = insert(NumberSeriesTable)
    raised: Insert = row.on_conflict_do_update(
        index_elements=["site", "series"], set_={"last_number": NumberSeriesTable.last_number + literal_column("1")}
    ).returning(NumberSeriesTable.last_number)
    return raised


_ADVANCE: Final = {"sqlite": _advance(sqlite.insert), "postgresql": _advance(postgresql.insert)}
