"""Whether a database is whole: its pages and references, its revision, and every entry of the journal.

An entry is true when the hash worked out from what it says now is the leaf hash kept beside it.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Final

from sqlalchemy import func, inspect, select
from sqlalchemy.exc import SQLAlchemyError

from compounder.codec.documents import entry_hash
from compounder.database import journal
from compounder.database.backup_errors import Damaged, NotABackup, WrittenByNewer
from compounder.database.engine import REVISION, Connection, revision_of
from compounder.database.errors import EntryUnreadable, reason_of
from compounder.database.schema import JournalTable

_ENTRIES: Final = select(func.count()).select_from(JournalTable)


def require_whole(connection: Connection, name: str) -> int:
    """The number of journal entries of a database of any revision that this program knows.

    Refuses what is no database of ours, what a newer program wrote, and, on SQLite, broken pages or references.
    """
    with damage_of(name):
        if connection.dialect.name == "sqlite":
            _require_pages(connection, name)
        if not {"alembic_version", "journal"} <= set(inspect(connection).get_table_names()):
            raise NotABackup(file=name)
        require_known(str(revision_of(connection)), name)
        return connection.scalar(_ENTRIES) or 0


def require_known(revision: str, name: str) -> None:
    """Refuses with `WrittenByNewer` a revision that this program has no file for."""
    if revision == REVISION:
        return
    from compounder.database import migrating  # noqa: PLC0415 - Alembic loads slowly; only another schema needs it

    if revision not in migrating.known():
        raise WrittenByNewer(name=name, revision=revision)


def require_true(connection: Connection, name: str) -> int:
    """The number of journal entries, each as it was written; the database is at the newest revision."""
    number = 0
    with damage_of(name), closing(journal.every_entry(connection)) as entries:
        for number, (entry, kept) in enumerate(entries, 1):
            if entry.number != number:
                raise Damaged(name=name, reason=f"journal entry {number} is missing")
            if entry_hash(entry) != kept:
                raise Damaged(name=name, reason=f"journal entry {number} is not as it was written")
    return number


@contextmanager
def damage_of(name: str) -> Iterator[None]:
    """Whatever cannot be read in the block is damage of what `name` names."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error, EntryUnreadable, ValueError, TypeError) as error:
        raise Damaged(name=name, reason=reason_of(error)) from error


def _require_pages(connection: Connection, name: str) -> None:
    found = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar_one()
    if found != "ok":
        raise Damaged(name=name, reason=" ".join(str(found).split()).rstrip("."))
    stray = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if stray is not None:
        raise Damaged(name=name, reason=f"a row of {stray[0]} refers to nothing in {stray[2]}")
