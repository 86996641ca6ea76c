"""Tokens for programs: each belongs to a person, acts in one role, is shown once, and can be revoked."""

from typing import TypeAlias

from compounder.database import people, sessions
from compounder.database.engine import Connection
from compounder.database.errors import NotFound
from compounder.database.sessions import StoredToken
from compounder.domain.errors import MissingKey
from compounder.domain.people.person import Person, Role
from compounder.domain.record.journal import EntryKind
from compounder.services.acting import Acting
from compounder.services.people import end_token, enter
from compounder.services.people_errors import RoleNotYours
from compounder.services.signing_in import hash_of, new_token

IssuedToken: TypeAlias = StoredToken
"""A token as it is kept: without what proves it."""


def roles_for(person: Person) -> tuple[Role, ...]:
    """The roles that a token of theirs may act in: their own, or reading only."""
    return tuple(dict.fromkeys((person.role, Role.AUDITOR)))


def issue_token(connection: Connection, act: Acting, person: Person, *, label: str, role: Role) -> str:
    """The token, which nobody can look up again; refuses with `RoleNotYours`, and a label that is empty."""
    if not label.strip():
        raise MissingKey(missing="label")
    if role not in roles_for(person):
        raise RoleNotYours(read=role.value, accepted=tuple(each.value for each in roles_for(person)))
    token = new_token()
    kept = hash_of(token)
    document = {"label": label, "role": role, "token_sha256": kept}
    entry = enter(connection, act, person.sign_in_name, EntryKind.TOKEN_ISSUED, document)
    person_id = people.load(connection, act.site, person.sign_in_name).person_id
    sessions.issue(connection, act.site, kept, person_id, label=label, role=role, at=act.at, entry=entry.number)
    return token


def tokens_of(connection: Connection, site: str, person: Person) -> tuple[IssuedToken, ...]:
    """A person's tokens, the newest first."""
    return sessions.tokens(connection, site, person.sign_in_name)


def revoke_token(connection: Connection, act: Acting, token_id: str, *, of: Person) -> None:
    """The token is refused from now on; a second click changes nothing. Refuses with `NotFound` somebody else's."""
    found = sessions.token(connection, act.site, token_id)
    if found.person.sign_in_name != of.sign_in_name:
        raise NotFound(what="token", name=token_id)
    end_token(connection, act, found)
