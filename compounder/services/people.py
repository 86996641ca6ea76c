"""Who may sign in: invited by a one-time link, with a role that an owner gives; never deleted, only disabled."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from compounder.codec.documents import digest
from compounder.database import journal, people, sessions
from compounder.database.engine import Connection
from compounder.database.people import Invitation, StoredPerson
from compounder.database.sessions import StoredToken
from compounder.domain.bounds import require_reason
from compounder.domain.people.names import plain, require_one_alphabet
from compounder.domain.people.passwords import is_long
from compounder.domain.people.person import Person, Role
from compounder.domain.people.sign_in import Failures
from compounder.domain.record.journal import EntryKind, JournalEntry
from compounder.services.acting import Acting, append
from compounder.services.passwords import hashed, require_password
from compounder.services.people_errors import LastOwner, NameTaken, SecondFactorNeeded, WrongCode
from compounder.services.second_factor import secret_of, step_of
from compounder.services.signing_in import new_token


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLine:
    """A person in the list, with the wrong passwords typed in a row."""

    stored: StoredPerson
    failures: Failures | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFile:
    """A person, and what happened to them."""

    line: PersonLine
    entries: tuple[JournalEntry, ...]


def subject_of(sign_in_name: str) -> str:
    """What the journal calls a person."""
    return f"person {sign_in_name}"


def people_list(connection: Connection, site: str) -> tuple[PersonLine, ...]:
    """Everybody, by printed name."""
    return tuple(
        PersonLine(stored=stored, failures=sessions.failures(connection, site, stored.person.sign_in_name))
        for stored in people.everybody(connection, site)
    )


def person_file(connection: Connection, site: str, sign_in_name: str) -> PersonFile:
    """One person's file; refuses with `NotFound`."""
    stored = people.load(connection, site, sign_in_name)
    return PersonFile(
        line=PersonLine(stored=stored, failures=sessions.failures(connection, site, sign_in_name)),
        entries=journal.entries_of(connection, site, subject_of(sign_in_name)),
    )


def person_id_of(connection: Connection, site: str, sign_in_name: str) -> int:
    """The id of somebody who may sign in; refuses with `NotFound`."""
    return people.load(connection, site, sign_in_name).person_id


def has_owner(connection: Connection, site: str) -> bool:
    """Whether somebody can invite others."""
    return any(_is_owner(stored) for stored in people.everybody(connection, site))


def add_person(connection: Connection, act: Acting, person: Person, password: str) -> int:
    """The id of somebody new, with a password that was looked at before."""
    require_free(connection, act.site, person)
    kept = hashed(password)
    document = {"name": person.name, "role": person.role, **_proved_by(password, kept)}
    entry = enter(connection, act, person.sign_in_name, EntryKind.PERSON_ADDED, document)
    long = is_long(password)
    return people.add(connection, act.site, person, password_hash=kept, is_password_long=long, entry=entry.number)


def _proved_by(password: str, kept: str) -> dict[str, Any]:
    """What the journal says of a password: the SHA-256 of its hash, and whether it may stand alone."""
    return {"password_sha256": digest(kept), "is_password_long": is_long(password)}


def require_free(connection: Connection, site: str, person: Person) -> None:
    """Refuses with `NameTaken` names that are or were somebody's, and with `MixedAlphabets` such as only look new."""
    require_other_names(person, (stored.person for stored in people.everybody(connection, site)))


def require_other_names(person: Person, others: Iterable[Person | Invitation]) -> None:
    """Refuses as `require_free` does, in view of these others; SQLite would compare no letter beyond A to Z."""
    known = tuple(others)
    for read, field, taken in (
        (person.sign_in_name, "sign_in_name", {plain(other.sign_in_name) for other in known}),
        (person.name, "name", {plain(other.name) for other in known}),
    ):
        require_one_alphabet(read, field_name=field)
        if plain(read) in taken:
            raise NameTaken(read=read, field_name=field)


def change_password(connection: Connection, act: Acting, sign_in_name: str, password: str) -> None:
    """Every session of theirs is gone; the old password was proved before."""
    stored = people.load(connection, act.site, sign_in_name)
    own_words = (sign_in_name, stored.person.name)
    require_password(password, has_second_factor=stored.has_second_factor, own_words=own_words)
    set_password(connection, act, stored, password)


def set_password(connection: Connection, act: Acting, stored: StoredPerson, password: str) -> None:
    """Keep a password that was looked at before; every session of theirs is gone."""
    kept = hashed(password)
    enter(connection, act, stored.person.sign_in_name, EntryKind.PASSWORD_SET, _proved_by(password, kept))
    people.change(connection, stored.person_id, password_hash=kept, is_password_long=is_long(password))
    sessions.end_all(connection, stored.person_id)


def set_second_factor(connection: Connection, act: Acting, sign_in_name: str, code: str, *, keys: Path) -> None:
    """From now on a code is asked for, and every session is gone; refuses with `WrongCode` what is not its code."""
    stored = people.load(connection, act.site, sign_in_name)
    number = stored.second_factor_number + 1
    step = step_of_code(keys, act.site, sign_in_name, number, code, act.at)
    keep_second_factor(connection, act, stored.person, stored.person_id, number, step)
    sessions.end_all(connection, stored.person_id)


