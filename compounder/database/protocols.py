"""Versions of titration protocols: the site's, kept as rows, over those that every site starts with.

What the package brings is the first version of its protocol and lies in no row; a site revises it as its own.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Final

from sqlalchemy import Connection, bindparam, insert, select

from compounder.codec.documents import canonical, from_stored
from compounder.database.care_tables import ProtocolTable
from compounder.database.errors import NotFound, VersionTaken
from compounder.database.schema import JournalTable
from compounder.database.types import AnyRow
from compounder.domain.care.protocol import PROTOCOLS, Protocol
from compounder.domain.record.journal import EntryKind


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredProtocol:
    """One version, and whether it is the one by which the protocol was retired."""

    protocol: Protocol
    is_retired: bool
    is_of_the_package: bool


_VERSIONS: Final = (
    select(ProtocolTable.code, ProtocolTable.document, JournalTable.kind)
    .join(JournalTable, JournalTable.number == ProtocolTable.journal_number)
    .where(ProtocolTable.site == bindparam("site"))
    .order_by(ProtocolTable.code, ProtocolTable.version.desc())
)
_OF_CODE: Final = _VERSIONS.where(ProtocolTable.code == bindparam("code"))


def listed(connection: Connection, site: str) -> tuple[StoredProtocol, ...]:
    """The newest version of every protocol: the package's in its order, then the site's by their code."""
    rows = groupby(connection.execute(_VERSIONS, {"site": site}), lambda row: row.code)
    newest = {code: _stored(next(of_one)) for code, of_one in rows}
    return tuple({**_OF_THE_PACKAGE, **newest}.values())


def versions(connection: Connection, site: str, code: str) -> tuple[StoredProtocol, ...]:
    """Every version of one protocol, newest first; refuses with `NotFound` an unknown code."""
    rows = connection.execute(_OF_CODE, {"site": site, "code": code})
    found = (*map(_stored, rows), *_first(code))
    if not found:
        raise NotFound(what="protocol", name=code)
    return found


def add_version(connection: Connection, site: str, protocol: Protocol, journal_number: int) -> None:
    """Keep the next version; refuses with `VersionTaken` one that is not the next."""
    rows = connection.execute(_OF_CODE, {"site": site, "code": protocol.code}).all()
    if protocol.version != len(rows) + len(_first(protocol.code)) + 1:
        raise VersionTaken(what=f"protocol {protocol.code}", version=protocol.version)
    connection.execute(insert(ProtocolTable), _row(site, protocol, journal_number))


def _first(code: str) -> tuple[StoredProtocol, ...]:
    return (_OF_THE_PACKAGE[code],) if code in _OF_THE_PACKAGE else ()


def _row(site: str, protocol: Protocol, journal_number: int) -> Mapping[str, object]:
    return {
        "site": site,
        "code": protocol.code,
        "version": protocol.version,
        "name": protocol.name,
        "document": canonical(protocol),
        "journal_number": journal_number,
    }


def _stored(row: AnyRow) -> StoredProtocol:
    return StoredProtocol(
        protocol=_read(row.document), is_retired=row.kind == EntryKind.PROTOCOL_RETIRED, is_of_the_package=False
    )


@lru_cache(maxsize=256)
def _read(document: str) -> Protocol:
    """The protocol of a document; every form asks for the same ones, and no version ever changes."""
    return from_stored(document, Protocol)


def _brought(protocols: Iterable[Protocol]) -> Mapping[str, StoredProtocol]:
    return {each.code: StoredProtocol(protocol=each, is_retired=False, is_of_the_package=True) for each in protocols}


_OF_THE_PACKAGE: Final = _brought(PROTOCOLS.values())
