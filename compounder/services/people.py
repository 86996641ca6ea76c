"""Who may sign in: invited by a one-time link, with a role that an owner gives; never deleted, only disabled."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from compounder.codec.documents import digest
from compounder.database import journal, people, sessions
from compounder.database.engine import Connection
from compounder.database.people import Invitation, StoredPerson
from compounder.domain.errors import MissingKey
from compounder.domain.people.passwords import is_long
from compounder.domain.people.person import Person, Role
from compounder.domain.people.sign_in import Failures
from compounder.domain.record.journal import Actor, EntryKind, JournalEntry
from compounder.services.passwords import hashed, require_password
from compounder.services.people_errors import LastOwner, LinkOver, NameTaken, SecondFactorNeeded, WrongCode
from compounder.services.second_factor import secret_of, step_of
from compounder.services.signing_in import hash_of, new_token, sign_in_name_of

LINK_LASTS: Final = timedelta(days=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Who does something about people, where and when."""

    site: str
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """What somebody sets who comes in by a link; `code` where a second factor is set up at once."""

    sign_in_name: str
    name: str
    password: str
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLine:
    """A person in the list, with the wrong passwords typed in a row."""

    stored: StoredPerson
    failures: Failures | None


def subject_of(sign_in_name: str) -> str:
    """What the journal calls a person."""
    return f"person {sign_in_name}"


def people_list(connection: Connection, site: str) -> tuple[PersonLine, ...]:
    """Everybody, by printed name."""
    return tuple(
        PersonLine(stored=stored, failures=sessions.failures(connection, site, stored.person.sign_in_name))
        for stored in people.everybody(connection, site)
    )


def has_owner(connection: Connection, site: str) -> bool:
    """Whether somebody can invite others."""
    return any(_is_owner(stored) for stored in people.everybody(connection, site))


def first_owners_link(connection: Connection, site: str, *, at: datetime) -> str:
    """The token of a new link by which the first owner comes in; earlier ones are over."""
    token = new_token()
    open_to_all = Invitation(sign_in_name="", name="", role=Role.OWNER, expires_at=at + LINK_LASTS)
    people.invite(connection, site, hash_of(token), open_to_all)
    return token


def invite(connection: Connection, act: Act, person: Person) -> str:
    """The token of a link for somebody new; refuses with `NameTaken` names that are or were somebody's."""
    _require_free(connection, act.site, person)
    token = _link(connection, act, person)
    _enter(connection, act, person.sign_in_name, EntryKind.PERSON_INVITED, {"name": person.name, "role": person.role})
    return token


def new_link(connection: Connection, act: Act, sign_in_name: str) -> str:
    """The token of a link for somebody who lost their password or is locked; until it is used nothing changes."""
    person = people.load(connection, act.site, sign_in_name).person
    token = _link(connection, act, person)
    _enter(connection, act, sign_in_name, EntryKind.PERSON_INVITED, {"name": person.name, "role": person.role})
    return token


def _link(connection: Connection, act: Act, person: Person) -> str:
    token = new_token()
    invitation = Invitation(
        sign_in_name=person.sign_in_name, name=person.name, role=person.role, expires_at=act.at + LINK_LASTS
    )
    people.invite(connection, act.site, hash_of(token), invitation)
    return token


def invitation_of(connection: Connection, site: str, token: str, *, at: datetime) -> Invitation:
    """What a link is for; refuses with `LinkOver`."""
    found = people.invitation(connection, site, hash_of(token))
    if found is None or found.expires_at <= at:
        raise LinkOver
    return found


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
    step = _step_of_code(keys, site, person.sign_in_name, number, coming.code, at) if coming.code else None
    require_password(coming.password, has_second_factor=step is not None, own_words=(person.sign_in_name, person.name))
    people.use_invitation(connection, hash_of(token))
    act = Act(site=site, actor=person.actor, at=at)
    person_id = _keep_person(connection, act, person, coming.password)
    sessions.forget_failures(connection, site, person.sign_in_name)
    if step is not None:
        _keep_second_factor(connection, act, person, person_id, number, step)
    return person_id


def _person_coming(invitation: Invitation, coming: Coming) -> Person:
    """Whom the link is for; the first owner chooses the names."""
    name = invitation.name or coming.name.strip()
    sign_in_name = invitation.sign_in_name or sign_in_name_of(coming.sign_in_name)
    for value, field in ((name, "name"), (sign_in_name, "sign_in_name")):
        if not value:
            raise MissingKey(missing=field)
    return Person(sign_in_name=sign_in_name, name=name, role=invitation.role)


def _keep_person(connection: Connection, act: Act, person: Person, password: str) -> int:
    """Somebody new, or somebody known with a new password and no second factor."""
    known = people.find(connection, act.site, person.sign_in_name)
    if known is None:
        return add_person(connection, act, person, password)
    _set_password(connection, act, known, password)
    if known.has_second_factor:
        _drop_second_factor(connection, act, known)
    return known.person_id


def add_person(connection: Connection, act: Act, person: Person, password: str) -> int:
    """The id of somebody new, with a password that was looked at before."""
    _require_free(connection, act.site, person)
    kept = hashed(password)
    document = {"name": person.name, "role": person.role, "password_sha256": digest(kept)}
    entry = _enter(connection, act, person.sign_in_name, EntryKind.PERSON_ADDED, document)
    long = is_long(password)
    return people.add(connection, act.site, person, password_hash=kept, is_password_long=long, entry=entry.number)


