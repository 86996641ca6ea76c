"""What the rows of people and of their tokens must say, by the entries that made and changed them.

Of a password's hash the journal has the SHA-256: a hash that somebody put in its place is found, and none can be read.
"""

from collections.abc import Iterator
from typing import Final

from compounder.codec.documents import digest
from compounder.database.audit.columns import Changes, Columns, Document
from compounder.database.audit.entries import Told
from compounder.database.types import AnyRow
from compounder.domain.record.journal import EntryKind

CHANGING: Final = (
    EntryKind.PASSWORD_SET,
    EntryKind.SECOND_FACTOR_SET,
    EntryKind.ROLE_CHANGED,
    EntryKind.PERSON_DISABLED,
    EntryKind.PERSON_ENABLED,
    EntryKind.TOKEN_REVOKED,
)
_SUBJECT = "person "
_PASSWORD = "password_sha256"  # noqa: S105 - the name of a key
_LONG = "is_password_long"


def of_person(row: AnyRow, told: Told, document: Document, changes: Changes) -> Columns:
    sign_in_name = told.subject.removeprefix(_SUBJECT)
    says = {
        "site": told.site,
        "sign_in_name": sign_in_name,
        "name": document["name"],
        "role": document["role"],
        "is_disabled": 0,
        "has_second_factor": 0,
        "second_factor_number": 0,
        _PASSWORD: document[_PASSWORD],
        _LONG: int(document[_LONG]),
        **changes.of("people", row.site, sign_in_name),
    }
    password = says.pop(_PASSWORD)
    is_kept = digest(row.password_hash) == password
    return {**says, "password_hash": row.password_hash if is_kept else "another one"}


def of_token(row: AnyRow, told: Told, document: Document, changes: Changes) -> Columns:
    return {
        "site": told.site,
        "token_sha256": document["token_sha256"],
        "label": document["label"],
        "role": document["role"],
        "is_revoked": 0,
        "issued_at": told.at,
        "of_person": told.subject.removeprefix(_SUBJECT),
        **changes.of("api_tokens", row.site, row.id),
    }


def changed(told: Told, document: Document) -> Iterator[tuple[str, str, Columns]]:
    """What an entry about a person changed: table, name of the row, columns."""
    person = ("people", told.subject.removeprefix(_SUBJECT))
    match told.kind:
        case EntryKind.PASSWORD_SET:
            yield *person, {_PASSWORD: document[_PASSWORD], _LONG: int(document[_LONG])}
        case EntryKind.SECOND_FACTOR_SET:
            has = int(document["has_second_factor"])
            yield *person, {"has_second_factor": has, "second_factor_number": document["number"]}
        case EntryKind.ROLE_CHANGED:
            yield *person, {"role": document["role"]}
        case EntryKind.PERSON_DISABLED:
            yield *person, {"is_disabled": 1}
        case EntryKind.PERSON_ENABLED:
            yield *person, {"is_disabled": 0}
        case EntryKind.TOKEN_REVOKED:
            yield "api_tokens", document["token_id"], {"is_revoked": 1}