def drop_second_factor(connection: Connection, act: Acting, sign_in_name: str) -> None:
    """No code is asked for any more, and every session is gone.

    Refuses with `SecondFactorNeeded` where the password is too short alone.
    """
    stored = people.load(connection, act.site, sign_in_name)
    if not stored.is_password_long:
        raise SecondFactorNeeded
    if stored.has_second_factor:
        take_second_factor(connection, act, stored)
        sessions.end_all(connection, stored.person_id)


def lose_second_factor(connection: Connection, act: Acting, sign_in_name: str, reason: str) -> None:
    """No code is asked of somebody who lost what gave it, and every session is gone.

    A password that was taken beside it only is gone too: they come in by a new link.
    """
    require_reason(reason)
    stored = people.load(connection, act.site, sign_in_name)
    if stored.has_second_factor:
        take_second_factor(connection, act, stored, reason=reason)
        sessions.end_all(connection, stored.person_id)
        if not stored.is_password_long:
            set_password(connection, act, stored, new_token())


def end_sessions(connection: Connection, site: str, sign_in_name: str) -> None:
    """The person is signed out everywhere; refuses with `NotFound`."""
    sessions.end_all(connection, people.load(connection, site, sign_in_name).person_id)


def step_of_code(keys: Path, site: str, sign_in_name: str, number: int, code: str, at: datetime) -> int:
    """The half minute of a code that the secret of this number gives; refuses with `WrongCode`."""
    step = step_of(secret_of(keys, site, sign_in_name, number), code, at=at, after=0)
    if step is None:
        raise WrongCode
    return step


def keep_second_factor(
    connection: Connection, act: Acting, person: Person, person_id: int, number: int, step: int
) -> None:
    """A code is asked for from now on, by the secret of this number; that of `step` was used."""
    document = {"has_second_factor": True, "number": number}
    enter(connection, act, person.sign_in_name, EntryKind.SECOND_FACTOR_SET, document)
    people.change(connection, person_id, has_second_factor=True, second_factor_number=number, last_code_step=step)


def take_second_factor(connection: Connection, act: Acting, stored: StoredPerson, **why: str) -> None:
    """No code is asked for any more; `why` where it was lost."""
    document = {"has_second_factor": False, "number": stored.second_factor_number, **why}
    enter(connection, act, stored.person.sign_in_name, EntryKind.SECOND_FACTOR_SET, document)
    people.change(connection, stored.person_id, has_second_factor=False)


def change_role(connection: Connection, act: Acting, sign_in_name: str, role: Role) -> None:
    """The person does something else here from now on; refuses with `LastOwner` where nobody else could invite."""
    stored = people.load(connection, act.site, sign_in_name)
    if stored.person.role is role:
        return
    _require_another_owner(connection, act.site, stored)
    enter(connection, act, sign_in_name, EntryKind.ROLE_CHANGED, {"role": role, "was": stored.person.role})
    people.change(connection, stored.person_id, role=role.value)


def disable(connection: Connection, act: Acting, sign_in_name: str, reason: str) -> None:
    """The person cannot sign in any more and is signed out; tokens and links are over. Refuses with `LastOwner`."""
    require_reason(reason)
    stored = people.load(connection, act.site, sign_in_name)
    if stored.is_disabled:
        return
    _require_another_owner(connection, act.site, stored)
    enter(connection, act, sign_in_name, EntryKind.PERSON_DISABLED, {"reason": reason})
    people.change(connection, stored.person_id, is_disabled=True)
    sessions.end_all(connection, stored.person_id)
    for token in sessions.tokens(connection, act.site, sign_in_name):
        end_token(connection, act, token)
    _end_links(connection, act.site, stored.person)


def _end_links(connection: Connection, site: str, leaving: Person) -> None:
    """Nobody comes in any more by their link, nor, after an owner, by any that they may have given or seen."""
    for waiting in people.invitations(connection, site):
        if leaving.role is Role.OWNER or waiting.sign_in_name == leaving.sign_in_name:
            people.withdraw(connection, site, waiting.sign_in_name)


def end_token(connection: Connection, act: Acting, token: StoredToken) -> None:
    """The token is refused from now on; where it was already, nothing changes."""
    if not token.is_revoked:
        document = {"token_id": token.token_id, "label": token.label}
        enter(connection, act, token.person.sign_in_name, EntryKind.TOKEN_REVOKED, document)
        sessions.revoke(connection, token.token_id)


def enable(connection: Connection, act: Acting, sign_in_name: str, reason: str) -> None:
    """The person may sign in again."""
    require_reason(reason)
    stored = people.load(connection, act.site, sign_in_name)
    if stored.is_disabled:
        enter(connection, act, sign_in_name, EntryKind.PERSON_ENABLED, {"reason": reason})
        people.change(connection, stored.person_id, is_disabled=False)


def _require_another_owner(connection: Connection, site: str, leaving: StoredPerson) -> None:
    others = (stored for stored in people.everybody(connection, site) if stored.person_id != leaving.person_id)
    if _is_owner(leaving) and not any(_is_owner(stored) for stored in others):
        raise LastOwner(name=leaving.person.name)


def _is_owner(stored: StoredPerson) -> bool:
    return stored.person.role is Role.OWNER and not stored.is_disabled


def enter(connection: Connection, act: Acting, sign_in_name: str, kind: EntryKind, document: Any) -> JournalEntry:
    """The entry of what was done about a person."""
    return append(connection, act, subject_of(sign_in_name), kind, document)
