"""Coming in by a one-time link: the first owner, somebody new, or somebody who lost their password."""

from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, TypeAlias

from compounder.database import people, sessions
from compounder.database.engine import Connection, open_current
from compounder.database.people import Invitation
from compounder.domain.errors import MissingKey
from compounder.domain.people.person import Person, Role
from compounder.domain.record.journal import EntryKind
from compounder.services.acting import Acting
from compounder.services.passwords import require_password
from compounder.services.people import (
    add_person,
    enter,
    has_owner,
    keep_second_factor,
    require_free,
    require_other_names,
    set_password,
    step_of_code,
    take_second_factor,
)
from compounder.services.people_errors import LinkOver, OwnerThere, PersonDisabled
from compounder.services.signing_in import hash_of, new_token, sign_in_name_of
from compounder.services.workspace import PROGRAM
from compounder.settings import Settings

LINK_LASTS: Final = timedelta(days=3)
WaitingLink: TypeAlias = Invitation
"""A link that nobody has used yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """What somebody sets who comes in by a link; `code` where a second factor is set up at once."""

    sign_in_name: str
    name: str
    password: str
    code: str = ""


def first_owners_link(connection: Connection, site: str, *, at: datetime) -> str:
    """The token of a new link by which the first owner comes in; earlier ones are over."""
    token = new_token()
    open_to_all = Invitation(sign_in_name="", name="", role=Role.OWNER, expires_at=at + LINK_LASTS)
    people.invite(connection, site, hash_of(token), open_to_all)
    return token


def programs_link(where: Settings, sign_in_name: str, *, at: datetime) -> str:
    """The token of a link that no owner need give: whoever has the workspace's files may let people in again.

    Without a name it is the first owner's. Refuses as `new_link` does, with `OwnerThere` a first owner after the
    first, and with `DatabaseUnusable` where there is no workspace.
    """
    with closing(open_current(where.database_url)) as database, database.writing() as writing:
        if sign_in_name:
            return new_link(writing, Acting(site=where.site, actor=PROGRAM, at=at), sign_in_name_of(sign_in_name))
        if has_owner(writing, where.site):
            raise OwnerThere
        return first_owners_link(writing, where.site, at=at)


def invite(connection: Connection, act: Acting, person: Person) -> str:
    """The token of a link for somebody new; refuses with `NameTaken` names that are, were or will be somebody's."""
    require_free(connection, act.site, person)
    require_other_names(person, waiting_links(connection, act.site, at=act.at))
    token = _link(connection, act, person)
    enter(connection, act, person.sign_in_name, EntryKind.PERSON_INVITED, {"name": person.name, "role": person.role})
    return token


def new_link(connection: Connection, act: Acting, sign_in_name: str) -> str:
    """The token of a link for somebody who lost their password or is locked; until it is used nothing changes.

    Refuses with `PersonDisabled` somebody who may not sign in, and with `NotFound` somebody who never could.
    """
    stored = people.load(connection, act.site, sign_in_name)
    person = stored.person
    if stored.is_disabled:
        raise PersonDisabled(name=person.name)
    token = _link(connection, act, person)
    enter(connection, act, sign_in_name, EntryKind.PERSON_INVITED, {"name": person.name, "role": person.role})
    return token


def _link(connection: Connection, act: Acting, person: Person) -> str:
    token = new_token()
    invitation = Invitation(
        sign_in_name=person.sign_in_name, name=person.name, role=person.role, expires_at=act.at + LINK_LASTS
    )
    people.invite(connection, act.site, hash_of(token), invitation)
    return token


def invitation_of(connection: Connection, site: str, token: str, *, at: datetime) -> Invitation:
    """What a link is for; refuses with `LinkOver`."""
    found = people.invitation(connection, site, hash_of(token))
    if found is None or found.expires_at <= at or _is_closed(connection, site, found):
        raise LinkOver
    return found


def _is_closed(connection: Connection, site: str, link: Invitation) -> bool:
    """Whether whom a link is for may not come in: somebody disabled, or a first owner after the first."""
    if not link.sign_in_name:
        return has_owner(connection, site)
    known = people.find(connection, site, link.sign_in_name)
    return known is not None and known.is_disabled


def withdraw(connection: Connection, site: str, sign_in_name: str) -> None:
    """The link that waits for somebody is over; where none waits, nothing changes."""
    people.withdraw(connection, site, sign_in_name)


def number_to_offer(connection: Connection, site: str, sign_in_name: str) -> int:
    """The number of the next second factor's secret."""
    found = people.find(connection, site, sign_in_name)
    return (found.second_factor_number if found else 0) + 1


def come_in(connection: Connection, site: str, token: str, coming: Coming, *, keys: Path, at: datetime) -> int:
    """The id of the person who now has this password, and the second factor if a code was given.

    Refuses a link that is over, names that are taken, a password that is not taken, and a wrong code.
    """
    invitation = invitation_of(connection, site, token, at=at)
    person = _person_coming(invitation, coming)
    number = number_to_offer(connection, site, person.sign_in_name)
    step = step_of_code(keys, site, person.sign_in_name, number, coming.code, at) if coming.code else None
    require_password(coming.password, has_second_factor=step is not None, own_words=(person.sign_in_name, person.name))
    people.use_invitation(connection, hash_of(token))
    act = Acting(site=site, actor=person.actor, at=at)
    person_id = _keep_person(connection, act, person, coming.password)
    sessions.forget_failures(connection, site, person.sign_in_name)
    if step is not None:
        keep_second_factor(connection, act, person, person_id, number, step)
    return person_id


def _person_coming(invitation: Invitation, coming: Coming) -> Person:
    """Whom the link is for; the first owner chooses the names."""
    name = invitation.name or coming.name.strip()
    sign_in_name = invitation.sign_in_name or sign_in_name_of(coming.sign_in_name)
    for value, field in ((name, "name"), (sign_in_name, "sign_in_name")):
        if not value:
            raise MissingKey(missing=field)
    return Person(sign_in_name=sign_in_name, name=name, role=invitation.role)


def _keep_person(connection: Connection, act: Acting, person: Person, password: str) -> int:
    """Somebody new, or somebody known with a new password and no second factor."""
    known = people.find(connection, act.site, person.sign_in_name)
    if known is None:
        return add_person(connection, act, person, password)
    set_password(connection, act, known, password)
    if known.has_second_factor:
        take_second_factor(connection, act, known)
    return known.person_id


def waiting_links(connection: Connection, site: str, *, at: datetime) -> tuple[WaitingLink, ...]:
    """The links that can still be used, the next to end first."""
    return tuple(link for link in people.invitations(connection, site) if link.expires_at > at)
