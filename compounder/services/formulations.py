"""Master formulation records: revised as a new version, approved with a name and a reason; never edited."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from compounder.database import formulations, journal
from compounder.database.engine import Connection
from compounder.database.formulations import StoredFormulation
from compounder.domain.formulary.formulation import Approval, Formulation, require_approvable
from compounder.domain.record.journal import Actor, EntryKind


def revise_formulation(connection: Connection, site: str, revised: Formulation, *, actor: Actor, at: datetime) -> None:
    """Keep the next version, to be approved; refuses with `VersionTaken` where somebody was quicker."""
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


def approve_formulation(
    connection: Connection, site: str, code: str, version: int, *, reason: str, actor: Actor, at: datetime
) -> None:
    """Allow batches by this version; refuses a policy beyond 180 days without its reference and a stated reason."""
    stored = formulations.version(connection, site, code, version)
    require_approvable(stored.formulation, actor.name, reason)
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
    """One version, the one before it, and every version of the formulation, newest first."""

    shown: FormulationVersion
    before: FormulationVersion | None
    versions: tuple[FormulationVersion, ...]


def formulation_list(connection: Connection, site: str) -> tuple[FormulationVersion, ...]:
    """The newest version of every formulation."""
    return formulations.listed(connection, site)


def formulation_file(connection: Connection, site: str, code: str, version: int | None) -> FormulationFile:
    """The version asked for, or the newest; refuses with `NotFound`."""
    newest = formulations.latest(connection, site, code)
    shown = newest if version is None else formulations.version(connection, site, code, version)
    versions = formulations.versions(connection, site, code)
    before = next((each for each in versions if each.formulation.version == shown.formulation.version - 1), None)
    return FormulationFile(shown=shown, before=before, versions=versions)
