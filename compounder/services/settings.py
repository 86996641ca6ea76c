"""A site's settings: each change is a new version with its reason."""

from datetime import datetime

from compounder.database import journal, settings
from compounder.database.engine import Connection
from compounder.domain.record.journal import Actor, EntryKind, JournalEntry
from compounder.domain.site import SiteSettings

SUBJECT = "settings"


def revise_settings(connection: Connection, site: str, revised: SiteSettings, *, actor: Actor, at: datetime) -> None:
    """Put the next version in force; refuses with `VersionTaken` where somebody was quicker."""
    entry = journal.append(
        connection,
        at=at,
        actor=actor,
        site=site,
        subject=SUBJECT,
        kind=EntryKind.SETTINGS_REVISED,
        document=revised,
    )
    settings.add(connection, site, revised, entry.number)


def settings_history(connection: Connection, site: str) -> tuple[tuple[SiteSettings, ...], tuple[JournalEntry, ...]]:
    """Every version, newest first, and the journal's entries about them, oldest first."""
    return settings.versions(connection, site), journal.entries_of(connection, site, SUBJECT)
