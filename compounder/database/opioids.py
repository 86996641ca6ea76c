"""What a site said of opioids' names: versions of each, with who said it and when, as the journal has it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final

from sqlalchemy import Connection, bindparam, func, insert, select

from compounder.codec.documents import canonical, from_stored
from compounder.database.schema import JournalTable
from compounder.database.site_data_tables import OpioidTable
from compounder.database.types import AnyRow
from compounder.domain.care.screening import OpioidVersion
from compounder.domain.record.journal import EntryKind


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredOpioid:
    """One version of a name: what was done to it, by whom, and when."""

    code: str
    said: OpioidVersion
    kind: EntryKind
    by: str
    at: datetime


_VERSIONS: Final = (
    select(OpioidTable.code, OpioidTable.document, JournalTable.kind, JournalTable.actor, JournalTable.at)
    .join(JournalTable, JournalTable.number == OpioidTable.journal_number)
    .where(OpioidTable.site == bindparam("site"))
    .order_by(OpioidTable.code, OpioidTable.version)
)
_OF_CODE: Final = _VERSIONS.where(OpioidTable.code == bindparam("code"))
_COUNT: Final = select(func.count()).select_from(OpioidTable).where(OpioidTable.site == bindparam("site"))


def newest(connection: Connection, site: str) -> Mapping[str, StoredOpioid]:
    """The newest version of every name that the site said something of, by its code."""
    return {row.code: _stored(row) for row in connection.execute(_VERSIONS, {"site": site})}


def versions(connection: Connection, site: str, code: str) -> tuple[StoredOpioid, ...]:
    """Everything that the site said of one name, oldest first."""
    return tuple(_stored(row) for row in connection.execute(_OF_CODE, {"site": site, "code": code}))


def changes(connection: Connection, site: str) -> int:
    """How often the site changed the list."""
    return int(connection.scalar(_COUNT, {"site": site}) or 0)


def add(connection: Connection, site: str, code: str, said: OpioidVersion, journal_number: int) -> None:
    """Keep the next version of a name."""
    row = {"site": site, "code": code, "version": said.version, "document": canonical(said)}
    connection.execute(insert(OpioidTable), {**row, "journal_number": journal_number})


def _stored(row: AnyRow) -> StoredOpioid:
    return StoredOpioid(code=row.code, said=_read(row.document), kind=EntryKind(row.kind), by=row.actor, at=row.at)


@lru_cache(maxsize=1_024)
def _read(document: str) -> OpioidVersion:
    """What a document says; every bottle asks for the same ones, and no version ever changes."""
    return from_stored(document, OpioidVersion)
