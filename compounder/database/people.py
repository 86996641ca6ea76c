"""People of a site and the links by which they come in. What proves somebody goes in and out as a hash only."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from compounder.database.errors import NotFound
from compounder.database.schema import InvitationTable, PersonTable
from compounder.database.types import AnyRow
from compounder.domain.people.person import Person, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPerson:
    """A person as kept, with what proving who they are needs. `second_factor_number` is the secret's in use, or the
    last one's that was; `last_code_step` the newest code used, as a count of half minutes."""

    person_id: int
    person: Person
    is_disabled: bool
    password_hash: str
    is_password_long: bool
    has_second_factor: bool
    second_factor_number: int
    last_code_step: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """What a one-time link is for; the first owner's leaves the names open."""

    sign_in_name: str
    name: str
    role: Role
    expires_at: datetime


_PEOPLE: Final = select(
    PersonTable.id,
    PersonTable.sign_in_name,
    PersonTable.name,
    PersonTable.role,
    PersonTable.is_disabled,
    PersonTable.password_hash,
    PersonTable.is_password_long,
    PersonTable.has_second_factor,
    PersonTable.second_factor_number,
    PersonTable.last_code_step,
).where(PersonTable.site == bindparam("site"))
_BY_SIGN_IN_NAME: Final = _PEOPLE.where(PersonTable.sign_in_name == bindparam("sign_in_name"))
_INVITED: Final = select(
    InvitationTable.sign_in_name, InvitationTable.name, InvitationTable.role, InvitationTable.expires_at
).where(InvitationTable.site == bindparam("site"))


def everybody(connection: Connection, site: str) -> tuple[StoredPerson, ...]:
    """Everybody the site has or had, by printed name."""
    return tuple(_person(row) for row in connection.execute(_PEOPLE.order_by(PersonTable.name), {"site": site}))


def find(connection: Connection, site: str, sign_in_name: str) -> StoredPerson | None:
    """The person who signs in by this name; None if nobody does."""
    row = connection.execute(_BY_SIGN_IN_NAME, {"site": site, "sign_in_name": sign_in_name}).first()
    return _person(row) if row else None


def load(connection: Connection, site: str, sign_in_name: str) -> StoredPerson:
    """The person who signs in by this name; refuses with `NotFound`."""
    found = find(connection, site, sign_in_name)
    if found is None:
        raise NotFound(what="person", name=sign_in_name)
    return found


def add(
    connection: Connection, site: str, person: Person, *, password_hash: str, is_password_long: bool, entry: int
) -> int:
    """The id of the person, kept from now on; without a second factor yet."""
    row = {
        "site": site,
        "sign_in_name": person.sign_in_name,
        "name": person.name,
        "role": person.role.value,
        "is_disabled": False,
        "password_hash": password_hash,
        "is_password_long": is_password_long,
        "has_second_factor": False,
        "second_factor_number": 0,
        "last_code_step": 0,
        "journal_number": entry,
    }
    return int(connection.execute(insert(PersonTable).returning(PersonTable.id), row).scalar_one())


def change(connection: Connection, person_id: int, **columns: Any) -> None:
    """Let these columns of a person say something else."""
    connection.execute(update(PersonTable).where(PersonTable.id == person_id).values(**columns))


def invite(connection: Connection, site: str, token_sha256: str, invitation: Invitation) -> None:
    """Keep a link's hash; earlier links for the same name, and those that are over, are gone."""
    withdraw(connection, site, invitation.sign_in_name)
    row = {
        "token_sha256": token_sha256,
        "site": site,
        "sign_in_name": invitation.sign_in_name,
        "name": invitation.name,
        "role": invitation.role.value,
        "expires_at": invitation.expires_at,
    }
    connection.execute(insert(InvitationTable), row)


def invitation(connection: Connection, site: str, token_sha256: str) -> Invitation | None:
    """What the link with this hash is for; None if there is none."""
    asked = _INVITED.where(InvitationTable.token_sha256 == bindparam("token"))
    row = connection.execute(asked, {"site": site, "token": token_sha256}).first()
    return _invitation(row) if row else None


def invitations(connection: Connection, site: str) -> tuple[Invitation, ...]:
    """Every link that nobody has used yet, the next to end first."""
    rows = connection.execute(_INVITED.order_by(InvitationTable.expires_at), {"site": site})
    return tuple(_invitation(row) for row in rows)


def withdraw(connection: Connection, site: str, sign_in_name: str) -> None:
    """The link that waits for somebody is gone."""
    waiting = (InvitationTable.sign_in_name == sign_in_name) & (InvitationTable.site == site)
    connection.execute(delete(InvitationTable).where(waiting))


def use_invitation(connection: Connection, token_sha256: str) -> None:
    """The link is used up."""
    connection.execute(delete(InvitationTable).where(InvitationTable.token_sha256 == token_sha256))


def _person(row: AnyRow) -> StoredPerson:
    return StoredPerson(
        person_id=row.id,
        person=Person(sign_in_name=row.sign_in_name, name=row.name, role=Role(row.role)),
        is_disabled=row.is_disabled,
        password_hash=row.password_hash,
        is_password_long=row.is_password_long,
        has_second_factor=row.has_second_factor,
        second_factor_number=row.second_factor_number,
        last_code_step=row.last_code_step,
    )


def _invitation(row: AnyRow) -> Invitation:
    return Invitation(sign_in_name=row.sign_in_name, name=row.name, role=Role(row.role), expires_at=row.expires_at)
