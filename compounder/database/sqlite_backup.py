"""A SQLite database copied while people work in it, and read without leaving anything beside it.

Source: SQLite Online Backup API. The copy is made in one step while the writers queue, so it is one moment's state, and
however much is written it comes to an end. Readers do not wait.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import NullPool, create_engine, make_url

from compounder.database import sqlite
from compounder.database.engine import Connection, is_current, open_database
from compounder.database.soundness import damage_of, require_true, require_whole

BEGINNING: Final = b"SQLite format 3\0"
BESIDE: Final = ("-journal", "-wal", "-shm")
"""What SQLite may leave beside a database, and would take for part of another that comes to its name."""


def file_of(url: str) -> Path | None:
    """The file of a SQLite database; None where another holds it."""
    address = make_url(url)
    return Path(address.database or "") if address.get_backend_name() == "sqlite" else None


def moved(url: str, file: Path) -> str:
    """The address of the same database in another file."""
    return make_url(url).set(database=str(file)).render_as_string(hide_password=False)


def copy(database: Path, target: Path) -> None:
    """Write the database's state of this moment to the new file `target`; raises OSError if that cannot be written."""
    queue = database.with_name(f"{database.name}.lock")
    with sqlite.next_to_write(queue), damage_of(str(database)), closing(_opened(database)) as source:
        try:
            _fill(target, source)
        except sqlite3.OperationalError as error:
            raise OSError(error.sqlite_errorcode, str(error)) from error


def _fill(target: Path, source: sqlite3.Connection) -> None:
    with closing(sqlite3.connect(target)) as kept:
        kept.execute("PRAGMA synchronous = OFF")  # whoever keeps the file has it written out
        source.backup(kept)
        kept.execute("PRAGMA journal_mode = DELETE")


def _opened(database: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{database.absolute().as_uri()}?mode=rw", uri=True, timeout=sqlite.BUSY_SECONDS)


def require_whole_file(file: Path, name: str) -> int:
    """The number of journal entries in a file that nobody writes to, whatever revision of ours it is at."""
    with damage_of(name), _reading(file) as connection:
        return require_whole(connection, name)


def require_true_file(file: Path, name: str) -> int:
    """The same number, with every entry held against its hash where the file is at the newest revision."""
    with damage_of(name), _reading(file) as connection:
        entries = require_whole(connection, name)
        return require_true(connection, name) if is_current(connection) else entries


@contextmanager
def _reading(file: Path) -> Iterator[Connection]:
    address = f"{file.absolute().as_uri()}?mode=ro&immutable=1"
    engine = create_engine("sqlite://", creator=lambda: sqlite3.connect(address, uri=True), poolclass=NullPool)
    with engine.connect() as connection:
        yield connection


def require_current(url: str, name: str) -> int:
    """The number of journal entries of the database at `url`, which is at the newest revision, whole and true."""
    database = open_database(url)
    try:
        with database.reading() as reading:
            require_whole(reading, name)
            return require_true(reading, name)
    finally:
        database.close()
