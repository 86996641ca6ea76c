"""Every row of one database put into the empty tables of another, by PostgreSQL's COPY, table after table."""

from collections.abc import Iterator
from typing import Any, Final, cast

import psycopg
from psycopg import sql
from sqlalchemy import Table, func, select, update

from compounder.database.engine import Connection
from compounder.database.schema import Base, JournalTreeTable

_ROWS_AT_ONCE: Final = 2_000
_TREE: Final = cast("Table", JournalTreeTable.__table__)


def row_count(source: Connection) -> int:
    """How many rows there are to be put over."""
    return sum(source.scalar(select(func.count()).select_from(table)) or 0 for table in Base.metadata.sorted_tables)


def put_over(source: Connection, target: Connection) -> Iterator[int]:
    """Put every row of `source` into `target`, a PostgreSQL database with nothing but its new tables.

    Yields how many rows went over, a few thousand at a time, and leaves the transaction open.
    """
    for table in Base.metadata.sorted_tables:
        if table is not _TREE:
            yield from _copied(source, target, table)
            _count_on(target, table)
    # A new database has the row of a tree without leaves, which is never taken away and only grows.
    target.execute(update(_TREE).values(source.execute(select(_TREE)).one()._asdict()))
    yield 1


def _copied(source: Connection, target: Connection, table: Table) -> Iterator[int]:
    columns = sql.SQL(", ").join(sql.Identifier(column.name) for column in table.columns)
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table.name), columns)
    rows = source.execution_options(yield_per=_ROWS_AT_ONCE).execute(select(table))
    with _driver(target).cursor() as cursor, cursor.copy(statement) as copy:
        for some in rows.partitions():
            for row in some:
                copy.write_row(tuple(row))
            yield len(some)


def _driver(target: Connection) -> psycopg.Connection[Any]:
    return cast("psycopg.Connection[Any]", target.connection.driver_connection)


def _count_on(target: Connection, table: Table) -> None:
    """Let the table's next number follow its last one, where the database gives them."""
    column = table.autoincrement_column
    if column is None:
        return
    series = target.scalar(select(func.pg_get_serial_sequence(table.name, column.name)))
    if series is not None:
        last = target.scalar(select(func.max(column)))
        target.execute(select(func.setval(series, last or 1, last is not None)))
