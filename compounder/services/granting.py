"""Letting a PostgreSQL role serve the workspace without owning its tables."""

from contextlib import closing

from compounder.database import rights
from compounder.database.engine import open_current, upgrade
from compounder.domain.errors import CompoundingError
from compounder.settings import Settings


class NotGranted(CompoundingError):
    """A role that can be given no rights, or rights that would bind it to nothing."""

    code = "not-granted"
    title = "Nothing granted"
    reason: str

    def __str__(self) -> str:
        return f"Nothing was granted: {self.reason}."


def let_serve(where: Settings, role: str) -> None:
    """Bring the tables up to date as their owner, and let the role serve them.

    Refuses with `NotGranted` a SQLite file, a role that the server does not know, and one that owns tables.
    """
    if where.database_url.startswith("sqlite"):
        raise NotGranted(reason="a SQLite file has no roles; let no other user of this machine read its folder")
    upgrade(where.database_url)
    with closing(open_current(where.database_url)) as database, database.writing() as writing:
        if not rights.has_role(writing, role):
            raise NotGranted(reason=f"there is no role {role}; make it with CREATE ROLE {role} LOGIN")
        if rights.owns_tables(writing, role):
            raise NotGranted(reason=f"{role} owns the tables; serve with another role")
        rights.let_serve(writing, role)
