"""Master formulation records: revised as a new version, approved with a name and a reason; never edited."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TypeAlias

from compounder.codec.documents import canonical, digest
from compounder.database import formulations, journal
from compounder.database.engine import Connection
from compounder.database.formulations import StoredFormulation
from compounder.domain.formulary.formulation import Approval, Formulation, require_approvable
from compounder.domain.record.decisions import is_named
from compounder.domain.record.journal import Actor, EntryKind, JournalEntry
from compounder.domain.record.signatures import Bound, Meaning, signed_by
from compounder.services.acting import Acting, append
from compounder.services.errors import NothingChanged, RevisedByYou
from compounder.services.signatures import CheckedSignature, Signing, checked, signature_of
from compounder.services.signing import public_keys


def revise_formulation(connection: Connection, site: str, revised: Formulation, *, actor: Actor, at: datetime) -> None:
    """Keep the next version, to be approved. The same version sent twice is kept once.

    Refuses with `VersionTaken` where somebody was quicker, with `NothingChanged` what the version before says too.
    """
    by_number = {kept.formulation.version: kept for kept in formulations.versions(connection, site, revised.code)}
    twin = by_number.get(revised.version)
    if twin is not None and twin.sha256 == digest(canonical(revised)):
        return
    _require_change(by_number.get(revised.version - 1), revised)
    act = Acting(site=site, actor=actor, at=at)
    entry = append(connection, act, revised.code, EntryKind.FORMULATION_REVISED, revised)
    formulations.add_version(connection, site, revised, entry.number)


def _require_change(before: StoredFormulation | None, revised: Formulation) -> None:
    if before is None:
        return
    earlier = before.formulation
    if canonical(replace(revised, version=earlier.version, reason=earlier.reason)) == canonical(earlier):
        raise NothingChanged(already=f"Version {earlier.version} says all of this")


def approve_formulation(connection: Connection, code: str, version: int, signing: Signing, *, reason: str) -> None:
    """Allow batches by this version, signed. The same approval sent twice is kept once.

    Refuses a policy beyond 180 days without its reference and a stated reason, with `RevisedByYou` whoever revised this
    version, and with `NotForThisRole` whoever may not approve.
    """
    site, actor = signing.site, signing.signatory.person.actor
    stored = formulations.version(connection, site, code, version)
    require_approvable(stored.formulation, actor.name, reason)
    if is_named(actor.name, _revised_by(connection, site, code, version)):
        raise RevisedByYou(formulation=code, version=version, name=actor.name)
    if not _is_kept(stored, actor, reason):
        bound = Bound(record_sha256=digest(formulations.text(connection, site, code, version)))
        signature = signature_of(signing, Meaning.APPROVED, code, bound, reason)
        said = {"version": version, "sha256": stored.sha256, "reason": reason, "signature": signature}
        append(connection, signing.act, code, EntryKind.FORMULATION_APPROVED, said)
        formulations.approve(connection, site, code, version, Approval(name=actor.name, at=signing.at, reason=reason))


def _revised_by(connection: Connection, site: str, code: str, version: int) -> Iterator[str]:
    for entry in journal.entries_of(connection, site, code):
        if entry.kind is EntryKind.FORMULATION_REVISED and json.loads(entry.document)["version"] == version:
            yield entry.actor.name


def _is_kept(stored: StoredFormulation, actor: Actor, reason: str) -> bool:
    return bool(stored.approval and (stored.approval.name, stored.approval.reason) == (actor.name, reason))


FormulationVersion: TypeAlias = StoredFormulation
"""One version as it is kept, with its approval once it has one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormulationFile:
    """One version, every version newest first, and what happened to the formulation. `signature` is that of the
    version shown; None while it is not approved."""

    shown: FormulationVersion
    signature: CheckedSignature | None
    versions: tuple[FormulationVersion, ...]
    entries: tuple[JournalEntry, ...]

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


def formulation_file(
    connection: Connection, site: str, code: str, version: int | None, *, keys: Path | None = None
) -> FormulationFile:
    """The version asked for, or the newest; refuses with `NotFound`.

    Its signature is held against the keys in `keys`; without, against the key that it names.
    """
    newest = formulations.latest(connection, site, code)
    shown = newest if version is None else formulations.version(connection, site, code, version)
    entries = journal.entries_of(connection, site, code)
    return FormulationFile(
        shown=shown,
        signature=_signature(connection, site, shown, entries, keys),
        versions=formulations.versions(connection, site, code),
        entries=entries,
    )


def _signature(
    connection: Connection, site: str, shown: FormulationVersion, entries: Iterable[JournalEntry], keys: Path | None
) -> CheckedSignature | None:
    """The approval's signature, held against the version's text."""
    code, version = shown.formulation.code, shown.formulation.version
    for entry in entries:
        said = json.loads(entry.document) if entry.kind is EntryKind.FORMULATION_APPROVED else {}
        if said.get("version") == version:
            bound = Bound(record_sha256=digest(formulations.text(connection, site, code, version)))
            return checked(signed_by(entry, said), bound, public_keys(keys) if keys else None)
    return None
