"""Master formulation records: revised as a new version, approved with a name and a reason; never edited."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias

from compounder.codec.documents import canonical, digest
from compounder.database import formulations, journal
from compounder.database.engine import Connection
from compounder.database.formulations import StoredFormulation
from compounder.domain.formulary.formulation import Approval, Formulation, require_approvable
from compounder.domain.record.journal import Actor, EntryKind, JournalEntry
from compounder.services.errors import NothingChanged


def revise_formulation(connection: Connection, site: str, revised: Formulation, *, actor: Actor, at: datetime) -> None:
    """Keep the next version, to be approved. The same version sent twice is kept once.

    Refuses with `VersionTaken` where somebody was quicker, with `NothingChanged` what the version before says too.
    """
    by_number = {kept.formulation.version: kept for kept in formulations.versions(connection, site, revised.code)}
    twin = by_number.get(revised.version)
    if twin is not None and twin.sha256 == digest(canonical(revised)):
        return
    _require_change(by_number.get(revised.version - 1), revised)
    entry = journal.append(
        connection,
        at=at,
        actor=actor,
        site=site,
        subject=revised.code,
        kind=EntryKind.FORMULATION_REVISED,
        document=revised,
    )
    formulations.add_version(connection, site, revised, entry.number)


def _require_change(before: StoredFormulation | None, revised: Formulation) -> None:
    if before is None:
        return
    earlier = before.formulation
    if canonical(replace(revised, version=earlier.version, reason=earlier.reason)) == canonical(earlier):
        raise NothingChanged(already=f"Version {earlier.version} says all of this")


def approve_formulation(
    connection: Connection, site: str, code: str, version: int, *, reason: str, actor: Actor, at: datetime
) -> None:
    """Allow batches by this version. The same approval sent twice is kept once.

    Refuses a policy beyond 180 days without its reference and a stated reason.
    """
    stored = formulations.version(connection, site, code, version)
    require_approvable(stored.formulation, actor.name, reason)
    if stored.approval and (stored.approval.name, stored.approval.reason) == (actor.name, reason):
        return
    journal.append(
        connection,
        at=at,
        actor=actor,
        site=site,
        subject=code,
        kind=EntryKind.FORMULATION_APPROVED,
        document={"version": version, "sha256": stored.sha256, "reason": reason},
    )
    formulations.approve(connection, site, code, version, Approval(name=actor.name, at=at, reason=reason))


FormulationVersion: TypeAlias = StoredFormulation
"""One version as it is kept, with its approval once it has one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormulationFile:
    """One version, every version newest first, and what happened to the formulation."""

    shown: FormulationVersion
    versions: tuple[FormulationVersion, ...]
    entries: tuple[JournalEntry, ...]
    entry_hashes: tuple[str, ...]

    @property
    def before(self) -> FormulationVersion | None:
        """The version that the one shown was revised from."""
        number = self.shown.formulation.version - 1
        return next((each for each in self.versions if each.formulation.version == number), None)

    @property
    def in_use(self) -> FormulationVersion | None:
        """The version that batches are made by: the newest approved one."""
        return next((each for each in self.versions if each.is_approved), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class FormulationLine:
    """A formulation in the list: its newest version, and the number of the one in use."""

    newest: FormulationVersion
    in_use: int | None


def formulation_list(connection: Connection, site: str) -> tuple[FormulationLine, ...]:
    """Every formulation, by name."""
    return tuple(_line(connection, site, newest) for newest in formulations.listed(connection, site))


def _line(connection: Connection, site: str, newest: FormulationVersion) -> FormulationLine:
    approved = formulations.latest_approved(connection, site, newest.formulation.code)
    return FormulationLine(newest=newest, in_use=approved.formulation.version if approved else None)


def formulation_file(connection: Connection, site: str, code: str, version: int | None) -> FormulationFile:
    """The version asked for, or the newest; refuses with `NotFound`."""
    newest = formulations.latest(connection, site, code)
    shown = newest if version is None else formulations.version(connection, site, code, version)
    entries = journal.entries_of(connection, site, code)
    return FormulationFile(
        shown=shown,
        versions=formulations.versions(connection, site, code),
        entries=entries,
        entry_hashes=tuple(journal.entry_hash(entry) for entry in entries),
    )
