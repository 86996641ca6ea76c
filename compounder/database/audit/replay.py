"""The journal replayed against the tables: each row says what its entry says, each entry has its row, and no more."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from functools import cache, partial
from itertools import groupby
from typing import Final

from sqlalchemy import Connection, Select, exists, func, select

from compounder.codec.documents import NO_DOCUMENT
from compounder.database.audit.changes import changes_of
from compounder.database.audit.columns import Changes
from compounder.database.audit.entries import AT_ONCE, Told, told_by, written_instant
from compounder.database.audit.finding import Finding
from compounder.database.audit.projections import PROJECTIONS, AnyTable, Projection
from compounder.database.schema import JournalTable
from compounder.database.types import AnyRow
from compounder.domain.record.journal import EntryKind

_INSTANTS: Final = {"approved_at", "stored_at", "issued_at", "weighed_at", "erased_at"}


def replayed(connection: Connection) -> Iterator[Finding]:
    """Every row that is not what the journal makes of it, every one missing, and every one too many."""
    changes = changes_of(connection)
    for projection in PROJECTIONS:
        yield from _rows(connection, projection, changes)
        yield from _missing(connection, projection)
        yield from _repeated(connection, projection)


def _rows(connection: Connection, projection: Projection, changes: Changes) -> Iterator[Finding]:
    for row in connection.execute(projection.rows, execution_options={"yield_per": AT_ONCE}):
        if row.entry_kind not in projection.kinds:
            name = projection.name(row)
            yield Finding(f"No entry of the journal made {name}: it was put in beside it.")
        else:
            yield from _row(projection, row, changes)


def _row(projection: Projection, row: AnyRow, changes: Changes) -> Iterator[Finding]:
    told, name = told_by(row), projection.name(row)
    try:
        wanted = projection.columns(row, told, json.loads(told.document), changes)
    except NO_DOCUMENT:
        yield Finding(f"{told.name} cannot be read, so {name} cannot be held against it.", told.number)
        return
    later = changes.entries_of(projection.table.__tablename__, told.site, projection.changed_name(row))
    wrong = [column for column, value in wanted.items() if _said(row, column) != value]
    for number, own in groupby(sorted(wrong, key=partial(_said_last, later, told)), partial(_said_last, later, told)):
        columns = ", ".join(column.replace("_", " ") for column in own)
        sentence = f"{name[0].upper()}{name[1:]} is not what entry {number:,} says: {columns} changed beside it."
        yield Finding(sentence, number)


def _said_last(later: Mapping[str, int], told: Told, column: str) -> int:
    """The number of the entry that a column goes by: the last that changed it, or the one that made the row."""
    return later.get(column, told.number)


def _said(row: AnyRow, column: str) -> object:
    value = getattr(row, column)
    if column in _INSTANTS and value is not None:
        return written_instant(value)
    return value.isoformat() if isinstance(value, date) and not isinstance(value, datetime) else value


def _missing(connection: Connection, projection: Projection) -> Iterable[Finding]:
    for number, kind, subject in connection.execute(_entries_without_rows(projection.table, projection.kinds)):
        where = projection.table.__tablename__.replace("_", " ")
        sentence = f"What entry {number:,} ({kind.replace('-', ' ')}: {subject}) made is missing from the {where}."
        yield Finding(sentence, number)


def _repeated(connection: Connection, projection: Projection) -> Iterable[Finding]:
    for entry, count in connection.execute(_entries_with_rows(projection.table)):
        where = projection.table.__tablename__.replace("_", " ")
        yield Finding(f"Entry {entry:,} made one row of the {where}, and {count} stand there.", entry)


@cache
def _entries_without_rows(table: AnyTable, kinds: tuple[EntryKind, ...]) -> Select[int, str, str]:
    made = select(JournalTable.number, JournalTable.kind, JournalTable.subject).where(
        JournalTable.kind.in_([kind.value for kind in kinds]),
        ~exists().where(table.journal_number == JournalTable.number),
    )
    return made.order_by(JournalTable.number)


@cache
def _entries_with_rows(table: AnyTable) -> Select[int, int]:
    number = table.journal_number
    return select(number, func.count()).group_by(number).having(func.count() > 1).order_by(number)
