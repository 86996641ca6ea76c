"""A site's settings: each change is a new version with its reason."""

from dataclasses import replace
from datetime import datetime

from compounder.codec.documents import canonical
from compounder.database import journal, settings
from compounder.database.engine import Connection
from compounder.domain.record.journal import Actor, EntryKind, JournalEntry
from compounder.domain.site import SiteSettings
from compounder.services.acting import Acting, append
from compounder.services.errors import NothingChanged

SUBJECT = "settings"


def revise_settings(connection: Connection, site: str, revised: SiteSettings, *, actor: Actor, at: datetime) -> None:
    """Put the next version in force. The same version sent twice is kept once.

    Refuses with `VersionTaken` where somebody was quicker, with `NothingChanged` what is in force already.
    """
    in_force = settings.current(connection, site)
    if in_force is not None and canonical(in_force) == canonical(revised):
        return
    _require_change(in_force, revised)
    act = Acting(site=site, actor=actor, at=at)
    entry = append(connection, act, SUBJECT, EntryKind.SETTINGS_REVISED, revised)
    settings.add(connection, site, revised, entry.number)


def _require_change(in_force: SiteSettings | None, revised: SiteSettings) -> None:
    if in_force is None or in_force.version != revised.version - 1:
        return
    if canonical(replace(revised, version=in_force.version, reason=in_force.reason)) == canonical(in_force):
        raise NothingChanged(already=f"Version {in_force.version} says all of this")


def settings_history(connection: Connection, site: str) -> tuple[tuple[SiteSettings, ...], tuple[JournalEntry, ...]]:
    """Every version, newest first, and the journal's entries about them, oldest first."""
    return settings.versions(connection, site), journal.entries_of(connection, site, SUBJECT)
