"""People and what their role lets them do. A person's printed name is never given to somebody else.

Source: 21 CFR 11.10(d), (g): only authorised persons use the system, and only those who may sign do; 11.100(a): a
signature is one person's and is not reassigned.
"""

from dataclasses import dataclass
from enum import StrEnum

from compounder.domain.record.journal import Actor


class Role(StrEnum):
    """What a person is here for. An auditor reads all and changes nothing."""

    TECHNICIAN = "technician"
    PHARMACIST = "pharmacist"
    OWNER = "owner"
    AUDITOR = "auditor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who may sign in: the name that is typed to, and the name that records and papers print."""

    sign_in_name: str
    name: str
    role: Role

    @property
    def actor(self) -> Actor:
        """Who the journal says acted."""
        return Actor(name=self.name, is_authenticated=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signatory:
    """A person who has just proved who they are, once more, in order to sign one thing."""

    person: Person
