"""The list of opioids that medicines are matched against: what the package brings, and what the site changed of it.

The package's list covers the groups N02A, N07BC, R05DA and A07DA of the ATC classification; brand names are of several
countries. A site adds names, corrects, verifies and withdraws them; each is a version of the name, with its reason.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, cached_property
from importlib.resources import files

from compounder.codec.documents import canonical, digest
from compounder.database import journal, opioids
from compounder.database.engine import Connection
from compounder.database.errors import NotFound, VersionTaken
from compounder.database.opioids import StoredOpioid
from compounder.domain.care.screening import Acting, Opioid, OpioidVersion
from compounder.domain.record.journal import EntryKind, JournalEntry
from compounder.services import acting
from compounder.services.care_errors import OpioidListed
from compounder.services.errors import NothingChanged


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedOpioid:
    """A name as it stands in the list now. `verified_by` and `verified_at` are empty where nobody here verified it."""

    said: OpioidVersion
    is_of_the_package: bool
    is_withdrawn: bool = False
    verified_by: str = ""
    verified_at: datetime | None = None

    @property
    def opioid(self) -> Opioid:
        return self.said.opioid

    @property
    def is_to_be_verified(self) -> bool:
        return not self.opioid.reference


@dataclass(frozen=True)
class OpioidList:
    """Every name of a site by its code; `version` counts from 1, the list as the program brings it."""

    version: int
    names: Mapping[str, ListedOpioid]

    @cached_property
    def opioids(self) -> tuple[Opioid, ...]:
        """What medicines are matched against."""
        return tuple(each.opioid for each in self.names.values() if not each.is_withdrawn)

    @property
    def sha256(self) -> str:
        """Names exactly these names, and what is said of each."""
        return digest(canonical([canonical(each) for each in self.opioids]))

    def named(self, code: str) -> ListedOpioid:
        """One name; refuses with `NotFound`."""
        if code not in self.names:
            raise NotFound(what="opioid", name=code)
        return self.names[code]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpioidFile:
    """A name as it stands now, and everything that happened to it."""

    listed: ListedOpioid
    entries: tuple[JournalEntry, ...]


@cache
def known_opioids() -> tuple[Opioid, ...]:
    """Every name in the package's list. One without a reference is to be verified."""
    text = files("compounder.services").joinpath("opioids.csv").read_text(encoding="utf-8")
    return tuple(
        Opioid(name=row["name"], atc=row["atc"], acting=Acting(row["acts"]), reference=row["reference"])
        for row in csv.DictReader(text.splitlines())
    )


@cache
def _brought() -> Mapping[str, ListedOpioid]:
    """The package's names by their code."""
    first = (OpioidVersion(version=1, opioid=each, reason="First version") for each in known_opioids())
    return {said.opioid.code: ListedOpioid(said=said, is_of_the_package=True) for said in first}


def subject_of(code: str) -> str:
    """What the journal calls an opioid's name."""
    return f"opioid {code}"


def opioid_list(connection: Connection, site: str) -> OpioidList:
    """The list as it is now, withdrawn names too."""
    changed = {code: _listed(stored) for code, stored in opioids.newest(connection, site).items()}
    return OpioidList(opioids.changes(connection, site) + 1, {**_brought(), **changed})


def opioid_file(connection: Connection, site: str, code: str) -> OpioidFile:
    """One name's file; refuses with `NotFound`."""
    listed = opioid_list(connection, site).named(code)
    return OpioidFile(listed=listed, entries=journal.entries_of(connection, site, subject_of(code)))


def add_opioid(connection: Connection, act: acting.Acting, opioid: Opioid, reason: str) -> None:
    """Put a name on the list, or back on it. Sent twice it is kept once; refuses with `OpioidListed`."""
    there = opioid_list(connection, act.site).names.get(opioid.code)
    if there and not there.is_withdrawn:
        if (there.opioid, there.said.reason) == (opioid, reason):
            return
        raise OpioidListed(name=there.opioid.name)
    _keep(connection, act, EntryKind.OPIOID_ADDED, there, opioid, reason)


def correct_opioid(connection: Connection, act: acting.Acting, base: int, opioid: Opioid, reason: str) -> None:
    """Say something else of a name than its version `base` does. Sent twice it is kept once.

    Refuses with `VersionTaken` where somebody was quicker, with `NothingChanged` what is said already.
    """
    there = _standing(connection, act.site, opioid.code)
    if there.said == OpioidVersion(version=base + 1, opioid=opioid, reason=reason):
        return
    if there.said.version != base:
        raise VersionTaken(what=opioid.name, version=base + 1)
    if there.opioid == opioid:
        raise NothingChanged(already=f"The list says all of this of {opioid.name}")
    _keep(connection, act, EntryKind.OPIOID_CORRECTED, there, opioid, reason)


def verify_opioid(connection: Connection, act: acting.Acting, code: str, reference: str) -> None:
    """Say that what stands there of a name was held against a reference. Sent twice it is kept once."""
    there = _standing(connection, act.site, code)
    verified = replace(there.opioid, reference=reference)
    if not there.verified_at or there.opioid != verified:
        _keep(connection, act, EntryKind.OPIOID_VERIFIED, there, verified, reference)


def withdraw_opioid(connection: Connection, act: acting.Acting, code: str, reason: str) -> None:
    """Match no medicine with this name any more; refuses with `NothingChanged` a withdrawn one."""
    there = _standing(connection, act.site, code)
    _keep(connection, act, EntryKind.OPIOID_WITHDRAWN, there, there.opioid, reason)


def _standing(connection: Connection, site: str, code: str) -> ListedOpioid:
    there = opioid_list(connection, site).named(code)
    if there.is_withdrawn:
        raise NothingChanged(already=f"{there.opioid.name} is withdrawn")
    return there


def _listed(stored: StoredOpioid) -> ListedOpioid:
    is_verified = stored.kind is EntryKind.OPIOID_VERIFIED
    return ListedOpioid(
        said=stored.said,
        is_of_the_package=stored.code in _brought(),
        is_withdrawn=stored.kind is EntryKind.OPIOID_WITHDRAWN,
        verified_by=stored.by if is_verified else "",
        verified_at=stored.at if is_verified else None,
    )


def _keep(
    connection: Connection,
    act: acting.Acting,
    kind: EntryKind,
    before: ListedOpioid | None,
    opioid: Opioid,
    reason: str,
) -> None:
    said = OpioidVersion(version=before.said.version + 1 if before else 1, opioid=opioid, reason=reason)
    entry = acting.append(connection, act, subject_of(opioid.code), kind, said)
    opioids.add(connection, act.site, opioid.code, said, entry.number)
