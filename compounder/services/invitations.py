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
from compounder.domain.people.sign_in import require_attempt
from compounder.domain.record.journal import EntryKind
from compounder.services.acting import Acting
from compounder.services.breached_passwords import require_unbreached
from compounder.services.passwords import require_password
from compounder.services.people import (
    add_person,
    enter,
    has_owner,
    keep_second_factor,
    lose_second_factor,
    require_free,
    require_other_names,
    set_password,
    step_of_code,
)
from compounder.services.people_errors import LinkOver, OwnerThere, PersonDisabled, WrongCode
from compounder.services.second_factor import secret_of, step_of
from compounder.services.signing_in import Place, hash_of, new_token, sign_in_name_of, start_session
from compounder.services.workspace import PROGRAM
from compounder.settings import Settings

LINK_LASTS: Final = timedelta(days=3)
WaitingLink: TypeAlias = Invitation
"""A link that nobody has used yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """What somebody sets who comes in by a link; `code` where a second factor is set up at once, or stands already."""

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


def programs_loss(where: Settings, sign_in_name: str, *, at: datetime) -> str:
    """The name of whom no code is asked any more: somebody lost it where no owner can take it away.

    Refuses with `NotFound` somebody who never could sign in, and with `DatabaseUnusable` where there is no workspace.
    """
    with closing(open_current(where.database_url)) as database, database.writing() as writing:
        act, name = Acting(site=where.site, actor=PROGRAM, at=at), sign_in_name_of(sign_in_name)
        lose_second_factor(writing, act, name, "Lost, and no owner to take it away")
        return people.load(writing, where.site, name).person.name


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


def asks_for_code(connection: Connection, site: str, link: Invitation) -> bool:
    """Whether whoever comes by this link has a second factor, which a new password does not take away."""
    known = people.find(connection, site, link.sign_in_name)
    return known is not None and known.has_second_factor


def withdraw(connection: Connection, site: str, sign_in_name: str) -> None:
    """The link that waits for somebody is over; where none waits, nothing changes."""
    people.withdraw(connection, site, sign_in_name)


def number_to_offer(connection: Connection, site: str, sign_in_name: str) -> int:
    """The number of the next second factor's secret."""
    found = people.find(connection, site, sign_in_name)
    return (found.second_factor_number if found else 0) + 1


def arrive(place: Place, token: str, coming: Coming, *, at: datetime) -> str:
    """The token of the first session of whoever comes in; refuses as `come_in` does.

    Wrong codes are counted for the link, and slowed like wrong passwords: whoever found it cannot try them all.
    """
    tries = f"link {hash_of(token)}"
    with place.database.reading() as reading:
        require_attempt(sessions.failures(reading, place.site, tries), at)
    require_unbreached(place.breached_passwords, coming.password)
    try:
        with place.database.writing() as writing:
            person_id = come_in(writing, place.site, token, coming, keys=place.keys, at=at)
            return start_session(writing, person_id, at=at)
    except WrongCode:
        with place.database.writing() as writing:
            sessions.count_failure(writing, place.site, tries, at=at)
        raise


def come_in(connection: Connection, site: str, token: str, coming: Coming, *, keys: Path, at: datetime) -> int:
    """The id of the person who now has this password, and the second factor if a code of a new one was given.

    Refuses a link that is over, names that are taken, a password that is not taken, and a wrong code; of somebody who
    has a second factor, a missing one too.
    """
    invitation = invitation_of(connection, site, token, at=at)
    person = _person_coming(invitation, coming)
    has_one, step = asks_for_code(connection, site, invitation), None
    number = number_to_offer(connection, site, person.sign_in_name)
    if has_one:
        _take_code(connection, site, person, coming.code, keys, at)
    elif coming.code:
        step = step_of_code(keys, site, person.sign_in_name, number, coming.code, at)
    has_second_factor, own_words = has_one or step is not None, (person.sign_in_name, person.name)
    require_password(coming.password, has_second_factor=has_second_factor, own_words=own_words)
    people.use_invitation(connection, hash_of(token))
    act = Acting(site=site, actor=person.actor, at=at)
    person_id = _keep_person(connection, act, person, coming.password)
    sessions.forget_failures(connection, site, person.sign_in_name)
    if step is not None:
        keep_second_factor(connection, act, person, person_id, number, step)
    return person_id


def _take_code(connection: Connection, site: str, person: Person, code: str, keys: Path, at: datetime) -> None:
    """The second factor that somebody has proves it is them; its code is used up. Refuses with `WrongCode`."""
    known = people.load(connection, site, person.sign_in_name)
    secret = secret_of(keys, site, person.sign_in_name, known.second_factor_number)
    step = step_of(secret, code, at=at, after=known.last_code_step)
    if step is None:
        raise WrongCode
    people.change(connection, known.person_id, last_code_step=step)


def _person_coming(invitation: Invitation, coming: Coming) -> Person:
    """Whom the link is for; the first owner chooses the names."""
    name = invitation.name or coming.name.strip()
    sign_in_name = invitation.sign_in_name or sign_in_name_of(coming.sign_in_name)
    for value, field in ((name, "name"), (sign_in_name, "sign_in_name")):
        if not value:
            raise MissingKey(missing=field)
    return Person(sign_in_name=sign_in_name, name=name, role=invitation.role)


def _keep_person(connection: Connection, act: Acting, person: Person, password: str) -> int:
    """Somebody new, or somebody known with a new password."""
    known = people.find(connection, act.site, person.sign_in_name)
    if known is None:
        return add_person(connection, act, person, password)
    set_password(connection, act, known, password)
    return known.person_id


def waiting_links(connection: Connection, site: str, *, at: datetime) -> tuple[WaitingLink, ...]:
    """The links that can still be used, the next to end first."""
    return tuple(link for link in people.invitations(connection, site) if link.expires_at > at)
