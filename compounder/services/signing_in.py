"""Proving who one is: with a password and, where it is set up, a code; then a session, or one signature.

Wrong passwords are counted whether anybody has the name or not, and every name is answered alike.
"""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, TypeAlias

from compounder.database import people, sessions
from compounder.database.engine import Connection, Database
from compounder.database.people import StoredPerson
from compounder.database.sessions import StoredSession, StoredToken
from compounder.domain.people.names import plain
from compounder.domain.people.person import Person, Role, Signatory
from compounder.domain.people.sign_in import (
    LONGEST,
    SENT_AGAIN,
    NotProved,
    WrongPassword,
    is_over,
    require_attempt,
)
from compounder.services.form_key import form_key
from compounder.services.once import once
from compounder.services.passwords import is_password, nobodys
from compounder.services.second_factor import secret_of, step_of

_TOKEN_BYTES: Final = 32
_SEEN_EVERY: Final = timedelta(seconds=30)
_STRANGERS_COUNT_FOR: Final = timedelta(days=1)
_LONGEST_NAME: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What somebody typed to prove who they are. `code` is empty where no second factor is set up."""

    sign_in_name: str
    password: str
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where somebody proves it: the workspace's site, its keys, and the list of breached passwords if any."""

    database: Database
    site: str
    keys: Path
    breached_passwords: Path | None = None


def new_token() -> str:
    """A token of 256 bits that cannot be guessed."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def hash_of(token: str) -> str:
    """What is kept of a token; 64 hexadecimal digits."""
    return hashlib.sha256(token.encode()).hexdigest()


def sign_in_name_of(typed: str) -> str:
    """The name as it is kept: without blanks around it, in small letters, each composed."""
    return plain(typed)[:_LONGEST_NAME]


def known_name(place: Place, typed: str) -> str:
    """The sign-in name as it is kept, if it is somebody's; else nothing: a stranger may have typed a password there."""
    with place.database.reading() as reading:
        found = people.find(reading, place.site, sign_in_name_of(typed))
    return found.person.sign_in_name if found else ""


def sign_in(place: Place, proof: Proof, *, at: datetime) -> str:
    """The token of a new session; refuses with `WrongPassword`, `TooManyFailures` or `Locked`."""
    stored = _proved(place, proof, at)
    with place.database.writing() as writing:
        return start_session(writing, stored.person_id, at=at)


def reauthenticate(place: Place, person: Person, proof: Proof, *, at: datetime) -> Signatory:
    """The person, proved once more in order to sign; refuses with `NotProved`, or as `sign_in` does."""
    if sign_in_name_of(proof.sign_in_name) != person.sign_in_name:
        raise NotProved
    try:
        return Signatory(person=_proved(place, proof, at).person)
    except WrongPassword:
        raise NotProved from None


def start_session(connection: Connection, person_id: int, *, at: datetime) -> str:
    """The token of a new session."""
    token = new_token()
    sessions.clear(connection, seen_before=at - LONGEST)
    sessions.start(connection, hash_of(token), person_id, at=at)
    return token


def _proved(place: Place, proof: Proof, at: datetime) -> StoredPerson:
    """Who it is. What fails is counted, and stays counted. Nobody waits to write while a password is compared."""
    name = sign_in_name_of(proof.sign_in_name)
    with place.database.reading() as reading:
        require_attempt(sessions.failures(reading, place.site, name), at)
        found = people.find(reading, place.site, name)
    is_right = is_password(found.password_hash if found else nobodys(), proof.password)
    with place.database.writing() as writing:
        stored = people.find(writing, place.site, name) if is_right else None
        if stored is not None and stored == found and _takes_code(writing, place, stored, proof, at):
            sessions.forget_failures(writing, place.site, name)
            return stored
        sessions.forget_strangers(writing, place.site, before=at - _STRANGERS_COUNT_FOR)
        sessions.count_failure(writing, place.site, name, at=at)
    raise WrongPassword


def _takes_code(connection: Connection, place: Place, stored: StoredPerson, proof: Proof, at: datetime) -> bool:
    """Whether somebody who knows the password may go on: not disabled, and with a fresh code where one is asked."""
    if stored.is_disabled or not stored.has_second_factor:
        return not stored.is_disabled
    secret = secret_of(place.keys, place.site, stored.person.sign_in_name, stored.second_factor_number)
    step = step_of(secret, proof.code, at=at, after=stored.last_code_step)
    if step is None:
        return False
    people.change(connection, stored.person_id, last_code_step=step)
    return True


Session: TypeAlias = StoredSession
"""Who is signed in, and since when."""


def signed_in(place: Place, token: str, *, at: datetime) -> Session | None:
    """The session with this token, in which something is asked now; None if there is none, or it is over."""
    found = session_of(place, token, at=at)
    if found is not None and at - found.seen_at >= _SEEN_EVERY:
        sessions.see(place.database, hash_of(token), at=at)
    return found


def session_of(place: Place, token: str, *, at: datetime) -> Session | None:
    """The same without anybody having asked: a page that looks for news by itself keeps no session alive."""
    with place.database.reading() as reading:
        found = sessions.find(reading, place.site, hash_of(token))
    if found is None:
        return None
    if is_over(found.started_at, found.seen_at, at):
        sign_out(place.database, token)
        return None
    return found if found.replaced_at is None else None


def replaced_session(place: Place, token: str, sent: object, *, at: datetime) -> Session | None:
    """The session of before, for the very form that another took its place for, sent twice; None for anything else."""
    with place.database.reading() as reading:
        found = sessions.find(reading, place.site, hash_of(token))
    if found is None or found.replaced_at is None or at - found.replaced_at >= SENT_AGAIN:
        return None
    return found if found.replaced_for == once(token, sent) else None


def renew(place: Place, token: str, sent: object, *, at: datetime) -> str:
    """The token of the session that takes the place of this one: what was sent proved once more who it is.

    The same for two clicks on one form, whichever is answered: it is worked out from this token with the workspace's
    key, so that nobody else can. Where nothing can be written any more it is this one. Source: OWASP ASVS 5.0, 7.2.4.
    """
    said = hmac.digest(form_key(place.keys), f"session after\n{token}".encode(), hashlib.sha256)
    following = urlsafe_b64encode(said).decode("ascii").rstrip("=")
    is_replaced = sessions.replace(place.database, hash_of(token), hash_of(following), once(token, sent), at=at)
    return following if is_replaced else token


def other_sessions(place: Place, person: Person, token: str, *, at: datetime) -> tuple[Session, ...]:
    """Where else a person is signed in: the sessions that are not over, but for the one with this token."""
    with place.database.reading() as reading:
        found = sessions.others(reading, place.site, person, hash_of(token))
    return tuple(each for each in found if not is_over(each.started_at, each.seen_at, at))


def sign_out(database: Database, token: str) -> None:
    """The session is gone; its token is refused from now on."""
    with database.writing() as writing:
        sessions.end(writing, hash_of(token))


def bearer(place: Place, token: str) -> StoredToken | None:
    """A program's token, with its person and the role that it acts in; None if it is good for nothing."""
    with place.database.reading() as reading:
        found = sessions.bearer(reading, place.site, hash_of(token))
    return found if found and found.role in (found.person.role, Role.AUDITOR) else None
