"""Running numbers, given in the storing transaction: a number that is not stored is given again."""

from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, Insert
from sqlalchemy.dialects import postgresql, sqlite

from compounder.database.schema import NumberSeriesTable

_ORDERS: Final = "orders"
_PRESCRIPTIONS: Final = "prescriptions"
_BOTTLES: Final = "bottles"
_RECALLS: Final = "recalls"
_EVERY_SITE: Final = "*"


def next_numbers(connection: Connection, site: str, day: date, how_many: int) -> range:
    """The next daily numbers of our lot numbers; one series for batches and triturations."""
    return _next(connection, site, f"lots {day.isoformat()}", how_many)


def next_order_number(connection: Connection, site: str) -> int:
    """The next number of an order of the site."""
    return _next(connection, site, _ORDERS, 1)[0]


def next_prescription_number(connection: Connection, site: str) -> int:
    """The next number of a prescription of the site."""
    return _next(connection, site, _PRESCRIPTIONS, 1)[0]


def next_bottle_number(connection: Connection, site: str) -> int:
    """The next number of a bottle of the site."""
    return _next(connection, site, _BOTTLES, 1)[0]


def next_recall_number(connection: Connection, site: str) -> int:
    """The next number of a recall of the site."""
    return _next(connection, site, _RECALLS, 1)[0]


def next_item_reference(connection: Connection, site: str, prefix: str) -> int:
    """The next item reference under a GS1 company prefix of the site."""
    return _next(connection, site, f"gs1 {prefix}", 1)[0]


def next_batches_of_day(connection: Connection, day: date, how_many: int) -> range:
    """The next numbers among the batches that any site compounds on a day."""
    return _next(connection, _EVERY_SITE, f"batches {day.isoformat()}", how_many)


def _next(connection: Connection, site: str, series: str, how_many: int) -> range:
    row = {"site": site, "series": series, "last_number": how_many}
    last = int(connection.execute(_ADVANCE[connection.dialect.name], row).scalar_one())
    return range(last - how_many + 1, last + 1)


def _advance(insert: Any) -> Insert:
    row = insert(NumberSeriesTable)
    raised: Insert = row.on_conflict_do_update(
        index_elements=["site", "series"],
        set_={"last_number": NumberSeriesTable.last_number + row.excluded.last_number},
    ).returning(NumberSeriesTable.last_number)
    return raised


_ADVANCE: Final = {"sqlite": _advance(sqlite.insert), "postgresql": _advance(postgresql.insert)}
