"""Versions of a site's own words in the leaflet, never changed; approval is all that is ever added to one."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from sqlalchemy import Connection, bindparam, insert, select, update

from compounder.codec.documents import canonical, digest, from_stored
from compounder.database.site_data_tables import LeafletTable
from compounder.domain.care.leaflet_words import LeafletApproval, LeafletWords


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredLeaflet:
    """One version as it is kept, with its approval once it has one."""

    words: LeafletWords
    sha256: str
    approval: LeafletApproval | None


_VERSIONS: Final = (
    select(LeafletTable.document, LeafletTable.approved_by, LeafletTable.approved_at)
    .where(LeafletTable.site == bindparam("site"))
    .order_by(LeafletTable.version.desc())
)


def versions(connection: Connection, site: str) -> tuple[StoredLeaflet, ...]:
    """Every version of the site's, newest first."""
    return tuple(
        StoredLeaflet(
            words=_read(row.document),
            sha256=digest(row.document),
            approval=LeafletApproval(name=row.approved_by, at=row.approved_at) if row.approved_at else None,
        )
        for row in connection.execute(_VERSIONS, {"site": site})
    )


def add(connection: Connection, site: str, words: LeafletWords, journal_number: int) -> None:
    """Keep a version."""
    row = {"site": site, "version": words.version, "document": canonical(words), "journal_number": journal_number}
    connection.execute(insert(LeafletTable), row)


def approve(connection: Connection, site: str, version: int, approval: LeafletApproval) -> None:
    """Add the approval to a version."""
    statement = update(LeafletTable).where(LeafletTable.site == site, LeafletTable.version == version)
    connection.execute(statement.values(approved_by=approval.name, approved_at=approval.at))


@lru_cache(maxsize=64)
def _read(document: str) -> LeafletWords:
    return from_stored(document, LeafletWords)
