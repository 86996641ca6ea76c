"""Sessions, wrong passwords in a row, and tokens for programs; tokens by their hash only."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, insert, select, update
from sqlalchemy.exc import OperationalError

from compounder.database.engine import Database
from compounder.database.errors import DatabaseBusy, DatabaseGone, NotFound
from compounder.database.schema import ApiTokenTable, FailureTable, PersonTable, SessionTable
from compounder.database.search import prepared
from compounder.database.types import AnySelect, row_id
from compounder.domain.people.person import Person, Role
from compounder.domain.people.sign_in import SENT_AGAIN, Failures


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSession:
    """Whose session it is, when it began and something was last asked in it, and when and for what another took its
    place."""

    person: Person
    has_second_factor: bool
    started_at: datetime
    seen_at: datetime
    replaced_at: datetime | None = None
    replaced_for: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredToken:
    """A token for a program: what it is for, whose it is, and the role it acts in."""

    token_id: str
    label: str
    person: Person
    role: Role
    is_revoked: bool
    issued_at: datetime


_SESSION: Final[AnySelect] = (
    select(
        PersonTable.sign_in_name,
        PersonTable.name,
        PersonTable.role,
        PersonTable.has_second_factor,
        SessionTable.started_at,
        SessionTable.seen_at,
        SessionTable.replaced_at,
        SessionTable.replaced_for,
    )
    .join(PersonTable, PersonTable.id == SessionTable.person_id)
    .where(
        SessionTable.token_sha256 == bindparam("token"),
        PersonTable.site == bindparam("site"),
        PersonTable.is_disabled.is_(False),
    )
)
_OTHERS: Final[AnySelect] = (
    select(PersonTable.has_second_factor, SessionTable.started_at, SessionTable.seen_at)
    .join(PersonTable, PersonTable.id == SessionTable.person_id)
    .where(
        PersonTable.site == bindparam("site"),
        PersonTable.sign_in_name == bindparam("sign_in_name"),
        SessionTable.token_sha256 != bindparam("token"),
        SessionTable.replaced_at.is_(None),
    )
    .order_by(SessionTable.seen_at.desc())
)
_FAILURES: Final = select(FailureTable.in_a_row, FailureTable.last_at).where(
    FailureTable.site == bindparam("site"), FailureTable.sign_in_name == bindparam("sign_in_name")
)
_TOKENS: Final = (
    select(
        ApiTokenTable.id,
        ApiTokenTable.label,
        ApiTokenTable.role,
        ApiTokenTable.is_revoked,
        ApiTokenTable.issued_at,
        PersonTable.sign_in_name,
        PersonTable.name,
        PersonTable.role.label("person_role"),
    )
    .join(PersonTable, PersonTable.id == ApiTokenTable.person_id)
    .where(ApiTokenTable.site == bindparam("site"))
)


def start(connection: Connection, token_sha256: str, person_id: int, *, at: datetime) -> None:
    """Keep a session that begins now."""
    row = {"token_sha256": token_sha256, "person_id": person_id, "started_at": at, "seen_at": at}
    connection.execute(insert(SessionTable), row)


def find(connection: Connection, site: str, token_sha256: str) -> StoredSession | None:
    """The session with this token's hash, of somebody who may sign in; None if there is none."""
    for row in prepared.rows(connection, _SESSION, {"token": token_sha256, "site": site}):
        sign_in_name, name, role, has_second_factor, started_at, seen_at, replaced_at, replaced_for = row
        return StoredSession(
            person=Person(sign_in_name=sign_in_name, name=name, role=Role(role)),
            has_second_factor=bool(has_second_factor),
            started_at=started_at,
            seen_at=seen_at,
            replaced_at=replaced_at,
            replaced_for=replaced_for,
        )
    return None


def others(connection: Connection, site: str, person: Person, token_sha256: str) -> tuple[StoredSession, ...]:
    """A person's sessions but the one with this token's hash, the one last asked in first."""
    asked = {"site": site, "sign_in_name": person.sign_in_name, "token": token_sha256}
    return tuple(
        StoredSession(
            person=person, has_second_factor=row.has_second_factor, started_at=row.started_at, seen_at=row.seen_at
        )
        for row in connection.execute(_OTHERS, asked)
    )


def see(database: Database, token_sha256: str, *, at: datetime) -> None:
    """Something was asked in the session. Who only reads may go on though nothing can be written, on a full disk."""
    seen = update(SessionTable).where(SessionTable.token_sha256 == token_sha256).values(seen_at=at)
    with suppress(OperationalError, DatabaseBusy), database.writing() as connection:
        connection.execute(seen)


def replace(database: Database, token_sha256: str, following_sha256: str, replaced_for: str, *, at: datetime) -> bool:
    """Whether another session takes the place of this one now; not where nothing can be written any more."""
    with suppress(OperationalError, DatabaseBusy, DatabaseGone), database.writing() as connection:
        _replace(connection, token_sha256, following_sha256, replaced_for, at)
        return True
    return False


