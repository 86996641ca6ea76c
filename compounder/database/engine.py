"""The database: one file of SQLite, or PostgreSQL by its address. Reads see; writes wait their turn.

Writes take turns on both databases, so that journal numbers have no gap and no two writers ever wait for each other.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, RootTransaction, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError, SQLAlchemyError

from compounder.database import sqlite
from compounder.database.errors import DatabaseBusy, DatabaseGone, DatabaseUnusable, reason_of

__all__ = [
    "Connection",
    "Database",
    "address_of",
    "create_engine_for",
    "is_current",
    "open_current",
    "open_database",
    "revision_of",
    "upgrade",
]

REVISION: Final = "2026_11_22_renewed"
"""The schema that this program works with: the newest file under `migrations/`."""
_AT_REVISION: Final = text("SELECT version_num FROM alembic_version")
ONE_STATE: Final[Mapping[str, Any]] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
"""How PostgreSQL shows every statement of a transaction the same state, and writes nothing."""
_TAKE_TURN: Final = text("SELECT pg_advisory_xact_lock(20261122)")


@dataclass(frozen=True, slots=True)
class Database:
    """An open database. `lock` is the file beside a SQLite database at which writers queue."""

    engine: Engine
    lock: Path | None

    @property
    def _reads(self) -> Mapping[str, Any]:
        return {"sqlite_begins": sqlite.READING} if self.lock else ONE_STATE

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one state of the database and cannot write."""
        with _connected(self.engine) as connection, connection.execution_options(**self._reads).begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """The next turn to write: all of the block is stored, or nothing of it if it raises."""
        with (
            sqlite.next_to_write(self.lock) if self.lock else nullcontext(),
            _connected(self.engine) as connection,
            _begun(connection.execution_options(sqlite_begins=sqlite.WRITING)),
        ):
            yield connection

    def close(self) -> None:
        """Give every connection back to the system."""
        self.engine.dispose()


@contextmanager
def _connected(engine: Engine) -> Iterator[Connection]:
    """A connection, refusing with `DatabaseGone` where the server does not answer, or breaks off before the end."""
    try:
        connection = engine.connect()
    except OperationalError as error:
        if engine.dialect.name == "sqlite":
            raise
        raise DatabaseGone(may_be_stored=False) from error
    try:
        with connection:
            yield connection
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
        raise DatabaseGone(may_be_stored=False) from error


@contextmanager
def _begun(connection: Connection) -> Iterator[None]:
    try:
        transaction = connection.begin()
    except OperationalError as error:
        raise DatabaseBusy from error
    with transaction:
        if connection.dialect.name == "postgresql":
            connection.execute(_TAKE_TURN)
        yield
        _commit(transaction)


def _commit(transaction: RootTransaction) -> None:
    """Nobody knows what became of a commit that was sent and not answered."""
    try:
        transaction.commit()
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
        raise DatabaseGone(may_be_stored=True) from error


def open_database(url: str) -> Database:
    """The database at `url`; its tables are brought up to date by `upgrade`, not here."""
    engine = create_engine_for(url)
    path = engine.url.database if engine.dialect.name == "sqlite" else None
    return Database(engine, Path(f"{path}.lock") if path else None)


def open_current(url: str) -> Database:
    """The database at `url` as it stands; refuses with `DatabaseUnusable` what is not there, or not of this schema."""
    try:
        database = open_database(url)
        if database.lock and not database.lock.with_suffix("").is_file():
            raise DatabaseUnusable(address=address_of(url), reason="there is no such file")
        with database.reading() as reading:
            if is_current(reading):
                return database
        database.close()
    except ArgumentError:
        raise DatabaseUnusable(address="that is named", reason="its address cannot be read") from None
    except (SQLAlchemyError, DatabaseGone) as error:
        raise DatabaseUnusable(address=address_of(url), reason="it cannot be read") from error
    raise DatabaseUnusable(address=address_of(url), reason="its tables are of another version")


def create_engine_for(url: str) -> Engine:
    """An engine whose SQLite connections are safe; a plain `postgresql://` address means the driver psycopg.

    What is bound to a statement stands in no error: it may be the hash of a password.
    """
    address = _with_driver(make_url(url))
    if address.get_backend_name() != "sqlite":
        return create_engine(address, pool_pre_ping=True, hide_parameters=True)
    engine = create_engine(address, connect_args={"timeout": sqlite.BUSY_SECONDS}, hide_parameters=True)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _with_driver(address: URL) -> URL:
    return address.set(drivername="postgresql+psycopg") if address.drivername == "postgresql" else address


def _prepare(connection: sqlite3.Connection, _: object) -> None:
    sqlite.prepare(connection)


def _begin(connection: Connection) -> None:
    for statement in connection.get_execution_options().get("sqlite_begins", sqlite.READING):
        connection.exec_driver_sql(statement)


def address_of(url: str) -> str:
    """The database's address for people: without its password."""
    return make_url(url).render_as_string(hide_password=True)


def upgrade(url: str) -> None:
    """Bring the tables of the database at `url` to the newest revision, in one transaction, if they are not there.

    Refuses with `DatabaseUnusable` what cannot be reached or is no database.
    """
    try:
        _upgrade(url)
    except ArgumentError:
        raise DatabaseUnusable(address="that is named", reason="its address cannot be read") from None
    except (SQLAlchemyError, sqlite3.Error, ImportError, DatabaseGone) as error:
        cause = error.__cause__ if isinstance(error, DatabaseGone) else error
        raise DatabaseUnusable(address=address_of(url), reason=reason_of(cause)) from error


def _upgrade(url: str) -> None:
    database = open_database(url)
    try:
        with database.reading() as reading:
            if is_current(reading):
                return
        from compounder.database import migrating  # noqa: PLC0415 - Alembic loads slowly; only a new schema needs it

        with database.writing() as connection:
            if revision_of(connection) not in {None, *migrating.known()}:
                raise DatabaseUnusable(address=address_of(url), reason="a newer version of Compounder wrote it")
            migrating.to_newest(connection)
    finally:
        database.close()


def is_current(connection: Connection) -> bool:
    """Whether the tables are at the newest revision that this program knows."""
    return revision_of(connection) == REVISION


def revision_of(connection: Connection) -> str | None:
    """The revision that the tables are at; None of a database that has none of ours."""
    has_one = inspect(connection).has_table("alembic_version")
    return connection.scalar(_AT_REVISION) if has_one else None
