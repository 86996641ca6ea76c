"""Versions of a site's settings: each a document, never changed."""

from functools import lru_cache
from typing import Final

from sqlalchemy import Connection, bindparam, insert, select

from compounder.codec.documents import canonical, from_stored
from compounder.database.errors import VersionTaken
from compounder.database.schema import SettingsTable
from compounder.database.search import prepared
from compounder.domain.site import SiteSettings

_CURRENT: Final = (
    select(SettingsTable.document)
    .where(SettingsTable.site == bindparam("site"))
    .order_by(SettingsTable.version.desc())
    .limit(1)
)
_VERSIONS: Final = (
    select(SettingsTable.document).where(SettingsTable.site == bindparam("site")).order_by(SettingsTable.version.desc())
)


def current(connection: Connection, site: str) -> SiteSettings | None:
    """The newest version of the site's settings; None for a site without any."""
    document = prepared.value(connection, _CURRENT, {"site": site})
    return _read(document) if document else None


def versions(connection: Connection, site: str) -> tuple[SiteSettings, ...]:
    """Every version of the site's settings, newest first."""
    return tuple(_read(text) for text in connection.scalars(_VERSIONS, {"site": site}))


def add(connection: Connection, site: str, settings: SiteSettings, journal_number: int) -> None:
    """Keep the next version; refuses with `VersionTaken` one that is not the next."""
    newest = current(connection, site)
    if settings.version != (newest.version if newest else 0) + 1:
        raise VersionTaken(what="the settings", version=settings.version)
    row = {"version": settings.version, "document": canonical(settings)}
    connection.execute(insert(SettingsTable), {"site": site, "journal_number": journal_number, **row})


@lru_cache(maxsize=64)
def _read(document: str) -> SiteSettings:
    """The settings of a document; every page asks for the same one, and no version ever changes."""
    return from_stored(document, SiteSettings)
