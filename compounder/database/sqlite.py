"""SQLite made safe: what each connection is set to, and who writes next.

Older releases can corrupt a write-ahead log (fixed in 3.51.3, 3.50.7 and 3.44.6), so they keep a rollback journal. In
simulated power cuts only WAL with FULL and DELETE with EXTRA lost no acknowledged commit. Writers queue at a lock on a
file beside the database: waiting there is fair, while SQLite's own waiting lets late comers pass.
"""

import fcntl
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from compounder.database.errors import DatabaseUnsafe

BUSY_SECONDS: Final = 20
CACHE_KIB: Final = 64 * 1024
_SYNCHRONOUS: Final = {"FULL": 2, "EXTRA": 3}
_FIXED_SERIES: Final[dict[tuple[int, ...], int]] = {(3, 44): 6, (3, 50): 7}
_FIXED_SINCE: Final = (3, 51, 3)

READING: Final = ("PRAGMA query_only = ON", "BEGIN")
WRITING: Final = ("PRAGMA query_only = OFF", "BEGIN IMMEDIATE")


def has_safe_log(version: tuple[int, ...]) -> bool:
    """Whether this SQLite keeps a write-ahead log without corrupting it.

    >>> has_safe_log((3, 40, 1)), has_safe_log((3, 50, 7)), has_safe_log((3, 51, 2)), has_safe_log((3, 52, 0))
    (False, True, False, True)
    """
    return version >= _FIXED_SINCE or version[2] >= _FIXED_SERIES.get(version[:2], version[2] + 1)


def durable_settings(version: tuple[int, ...] = sqlite3.sqlite_version_info) -> tuple[str, str]:
    """The journal mode and the synchronous level that lose nothing with this SQLite."""
    return ("WAL", "FULL") if has_safe_log(version) else ("DELETE", "EXTRA")


def prepare(connection: sqlite3.Connection) -> None:
    """Set a new connection up, read everything back, and refuse with `DatabaseUnsafe` what is not in force."""
    connection.isolation_level = None
    journal_mode, synchronous = durable_settings()
    connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
    connection.execute(f"PRAGMA journal_mode = {journal_mode}")
    connection.execute(f"PRAGMA synchronous = {synchronous}")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    _require(connection, "journal_mode", journal_mode.lower())
    _require(connection, "synchronous", _SYNCHRONOUS[synchronous])
    _require(connection, "foreign_keys", 1)


def _require(connection: sqlite3.Connection, setting: str, needed: str | int) -> None:
    found = connection.execute(f"PRAGMA {setting}").fetchone()[0]
    if found != needed:
        raise DatabaseUnsafe(setting=setting, found=str(found), needed=str(needed))


@contextmanager
def next_to_write(lock: Path) -> Iterator[None]:
    """Wait for the turn to write, and hold it until the block ends; the system frees it if this process dies."""
    with lock.open("a") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield
