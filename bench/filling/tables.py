"""Rows put into a database in bulk, many at once and past the program: SQLite by its driver, PostgreSQL by COPY.

Indexes are taken off first and made again at the end; foreign keys are not looked at, since every row is known to fit.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from operator import itemgetter
from typing import Any, Final, Protocol

from sqlalchemy import Connection, Index, text

from compounder.database import sqlite
from compounder.database.engine import Database
from compounder.database.schema import Base

NUMBERED_BY_THE_DATABASE: Final = ("stock_movements", "capsule_movements", "lot_measurements")
COLUMNS: Final[Mapping[str, Sequence[str]]] = {
    name: [column.name for column in table.columns if column.name != "id" or table.name not in NUMBERED_BY_THE_DATABASE]
    for name, table in Base.metadata.tables.items()
}
KEYS: Final[Mapping[str, Callable[[tuple[Any, ...]], Any]]] = {
    name: itemgetter(*(columns.index(key.name) for key in Base.metadata.tables[name].primary_key))
    for name, columns in COLUMNS.items()
    if name not in NUMBERED_BY_THE_DATABASE
}
INDEXES: Final[Sequence[Index]] = [
    index for table in Base.metadata.sorted_tables for index in sorted(table.indexes, key=lambda index: str(index.name))
]
QUICKLY: Final = ("synchronous = OFF", "cache_size = -400000", "foreign_keys = OFF", "temp_store = MEMORY")
Rows = Sequence[tuple[Any, ...]]


class Kind(Protocol):
    """How a kind of database takes many rows."""

    def put(self, table: str, rows: Rows) -> None: ...
    def spell(self, site: str, kind: str, word: str, numbers: Sequence[int]) -> None: ...


class InSqlite:
    """SQLite, by its driver."""

    def __init__(self, connection: Connection) -> None:
        self._driver: Any = connection.connection.driver_connection

    def put(self, table: str, rows: Rows) -> None:
        names = COLUMNS[table]
        self._driver.executemany(
            f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})",
            rows,
        )

    def spell(self, site: str, kind: str, word: str, numbers: Sequence[int]) -> None:
        spelling = "INSERT INTO words (site, kind, word, subject_id) SELECT ?, ?, ?, value FROM json_each(?)"
        self._driver.execute(spelling, (site, kind, word, json.dumps(numbers)))


class InPostgresql:
    """PostgreSQL, by COPY: what SQLite keeps as text or number is read from its text."""

    def __init__(self, connection: Connection) -> None:
        self._driver: Any = connection.connection.driver_connection

    def put(self, table: str, rows: Rows) -> None:
        with (
            self._driver.cursor() as cursor,
            cursor.copy(f"COPY {table} ({', '.join(COLUMNS[table])}) FROM STDIN") as copy,
        ):
            for row in rows:
                copy.write_row(row)

    def spell(self, site: str, kind: str, word: str, numbers: Sequence[int]) -> None:
        spelling = "INSERT INTO words (site, kind, word, subject_id) SELECT %s, %s, %s, unnest(%s::bigint[])"
        self._driver.execute(spelling, (site, kind, word, numbers))


class Tables:
    """Rows waiting for their tables, and the words, which are put in last and in their order."""

    def __init__(self, kind: Kind) -> None:
        self._kind = kind
        self._waiting: defaultdict[str, list[tuple[Any, ...]]] = defaultdict(list)
        self._places: defaultdict[tuple[str, str], list[int]] = defaultdict(list)

    def add(self, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """Let rows wait for `put_in`."""
        self._waiting[table].extend(rows)

    def put_in(self) -> None:
        """Put in what waits, in the order of the tables' keys."""
        for table, rows in self._waiting.items():
            if table not in NUMBERED_BY_THE_DATABASE:
                rows.sort(key=KEYS[table])
            self._kind.put(table, rows)
            rows.clear()

    def find_by(self, kind: str, words: frozenset[str], number: int) -> None:
        """Let a batch or a lot be found by these words."""
        for word in words:
            self._places[kind, word].append(number)

    def finish(self, site: str) -> None:
        """Put in what still waits."""
        self.put_in()
        for (kind, word), numbers in sorted(self._places.items()):
            self._kind.spell(site, kind, word, numbers)


@contextmanager
def in_bulk(database: Database) -> Iterator[tuple[Connection, Tables]]:
    """The tables to be filled, in one transaction; refuses nothing, and leaves nothing if it fails."""
    with database.engine.connect().execution_options(sqlite_begins=sqlite.WRITING) as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        if is_sqlite:
            driver: Any = connection.connection.driver_connection
            for setting in QUICKLY:
                driver.execute(f"PRAGMA {setting}")
        with connection.begin():
            if not is_sqlite:
                connection.execute(text("SET LOCAL session_replication_role = replica"))
                connection.execute(text("SET LOCAL timezone = 'UTC'"))
            for index in INDEXES:
                index.drop(connection, checkfirst=True)
            tables = Tables(InSqlite(connection) if is_sqlite else InPostgresql(connection))
            yield connection, tables
            for index in INDEXES:
                index.create(connection)
            if not is_sqlite:
                _go_on_counting(connection)


def _go_on_counting(connection: Connection) -> None:
    """PostgreSQL numbers rows by a sequence, which knows nothing of numbers that came with their rows."""
    for name, table in Base.metadata.tables.items():
        sequence = (
            connection.scalar(text(f"SELECT pg_get_serial_sequence('{name}', 'id')")) if "id" in table.c else None
        )
        if sequence:
            connection.execute(text(f"SELECT setval('{sequence}', (SELECT coalesce(max(id), 1) FROM {name}))"))
