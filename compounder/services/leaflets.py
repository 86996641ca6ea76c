"""A site's own words in the leaflet: revised as a new version, approved by a second person, then printed."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace

from compounder.codec.documents import canonical
from compounder.database import journal, leaflets
from compounder.database.engine import Connection
from compounder.database.errors import NotFound, VersionTaken
from compounder.database.leaflets import StoredLeaflet
from compounder.domain.care.leaflet_words import AS_BROUGHT, LeafletApproval, LeafletWords
from compounder.domain.record.decisions import is_named
from compounder.domain.record.journal import EntryKind, JournalEntry
from compounder.domain.record.signatures import Bound, Meaning
from compounder.services.acting import Acting, append
from compounder.services.care_errors import WordedByYou
from compounder.services.errors import NothingChanged
from compounder.services.signatures import Signing, signature_of

SUBJECT = "leaflet"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeafletFile:
    """Every version of the site's, newest first, and what happened to them."""

    versions: tuple[StoredLeaflet, ...]
    entries: tuple[JournalEntry, ...]

    @property
    def in_use(self) -> LeafletWords:
        """What is printed: the newest approved version, or what the program brings."""
        return _in_use(self.versions)

    @property
    def newest(self) -> LeafletWords:
        return self.versions[0].words if self.versions else AS_BROUGHT

    def version(self, number: int) -> LeafletWords:
        """One version; refuses with `NotFound`."""
        return AS_BROUGHT if number == AS_BROUGHT.version else self.stored(number).words

    def stored(self, number: int) -> StoredLeaflet:
        """One version of the site's with its approval; refuses with `NotFound`."""
        found = next((each for each in self.versions if each.words.version == number), None)
        if found is None:
            raise NotFound(what="leaflet version", name=str(number))
        return found


def leaflet_file(connection: Connection, site: str) -> LeafletFile:
    """The leaflet's words of a site."""
    return LeafletFile(
        versions=leaflets.versions(connection, site),
        entries=journal.entries_of(connection, site, SUBJECT),
    )


def words_in_use(connection: Connection, site: str) -> LeafletWords:
    """What a leaflet says that is printed now."""
    return _in_use(leaflets.versions(connection, site))


def revise_leaflet(connection: Connection, act: Acting, revised: LeafletWords) -> None:
    """Keep the next version, to be approved. The same version sent twice is kept once.

    Refuses with `VersionTaken` where somebody was quicker, with `NothingChanged` what the version before says too.
    """
    file = leaflet_file(connection, act.site)
    if canonical(file.newest) == canonical(revised):
        return
    if revised.version != file.newest.version + 1:
        raise VersionTaken(what="the leaflet", version=revised.version)
    if canonical(replace(revised, version=file.newest.version, reason=file.newest.reason)) == canonical(file.newest):
        raise NothingChanged(already=f"Version {file.newest.version} says all of this")
    entry = append(connection, act, SUBJECT, EntryKind.LEAFLET_REVISED, revised)
    leaflets.add(connection, act.site, revised, entry.number)


def approve_leaflet(connection: Connection, version: int, signing: Signing) -> None:
    """Print this version from now on, signed. Sent twice it is kept once.

    Refuses with `WordedByYou` whoever worded it, and with `NotForThisRole` whoever may not approve.
    """
    act = signing.act
    file = leaflet_file(connection, act.site)
    stored = file.stored(version)
    if stored.approval:
        return
    if is_named(act.actor.name, _worded_by(file, version)):
        raise WordedByYou(version=version, name=act.actor.name)
    signature = signature_of(signing, Meaning.APPROVED, SUBJECT, Bound(record_sha256=stored.sha256))
    said = {"version": version, "sha256": stored.sha256, "signature": signature}
    append(connection, act, SUBJECT, EntryKind.LEAFLET_APPROVED, said)
    leaflets.approve(connection, act.site, version, LeafletApproval(name=act.actor.name, at=act.at))


def _in_use(versions: tuple[StoredLeaflet, ...]) -> LeafletWords:
    return next((each.words for each in versions if each.approval), AS_BROUGHT)


def _worded_by(file: LeafletFile, version: int) -> Iterator[str]:
    for entry in file.entries:
        if entry.kind is EntryKind.LEAFLET_REVISED and json.loads(entry.document)["version"] == version:
            yield entry.actor.name
