"""One-time keys: each form that creates a thing carries one, so that two clicks make one thing."""

from typing import Final

from sqlalchemy import Connection, bindparam, insert, select

from compounder.database.errors import KeyAlreadyUsed
from compounder.database.schema import OneTimeKeyTable

_SUBJECT: Final = select(OneTimeKeyTable.subject).where(
    OneTimeKeyTable.site == bindparam("site"), OneTimeKeyTable.key == bindparam("key")
)


def subject_of(connection: Connection, site: str, key: str) -> str | None:
    """What the form with this key made; None for a key that was not used yet."""
    return connection.scalar(_SUBJECT, {"site": site, "key": key})


def use(connection: Connection, site: str, key: str, subject: str, journal_number: int) -> None:
    """Keep what the form with this key made; refuses with `KeyAlreadyUsed` a key used before."""
    made = subject_of(connection, site, key)
    if made is not None:
        raise KeyAlreadyUsed(subject=made)
    row = {"site": site, "key": key, "subject": subject, "journal_number": journal_number}
    connection.execute(insert(OneTimeKeyTable), row)