def _replace(connection: Connection, token_sha256: str, following_sha256: str, replaced_for: str, at: datetime) -> None:
    """Nothing more where one has taken its place already. The 12 hours go on; what was replaced long ago goes."""
    this = select(SessionTable.person_id, SessionTable.started_at).where(
        SessionTable.token_sha256 == token_sha256, SessionTable.replaced_at.is_(None)
    )
    row = connection.execute(this).first()
    if row is None:
        return
    stale = (SessionTable.person_id == row.person_id, SessionTable.replaced_at < at - SENT_AGAIN)
    connection.execute(delete(SessionTable).where(*stale))
    replaced = update(SessionTable).where(SessionTable.token_sha256 == token_sha256)
    connection.execute(replaced.values(replaced_at=at, replaced_for=replaced_for))
    following = {"token_sha256": following_sha256, "person_id": row.person_id, "started_at": row.started_at}
    connection.execute(insert(SessionTable), {**following, "seen_at": at})


def end(connection: Connection, token_sha256: str) -> None:
    """The session is gone."""
    connection.execute(delete(SessionTable).where(SessionTable.token_sha256 == token_sha256))


def end_all(connection: Connection, person_id: int) -> None:
    """Every session of a person is gone."""
    connection.execute(delete(SessionTable).where(SessionTable.person_id == person_id))


def clear(connection: Connection, *, seen_before: datetime) -> None:
    """Sessions in which nothing was asked for so long are gone."""
    connection.execute(delete(SessionTable).where(SessionTable.seen_at < seen_before))


def failures(connection: Connection, site: str, sign_in_name: str) -> Failures | None:
    """Wrong passwords in a row for a name; None where there was none."""
    row = connection.execute(_FAILURES, {"site": site, "sign_in_name": sign_in_name}).first()
    return Failures(count=row.in_a_row, last_at=row.last_at) if row else None


def count_failure(connection: Connection, site: str, sign_in_name: str, *, at: datetime) -> None:
    """One more wrong password."""
    name = {"site": site, "sign_in_name": sign_in_name}
    one_more = update(FailureTable).where(FailureTable.site == site, FailureTable.sign_in_name == sign_in_name)
    if not connection.execute(one_more.values(in_a_row=FailureTable.in_a_row + 1, last_at=at)).rowcount:
        connection.execute(insert(FailureTable), {**name, "in_a_row": 1, "last_at": at})


def forget_failures(connection: Connection, site: str, sign_in_name: str) -> None:
    """The right password, or an owner's new link, begins again."""
    name = (FailureTable.site == site, FailureTable.sign_in_name == sign_in_name)
    connection.execute(delete(FailureTable).where(*name))


def forget_strangers(connection: Connection, site: str, *, before: datetime) -> None:
    """Names that nobody has, and that were typed so long ago, are not counted any more."""
    ours = select(PersonTable.sign_in_name).where(PersonTable.site == site)
    stale = (FailureTable.site == site, FailureTable.last_at < before, FailureTable.sign_in_name.not_in(ours))
    connection.execute(delete(FailureTable).where(*stale))


def issue(
    connection: Connection,
    site: str,
    token_sha256: str,
    person_id: int,
    *,
    label: str,
    role: Role,
    at: datetime,
    entry: int,
) -> None:
    """Keep a token's hash."""
    row = {"token_sha256": token_sha256, "site": site, "person_id": person_id, "label": label, "role": role.value}
    connection.execute(insert(ApiTokenTable), {**row, "is_revoked": False, "issued_at": at, "journal_number": entry})


def tokens(connection: Connection, site: str, sign_in_name: str) -> tuple[StoredToken, ...]:
    """A person's tokens, the newest first."""
    asked = _TOKENS.where(PersonTable.sign_in_name == bindparam("sign_in_name")).order_by(ApiTokenTable.id.desc())
    return tuple(_token(row) for row in connection.execute(asked, {"site": site, "sign_in_name": sign_in_name}))


def token(connection: Connection, site: str, token_id: str) -> StoredToken:
    """One token; refuses with `NotFound`."""
    row = connection.execute(
        _TOKENS.where(ApiTokenTable.id == bindparam("id")), {"site": site, "id": row_id(token_id)}
    ).first()
    if row is None:
        raise NotFound(what="token", name=token_id)
    return _token(row)


def bearer(connection: Connection, site: str, token_sha256: str) -> StoredToken | None:
    """The token with this hash, if it is good: not revoked, and its person may sign in; None otherwise."""
    asked = _TOKENS.where(
        ApiTokenTable.token_sha256 == bindparam("token"),
        ApiTokenTable.is_revoked.is_(False),
        PersonTable.is_disabled.is_(False),
    )
    row = connection.execute(asked, {"site": site, "token": token_sha256}).first()
    return _token(row) if row else None


def revoke(connection: Connection, token_id: str) -> None:
    """The token is good for nothing any more."""
    connection.execute(update(ApiTokenTable).where(ApiTokenTable.id == row_id(token_id)).values(is_revoked=True))


def _token(row: Any) -> StoredToken:
    return StoredToken(
        token_id=str(row.id),
        label=row.label,
        person=Person(sign_in_name=row.sign_in_name, name=row.name, role=Role(row.person_role)),
        role=Role(row.role),
        is_revoked=row.is_revoked,
        issued_at=row.issued_at,
    )
