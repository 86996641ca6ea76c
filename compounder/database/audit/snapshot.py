"""One state of the database for as long as an audit takes, whatever others write meanwhile; nothing in it is changed.

A SQLite file is copied first (its online backup), so that nobody who writes has to wait. Bytes that are no text any
more are read as U+FFFD instead of ending the audit: what they stood in no longer fits its hash.
"""

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import Final
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from compounder.database.engine import ONE_STATE, address_of, create_engine_for, is_current
from compounder.database.errors import DatabaseUnusable, NotThisVersion, reason_of
from compounder.domain.errors import CompoundingError

_INTEGRITY: Final = text("PRAGMA integrity_check(1)")
_COPY: Final[ContextVar[Path]] = ContextVar("copy")
"""Which copy is opened next."""


class Damaged(CompoundingError):
    """The database cannot be read through to its end."""

    code = "database-damaged"
    title = "The database is damaged"
    reason: str

    def __str__(self) -> str:
        return f"The database cannot be read through: {self.reason}."


@contextmanager
def snapshot(url: str) -> Iterator[Connection]:
    """A connection that sees one state. Refuses what cannot be reached or is another version's (`DatabaseUnusable`,
    `NotThisVersion`), and with `Damaged` what cannot be read through."""
    try:
        address = make_url(url)
    except ArgumentError:
        raise DatabaseUnusable(address="that is named", reason="its address cannot be read") from None
    with _copied(address) if address.get_backend_name() == "sqlite" else _as_it_is(url) as connection:
        if not is_current(connection):
            raise NotThisVersion(address=address_of(url))
        yield connection


@contextmanager
def _copied(address: URL) -> Iterator[Connection]:
    """A copy of the file, in a folder of its own for as long as it is read."""
    path = Path(address.database or "")
    if not path.is_file():
        raise DatabaseUnusable(address=address_of(str(address)), reason="there is no such file")
    with tempfile.TemporaryDirectory(prefix="compounder-") as folder:
        copy = Path(folder) / "copy.db"
        try:
            _copy(path, copy)
            with _opened(copy) as connection:
                _require_whole(connection)
                yield connection
        except (DBAPIError, sqlite3.Error) as error:
            raise Damaged(reason=reason_of(error)) from error


def _copy(path: Path, copy: Path) -> None:
    with (
        closing(sqlite3.connect(f"file:{quote(str(path))}?mode=rw", uri=True)) as source,
        closing(sqlite3.connect(copy)) as target,
    ):
        source.backup(target)


@contextmanager
def _opened(copy: Path) -> Iterator[Connection]:
    named = _COPY.set(copy)
    try:
        with _copies().connect() as connection:
            yield connection
    finally:
        _COPY.reset(named)


@lru_cache(maxsize=1)
def _copies() -> Engine:
    """One engine for every copy: it keeps each statement as it is sent, and to write those takes longer than to ask."""
    return create_engine("sqlite://", creator=_connected, poolclass=NullPool)


def _connected() -> sqlite3.Connection:
    connection = sqlite3.connect(_COPY.get())
    connection.text_factory = lambda raw: raw.decode(errors="replace")
    return connection


def _require_whole(connection: Connection) -> None:
    """SQLite's own look at its pages and indexes: a row that an index hides is found by it."""
    found = connection.execute(_INTEGRITY).scalar()
    if found != "ok":
        raise Damaged(reason=str(found).strip().splitlines()[-1].rstrip("."))


@contextmanager
def _as_it_is(url: str) -> Iterator[Connection]:
    engine = create_engine_for(url)
    try:
        connection = engine.connect()
    except (SQLAlchemyError, ImportError) as error:
        raise DatabaseUnusable(address=address_of(url), reason=reason_of(error)) from error
    try:
        with connection.execution_options(**ONE_STATE):
            yield connection
    except DBAPIError as error:
        raise Damaged(reason=reason_of(error)) from error
    finally:
        connection.close()
        engine.dispose()
