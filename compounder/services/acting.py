"""Who does something, where and when; and the entry that it leaves in the journal."""

from dataclasses import dataclass
from datetime import datetime

from compounder.database import journal
from compounder.database.engine import Connection
from compounder.domain.people.person import Person
from compounder.domain.record.journal import Actor, EntryKind, JournalEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Acting:
    """Who does something, where and when."""

    site: str
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What somebody does: at which site, who, when. Each kind of deed says the rest."""

    site: str
    person: Person
    at: datetime

    @property
    def act(self) -> Acting:
        """Who does it, as the journal names them."""
        return Acting(site=self.site, actor=self.person.actor, at=self.at)


def append(connection: Connection, act: Acting, subject: str, kind: EntryKind, document: object) -> JournalEntry:
    """The entry of an act, appended to the journal; whoever appends it updates the tables with its number."""
    return journal.append(
        connection, at=act.at, actor=act.actor, site=act.site, subject=subject, kind=kind, document=document
    )
