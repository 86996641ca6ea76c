"""One-time keys: each form that creates a thing carries one, so that two clicks make one thing."""

from typing import Final

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from compounder.database.errors import KeyAlreadyUsed
from compounder.database.schema import OneTimeKeyTable

_SUBJECT: Final = select(OneTimeKeyTable.subject).where(
    OneTimeKeyTable.site == bindparam("site"), OneTimeKeyTable.key == bindparam("key")
)
_USE: Final = {
    "sqlite": sqlite.insert(OneTimeKeyTable).on_conflict_do_nothing().returning(OneTimeKeyTable.key),
    "postgresql": postgresql.insert(OneTimeKeyTable).on_conflict_do_nothing().returning(OneTimeKeyTable.key),
}


def subject_of(connection: Connection, site: str, key: str) -> str | None:
    """What the form with this key made; None for a key that was not used yet."""
    return connection.scalar(_SUBJECT, {"site": site, "key": key})


def use(connection: Connection, site: str, key: str, subject: str, journal_number: int) -> None:
    """Keep what the form with this key made; refuses with `KeyAlreadyUsed` a key used before."""
    row = {"site": site, "key": key, "subject": subject, "journal_number": journal_number}
    if connection.scalar(_USE[connection.dialect.name], row) is None:
        raise KeyAlreadyUsed(subject=str(subject_of(connection, site, key)))
