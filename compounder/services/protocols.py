"""Titration protocols of a site: added, revised as a new version with its reason, retired; never edited.

Those that the package brings are the first versions. A course keeps the version that it was planned with.
"""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, replace

from compounder.codec.documents import canonical
from compounder.database import journal, protocols
from compounder.database.engine import Connection, open_current
from compounder.database.errors import NotFound
from compounder.database.protocols import StoredProtocol
from compounder.domain.care.protocol import Protocol
from compounder.domain.record.journal import EntryKind, JournalEntry
from compounder.services.acting import Acting, append
from compounder.services.care_errors import ProtocolTaken
from compounder.services.errors import NothingChanged
from compounder.settings import Settings

__all__ = [
    "ProtocolFile",
    "StoredProtocol",
    "add_protocol",
    "offered_protocols",
    "protocol_file",
    "protocol_list",
    "protocols_of_workspace",
    "retire_protocol",
    "revise_protocol",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtocolFile:
    """One version, every version newest first, and what happened to the protocol."""

    shown: StoredProtocol
    versions: tuple[StoredProtocol, ...]
    entries: tuple[JournalEntry, ...]

    @property
    def newest(self) -> StoredProtocol:
        return self.versions[0]

    @property
    def before(self) -> StoredProtocol | None:
        """The version that the one shown was revised from."""
        number = self.shown.protocol.version - 1
        return next((each for each in self.versions if each.protocol.version == number), None)


def subject_of(code: str) -> str:
    """What the journal calls a protocol."""
    return f"protocol {code}"


def protocol_list(connection: Connection, site: str) -> tuple[StoredProtocol, ...]:
    """The newest version of every protocol, retired ones too."""
    return protocols.listed(connection, site)


def offered_protocols(connection: Connection, site: str) -> tuple[Protocol, ...]:
    """The protocols that a course may follow: the newest version of each that is not retired."""
    return tuple(each.protocol for each in protocols.listed(connection, site) if not each.is_retired)


def protocol_file(connection: Connection, site: str, code: str, version: int | None) -> ProtocolFile:
    """The version asked for, or the newest; refuses with `NotFound`."""
    kept = protocols.versions(connection, site, code)
    shown = next((each for each in kept if version in (None, each.protocol.version)), None)
    if shown is None:
        raise NotFound(what="protocol", name=f"{code} version {version}")
    return ProtocolFile(
        shown=shown,
        versions=kept,
        entries=journal.entries_of(connection, site, subject_of(code)),
    )


def add_protocol(connection: Connection, act: Acting, protocol: Protocol) -> None:
    """Offer a protocol of the site's own. The same one sent twice is kept once; refuses with `ProtocolTaken`."""
    newest = {each.protocol.code: each.protocol for each in protocols.listed(connection, act.site)}.get(protocol.code)
    if newest and canonical(newest) == canonical(protocol):
        return
    if newest:
        raise ProtocolTaken(read=protocol.code, field_name="code")
    _keep(connection, act, protocol, EntryKind.PROTOCOL_ADDED)


def revise_protocol(connection: Connection, act: Acting, revised: Protocol) -> None:
    """Offer the next version; a retired protocol is offered again. The same version sent twice is kept once.

    Refuses with `VersionTaken` where somebody was quicker, with `NothingChanged` what the version before says too.
    """
    by_number = {each.protocol.version: each for each in protocols.versions(connection, act.site, revised.code)}
    twin, before = by_number.get(revised.version), by_number.get(revised.version - 1)
    if twin and not twin.is_retired and canonical(twin.protocol) == canonical(revised):
        return
    if before and not before.is_retired and _says_the_same(before.protocol, revised):
        raise NothingChanged(already=f"Version {before.protocol.version} says all of this")
    _keep(connection, act, revised, EntryKind.PROTOCOL_REVISED)


def retire_protocol(connection: Connection, act: Acting, code: str, reason: str) -> None:
    """Offer a protocol no more; courses that follow it go on. Refuses with `NothingChanged` a retired one."""
    newest = protocols.versions(connection, act.site, code)[0]
    if newest.is_retired:
        raise NothingChanged(already=f"The {newest.protocol.name} protocol is retired")
    retired = replace(newest.protocol, version=newest.protocol.version + 1, reason=reason)
    _keep(connection, act, retired, EntryKind.PROTOCOL_RETIRED)


def protocols_of_workspace(where: Settings) -> Mapping[str, Protocol]:
    """The protocols that are offered there, by their code; refuses with `DatabaseUnusable` what cannot be read."""
    with closing(open_current(where.database_url)) as database, database.reading() as reading:
        return {each.code: each for each in offered_protocols(reading, where.site)}


def _says_the_same(before: Protocol, revised: Protocol) -> bool:
    return canonical(replace(revised, version=before.version, reason=before.reason)) == canonical(before)


def _keep(connection: Connection, act: Acting, protocol: Protocol, kind: EntryKind) -> None:
    if kind is not EntryKind.PROTOCOL_RETIRED:
        _require_name_of_its_own(connection, act.site, protocol)
    entry = append(connection, act, subject_of(protocol.code), kind, protocol)
    protocols.add_version(connection, act.site, protocol, entry.number)


def _require_name_of_its_own(connection: Connection, site: str, protocol: Protocol) -> None:
    """Two that are offered under one name could not be told apart in a list."""
    for each in offered_protocols(connection, site):
        if each.code != protocol.code and each.name.casefold() == protocol.name.casefold():
            raise ProtocolTaken(read=protocol.name, field_name="name")