def _require_free(connection: Connection, site: str, person: Person) -> None:
    if people.find(connection, site, person.sign_in_name):
        raise NameTaken(read=person.sign_in_name, field_name="sign_in_name")
    if people.has_name(connection, site, person.name):
        raise NameTaken(read=person.name, field_name="name")


def change_password(connection: Connection, act: Act, sign_in_name: str, password: str) -> int:
    """The person's id. Every session of theirs is gone; the old password was proved before."""
    stored = people.load(connection, act.site, sign_in_name)
    own_words = (sign_in_name, stored.person.name)
    require_password(password, has_second_factor=stored.has_second_factor, own_words=own_words)
    _set_password(connection, act, stored, password)
    return stored.person_id


def _set_password(connection: Connection, act: Act, stored: StoredPerson, password: str) -> None:
    kept = hashed(password)
    _enter(connection, act, stored.person.sign_in_name, EntryKind.PASSWORD_SET, {"password_sha256": digest(kept)})
    people.change(connection, stored.person_id, password_hash=kept, is_password_long=is_long(password))
    sessions.end_all(connection, stored.person_id)


def set_second_factor(connection: Connection, act: Act, sign_in_name: str, code: str, *, keys: Path) -> None:
    """From now on a code is asked for; refuses with `WrongCode` one that the offered secret does not give."""
    stored = people.load(connection, act.site, sign_in_name)
    number = stored.second_factor_number + 1
    step = _step_of_code(keys, act.site, sign_in_name, number, code, act.at)
    _keep_second_factor(connection, act, stored.person, stored.person_id, number, step)


def drop_second_factor(connection: Connection, act: Act, sign_in_name: str) -> None:
    """No code is asked for any more; refuses with `SecondFactorNeeded` where the password is too short alone."""
    stored = people.load(connection, act.site, sign_in_name)
    if not stored.is_password_long:
        raise SecondFactorNeeded
    if stored.has_second_factor:
        _drop_second_factor(connection, act, stored)


def _step_of_code(keys: Path, site: str, sign_in_name: str, number: int, code: str, at: datetime) -> int:
    step = step_of(secret_of(keys, site, sign_in_name, number), code, at=at, after=0)
    if step is None:
        raise WrongCode
    return step


def _keep_second_factor(
    connection: Connection, act: Act, person: Person, person_id: int, number: int, step: int
) -> None:
    document = {"has_second_factor": True, "number": number}
    _enter(connection, act, person.sign_in_name, EntryKind.SECOND_FACTOR_SET, document)
    people.change(connection, person_id, has_second_factor=True, second_factor_number=number, last_code_step=step)


def _drop_second_factor(connection: Connection, act: Act, stored: StoredPerson) -> None:
    document = {"has_second_factor": False, "number": stored.second_factor_number}
    _enter(connection, act, stored.person.sign_in_name, EntryKind.SECOND_FACTOR_SET, document)
    people.change(connection, stored.person_id, has_second_factor=False)


def change_role(connection: Connection, act: Act, sign_in_name: str, role: Role) -> None:
    """The person does something else here from now on; refuses with `LastOwner` where nobody else could invite."""
    stored = people.load(connection, act.site, sign_in_name)
    if stored.person.role is role:
        return
    _require_another_owner(connection, act.site, stored)
    _enter(connection, act, sign_in_name, EntryKind.ROLE_CHANGED, {"role": role, "was": stored.person.role})
    people.change(connection, stored.person_id, role=role.value)


def disable(connection: Connection, act: Act, sign_in_name: str, reason: str) -> None:
    """The person cannot sign in any more, and is signed out; refuses with `LastOwner`."""
    if not reason.strip():
        raise MissingKey(missing="reason")
    stored = people.load(connection, act.site, sign_in_name)
    if stored.is_disabled:
        return
    _require_another_owner(connection, act.site, stored)
    _enter(connection, act, sign_in_name, EntryKind.PERSON_DISABLED, {"reason": reason})
    people.change(connection, stored.person_id, is_disabled=True)
    sessions.end_all(connection, stored.person_id)


def enable(connection: Connection, act: Act, sign_in_name: str, reason: str) -> None:
    """The person may sign in again."""
    if not reason.strip():
        raise MissingKey(missing="reason")
    stored = people.load(connection, act.site, sign_in_name)
    if stored.is_disabled:
        _enter(connection, act, sign_in_name, EntryKind.PERSON_ENABLED, {"reason": reason})
        people.change(connection, stored.person_id, is_disabled=False)


def _require_another_owner(connection: Connection, site: str, leaving: StoredPerson) -> None:
    others = (stored for stored in people.everybody(connection, site) if stored.person_id != leaving.person_id)
    if _is_owner(leaving) and not any(_is_owner(stored) for stored in others):
        raise LastOwner(name=leaving.person.name)


def _is_owner(stored: StoredPerson) -> bool:
    return stored.person.role is Role.OWNER and not stored.is_disabled


def _enter(connection: Connection, act: Act, sign_in_name: str, kind: EntryKind, document: Any) -> JournalEntry:
    return journal.append(
        connection,
        at=act.at,
        actor=act.actor,
        site=act.site,
        subject=subject_of(sign_in_name),
        kind=kind,
        document=document,
    )
