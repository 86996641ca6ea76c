"""Master formulation records: numbered versions, never edited; approval is all that is ever added to one."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from sqlalchemy import Connection, bindparam, func, insert, select, update

from compounder.codec.documents import canonical, digest, from_stored
from compounder.database.errors import AlreadyApproved, NotFound, VersionTaken
from compounder.database.schema import FormulationTable
from compounder.database.types import AnyRow, AnySelect
from compounder.domain.formulary.formulation import Approval, Formulation


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFormulation:
    """One version as it is kept, with its approval once it has one."""

    formulation: Formulation
    sha256: str
    approval: Approval | None

    @property
    def is_approved(self) -> bool:
        return self.approval is not None


_VERSIONS: Final = select(
    FormulationTable.document,
    FormulationTable.sha256,
    FormulationTable.approved_by,
    FormulationTable.approved_at,
    FormulationTable.approval_reason,
).where(FormulationTable.site == bindparam("site"))
_OF_CODE: Final = _VERSIONS.where(FormulationTable.code == bindparam("code")).order_by(FormulationTable.version.desc())
_ONE: Final = _OF_CODE.where(FormulationTable.version == bindparam("version"))
_LATEST: Final = _OF_CODE.limit(1)
_LATEST_APPROVED: Final = _OF_CODE.where(FormulationTable.approved_at.is_not(None)).limit(1)
_newest = (
    select(FormulationTable.code, func.max(FormulationTable.version).label("version"))
    .where(FormulationTable.site == bindparam("site"))
    .group_by(FormulationTable.code)
    .subquery()
)
_LISTED: Final = _VERSIONS.join(
    _newest, (FormulationTable.code == _newest.c.code) & (FormulationTable.version == _newest.c.version)
).order_by(FormulationTable.name, FormulationTable.code)


def listed(connection: Connection, site: str) -> tuple[StoredFormulation, ...]:
    """The latest version of every formulation, by name."""
    return tuple(_stored(row) for row in connection.execute(_LISTED, {"site": site}))


def versions(connection: Connection, site: str, code: str) -> tuple[StoredFormulation, ...]:
    """Every version of one formulation, newest first."""
    return tuple(_stored(row) for row in connection.execute(_OF_CODE, {"site": site, "code": code}))


def version(connection: Connection, site: str, code: str, number: int) -> StoredFormulation:
    """One version; refuses with `NotFound` where there is none."""
    found = _first(connection, _ONE, {"site": site, "code": code, "version": number})
    if found is None:
        raise NotFound(what="formulation", name=f"{code} version {number}")
    return found


def text(connection: Connection, site: str, code: str, number: int) -> str:
    """What lies in the table of one version, letter by letter: what its signature is held against."""
    row = connection.execute(_ONE, {"site": site, "code": code, "version": number}).first()
    return row.document if row else ""


def latest(connection: Connection, site: str, code: str) -> StoredFormulation:
    """The newest version, approved or not; refuses with `NotFound` an unknown code."""
    found = _first(connection, _LATEST, {"site": site, "code": code})
    if found is None:
        raise NotFound(what="formulation", name=code)
    return found


def latest_approved(connection: Connection, site: str, code: str) -> StoredFormulation | None:
    """The version that batches are made by; None while none is approved."""
    return _first(connection, _LATEST_APPROVED, {"site": site, "code": code})


def add_version(connection: Connection, site: str, formulation: Formulation, journal_number: int) -> None:
    """Keep the next version; refuses with `VersionTaken` one that is not the next."""
    newest = _first(connection, _LATEST, {"site": site, "code": formulation.code})
    if formulation.version != (newest.formulation.version if newest else 0) + 1:
        raise VersionTaken(what=formulation.code, version=formulation.version)
    connection.execute(insert(FormulationTable), _row(site, formulation, journal_number))


def approve(connection: Connection, site: str, code: str, number: int, approval: Approval) -> None:
    """Add the approval to a version; refuses with `NotFound`, or `AlreadyApproved` for one that has it."""
    if version(connection, site, code, number).is_approved:
        raise AlreadyApproved(code_name=code, version=number)
    table = FormulationTable
    connection.execute(
        update(table)
        .where(table.site == site, table.code == code, table.version == number, table.approved_at.is_(None))
        .values(approved_by=approval.name, approved_at=approval.at, approval_reason=approval.reason)
    )


def _first(connection: Connection, query: AnySelect, names: Mapping[str, object]) -> StoredFormulation | None:
    row = connection.execute(query, names).first()
    return _stored(row) if row else None


def _stored(row: AnyRow) -> StoredFormulation:
    return StoredFormulation(formulation=_read(row.document), sha256=row.sha256, approval=_approval(row))


def _approval(row: AnyRow) -> Approval | None:
    if row.approved_at is None:
        return None
    return Approval(name=row.approved_by, at=row.approved_at, reason=row.approval_reason)


def _row(site: str, formulation: Formulation, journal_number: int) -> Mapping[str, object]:
    document = canonical(formulation)
    return {
        "site": site,
        "code": formulation.code,
        "version": formulation.version,
        "name": formulation.name,
        "document": document,
        "sha256": digest(document),
        "journal_number": journal_number,
    }


@lru_cache(maxsize=64)
def _read(document: str) -> Formulation:
    """The formulation of a document; every order asks for the same one, and no version ever changes."""
    return from_stored(document, Formulation)
