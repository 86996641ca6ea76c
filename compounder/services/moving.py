"""Moving a workspace from its SQLite file to a PostgreSQL database: every row, and the proof that it is the same.

The file stays as it is. Nobody can write while it is moved.
"""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Final

from compounder.database import moving, postgresql_backup, sqlite_backup
from compounder.database.engine import open_current, open_database, upgrade
from compounder.domain.errors import CompoundingError
from compounder.services.proving import Verification, verify
from compounder.services.signing import public_keys
from compounder.settings import Settings

Going = Callable[[int, int], None]
"""Told how many rows went over, and of how many."""
POSTGRESQL: Final = "postgresql"


class NotMovable(CompoundingError):
    """What is asked for is not from a SQLite file to a PostgreSQL database."""

    code = "not-movable"
    title = "Not moved"
    reason: str

    def __str__(self) -> str:
        return f"Nothing was moved: {self.reason}."


def move(where: Settings, to: str, going: Going) -> Verification:
    """What proves the database at `to` after the workspace's rows were put into it.

    Refuses what does not hold before, a database that has any table, and, leaving it empty, what does not hold after.
    """
    if sqlite_backup.file_of(where.database_url) is None:
        raise NotMovable(reason="the workspace is not a SQLite file")
    if not to.startswith(POSTGRESQL):
        raise NotMovable(reason="the address does not begin with postgresql://")
    before = _proved(where.database_url, where)
    postgresql_backup.require_empty(to)
    with ExitStack() as if_refused:
        if_refused.callback(postgresql_backup.empty, to)
        upgrade(to)
        _put_over(where.database_url, to, going)
        after = _proved(to, where)
        if (after.entries, after.root) != (before.entries, before.root):
            raise NotMovable(reason=f"somebody wrote meanwhile; the journal's root was {before.root}")
        if_refused.pop_all()
    return after


def _put_over(url: str, to: str, going: Going) -> None:
    source, target = open_current(url), open_database(to)
    try:
        with source.writing() as kept_still, target.writing() as writing:
            gone, rows = 0, moving.row_count(kept_still)
            for some in moving.put_over(kept_still, writing):
                gone += some
                going(gone, rows)
    finally:
        source.close()
        target.close()


def _proved(url: str, where: Settings) -> Verification:
    found = verify(url, public_keys(where.keys))
    if found.findings:
        raise NotMovable(reason=f"{found.sentence.rstrip('.')}; the first is: {found.findings[0].sentence.rstrip('.')}")
    return found
