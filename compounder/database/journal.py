"""The journal: the one door of every write. Whoever writes appends here first and updates the tables with the number.

Numbers have no gap: writers take turns (`engine`), and a write that fails takes its number back with it. The tree over
the entries (`tree`) grows in the same transaction, and gives the next number.
"""

from collections.abc import Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, insert, select

from compounder.codec.documents import canonical, entry_hash
from compounder.database import tree
from compounder.database.errors import EntryUnreadable
from compounder.database.schema import JournalTable
from compounder.database.types import BEYOND_ALL, AnyRow
from compounder.domain.record.journal import Actor, EntryKind, JournalEntry


@dataclass(frozen=True, slots=True)
class Happened:
    """What happened to a subject, such as a lot number. `document` says the rest, as canonical text."""

    subject: str
    kind: EntryKind
    document: str


_APPEND: Final = insert(JournalTable)
_SAID: Final = (
    JournalTable.number,
    JournalTable.at,
    JournalTable.actor,
    JournalTable.actor_is_authenticated,
    JournalTable.site,
    JournalTable.subject,
    JournalTable.kind,
    JournalTable.document,
)
_ENTRIES: Final = select(*_SAID).where(JournalTable.site == bindparam("site"))
_EVERY: Final = select(*_SAID, JournalTable.leaf_hash).order_by(JournalTable.number)
_OF_SUBJECT: Final = _ENTRIES.where(JournalTable.subject == bindparam("subject")).order_by(JournalTable.number)
_NEWEST: Final = (
    _ENTRIES.where(JournalTable.number < bindparam("before"))
    .order_by(JournalTable.number.desc())
    .limit(bindparam("limit"))
)
_LEAVES: Final = (
    select(JournalTable.leaf_hash)
    .where(JournalTable.number > bindparam("after"), JournalTable.number <= bindparam("last"))
    .order_by(JournalTable.number)
)
_KINDS: Final = frozenset(EntryKind)


def append(
    connection: Connection,
    *,
    at: datetime,
    actor: Actor,
    site: str,
    subject: str,
    kind: EntryKind,
    document: object,
) -> JournalEntry:
    """The entry that was appended. `document` is a value or a document; it is kept as canonical text."""
    happened = Happened(subject, kind, canonical(document))
    return append_each(connection, [happened], at=at, actor=actor, site=site)[0]


def append_each(
    connection: Connection, happened: Iterable[Happened], *, at: datetime, actor: Actor, site: str
) -> tuple[JournalEntry, ...]:
    """The entries of what one person did at one moment, appended in this sequence."""
    edge = tree.edge(connection)
    entries = tuple(
        JournalEntry(
            number=number, at=at, actor=actor, site=site, subject=each.subject, kind=each.kind, document=each.document
        )
        for number, each in enumerate(happened, edge.size + 1)
    )
    rows = [_row(entry) for entry in entries]
    connection.execute(_APPEND, rows)
    tree.grow(connection, edge, [row["leaf_hash"] for row in rows])
    return entries


def entries_of(connection: Connection, site: str, subject: str) -> tuple[JournalEntry, ...]:
    """Everything that happened to a subject, such as a lot number, oldest first; refuses with `EntryUnreadable`."""
    return tuple(_entry(row) for row in connection.execute(_OF_SUBJECT, {"site": site, "subject": subject}))


def every_entry(connection: Connection) -> Generator[tuple[JournalEntry, str], None, None]:
    """Every entry of every site with the leaf hash kept beside it, in their sequence, a few at a time."""
    with connection.execute(_EVERY, execution_options={"yield_per": 1_000}) as rows:
        for row in rows:
            yield _entry(row), row.leaf_hash


def leaves(connection: Connection, *, after: int = 0, last: int = BEYOND_ALL) -> Iterator[bytes]:
    """The leaf hash of every entry of every site behind entry `after`, up to entry `last`, a few at a time."""
    asked = {"after": after, "last": last}
    with connection.execute(_LEAVES, asked, execution_options={"yield_per": 1_000}) as rows:
        for leaf in rows.scalars():
            yield bytes.fromhex(leaf)


def newest(
    connection: Connection, site: str, *, before: int | None = None, limit: int = 50
) -> tuple[JournalEntry, ...]:
    """A page of a site's entries, newest first; `before` continues below that number."""
    page = {"site": site, "before": before or BEYOND_ALL, "limit": limit}
    return tuple(_entry(row) for row in connection.execute(_NEWEST, page))


def _row(entry: JournalEntry) -> Mapping[str, Any]:
    return {
        "number": entry.number,
        "at": entry.at,
        "actor": entry.actor.name,
        "actor_is_authenticated": entry.actor.is_authenticated,
        "site": entry.site,
        "subject": entry.subject,
        "kind": entry.kind.value,
        "document": entry.document,
        "leaf_hash": entry_hash(entry),
    }


def _entry(row: AnyRow) -> JournalEntry:
    if row.kind not in _KINDS:
        raise EntryUnreadable(number=row.number)
    return JournalEntry(
        number=row.number,
        at=row.at,
        actor=Actor(name=row.actor, is_authenticated=row.actor_is_authenticated),
        site=row.site,
        subject=row.subject,
        kind=EntryKind(row.kind),
        document=row.document,
    )
